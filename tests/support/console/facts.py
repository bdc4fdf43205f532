"""Samples of the pages of facts."""

from dataclasses import replace
from datetime import date, timedelta

from activities.store.benefits.fact_files import Rule, Wrong
from activities.store.benefits.facts import KnownFact
from activities.store.benefits.loading import BatchView
from api.console.fill import facts as fill
from api.console.fill.facts import URL
from api.console.pages import facts as pages
from api.console.views.facts import BatchPage, FactsPage, SubjectFactsPage
from api.console.views.shared import ErrorView, Pager
from api.facts import FactShown, SubjectShown
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Role
from definitions.policy_loading import load_facts
from tests.support.console import parts
from tests.support.console.parts import frame, submission

CATALOGUE = load_facts()
DAY = date(2026, 11, 20)


def batch(bad: int = 2) -> BatchView:
    """A batch with bad lines, or without."""
    problems = (
        Wrong(line=3, field="firm.active", rule=Rule.TYPE, says="应为 是 或 否（true 或 false）"),
        Wrong(line=7, field="code", rule=Rule.CODE, says="统一社会信用代码校验位不符"),
    )
    return BatchView(
        id=7,
        source="market",
        kind=SubjectKind.FIRM,
        as_of=DAY,
        name="市场主体-20261120.csv",
        by="a-1",
        sha256="ab" * 32,
        rows=320 + bad,
        good=320,
        bad=bad,
        problems=problems[:bad],
        facts=("firm.active", "firm.founded_on"),
        at=parts.NOW,
    )


def overview(*, wrong: bool = False) -> FactsPage:
    """The list with its forms."""
    errors = (ErrorView("as_of", "数据的截至日不能晚于今天"),) if wrong else ()
    asked = pages.asked_fields(None, errors)
    around = frame("数据", URL, role=Role.POLICY_OFFICER)
    return FactsPage(
        frame=replace(around, errors=errors),
        newest=fill.newest(CATALOGUE, {batch().source: batch().as_of}),
        load=submission(URL),
        fields=pages.load_fields(CATALOGUE, DAY, None, errors),
        ask=submission(f"{URL}/subject"),
        asked=asked,
        rows=fill.rows(CATALOGUE, (batch(), batch(0)), {"a-1": "李政策"}),
        pager=Pager("", f"{URL}?after=x"),
    )


def one(bad: int = 2, *, more: bool = False) -> BatchPage:
    """One batch."""
    found = batch(bad)
    return BatchPage(
        frame=frame("第 7 批数据", URL),
        status=fill.status(found),
        facts=fill.batch_facts(CATALOGUE, found),
        rows=fill.wrong_rows(CATALOGUE, found),
        more=more,
    )


def subject() -> SubjectFactsPage:
    """A firm of which some is known."""
    said = {
        "firm.active": KnownFact(value=True, source="market", as_of=DAY, fresh=True),
        "firm.founded_on": KnownFact(
            value="2020-02-29", source="market", as_of=DAY - timedelta(days=30), fresh=False
        ),
        "firm.young_hires": KnownFact(
            value=("Y1", "Y2"), source="insurance", as_of=DAY, fresh=True
        ),
    }
    sources = {source.id: source for source in CATALOGUE.sources}
    shown = SubjectShown(
        id=1,
        kind=SubjectKind.FIRM,
        code="91310117MA1J0T5T4W",
        name=parts.FIRM,
        on=DAY,
        facts=tuple(
            FactShown(
                fact=fact.fact,
                label=fact.label,
                unit=fact.unit,
                source=fact.source,
                source_name=sources[fact.source].name,
                fresh_days=sources[fact.source].fresh_days,
                known=said.get(fact.fact),
                hidden=fact.fact == "firm.tax_paid",
            )
            for fact in CATALOGUE.facts
            if fact.kind is SubjectKind.FIRM
        ),
    )
    return SubjectFactsPage(
        frame=frame("已知数据", URL),
        facts=fill.subject_facts(shown),
        rows=fill.fact_rows(CATALOGUE, shown),
        back_url=URL,
    )
