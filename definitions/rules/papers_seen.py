"""Pre-check of the files themselves: what a careful clerk would notice in handling them.

None of it is law, so none of it blocks: a photograph may be legible, a paper may serve twice.
"""

from collections.abc import Iterator, Sequence

from definitions.language.base import Value
from definitions.language.checks import Severity
from definitions.rules.prechecks import Finding

# A page of A4 scanned at 100 dots an inch is 1169 long; stamps and small print need more.
LONGEST_SIDE = 1000


class FileSeen(Value):
    """One uploaded file and what a look into it found."""

    name: str
    sha256: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    photo: bool = False


class PaperSeen(Value):
    """One material with its files; `pages` is what the clerk counted, 0 where nobody did."""

    code: str
    name: str
    files: tuple[FileSeen, ...] = ()
    pages: int = 0


def seen_in(papers: Sequence[PaperSeen]) -> tuple[Finding, ...]:
    """Every finding over the files, by rule, then in the order of the materials."""
    return (
        *_shared(papers),
        *(found for paper in papers for found in _repeated(paper)),
        *(found for paper in papers for found in _counted(paper)),
        *(found for paper in papers for found in _coarse(paper)),
        *(found for paper in papers for found in _photographed(paper)),
    )


def _shared(papers: Sequence[PaperSeen]) -> Iterator[Finding]:
    """The same content handed in as two materials: mostly a slip of the hand."""
    first: dict[str, PaperSeen] = {}
    for paper in papers:
        for file in paper.files:
            before = first.setdefault(file.sha256, paper)
            if before.code != paper.code:
                yield Finding(
                    rule="FILE-TWICE",
                    severity=Severity.WARN,
                    at=paper.code,
                    says=f"“{paper.name}”和“{before.name}”上传了同一个文件",
                    remedy="核对是不是选错了文件；确实一份材料两处使用的，不用理会",
                    details=(file.name,),
                )


def _repeated(paper: PaperSeen) -> Iterator[Finding]:
    seen = [file.sha256 for file in paper.files]
    again = dict.fromkeys(f.name for n, f in enumerate(paper.files) if f.sha256 in seen[:n])
    if again:
        yield Finding(
            rule="FILE-AGAIN",
            severity=Severity.INFO,
            at=paper.code,
            says=f"“{paper.name}”里同一个文件上传了两次",
            remedy="移除多余的一个",
            details=tuple(again),
        )


def _counted(paper: PaperSeen) -> Iterator[Finding]:
    pages = [file.pages for file in paper.files]
    known = [each for each in pages if each is not None]
    if paper.pages and known and len(known) == len(pages) and sum(known) != paper.pages:
        yield Finding(
            rule="FILE-PAGES",
            severity=Severity.WARN,
            at=paper.code,
            says=f"“{paper.name}”登记了 {paper.pages} 页，文件共 {sum(known)} 页",
            remedy="核对有没有漏扫，或者改正登记的页数",
        )


def _coarse(paper: PaperSeen) -> Iterator[Finding]:
    small = tuple(file.name for file in paper.files if _is_small(file))
    if small:
        yield Finding(
            rule="FILE-SMALL",
            severity=Severity.WARN,
            at=paper.code,
            says=f"“{paper.name}”的图片太小，文字和印章可能看不清",
            remedy="用 200 dpi 以上重新扫描",
            details=small,
        )


def _is_small(file: FileSeen) -> bool:
    sides = (file.width, file.height)
    return None not in sides and max(side or 0 for side in sides) < LONGEST_SIDE


def _photographed(paper: PaperSeen) -> Iterator[Finding]:
    photos = tuple(file.name for file in paper.files if file.photo)
    if photos:
        yield Finding(
            rule="FILE-PHOTO",
            severity=Severity.INFO,
            at=paper.code,
            says=f"“{paper.name}”是拍的照片，不是扫描件",
            remedy="看得清、四角齐全即可；看不清的请扫描后替换",
            details=photos,
        )
