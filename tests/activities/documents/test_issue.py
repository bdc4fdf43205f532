"""Files of documents are made once, whoever asks for them and whenever."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from activities.documents import issue
from activities.documents.issue import Printer, print_forever
from activities.files import LARGEST, LocalFiles, Stored
from activities.store.engine import Store
from activities.store.tables.desk import Remark
from activities.store.tables.register import Document, Issued, Outbox
from definitions.matter.tasks import Outcome
from definitions.matter.values import FileRef
from tests.activities.documents.office import NOW, WHY, Office, printer
from tests.support.waiting import until

pytestmark = pytest.mark.stack


class Broken(LocalFiles):
    """Keeps the file, then the power goes before the commit; until it is mended."""

    mended = False

    async def put(self, content: AsyncIterator[bytes], *, limit: int = LARGEST) -> Stored:
        """Keep it and fail."""
        stored = await super().put(content, limit=limit)
        if self.mended:
            return stored
        msg = f"power cut after {stored.sha256}"
        raise OSError(msg)


async def made(store: Store) -> dict[str, FileRef]:
    """The files that are kept, by document."""
    async with store.reading() as session:
        rows = await session.execute(select(Issued.id, Issued.file))
        return {name: FileRef.model_validate(file) for name, file in rows}


async def unsent(store: Store, topic: str | None = None) -> list[str]:
    """The topics of messages nobody took yet."""
    async with store.reading() as session:
        found = await session.scalars(
            select(Outbox.topic).where(Outbox.sent_at.is_(None)).order_by(Outbox.id)
        )
        return [each for each in found if topic in {None, each}]


async def forget(store: Store) -> None:
    """As if nothing had ever been printed, but every message taken."""
    async with store.begin() as session:
        await session.execute(delete(Issued))


async def lose_reasons(store: Store) -> None:
    """What refusals must say is gone."""
    async with store.begin() as session:
        await session.execute(delete(Remark))


def kept(files: LocalFiles) -> list[Path]:
    """The contents on disk."""
    return [path for path in files._folder.glob("??/*") if path.is_file()]


@pytest.fixture
async def office(store: Store, files: LocalFiles) -> Office:
    """An application just taken in."""
    office = Office(store, files)
    await office.open()
    return office


class TestFileOf:
    async def test_a_document_that_was_issued_has_a_file(self, office: Office) -> None:
        voucher = office.document("intake")
        assert (voucher.number, voucher.issued_at) == ("松政服收〔2026〕261124000001号", NOW)
        file = await office.printer.file_of(voucher.id)
        assert file is not None
        assert (file.id, file.media_type) == (file.sha256, "text/html")
        assert await made(office.store) == {voucher.id: file}

    async def test_asked_for_twice_it_is_made_once(self, office: Office, files: LocalFiles) -> None:
        """Another process does not even print it: its files may be out of order."""
        name = office.document("intake").id
        file = await office.printer.file_of(name)
        broken = printer(office.store, Broken(files._folder))
        assert await broken.file_of(name) == file
        assert len(kept(files)) == len(await made(office.store)) == 1

    async def test_its_row_keeps_number_and_moment_of_the_document(self, office: Office) -> None:
        voucher = office.document("intake")
        office.life.now = NOW.replace(year=2027)
        await office.printer.file_of(voucher.id)
        async with office.store.reading() as session:
            row = await session.get(Issued, voucher.id)
        assert row is not None
        assert (row.bundle, row.number) == (office.number, voucher.number)
        assert row.issued_at == voucher.issued_at == NOW
        assert voucher.number in await office.page("intake")

    @pytest.mark.parametrize("rest", ["", ".BUNDLE.nothing", ".REG.registration_notice"])
    async def test_what_was_not_issued_has_none(self, office: Office, rest: str) -> None:
        """Before its decision a notice is not there, so nothing of it can be printed."""
        assert await office.printer.file_of(office.number + rest) is None
        assert await made(office.store) == {}

    async def test_an_application_that_is_not_registered_yet_has_nothing(
        self, store: Store, files: LocalFiles
    ) -> None:
        office = Office(store, files)
        assert await office.printer.file_of(office.document("intake").id) is None

    async def test_the_power_cut_before_the_commit_costs_nothing(
        self, office: Office, files: LocalFiles
    ) -> None:
        """What lies on disk without a row is found by nobody, and is used again."""
        name = office.document("intake").id
        with pytest.raises(OSError, match="power cut"):
            await printer(office.store, Broken(files._folder)).file_of(name)
        assert await made(office.store) == {}
        (left,) = kept(files)
        file = await office.printer.file_of(name)
        assert file is not None
        assert file.sha256 == left.name
        assert kept(files) == [left]


class TestPrintWaiting:
    async def test_it_takes_each_message_once_and_leaves_other_topics(self, office: Office) -> None:
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        others = [topic for topic in await unsent(office.store) if topic != issue.TOPIC]
        assert "matter_granted" in others
        assert await office.printer.print_waiting() == 2
        assert {*await made(office.store)} == {*office.life.state.documents}
        assert await unsent(office.store) == others
        assert await office.printer.print_waiting() == 0

    async def test_nothing_waiting_is_nothing_done(self, store: Store, files: LocalFiles) -> None:
        assert await printer(store, files).print_waiting() == 0
        assert kept(files) == []

    async def test_what_somebody_asked_for_first_is_not_printed_again(
        self, office: Office, files: LocalFiles
    ) -> None:
        name = office.document("intake").id
        file = await office.printer.file_of(name)
        assert await printer(office.store, Broken(files._folder)).print_waiting() == 1
        assert await made(office.store) == {name: file}
        assert await unsent(office.store, issue.TOPIC) == []

    async def test_more_than_one_batch_is_printed_in_turns(
        self, store: Store, files: LocalFiles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issue, "BATCH", 2)
        for serial in range(1, 4):
            await Office(store, files, serial=serial).open()
        one = printer(store, files)
        assert [await one.print_waiting() for _ in range(3)] == [2, 1, 0]
        assert len(await made(store)) == 3

    async def test_the_power_cut_before_the_commit_gives_the_messages_back(
        self, office: Office, files: LocalFiles
    ) -> None:
        with pytest.raises(OSError, match="power cut"):
            await printer(office.store, Broken(files._folder)).print_waiting()
        assert await made(office.store) == {}
        assert await unsent(office.store, issue.TOPIC) == [issue.TOPIC]
        (left,) = kept(files)
        assert await office.printer.print_waiting() == 1
        (file,) = (await made(office.store)).values()
        assert file.sha256 == left.name

    async def test_whoever_had_the_files_away_goes_on_when_they_are_back(
        self, office: Office, files: LocalFiles
    ) -> None:
        """The same process: a fault of the store is not held against the documents."""
        broken = Broken(files._folder)
        one = printer(office.store, broken)
        with pytest.raises(OSError, match="power cut"):
            await one.print_waiting()
        broken.mended = True
        assert await one.print_waiting() == 1

    async def test_a_followed_outbox_is_printed_by_itself(self, office: Office) -> None:
        following = asyncio.create_task(print_forever(office.printer, pause=0.01))
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)

        async def both_are_made() -> bool:
            return len(await made(office.store)) == 2

        await until(both_are_made)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        assert {*await made(office.store)} == {*office.life.state.documents}


class TestWhatCannotBePrinted:
    @pytest.fixture
    async def refused(self, office: Office) -> Office:
        """REG is refused, and nobody knows any more why."""
        await office.complete("REG", Outcome.PASS, Outcome.REFUSE)
        await lose_reasons(office.store)
        return office

    async def test_a_refusal_without_reasons_is_not_made(self, refused: Office) -> None:
        """行政许可法 38; DESIGN.md §7 rule 5."""
        with pytest.raises(LookupError, match="registration_refusal"):
            await refused.printer.file_of(refused.document("registration_refusal").id)
        assert await made(refused.store) == {}

    async def test_it_does_not_hold_up_others(self, refused: Office, files: LocalFiles) -> None:
        """Neither its own application's nor another's; its message stays unsent."""
        other = Office(refused.store, files, serial=2)
        await other.open()
        await lose_reasons(refused.store)
        assert await refused.printer.print_waiting() == 3
        assert {*await made(refused.store)} == {
            refused.document("intake").id,
            other.document("intake").id,
        }
        assert await unsent(refused.store, issue.TOPIC) == [issue.TOPIC]

    async def test_a_batch_of_them_lets_later_ones_through(
        self, refused: Office, files: LocalFiles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The oldest messages come first, and these are the oldest."""
        monkeypatch.setattr(issue, "BATCH", 3)
        await refused.printer.print_waiting()
        refusal = {"document": refused.document("registration_refusal").id}
        more = [
            {"bundle": refused.number, "seq": seq, "topic": issue.TOPIC, "body": refusal}
            for seq in range(1001, 1006)
        ]
        async with refused.store.begin() as session:
            await session.execute(insert(Outbox), more)
        other = Office(refused.store, files, serial=2)
        await other.open()
        await lose_reasons(refused.store)
        taken = [await refused.printer.print_waiting() for _ in range(4)]
        assert taken == [3, 3, 0, 0]
        assert other.document("intake").id in await made(refused.store)
        assert await unsent(refused.store, issue.TOPIC) == [issue.TOPIC] * 6

    async def test_it_is_tried_again_in_a_while_and_made_once_it_can_be(
        self, refused: Office
    ) -> None:
        begun = time.monotonic()
        await refused.printer.print_waiting()
        (again,) = refused.printer._left.values()
        assert begun < again - issue.LEFT < time.monotonic()
        async with refused.store.begin() as session:
            session.add(Remark(sha256="1" * 64, body=WHY))
        assert await refused.printer.print_waiting() == 0
        refused.printer._left.clear()
        assert await refused.printer.print_waiting() == 1
        assert await unsent(refused.store, issue.TOPIC) == []
        assert WHY in await refused.page("registration_refusal")

    async def test_asking_for_it_is_possible_as_soon_as_it_can_be_made(
        self, refused: Office
    ) -> None:
        await refused.printer.print_waiting()
        async with refused.store.begin() as session:
            session.add(Remark(sha256="1" * 64, body=WHY))
        assert WHY in await refused.page("registration_refusal")

    async def test_a_message_of_a_lost_document_is_no_trouble(self, office: Office) -> None:
        async with office.store.begin() as session:
            await session.execute(
                update(Outbox).where(Outbox.topic == issue.TOPIC).values(body={"document": "gone"})
            )
        assert await office.printer.print_waiting() == 1
        assert await made(office.store) == {}


class TestRaces:
    async def test_eight_printers_asked_for_one_document_make_one(
        self, office: Office, files: LocalFiles
    ) -> None:
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        name = office.document("registration_notice").id
        printers = [printer(office.store, files) for _ in range(8)]
        found = await asyncio.gather(*(each.file_of(name) for each in printers))
        assert len({file.sha256 for file in found if file is not None}) == 1
        assert await made(office.store) == {name: found[0]}
        assert len(kept(files)) == 1

    async def test_eight_followers_share_the_messages(
        self, store: Store, files: LocalFiles
    ) -> None:
        """Each message is taken by one; together they take all."""
        offices = [Office(store, files, serial=serial) for serial in range(1, 9)]
        for each in offices:
            await each.open()
        printers = [printer(store, files) for _ in range(8)]
        taken = await asyncio.gather(*(each.print_waiting() for each in printers))
        assert sum(taken) == 8
        assert {*await made(store)} == {each.document("intake").id for each in offices}
        assert await unsent(store, issue.TOPIC) == []

    async def test_followers_and_askers_at_once_make_one_file_each(
        self, store: Store, files: LocalFiles
    ) -> None:
        offices = [Office(store, files, serial=serial) for serial in range(1, 5)]
        for each in offices:
            await each.open()
            await each.complete("REG", Outcome.PASS, Outcome.GRANT)
        names = [name for each in offices for name in each.life.state.documents]
        following = [_drained(printer(store, files)) for _ in range(3)]
        asking = [printer(store, files).file_of(name) for name in reversed(names)]
        found, _ = await asyncio.gather(asyncio.gather(*asking), asyncio.gather(*following))
        assert await made(store) == dict(zip(reversed(names), found, strict=True))
        assert len(kept(files)) == len(names)
        assert await unsent(store, issue.TOPIC) == []

    async def test_documents_of_applications_at_once_have_numbers_of_their_own(
        self, store: Store, files: LocalFiles
    ) -> None:
        """No counter is shared, so nobody waits for another's."""
        offices = [Office(store, files, serial=serial) for serial in range(1, 9)]
        for each in offices:
            await each.open()
        await asyncio.gather(*(o.complete("REG", Outcome.PASS, Outcome.GRANT) for o in offices))
        async with store.reading() as session:
            numbers = list(await session.scalars(select(Document.number)))
        assert len({*numbers}) == len(numbers) == 16


class TestWhenever:
    async def test_a_document_made_late_says_the_same_as_one_made_at_once(
        self, store: Store, files: LocalFiles
    ) -> None:
        """Everything it says was so when it was issued, whatever came since."""
        office = Office(store, files, lacking=("M41",), committed=("LIC_FOOD",))
        await office.open()
        await office.printer.print_waiting()
        await office.complete("REG", Outcome.PASS, Outcome.GRANT)
        await office.printer.print_waiting()
        await office.complete_alone("LIC_FACE")
        await office.printer.print_waiting()
        await office.pass_days(5)
        await office.printer.print_waiting()
        at_once = await made(store)
        assert {name.rpartition(".")[2] for name in at_once} == {
            "intake",
            "registration_notice",
            "business_licence",
            "commitment",
            "pending",
            "lapse",
        }
        await office.pass_days(400)
        await forget(store)
        late = {name: await printer(store, files).file_of(name) for name in at_once}
        assert late == at_once

    async def test_whichever_way_it_is_made_it_is_the_same(self, office: Office) -> None:
        """Together with others or alone."""
        await office.complete("REG", Outcome.PASS, Outcome.REFUSE)
        await office.printer.print_waiting()
        together = await made(office.store)
        await forget(office.store)
        assert {name: await office.printer.file_of(name) for name in together} == together


async def _drained(one: Printer) -> None:
    """Follow the outbox until nothing waits that nobody else holds."""
    for _ in range(20):
        await one.print_waiting()
        await asyncio.sleep(0.01)
