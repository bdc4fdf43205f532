"""One application from the counter to its documents, over HTTP and a real register."""

import pytest

from tests.support.api import Person, application


async def _start(clerk: Person, **changed: object) -> str:
    answer = await clerk.post("bundles", await application(clerk, **changed))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


async def _only_task(person: Person) -> dict[str, object]:
    (task,) = (await person.get("tasks")).json()["items"]
    return dict(task)


async def _complete(person: Person, outcome: str, **more: object) -> None:
    task = await _only_task(person)
    done = await person.post(f"tasks/{task['id']}/complete", {"outcome": outcome, **more})
    assert done.status_code == 200, done.text


class TestWay:
    async def test_an_application_goes_from_the_counter_to_its_licence(
        self, clerk: Person, reviewer: Person, approver: Person, taxer: Person
    ) -> None:
        number = await _start(clerk)
        await _complete(reviewer, "pass")
        await _complete(approver, "grant")
        await _complete(taxer, "grant")
        waiting = (await clerk.get("documents")).json()["items"]
        assert [paper["id"] for paper in waiting] == [f"{number}.REG.licence"]
        await clerk.post(f"documents/{number}.REG.licence/deliver")
        bundle = (await clerk.get(f"bundles/{number}")).json()
        states = {matter["key"]: matter["status"] for matter in bundle["matters"]}
        assert states["REG"] == "closed"
        assert states["TAX"] == "closed"
        paper = await clerk.get(f"documents/{number}.REG.licence")
        (licence,) = (d for d in bundle["documents"] if d["id"] == f"{number}.REG.licence")
        assert licence["name"] in paper.text
        assert licence["number"] in paper.text
        assert paper.headers["content-type"].startswith("text/html")

    async def test_what_was_done_stands_in_the_timeline_newest_first(
        self, clerk: Person, reviewer: Person
    ) -> None:
        number = await _start(clerk)
        await _complete(reviewer, "advise_refusal", reasons=["缺少签名"])
        page = (await clerk.get(f"bundles/{number}/timeline")).json()
        kinds = [entry["kind"] for entry in page["items"]]
        assert kinds[-1] == "bundle_started"
        completed = page["items"][kinds.index("task_completed")]
        assert completed["reasons"] == ["缺少签名"]
        assert completed["actor_name"] == "reviewer姓名"
        assert completed["task_name"] == "审查"


class TestPending:
    async def test_a_pending_material_is_supplied_and_checked(
        self, clerk: Person, fooder: Person, reviewer: Person
    ) -> None:
        number = await _start(clerk, committed=["FOOD"])
        awaited = (await clerk.get("awaited-materials")).json()["items"]
        assert [each["code"] for each in awaited] == ["M03"]
        file = (await clerk.upload()).json()["id"]
        done = await clerk.post(f"bundles/{number}/materials/M03/supply", {"files": [file]})
        assert done.status_code == 200, done.text
        checked = await fooder.post(f"bundles/{number}/materials/M03/check", {"outcome": "accept"})
        assert checked.status_code == 200, checked.text
        materials = (await clerk.get(f"bundles/{number}/materials")).json()
        m03 = next(material for material in materials if material["code"] == "M03")
        assert m03["status"] == "satisfied"
        assert m03["files"][0]["name"] == "材料.pdf"
        paper = await fooder.get(f"bundles/{number}/materials/M03/files/{file}")
        assert paper.status_code == 200
        hidden = await reviewer.get(f"bundles/{number}/materials/M03/files/{file}")
        assert hidden.json()["code"] == "unknown-file"


class TestEtag:
    @pytest.mark.parametrize(
        "path", ["bundles/{}", "bundles/{}/matters/REG", "tasks/{}.REG.review"]
    )
    async def test_an_unchanged_resource_is_not_sent_again(
        self, reviewer: Person, clerk: Person, path: str
    ) -> None:
        number = await _start(clerk)
        first = await reviewer.get(path.format(number))
        again = await reviewer.get(
            path.format(number), headers={"If-None-Match": first.headers["etag"]}
        )
        assert (first.status_code, again.status_code) == (200, 304)

    async def test_an_act_on_an_older_version_is_refused(
        self, clerk: Person, reviewer: Person
    ) -> None:
        number = await _start(clerk)
        seen = (await reviewer.get(f"tasks/{number}.REG.review")).headers["etag"]
        await reviewer.post(f"tasks/{number}.REG.review/claim", **{"If-Match": seen})
        late = await reviewer.post(f"tasks/{number}.REG.review/release", **{"If-Match": seen})
        assert late.status_code == 412
        assert late.json()["code"] == "version-conflict"
