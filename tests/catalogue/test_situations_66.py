"""The catalogue against the table of the 66 situations: which papers, which linked matters.

The table is a proposal (domain.md §4.6). Where an article says otherwise the definition follows the
article; every such place stands in `DIFFERENCES`, and in docs/catalogue.md for people.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from definitions.language.cases import Case
from definitions.loading import Loaded
from definitions.rules.conditions import Fact
from definitions.rules.golden import USUAL
from definitions.rules.guidance import facts_of
from definitions.rules.plan import Plan
from definitions.rules.planning import plan
from tests.support.shipped import shipped

LIBRARY = shipped()
SECOND = 2
CURRENT = [loaded for loaded in LIBRARY.services if loaded.definition.version == SECOND]
with (Path(__file__).parent / "situations_66.csv").open(encoding="utf-8-sig") as _file:
    ROWS = {row["code"]: row for row in csv.DictReader(_file)}
# 多事项合并 has no papers of its own: the golden cases hold unions against the parts.
SINGLE = [code for code in ROWS if code != "BG-YX-22"]

# What the table calls the linked matters, and their keys.
STEPS = {
    "SEAL": "SEAL",
    "TAX": "TAX",
    "SI": "SI",
    "HPF": "HPF",
    "BANK": "BANK",
    "CUST": "CUST",
    "LIC": "LIC_FOOD",
    "DUAL": "DUAL",
}
# From here on the catalogue's own papers, those of the linked matters: not in the table.
FIRST_OF_LINKED = "M40"
# A firm that is registered wherever one can be, and comes by an agent with its paper licence.
EVERYWHERE: dict[str, Fact] = {
    "registrations": ("social_insurance", "housing_fund", "customs"),
    "licences": ("food_business",),
    "bank_account": True,
}
FULLY = {
    "filed_by": "agent",
    "paper_licence": "held",
    "food_licence_form": "paper",
    "food_premises": "stays",
}


@dataclass(frozen=True)
class Difference:
    """What stands in the definition beside the table, or not, and the article that says so.

    `maybe` is there for some applications of the situation only.
    """

    article: str
    more: frozenset[str] = frozenset()
    less: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()


def _more(article: str, *names: str) -> Difference:
    return Difference(article, more=frozenset(names))


def _less(article: str, *names: str) -> Difference:
    return Difference(article, less=frozenset(names))


def _maybe(article: str, *names: str) -> Difference:
    return Difference(article, maybe=frozenset(names))


_NEW_LICENCE = _less(
    "食品经营许可和备案管理办法 29: only what the licence states is changed, items are applied for",
    "LIC_FOOD",
)
_DUAL = _maybe("上海优化营商环境条例 17(3): where a licence has to be applied for", "DUAL", "M13")
_CUSTOMS = _more("报关单位备案管理规定 4(2), 9: a branch may be filed, and then changes", "CUST")
_CREDITORS = _maybe("公司法 225(2): no creditors are notified where losses are covered", "M11")
DIFFERENCES: dict[str, tuple[Difference, ...]] = {
    "BG-YX-06": (_NEW_LICENCE,),
    "BG-YX-07": (
        _NEW_LICENCE,
        _more("上海优化营商环境条例 17(3): whatever licence has to be applied for", "DUAL"),
    ),
    "BG-YX-12": (
        _less("食品经营许可和备案管理办法 29: the licence does not state the capital", "LIC_FOOD"),
    ),
    "BG-YR-03": (_NEW_LICENCE, _DUAL),
    "BG-YR-06": (_CREDITORS,),
    "BG-GY-03": (_NEW_LICENCE, _DUAL),
    "BG-GY-05": (_maybe("公司法 224, 225: only a reduction is announced", "M11", "M12"),),
    "BG-GF-03": (_NEW_LICENCE, _DUAL),
    "BG-GF-06": (_CREDITORS,),
    "BA-GF-01": (_maybe("实施细则 32: the papers of what is changed", "M03", "M04", "M05"),),
    "BG-FG-02": (_CUSTOMS,),
    "BG-FG-03": (_CUSTOMS,),
    "BG-FG-04": (_NEW_LICENCE, _DUAL),
    "ZX-YX-01": (_more("行政许可法 70(3): a licence ends with its holder", "LIC_FOOD"),),
    "ZX-FG-01": (_CUSTOMS,),
}


def _first(code: str) -> tuple[Loaded, Case]:
    """The first golden case that comes to this situation."""
    return next(
        (loaded, case)
        for loaded in CURRENT
        for case in loaded.cases
        if case.expect.situation == code
    )


def _planned(code: str) -> Plan:
    """The plan of that case, were the firm registered everywhere."""
    loaded, case = _first(code)
    questions = {question.id for question in loaded.definition.questions}
    answers = case.answers | {name: said for name, said in FULLY.items() if name in questions}
    form = {f"form.{name}": value for name, value in case.form.items()}
    on = case.on or USUAL
    facts = facts_of(loaded.definition, answers, case.firm | EVERYWHERE, form, on=on)
    return plan(loaded.definition, LIBRARY.catalogue, facts, sha256="", on=on)


def _tabled(code: str) -> set[str]:
    """What the table lists, except what it puts in brackets."""
    row = ROWS[code]
    papers = set(re.findall(r"M\d\d", re.sub(r"\(M\d\d\)", "", row["materials"])))
    words = re.findall("|".join(STEPS), row["linked_steps"])
    return papers | {STEPS[word] for word in words}


@pytest.mark.parametrize("code", SINGLE)
def test_papers_and_linked_matters_are_those_of_the_table(code: str) -> None:
    made = _planned(code)
    assert made.situation.code == code
    papers = {each.code for each in made.materials if each.code < FIRST_OF_LINKED}
    linked = {each.key for each in made.matters if each.not_needed is None} & {*STEPS.values()}
    known = DIFFERENCES.get(code, ())
    maybe = {name for each in known for name in each.maybe}
    more = {name for each in known for name in each.more}
    less = {name for each in known for name in each.less}
    tabled = _tabled(code)
    assert more.isdisjoint(tabled)
    assert less <= tabled
    assert (papers | linked) - maybe == ((tabled | more) - less) - maybe


def test_every_situation_of_the_table_is_in_the_catalogue() -> None:
    leaves = {leaf.code for loaded in CURRENT for leaf in loaded.definition.situations}
    combined = {each.code for loaded in CURRENT for each in loaded.definition.combined}
    assert leaves == set(SINGLE)
    assert combined >= set(ROWS) - set(SINGLE)
