"""Files come in by what they are, not by what they are called."""

import hashlib
from dataclasses import replace

import pytest

from activities.files import LocalFiles
from activities.store.desk.uploads import uploads
from api.problems import Problem
from api.uploads import checked_name
from tests.support import scans
from tests.support.api import PDF, Person, World


class TestName:
    @pytest.mark.parametrize("name", ["", "  ", "a\x00b.pdf", "a\nb.pdf"])
    def test_must_be_something_people_can_read(self, name: str) -> None:
        with pytest.raises(Problem):
            checked_name(name)


class TestUpload:
    async def test_is_kept_under_its_digest(self, clerk: Person) -> None:
        answer = await clerk.upload(PDF, "扫描 件.pdf")
        assert answer.status_code == 201
        body = answer.json()
        assert body["sha256"] == hashlib.sha256(PDF).hexdigest()
        assert body["media_type"] == "application/pdf"
        again = await clerk.get(f"files/{body['id']}")
        assert again.content == PDF
        assert "filename*=UTF-8''%E6%89%AB" in again.headers["content-disposition"]

    @pytest.mark.parametrize(
        ("content", "name", "status", "code"),
        [
            (b"", "empty.pdf", 422, "invalid"),
            (b"<html>", "page.html", 415, "media-type"),
            (b"<html>", "page.pdf", 422, "file-unusable"),
            (scans.archive(), "archive.zip", 415, "media-type"),
            (scans.archive(), "archive.pdf", 422, "file-unusable"),
            (scans.png(10, 10), "photo.pdf", 422, "file-unusable"),
            (PDF[:-100], "half.pdf", 422, "file-unusable"),
            (PDF, "x" * 300 + ".pdf", 422, "invalid"),
            (PDF + b"x" * 2048, "large.pdf", 413, "too-large"),
        ],
    )
    async def test_is_refused_when_it_is_not_right(
        self, desk: World, clerk: Person, *, content: bytes, name: str, status: int, code: str
    ) -> None:
        desk.app.state.services = replace(desk.services, largest_upload=1024)
        answer = await clerk.upload(content, name)
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    @pytest.mark.parametrize(
        ("content", "name", "rule", "says"),
        [
            (b"scanned", "scan.pdf", "not-as-named", "“scan.pdf”不是PDF文件，也不是其他可以接收"),
            (scans.jpeg(9, 9), "scan.PDF", "not-as-named", "“scan.PDF”不是PDF文件，实际是图片"),
            (PDF[:-9], "scan.pdf", "truncated", "文件不完整"),
            (scans.pdf(0), "scan.pdf", "without-pages", "一页也没有"),
        ],
    )
    async def test_says_what_is_wrong_with_what_cannot_be_read(
        self, clerk: Person, *, content: bytes, name: str, rule: str, says: str
    ) -> None:
        problem = (await clerk.upload(content, name)).json()
        (fault,) = problem["errors"]
        assert (fault["pointer"], fault["rule"]) == ("/file", rule)
        assert says in problem["detail"]

    @pytest.mark.parametrize(
        ("content", "name", "seen"),
        [
            (scans.pdf(3), "a.pdf", {"pages": 3}),
            (scans.png(30, 20), "a.jpg", {"pages": 1, "width": 30, "height": 20}),
            (scans.ofd(2), "a.ofd", {"pages": 2}),
            (scans.pdf(1), "without-ending", {"pages": 1}),
        ],
    )
    async def test_what_was_seen_is_kept_with_it(
        self, desk: World, clerk: Person, *, content: bytes, name: str, seen: dict[str, int]
    ) -> None:
        file = (await clerk.upload(content, name)).json()["id"]
        async with desk.services.store.reading() as session:
            found = (await uploads(session, [file]))[file]
        assert found.seen.model_dump(exclude_defaults=True) == seen

    async def test_without_a_file_says_so(self, clerk: Person) -> None:
        answer = await clerk.client.post("/api/v1/files", files={"other": ("a.pdf", PDF)})
        assert answer.json()["errors"][0]["pointer"] == "/file"

    async def test_a_folder_in_the_name_is_dropped(self, clerk: Person) -> None:
        assert (await clerk.upload(PDF, "../../etc/a.pdf")).json()["name"] == "a.pdf"

    async def test_a_full_disk_is_told_as_such(
        self, clerk: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(LocalFiles, "_keep", full)
        answer = await clerk.upload()
        assert (answer.status_code, answer.json()["code"]) == (507, "storage-full")

    async def test_somebody_elses_is_not_there(self, clerk: Person, agent: Person) -> None:
        file = (await clerk.upload()).json()["id"]
        assert (await agent.get(f"files/{file}")).json()["code"] == "unknown-file"
        own = (await agent.upload()).json()["id"]
        assert (await clerk.get(f"files/{own}")).status_code == 200
