"""What is wrong with the lists all services share: organs, laws, clocks, terms, papers, requests.

The first part of each path is the list's name, by which the loader knows the file.
"""

from collections.abc import Iterator

from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.codes import uscc_fault
from definitions.rules.review_citations import citation_problems
from definitions.rules.review_problem import Problem

_CITING = ("clocks", "jurisdictions", "procedures", "terminations", "revocations", "collaboration")


def review_catalogue(catalogue: Catalogue) -> tuple[Problem, ...]:
    """Every problem of the shared lists at once."""
    laws = frozenset(law.key for law in catalogue.laws)
    return (
        *_twice("departments", [department.code for department in catalogue.departments]),
        *_twice("laws", [law.key for law in catalogue.laws]),
        *_twice("materials", [material.code for material in catalogue.materials]),
        *_twice("clocks", [clock.id for clock in catalogue.clocks]),
        *_twice("jurisdictions", [terms.id for terms in catalogue.jurisdictions]),
        *_twice("procedures", [procedure.id for procedure in catalogue.procedures]),
        *_twice("terminations", [cause.id for cause in catalogue.terminations]),
        *_twice("papers", [paper.template for paper in catalogue.papers]),
        *_twice("collaboration", [request.kind for request in catalogue.collaboration]),
        *(
            problem
            for name in _CITING
            for n, entry in enumerate(getattr(catalogue, name))
            for problem in citation_problems(entry, (name, n), laws)
        ),
        *(
            Problem(("departments", n, "uscc"), "uscc", fault)
            for n, department in enumerate(catalogue.departments)
            if (fault := uscc_fault(department.uscc))
        ),
    )


def own_problems(definition: ServiceDefinition, house: Catalogue) -> Iterator[Problem]:
    """What a service brings along stands beside the house's lists, never before them."""
    for name, own, known in (
        ("own_laws", [law.key for law in definition.own_laws], {law.key for law in house.laws}),
        (
            "own_materials",
            [material.code for material in definition.own_materials],
            {material.code for material in house.materials},
        ),
    ):
        yield from _twice(name, own)
        for n, key in enumerate(own):
            if key in known:
                message = f"“{key}”已在全部服务共用的目录里，不能另写一个"
                yield Problem((name, n), "shadows", message)


def _twice(name: str, keys: list[str]) -> Iterator[Problem]:
    for n, key in enumerate(keys):
        if key in keys[:n]:
            yield Problem((name, n), "twice", f"“{key}”重复")
