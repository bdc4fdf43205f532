"""A text judged before anybody may propose it: every fault with its line, every golden case."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from definitions.composing import Parts
from definitions.language.base import Value
from definitions.language.cases import Case, Expectation
from definitions.language.service import Catalogue
from definitions.loading import Loaded, read_cases, read_service
from definitions.rules.golden import Difference, differences
from definitions.source import DefinitionError
from definitions.wording import expected, told

CASES_MISSING = "没有金例：定义须和说明它的金例一起提出"


class Finding(Value):
    """One fault of a text: where, which rule it breaks, and what to do about it."""

    file: str
    line: int
    column: int
    path: str
    rule: str
    message: str


class Unlike(Value):
    """One thing in which a case came out otherwise; `label` is the item in Chinese."""

    item: str
    label: str
    expected: str
    found: str


class CaseResult(Value):
    """How a golden case came out."""

    case: str
    unlike: tuple[Unlike, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.unlike


class CaseFile(Value):
    """A text with golden cases."""

    name: str
    text: str


class Judgement(Value):
    """What judging a text came to. The names are missing where it could not be read so far.

    Cases are only tried where nothing is wrong with the text itself.
    """

    version: int | None = None
    name: str | None = None
    sha256: str | None = None
    findings: tuple[Finding, ...] = ()
    cases: tuple[CaseResult, ...] = ()

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that came out otherwise."""
        return tuple(case for case in self.cases if not case.passed)

    @property
    def ok(self) -> bool:
        """Whether it may be published as it is."""
        return not self.findings and not self.failed


class Report(Judgement):
    """Of a service's text."""

    service: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The report, and the definition itself where it could be read."""

    report: Report
    loaded: Loaded | None = None


def judge(
    text: str, cases: Sequence[CaseFile], catalogue: Catalogue, parts: Parts, *, shown: str
) -> Judged:
    """Everything that is wrong with a text and its cases. `shown` is its name in findings."""
    loaded, errors = read_service(text.encode(), shown, catalogue, parts)
    read: list[Case] = []
    for file in cases:
        found, wrong = read_cases(file.text.encode(), _beside(shown, file.name))
        read += found
        errors += wrong
    findings = tuple(map(finding, errors))
    if loaded is None:
        return Judged(report=Report(findings=findings))
    if not read and not errors:
        findings = (_cases_missing(shown),)
    definition = loaded.definition
    return Judged(
        report=Report(
            service=definition.service,
            version=definition.version,
            name=definition.name,
            sha256=loaded.sha256,
            findings=findings,
            cases=() if errors else tried(loaded, read, catalogue),
        ),
        loaded=replace(loaded, cases=tuple(read)),
    )


def tried(loaded: Loaded, cases: Sequence[Case], catalogue: Catalogue) -> tuple[CaseResult, ...]:
    """Every case with what came out otherwise."""
    return tuple(
        CaseResult(
            case=case.case,
            unlike=tuple(map(_unlike, differences(loaded.definition, catalogue, case))),
        )
        for case in cases
    )


def finding(error: DefinitionError) -> Finding:
    """The loader's error as a value."""
    return Finding(
        file=error.file,
        line=error.line,
        column=error.column,
        path=error.path,
        rule=error.rule,
        message=error.message,
    )


def _cases_missing(shown: str) -> Finding:
    return Finding(
        file=shown, line=1, column=1, path="", rule="cases_missing", message=CASES_MISSING
    )


def _unlike(difference: Difference) -> Unlike:
    """Where nothing could be planned at all, the whole expectation stands against a refusal."""
    refused = isinstance(difference.expected, Expectation)
    return Unlike(
        item=difference.item,
        label="办理" if refused else expected(difference.item),
        expected="能够办理" if refused else told(difference.expected),
        found=told(difference.found),
    )


def _beside(shown: str, name: str) -> str:
    return str(Path(shown).with_name(Path(name).name)) if name else shown
