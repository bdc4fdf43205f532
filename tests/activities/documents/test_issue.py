"""Documents are made once, numbered without gaps, and say what the register holds."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from activities.contracts.documents import Orders
from sqlalchemy import select

from activities.documents.issue import Issuer
from activities.files import LARGEST, LocalFiles, Stored
from activities.store.engine import Store
from activities.store.tables.desk import Remark, Serial
from definitions.bundle.commands import PassTime
from definitions.language.roles import SYSTEM
from definitions.matter.state import DocumentState, Outcome
from tests.activities.documents.office import LIBRARY, NOW, WHY, Office, kinds
from tests.activities.documents.samples import ISSUED


class Broken(LocalFiles):
    """Keeps the file, then the power goes before the commit."""

    async def put(self, content: AsyncIterator[bytes], *, limit: int = LARGEST) -> Stored:
        """Keep it and fail."""
        stored = await super().put(content, limit=limit)
        msg = f"power cut after {stored.sha256}"
        raise OSError(msg)


async def counters(store: Store) -> dict[str, int]:
    """Where the counters stand."""
    async with store.reading() as session:
        return dict((await session.execute(select(Serial.scope, Serial.value))).all())


async def shown(files: LocalFiles, document: DocumentState) -> str:
    """What the document's file says."""
    pieces = [piece async for piece in files.open(document.file.sha256)]
    return b"".join(pieces).decode()


@pytest.fixture
async def office(store: Store, files: LocalFiles) -> Office:
    """An application just taken in."""
    office = Office(store, files)
    await office.open()
    return office


class TestOnce:
    async def test_a_number_has_series_year_and_serial(self, office: Office) -> None:
        issued = await office.issue()
        document = issued.documents[0]
        assert document.number == "松政服收〔2026〕000001号"
        assert document.issued_at == NOW
        assert document.file.id == document.file.sha256
        assert document.file.media_type == "text/html"

    async def test_the_same_order_gives_the_same_document(self, office: Office) -> None:
        due = office.due()
        first = await office.issuer.issue_documents(due)
        later = due.model_copy(update={"at": ISSUED.replace(year=2027)})
        assert await office.issuer.issue_documents(later) == first
        assert await counters(office.store) == {"松政服收": 1}

    async def test_no_orders_no_documents(self, office: Office) -> None:
        empty = Orders(bundle=office.number, at=NOW, orders=())
        assert (await office.issuer.issue_documents(empty)).documents == ()

    async def test_what_was_partly_made_is_completed_in_the_order_asked(
        self, office: Office
    ) -> None:
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        due = office.due()
        assert kinds(due.orders) == ["intake", "registration_notice"]
        notice = await office.issuer.issue_documents(office.only("registration_notice"))
        both = await office.issuer.issue_documents(due)
        assert [document.kind for document in both.documents] == kinds(due.orders)
        assert both.documents[1] == notice.documents[0]

    async def test_a_year_begins_at_midnight_in_shanghai(self, office: Office) -> None:
        eve = NOW.replace(month=12, day=31, hour=16)
        due = office.due().model_copy(update={"at": eve})
        issued = await office.issuer.issue_documents(due)
        assert issued.documents[0].number == "松政服收〔2027〕000001号"


class TestRaces:
    async def test_workers_that_race_for_one_document_make_one(
        self, office: Office, files: LocalFiles
    ) -> None:
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        due = office.due()
        issuers = [Issuer(office.store, files, catalogue=LIBRARY.catalogue) for _ in range(8)]
        made = await asyncio.gather(*(issuer.issue_documents(due) for issuer in issuers))
        assert all(each == made[0] for each in made)
        assert await counters(office.store) == {"松政服收": 1, "沪松市监登": 1}

    async def test_applications_at_once_get_serials_without_gaps(
        self, store: Store, files: LocalFiles
    ) -> None:
        offices = [Office(store, files, serial=serial) for serial in range(1, 9)]
        for office in offices:
            await office.open()
        made = await asyncio.gather(*(o.issuer.issue_documents(o.due()) for o in offices))
        numbers = sorted(each.documents[0].number for each in made)
        assert numbers == [f"松政服收〔2026〕{serial:06d}号" for serial in range(1, 9)]

    async def test_a_power_cut_before_the_commit_loses_no_number(
        self, office: Office, files: LocalFiles
    ) -> None:
        broken = Issuer(office.store, Broken(files._folder), catalogue=LIBRARY.catalogue)
        with pytest.raises(OSError, match="power cut"):
            await broken.issue_documents(office.due())
        assert await counters(office.store) == {}
        issued = await office.issue()
        assert issued.documents[0].number == "松政服收〔2026〕000001号"
        assert "收件不等于受理" in await shown(files, issued.documents[0])


class TestWhatTheySay:
    async def test_a_receipt_says_what_was_taken_in(self, store: Store, files: LocalFiles) -> None:
        office = Office(store, files, lacking=("M41",))
        await office.open()
        page = await shown(files, (await office.issue()).documents[0])
        for element in (
            "上海泗泾云间食品有限公司",
            "91310117MA1J2X4T5G",
            "陆一鸣",
            "王晓燕",
            "K7QX2M",
            "上海市松江区政务服务中心综合窗口",
            "公司登记（备案）申请书",
            "免交，核验方式：企业名称申报系统",
            "未收，待补",
            "2026年12月1日",
            "国家税务总局上海市松江区税务局",
            "换发营业执照",
        ):
            assert element in page
        assert "社会保险单位信息变更" not in page

    async def test_a_grant_says_what_changed_and_the_licence_says_the_new(
        self, office: Office, files: LocalFiles
    ) -> None:
        await office.issue()
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        (notice,) = (await office.issue()).documents
        page = await shown(files, notice)
        assert "准予变更登记" in page
        assert "《中华人民共和国市场主体登记管理条例》第十九条、第二十四条" in page
        assert "上海泗泾云间食品有限公司</td><td>上海云间食光餐饮管理有限公司" in page
        await office.complete_alone("LIC_FACE")
        (licence,) = (await office.issue()).documents
        page = await shown(files, licence)
        assert licence.counter
        for element in (
            "<dd>上海云间食光餐饮管理有限公司</dd>",
            "<dd>有限责任公司</dd>",
            "<dd>张明</dd>",
            "<dd>上海市松江区泗泾镇泗砖路88号3幢</dd>",
            "<dd>食品销售</dd>",
            "91310117MA1J2X4T5G",
        ):
            assert element in page
        assert "上海泗泾云间食品有限公司" not in page

    async def test_a_refusal_says_the_officers_reasons_bases_and_the_remedies(
        self, office: Office, files: LocalFiles
    ) -> None:
        await office.issue()
        await office.complete("REG", Outcome.PASS, Outcome.REFUSE)
        (refusal,) = (await office.issue()).documents
        page = await shown(files, refusal)
        assert WHY in page
        assert "《中华人民共和国公司法》第六十六条第三款" in page
        assert "向上海市松江区人民政府申请行政复议" in page

    async def test_a_refusal_whose_reasons_are_lost_is_not_made(
        self, office: Office, store: Store
    ) -> None:
        await office.issue()
        await office.complete("REG", Outcome.PASS, Outcome.REFUSE)
        async with store.begin() as session:
            await session.execute(Remark.__table__.delete())
        with pytest.raises(ValueError, match="reasons"):
            await office.issuer.issue_documents(office.due())
        assert "沪松市监不登" not in await counters(store)

    async def test_pending_papers_are_told_and_their_lapse_too(
        self, store: Store, files: LocalFiles
    ) -> None:
        office = Office(store, files, lacking=("M41",), committed=("LIC_FOOD",))
        await office.open()
        await office.issue()
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        await office.issue()
        (pending,) = (await office.issue()).documents
        page = await shown(files, pending)
        assert pending.kind == "pending"
        assert "食品经营许可证" in page
        assert "2026年11月27日" in page
        assert "视为撤回申请" in page
        office.pass_days(5)
        office.life.act(SYSTEM, PassTime())
        await office.record()
        (lapse,) = (await office.issue()).documents
        page = await shown(files, lapse)
        assert lapse.kind == "lapse"
        assert "2026年11月27日前补齐" in page
        assert "<li>食品经营许可证" in page
        assert "退回的材料" in page

    async def test_an_application_that_is_not_registered_yet_gets_nothing(
        self, store: Store, files: LocalFiles
    ) -> None:
        office = Office(store, files)
        with pytest.raises(LookupError, match="does not hold"):
            await office.issuer.issue_documents(office.due())


class TestSpeed:
    async def test_two_documents_take_milliseconds(self, office: Office) -> None:
        """Measured without margin elsewhere; here only that nothing grows out of hand."""
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        begun = time.perf_counter()
        await office.issuer.issue_documents(office.due())
        assert time.perf_counter() - begun < 0.5
