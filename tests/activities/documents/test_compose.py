"""Documents say what the register holds: who, what, why, until when."""

import pytest

from activities.documents.reading import _people
from activities.files import LocalFiles
from activities.store.engine import Store
from activities.store.tables.desk import Remark
from definitions.bundle.commands import CorrectOnTheSpot, SupplyMaterial
from definitions.matter.tasks import Outcome
from definitions.matter.values import Reason
from tests.activities.documents.office import CLERK, FILE, WHY, Office

pytestmark = pytest.mark.stack


@pytest.fixture
async def office(store: Store, files: LocalFiles) -> Office:
    """An application just taken in."""
    office = Office(store, files)
    await office.open()
    return office


class TestWhatTheySay:
    async def test_a_receipt_says_what_was_taken_in(self, store: Store, files: LocalFiles) -> None:
        office = Office(store, files, lacking=("M41",))
        await office.open()
        page = await office.page("intake")
        for element in (
            "收件不等于受理",
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
        self, office: Office
    ) -> None:
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        page = await office.page("registration_notice")
        assert "准予变更登记" in page
        assert "《中华人民共和国市场主体登记管理条例》第十九条、第二十四条" in page
        assert "上海泗泾云间食品有限公司</td><td>上海云间食光餐饮管理有限公司" in page
        await office.complete_alone("LIC_FACE")
        page = await office.page("business_licence")
        assert office.document("business_licence").counter
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
        self, office: Office
    ) -> None:
        await office.complete("REG", Outcome.PASS, Outcome.REFUSE)
        page = await office.page("registration_refusal")
        assert WHY in page
        assert "《中华人民共和国公司法》第六十六条第三款" in page
        assert "向上海市松江区人民政府申请行政复议" in page

    async def test_pending_papers_are_told_and_their_lapse_too(
        self, store: Store, files: LocalFiles
    ) -> None:
        office = Office(store, files, lacking=("M41",), committed=("LIC_FOOD",))
        await office.open()
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        page = await office.page("pending")
        assert "食品经营许可证" in page
        assert "2026年11月27日" in page
        assert "视为撤回申请" in page
        await office.pass_days(5)
        page = await office.page("lapse")
        assert "2026年11月27日前补齐" in page
        assert "<li>食品经营许可证" in page
        assert "退回的材料" in page

    async def test_what_was_put_right_at_the_counter_is_what_is_granted(
        self, store: Store, files: LocalFiles
    ) -> None:
        office = Office(store, files, lacking=("M02",))
        await office.open()
        name, becomes = "上海云间食光食品有限公司", Reason(text="2" * 64)
        async with office.store.begin() as session:
            session.add(Remark(sha256=becomes.text, body=name))
        office.life.act(CLERK, CorrectOnTheSpot(field="new_name", becomes=becomes))
        office.life.act(CLERK, SupplyMaterial(material="M02", files=(FILE,)))
        await office.record()
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        page = await office.page("registration_notice")
        assert f"上海泗泾云间食品有限公司</td><td>{name}" in page

    async def test_who_chairs_a_hearing_is_named_by_the_account(self, office: Office) -> None:
        async with office.store.reading() as session:
            assert await _people(session, {"clerk", "gone"}) == {"clerk": "王晓燕"}
            assert await _people(session, set()) == {}
