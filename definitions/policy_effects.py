"""`policies/effects.yaml`: what applications do to the facts of policies, read and checked."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from definitions.language.benefits import FactType, Said, SubjectFact
from definitions.language.effects import Effect, Effects
from definitions.policy_loading import POLICIES, load_facts
from definitions.reading import placed, read_file
from definitions.rules.conditions import Fact, holds
from definitions.rules.review_problem import Problem
from definitions.source import DefinitionsBroken

EFFECTS = "effects.yaml"
_TYPES = {
    FactType.NUMBER: int,
    FactType.FLAG: bool,
    FactType.DATE: str,
    FactType.TEXT: str,
    FactType.MANY: tuple,
}


@lru_cache(maxsize=4)
def load_effects(folder: Path = POLICIES) -> tuple[Effect, ...]:
    """Those that the software brings along. Raises `DefinitionsBroken`."""
    found = read_file(folder / EFFECTS, folder, Effects)
    if found.said is None:
        raise DefinitionsBroken(list(found.errors))
    known = {fact.fact: fact for fact in load_facts(folder).facts}
    wrong = placed(effect_problems(found.said.effects, known), found.source)
    if wrong:
        raise DefinitionsBroken(wrong)
    return found.said.effects


def effect_problems(
    effects: Iterable[Effect], known: Mapping[str, SubjectFact]
) -> Iterator[Problem]:
    """Facts that nobody keeps, and values that they do not have."""
    for n, effect in enumerate(effects):
        for part in ("running", "granted"):
            said: Said = getattr(effect, part)
            for name, value in said.items():
                path = ("effects", n, part, name)
                fact = known.get(name)
                if fact is None:
                    yield Problem(path, "unknown-fact", f"没有“{name}”这项数据")
                elif type(value) is not _TYPES[fact.type]:
                    yield Problem(path, "fact-type", f"“{fact.label}”不是这样的值")


def while_running(effects: Iterable[Effect], service: str, matter: str) -> dict[str, Fact]:
    """What the matter does as long as it is not over."""
    found: dict[str, Fact] = {}
    for effect in effects:
        if (effect.service, effect.matter) == (service, matter):
            found |= effect.running
    return found


def once_granted(
    effects: Iterable[Effect],
    service: str,
    matters: Iterable[str],
    answers: Mapping[str, Fact],
    *,
    lasting: bool = False,
) -> dict[str, Fact]:
    """What the service's granted matters do to an applicant who gave these answers.

    `lasting`: only what nothing takes back.
    """
    granted = set(matters)
    found: dict[str, Fact] = {}
    for effect in effects:
        if effect.service != service or effect.matter not in granted:
            continue
        if (effect.lasting or not lasting) and holds(effect.when, answers) is True:
            found |= effect.granted
    return found


def answers_as_facts(answers: Mapping[str, object]) -> dict[str, Fact]:
    """The answers of an application under the names by which conditions ask for them."""
    return {
        f"answer.{name}": tuple(said) if isinstance(said, list) else said
        for name, said in answers.items()
        if isinstance(said, (str, bool, int, list, tuple))
    }
