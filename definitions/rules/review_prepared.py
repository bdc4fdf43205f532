"""Whether the papers the house prepares are this service's, with gaps that can be filled."""

from collections.abc import Iterator

from definitions.language.conditions import Condition
from definitions.language.prepared import GAP, Clause, PreparedPaper
from definitions.language.service import ServiceDefinition
from definitions.rules.review_problem import Path, Problem


def prepared_problems(definition: ServiceDefinition, known: frozenset[str]) -> Iterator[Problem]:
    """Every problem of every paper; `known` are the facts there are."""
    materials = {use.code for use in definition.materials}
    for n, paper in enumerate(definition.prepared):
        path = ("prepared", n)
        if paper.code not in materials:
            message = f"{paper.code} 没有列入本服务的 materials"
            yield Problem((*path, "code"), "prepared_not_listed", message)
        for place, clause in clauses_of(paper, path):
            strange = next((gap for gap in GAP.findall(clause.says) if gap not in known), None)
            if strange is not None:
                yield Problem((*place, "says"), "unknown_fact", f"没有这个事实：{strange}")


def conditions_of_papers(definition: ServiceDefinition) -> Iterator[tuple[Path, Condition]]:
    """The conditions in the papers, with their places."""
    for n, paper in enumerate(definition.prepared):
        path = ("prepared", n)
        if paper.when is not None:
            yield (*path, "when"), paper.when
        for place, clause in clauses_of(paper, path):
            if clause.when is not None:
                yield (*place, "when"), clause.when


def clauses_of(paper: PreparedPaper, path: Path) -> Iterator[tuple[Path, Clause]]:
    """Every sentence of a paper, with its place."""
    for name in ("title", "opening", "clauses", "closing", "signed"):
        for n, clause in enumerate(getattr(paper, name)):
            yield (*path, name, n), clause
