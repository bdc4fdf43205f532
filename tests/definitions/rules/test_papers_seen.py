"""The pre-check of files: what it notices, and what it keeps quiet about."""

from collections.abc import Sequence

from definitions.language.checks import Severity
from definitions.rules.papers_seen import LONGEST_SIDE, FileSeen, PaperSeen, seen_in


def file(content: str = "a", **seen: object) -> FileSeen:
    """A file; the same content is the same file."""
    said = {"name": f"{content}.pdf", "sha256": content, "pages": 1}
    return FileSeen.model_validate(said | seen)


def paper(*files: FileSeen, code: str = "M01", pages: int = 0) -> PaperSeen:
    """A material with these files."""
    return PaperSeen(code=code, name=f"材料{code}", files=files, pages=pages)


def rules(*papers: PaperSeen) -> Sequence[tuple[str, str]]:
    """What is found, and where."""
    return [(found.rule, found.at) for found in seen_in(papers)]


class TestFiles:
    def test_in_order_find_nothing(self) -> None:
        scan = file("b", width=LONGEST_SIDE, height=10, photo=False)
        assert rules(paper(file(), pages=1), paper(scan, code="M02"), paper(code="M03")) == []

    def test_used_for_two_materials_are_told_at_the_second(self) -> None:
        assert rules(paper(file()), paper(file(), code="M02")) == [("FILE-TWICE", "M02")]

    def test_each_finding_names_the_files_it_is_about(self) -> None:
        small = file("b", width=1, height=1)
        papers = (paper(file(), file(), small), paper(file(), file("c"), code="M02"))
        assert [(found.rule, found.details) for found in seen_in(papers)] == [
            ("FILE-TWICE", ("a.pdf",)),
            ("FILE-AGAIN", ("a.pdf",)),
            ("FILE-SMALL", ("b.pdf",)),
        ]

    def test_twice_in_one_material_are_told_there(self) -> None:
        assert rules(paper(file(), file())) == [("FILE-AGAIN", "M01")]

    def test_pages_are_counted_over_all_files(self) -> None:
        two = (file(pages=2), file("b", pages=3))
        assert rules(paper(*two, pages=5)) == []
        assert rules(paper(*two, pages=6)) == [("FILE-PAGES", "M01")]
        assert rules(paper(*two)) == []
        assert rules(paper(file(pages=None), file("b"), pages=9)) == []

    def test_a_small_image_is_told_by_its_longer_side(self) -> None:
        assert rules(paper(file(width=LONGEST_SIDE - 1, height=200))) == [("FILE-SMALL", "M01")]
        assert rules(paper(file(width=200, height=LONGEST_SIDE))) == []
        assert rules(paper(file(width=LONGEST_SIDE, height=None))) == []
        assert rules(paper(file(width=1, height=None))) == [], "nobody measured it"

    def test_a_photograph_is_only_mentioned(self) -> None:
        (found,) = seen_in([paper(file(photo=True))])
        assert (found.rule, found.severity) == ("FILE-PHOTO", Severity.INFO)
        assert found.details == ("a.pdf",)

    def test_nothing_about_files_blocks(self) -> None:
        worst = paper(file(photo=True, width=1, height=1), file(), pages=99)
        found = seen_in([worst, paper(file(), code="M02")])
        assert len({each.rule for each in found}) == 5
        assert all(each.severity is not Severity.BLOCK for each in found)
        assert all(each.pointer.startswith("/materials/") for each in found)
