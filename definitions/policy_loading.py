"""From YAML to policies: `facts.yaml`, and `<policy>/vN.yaml` with golden cases beside each.

Everything that is wrong in all files is told at once, with file and line.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from definitions.language.base import Written
from definitions.language.benefits import (
    PolicyCase,
    PolicyCases,
    PolicyDefinition,
    SourceDefinition,
    SubjectFact,
)
from definitions.language.service import Catalogue
from definitions.reading import digest_of, misnamed, placed, read_file, read_text, strays
from definitions.rules.conditions import Facts
from definitions.rules.golden_policies import policy_differences
from definitions.rules.review_policy import House, review_policy, source_problems
from definitions.source import Data, DefinitionError, DefinitionsBroken

POLICIES = Path(__file__).parent / "policies"
FACTS = "facts.yaml"
_VERSION = re.compile(r"v[1-9][0-9]*\.yaml")


class FactCatalogue(Written):
    """Every fact a policy may look at, and who keeps it."""

    sources: tuple[SourceDefinition, ...]
    facts: tuple[SubjectFact, ...]


@dataclass(frozen=True)
class LoadedPolicy:
    """One version of a policy, whole, and the hash of what it says."""

    definition: PolicyDefinition
    sha256: str
    body: Data
    cases: tuple[PolicyCase, ...]
    usual: Facts
    path: Path


@dataclass(frozen=True)
class PolicyLibrary:
    """All policies, checked against the house's catalogue and the facts."""

    catalogue: FactCatalogue
    policies: tuple[LoadedPolicy, ...]

    @classmethod
    def load(cls, house: Catalogue, folder: Path = POLICIES) -> "PolicyLibrary":
        """Read the folder. Raises `DefinitionsBroken` with everything that is wrong in it."""
        found = read_file(folder / FACTS, folder, FactCatalogue)
        errors = list(found.errors)
        if found.said is None:
            raise DefinitionsBroken(errors)
        errors += placed(source_problems(found.said.facts, found.said.sources), found.source)
        policies: list[LoadedPolicy] = []
        known = house_of(found.said, house)
        for path in sorted(p for p in folder.glob("*/v*.yaml") if _VERSION.fullmatch(p.name)):
            loaded, wrong = _policy(path, folder, known)
            errors += wrong
            policies += [loaded] if loaded else []
        errors += strays(folder)
        if errors:
            raise DefinitionsBroken(errors)
        return cls(found.said, tuple(policies))


def house_of(facts: FactCatalogue, catalogue: Catalogue) -> House:
    """What a policy may refer to."""
    return House(
        facts={fact.fact: fact for fact in facts.facts},
        organs=frozenset(department.code for department in catalogue.departments),
        laws=frozenset(law.key for law in catalogue.laws),
        ended={law.key: law.until for law in catalogue.laws if law.until is not None},
    )


def read_policy(
    raw: bytes, shown: str, house: House
) -> tuple[LoadedPolicy | None, tuple[DefinitionError, ...]]:
    """One policy out of a text; and everything that is wrong in it."""
    found = read_text(raw, shown, PolicyDefinition)
    if found.said is None or found.source is None:
        return None, tuple(found.errors)
    errors = [*found.errors, *placed(review_policy(found.said, house), found.source)]
    loaded = _loaded(found.said, found.source.data, None, Path(shown))
    return loaded, tuple(errors)


def parsed(raw: bytes, cases: bytes, shown: str) -> LoadedPolicy:
    """A policy that was published: it was right then, and is not looked at again.

    Raises `DefinitionsBroken` where the text cannot even be read.
    """
    found = read_text(raw, shown, PolicyDefinition)
    beside = read_text(cases, shown.replace(".yaml", ".cases.yaml"), PolicyCases)
    if found.said is None or found.source is None or beside.said is None:
        raise DefinitionsBroken([*found.errors, *beside.errors])
    return _loaded(found.said, found.source.data, beside.said, Path(shown))


def load_facts(folder: Path = POLICIES) -> FactCatalogue:
    """The fact catalogue that the software brings along. Raises `DefinitionsBroken`."""
    found = read_file(folder / FACTS, folder, FactCatalogue)
    if found.said is None:
        raise DefinitionsBroken(list(found.errors))
    return found.said


def _loaded(
    definition: PolicyDefinition, body: Data, cases: PolicyCases | None, path: Path
) -> LoadedPolicy:
    beside = (cases.cases, cases.usual) if cases else ((), {})
    return LoadedPolicy(definition, digest_of(body), body, *beside, path)


def _policy(
    path: Path, folder: Path, house: House
) -> tuple[LoadedPolicy | None, list[DefinitionError]]:
    found = read_file(path, folder, PolicyDefinition)
    cases = read_file(path.with_name(f"{path.stem}.cases.yaml"), folder, PolicyCases)
    errors = [*found.errors, *cases.errors]
    if found.said is None or found.source is None:
        return None, errors
    definition = found.said
    right = Path(definition.policy) / f"v{definition.version}.yaml"
    if path.relative_to(folder) != right:
        errors.append(misnamed(path, folder, "policy", f"文件应放在 {right}"))
    wrong = placed(review_policy(definition, house), found.source)
    errors += wrong
    loaded = _loaded(definition, found.source.data, cases.said, path)
    if cases.source is not None and not wrong:
        for n, case in enumerate(loaded.cases):
            told = "，".join(
                f"{each.item} 应为 {each.expected}，得到 {each.found}"
                for each in policy_differences(definition, loaded.usual, case)
            )
            if told:
                errors.append(cases.source.error(("cases", n, "expect"), "golden", told))
    return loaded, errors
