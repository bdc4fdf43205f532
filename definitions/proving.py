"""Golden cases held against their definition: each difference is an error of the file of cases.

Not part of loading, which has to be fast: whoever publishes asks for it.
"""

from definitions.language.service import Catalogue
from definitions.loading import Loaded
from definitions.rules.golden import Difference, differences
from definitions.source import DefinitionError, Path, Source, bytes_of, parse
from definitions.wording import expected, told


def golden_problems(loaded: Loaded, catalogue: Catalogue) -> tuple[DefinitionError, ...]:
    """One `golden` problem for each difference, placed at what its case expects.

    The files of cases are read again for the places; where they are gone, the sentence must do.
    """
    places = dict(_places(loaded))
    return tuple(
        _problem(loaded, difference, places)
        for case in loaded.cases
        for difference in differences(loaded.definition, catalogue, case)
    )


def _places(loaded: Loaded) -> list[tuple[str, tuple[Source, Path]]]:
    found: list[tuple[str, tuple[Source, Path]]] = []
    here = loaded.path
    for path in sorted(here.parent.glob(f"{here.stem}.cases*.yaml")) if here.stem else ():
        shown = f"{here.parent.parent.name}/{here.parent.name}/{path.name}"
        source = parse(bytes_of(path, shown), shown)
        cases = source.data.get("cases") if isinstance(source.data, dict) else None
        for n, case in enumerate(cases if isinstance(cases, list) else []):
            if isinstance(case, dict):
                found.append((str(case.get("case")), (source, ("cases", n))))
    return found


def _problem(
    loaded: Loaded, difference: Difference, places: dict[str, tuple[Source, Path]]
) -> DefinitionError:
    what = expected(difference.item)
    if difference.item.startswith(("/", "answers")):
        message = f"这一例办不下去：{told(difference.found)}"
    else:
        message = f"{what}应为：{told(difference.expected)}；实际为：{told(difference.found)}"
    if difference.case in places:
        source, place = places[difference.case]
        return source.error((*place, "expect", difference.item), "golden", message)
    return DefinitionError(
        file=str(loaded.path),
        line=1,
        column=1,
        path=f"cases.{difference.case}",
        rule="golden",
        message=message,
    )
