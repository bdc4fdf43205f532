"""The golden cases beside each definition: sentences of policy officers, held against the rules."""

import pytest

from definitions.language.cases import Case
from definitions.loading import Loaded
from definitions.rules.golden import differences
from tests.support.shipped import shipped

LIBRARY = shipped()


def _name(loaded: Loaded) -> str:
    return f"{loaded.definition.service} v{loaded.definition.version}"


ALL = [
    pytest.param(loaded, case, id=f"{_name(loaded)}: {case.case}")
    for loaded in LIBRARY.services
    for case in loaded.cases
]


@pytest.mark.parametrize(("loaded", "case"), ALL)
def test_case(loaded: Loaded, case: Case) -> None:
    assert differences(loaded.definition, LIBRARY.catalogue, case) == ()


@pytest.mark.parametrize("loaded", LIBRARY.services, ids=_name)
class TestCoverage:
    def test_every_situation_has_a_case(self, loaded: Loaded) -> None:
        codes = {situation.code for situation in loaded.definition.situations}
        codes |= {combined.code for combined in loaded.definition.combined}
        assert codes <= {case.expect.situation for case in loaded.cases}

    def test_every_matter_is_needed_once_and_once_not(self, loaded: Loaded) -> None:
        needed = {key for case in loaded.cases for key in case.expect.needed or ()}
        spared = {key for case in loaded.cases for key in case.expect.not_needed or {}}
        assert needed == {matter.key for matter in loaded.definition.matters}
        assert spared == {matter.key for matter in loaded.definition.matters if matter.needed}

    def test_there_are_enough_cases(self, loaded: Loaded) -> None:
        assert len(loaded.cases) >= 8

    def test_no_case_is_blocked_and_planned(self, loaded: Loaded) -> None:
        for case in loaded.cases:
            assert not (case.expect.blocked and case.expect.needed)
