"""Accounts that were wrong, what is owed back, budgets, and what the pages read of money."""

from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.facts import subject_view
from definitions.benefits.entitlement import Status
from definitions.language.roles import SYSTEM, Role
from tests.api.benefits.test_rights import entry, key, say
from tests.support import benefits
from tests.support.benefit_world import Hall, code_of, ok
from tests.support.benefits import retired

GIVEN = {"name": "上海松江样品1号有限公司", "number": "6222 0000 1111 2222"}


async def brought(hall: Hall, firm: int, *statuses: Status) -> None:
    """The firm's entitlement, moved along as the driver would."""
    async with hall.world.services.store.begin() as session:
        for to in statuses:
            back = {"back_fen": 100_000} if to is Status.RECOVERING else {}
            step = Move(entitlement=entry(firm), to=to, **back)
            await move(session, [step], actor=SYSTEM, act=f"to-{to}", now=benefits.NOW)


PAID = (Status.CLEARED, Status.RESERVED, Status.SENT, Status.PAID)


class TestAccount:
    async def test_is_put_right_at_the_window_with_a_paper(self, hall: Hall) -> None:
        run = await hall.begun()
        path = f"benefits/entitlements/{entry(hall.firms[0])}/account"
        bare = await hall.clerk.post(path, GIVEN)
        assert bare.json()["code"] == "files-missing"
        file = (await hall.clerk.upload()).json()["id"]
        for _ in range(2):
            ok(await hall.clerk.post(path, {**GIVEN, "files": [file]}, key="account-1"))
        async with hall.world.services.store.reading() as session:
            found = await subject_view(session, hall.firms[0])
        assert found is not None
        assert (found.account_number, found.account_version) == ("6222000011112222", 1)
        mine = ok(await say(hall, "mine", await key(hall, hall.firms[0])))
        (told,) = [each["text"] for each in mine["notices"] if each["kind"] == "account"]
        assert "尾号 2222" in told
        assert "6222000011112222" not in told
        other = {"name": "别的户名", "number": GIVEN["number"], "files": [file]}
        reused = await hall.clerk.post(path, other, key="account-1")
        assert reused.json()["code"] == "idempotency-key-reused"
        page = ok(await hall.officer.get(f"benefits/runs/{run}/cases"))
        assert [(each["kind"], each["outcome"]) for each in page["items"]] == [
            ("account", "upheld")
        ]

    async def test_nothing_that_is_no_account(self, hall: Hall) -> None:
        await hall.begun()
        path = f"benefits/entitlements/{entry(hall.firms[0])}/account"
        for number in ("1234", "六二二二〇〇〇〇"):
            answer = await hall.clerk.post(path, {**GIVEN, "number": number})
            assert answer.json()["errors"][0]["pointer"] == "/number"

    async def test_not_by_another_department(self, hall: Hall) -> None:
        await hall.begun()
        file = (await hall.stranger.upload()).json()["id"]
        path = f"benefits/entitlements/{entry(hall.firms[0])}/account"
        answer = await hall.stranger.post(path, {**GIVEN, "files": [file]})
        assert answer.json()["code"] == "forbidden"

    async def test_from_its_own_page_a_person_checks_it_first(self, hall: Hall) -> None:
        await hall.begun()
        body = {**await key(hall, hall.firms[0]), "entitlement": entry(hall.firms[0]), **GIVEN}
        case = ok(await say(hall, "account", body))
        assert case["number"].startswith("SJ-YJS-")
        async with hall.world.services.store.reading() as session:
            found = await subject_view(session, hall.firms[0])
        assert found is not None
        assert found.account_version == 0


class TestRecovery:
    async def test_is_dropped_with_a_reason_once(self, hall: Hall) -> None:
        await hall.begun()
        await brought(hall, hall.firms[0], *PAID, Status.RECOVERING)
        path = f"benefits/entitlements/{entry(hall.firms[0])}/drop-recovery"
        for _ in range(2):
            found = await hall.approver.post(path, {"reason": "原来没有错"}, key="drop-it-1")
            assert ok(found)["status"] == "paid"
        again = await hall.approver.post(path, {"reason": "原来没有错"})
        assert again.json()["code"] == "entitlement-not-open"

    async def test_the_beneficiary_is_heard(self, hall: Hall) -> None:
        await hall.begun()
        who = {**await key(hall, hall.firms[0]), "entitlement": entry(hall.firms[0])}
        early = await say(hall, "recovery", {**who, "reason": "没有多发"})
        assert early.json()["code"] == "entitlement-not-open"
        await brought(hall, hall.firms[0], *PAID, Status.RECOVERING)
        body = {**who, "reason": "没有多发，请再核对"}
        assert ok(await say(hall, "recovery", body))["kind"] == "recovery"


class TestBudget:
    async def test_is_set_by_the_organ_s_approver(self, hall: Hall) -> None:
        client = hall.approver.client
        path = "/api/v1/benefits/budgets/some_award/2026"
        found = ok(await client.put(path, json={"total": 5_000_000}))
        assert found["balance"]["total"] == 5_000_000
        listed = ok(await hall.officer.get("benefits/budgets"))["items"]
        assert [(each["policy"], each["balance"]["total"]) for each in listed] == [
            ("some_award", 5_000_000)
        ]
        told = ok(await hall.officer.get("benefits/budgets/some_award/2026/changes"))
        assert (len(told["changes"]), told["holds"]) == (1, True)
        assert told["changes"][0]["total"] == 5_000_000
        assert ok(await hall.stranger.get("benefits/budgets"))["items"] == []
        none = await hall.stranger.get("benefits/budgets/some_award/2026/changes")
        assert none.json()["code"] == "unknown-policy"
        for person in (hall.officer, hall.stranger, hall.clerk):
            answer = await person.client.put(path, json={"total": 1})
            assert answer.json()["code"] == "forbidden"

    async def test_may_be_raised_for_what_a_retired_policy_still_owes(self, hall: Hall) -> None:
        await hall.begun()
        await retired(hall.world.services.store)
        path = "/api/v1/benefits/budgets/some_award/2026"
        found = ok(await hall.approver.client.put(path, json={"total": 5_000_000}))
        assert found["balance"]["total"] == 5_000_000

    async def test_is_one_of_the_policy_s_own(self, hall: Hall) -> None:
        for path in ("none/2026", "some_award/nonsense"):
            answer = await hall.approver.client.put(
                f"/api/v1/benefits/budgets/{path}", json={"total": 1}
            )
            assert answer.status_code in {404, 422}


class TestWindow:
    async def test_a_clerk_speaks_for_who_stands_there(self, hall: Hall) -> None:
        await hall.begun()
        body = {"kind": "firm", "code": code_of(1)}
        found = ok(await hall.clerk.post("public/benefits/mine", body))
        assert [each["id"] for each in found["entries"]] == [entry(hall.firms[0])]
        no = {**body, "entitlement": entry(hall.firms[0])}
        assert ok(await hall.clerk.post("public/benefits/decline", no))["status"] == "declined"
        one = ok(await hall.officer.get(f"benefits/entitlements/{entry(hall.firms[0])}"))
        last = one["events"][-1]
        assert (last["actor"], last["body"]["by"]) == (hall.clerk.actor.id, hall.clerk.actor.id)

    async def test_of_nobody_known(self, hall: Hall) -> None:
        body = {"kind": "firm", "code": code_of(77)}
        answer = await hall.clerk.post("public/benefits/mine", body)
        assert answer.json()["code"] == "unknown-subject"

    async def test_a_supervisor_reads_and_does_nothing(self, hall: Hall) -> None:
        run = await hall.begun()
        overseer = await hall.world.person("overseer", Role.SUPERVISOR)
        assert ok(await overseer.get(f"benefits/runs/{run}"))["state"]["id"] == run
        answer = await overseer.post(f"benefits/runs/{run}/approve")
        assert answer.json()["code"] == "forbidden"


class TestReading:
    async def test_payments_and_ledger_are_empty_before_any(self, hall: Hall) -> None:
        run = await hall.begun()
        assert ok(await hall.officer.get(f"benefits/runs/{run}/payments"))["items"] == []
        assert ok(await hall.officer.get("benefits/ledger/some_award"))["items"] == []
