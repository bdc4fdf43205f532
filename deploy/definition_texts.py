"""Definitions as files: reading, judging, trying their golden cases. No database."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from activities.store.desk.definitions import Written
from definitions.composing import PARTS, Parts
from definitions.language.service import Catalogue
from definitions.lifecycle.judging import (
    CaseFile,
    Judged,
    Report,
    finding,
    judge,
    tried,
)
from definitions.lifecycle.pinning import FILE
from definitions.loading import CATALOGUE, Library, Loaded, load_catalogue
from definitions.proving import golden_problems
from definitions.schema import kinds, schema_of
from definitions.source import DefinitionsBroken
from deploy.texts import put_pins, read_text_file, show_cases, show_findings
from deploy.trouble import Exit, Trouble

LAWS = "laws.yaml"


@dataclass(frozen=True, slots=True)
class Text:
    """A definition's file with the files of its cases, and what its folder brings along."""

    path: Path
    text: str
    cases: tuple[CaseFile, ...]
    catalogue: Catalogue
    parts: Parts

    def judged(self) -> Judged:
        """Everything that is wrong with it."""
        return judge(self.text, self.cases, self.catalogue, self.parts, shown=str(self.path))


def text_of(path: Path, cases: Sequence[Path] = ()) -> Text:
    """Read a definition and its cases: those named, else those beside it. Raises Trouble.

    A folder without a catalogue of its own (no laws.yaml) is judged by the house's.
    """
    folder = path.resolve().parent.parent
    beside = cases or sorted(path.parent.glob(f"{path.stem}.cases*.yaml"))
    house = folder if (folder / LAWS).exists() else CATALOGUE
    try:
        catalogue = load_catalogue(house)
    except DefinitionsBroken as broken:
        raise _broken(broken) from broken
    return Text(
        path=path,
        text=read_text_file(path),
        cases=tuple(CaseFile(name=each.name, text=read_text_file(each)) for each in beside),
        catalogue=catalogue,
        parts=Parts(folder if (folder / PARTS).exists() else CATALOGUE),
    )


def check(path: Path, console: Console) -> None:
    """Print every fault of one definition. Raises Trouble where there is one."""
    judged = text_of(path).judged()
    show_findings(judged.report.findings, console)
    report = judged.report
    named = f"{report.name}（{report.service} 第 {report.version} 版）"
    show_cases(report, "定义", console)
    console.print(f"✓ {named}：没有问题，{len(report.cases)} 个金例都相符。")


def check_all(console: Console) -> None:
    """The same for everything that is shipped."""
    try:
        library = Library.load()
    except DefinitionsBroken as broken:
        show_findings([finding(error) for error in broken.errors], console)
        raise
    unlike = [e for each in library.services for e in golden_problems(each, library.catalogue)]
    show_findings([finding(error) for error in unlike], console)
    console.print(f"✓ {len(library.services)} 个版本都没有问题。")


def test(path: Path, console: Console) -> None:
    """Run the golden cases of one definition. Raises Trouble where one comes out otherwise."""
    report = text_of(path).judged().report
    show_findings(report.findings, console)
    show_cases(report, "定义", console)
    console.print(f"✓ {report.service} 第 {report.version} 版：{len(report.cases)} 个金例都相符。")


def test_all(console: Console) -> None:
    """The same for everything that is shipped."""
    for path in sorted(CATALOGUE.glob("*/v[1-9]*.yaml")):
        if ".cases" not in path.name:
            test(path, console)


def show_schema(kind: str, name: str, console: Console) -> None:
    """Print the schema of one kind of file. Raises Trouble."""
    known = next((each for each in kinds() if each == kind), None)
    try:
        schema = schema_of(known, name) if known is not None else None
    except KeyError:
        schema = None
    if schema is None:
        there = "、".join(kinds())
        message = f"没有 {kind} {name} 的 schema；可写：{there}（list 后写文件名，如 laws.yaml）。"
        raise Trouble(message, code=Exit.INPUT)
    console.file.write(json.dumps(schema, ensure_ascii=False, indent=2) + "\n")


def pin(console: Console) -> None:
    """Add what is shipped and not in the list yet. Raises Trouble where a listed text changed."""
    put_pins(Library.load().services, CATALOGUE / FILE, console)


def shipped() -> tuple[tuple[Loaded, ...], Callable[[Loaded], Written]]:
    """What this release brings, and how a version of it is read and its cases tried."""
    library = Library.load()

    def written(loaded: Loaded) -> Written:
        definition, path = loaded.definition, loaded.path
        beside = sorted(path.parent.glob(f"{path.stem}.cases*.yaml"))
        report = Report(
            service=definition.service,
            version=definition.version,
            name=definition.name,
            sha256=loaded.sha256,
            cases=tried(loaded, loaded.cases, library.catalogue),
        )
        cases = tuple(CaseFile(name=each.name, text=read_text_file(each)) for each in beside)
        return Written(loaded=loaded, text=read_text_file(path), cases=cases, report=report)

    return library.services, written


def _broken(broken: DefinitionsBroken) -> Trouble:
    lines = "\n  ".join(str(error) for error in broken.errors)
    return Trouble(f"目录有 {len(broken.errors)} 处需要修改：\n  {lines}", code=Exit.INPUT)
