"""The samples answer every question of the rules in force, so that a first start shows them all."""

import json
from datetime import UTC, date, datetime

import pytest

from definitions.rules.guidance import facts_of, guide
from deploy.day import SCENES
from deploy.sample import read
from tests.support.shipped import shipped
from tests.support.survival import SAMPLES

FIRMS = {firm["code"]: firm["facts"] for firm in json.loads((SAMPLES / "firms.json").read_text())}
NAMES = sorted(each.stem for each in SAMPLES.glob("*.json") if each.stem != "firms")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_to_ask_of_a_sample(name: str) -> None:
    sample = read(SAMPLES / f"{name}.json")
    definition = shipped().service(sample.service, datetime.now(UTC)).definition
    answers = {n: tuple(v) if isinstance(v, list) else v for n, v in sample.answers.items()}
    known = {**FIRMS.get(sample.firm_code, {}), **sample.firm}
    firm = {n: tuple(v) if isinstance(v, list) else v for n, v in known.items()}
    form = {f"form.{n}": v for n, v in sample.form.items()}
    stands = guide(
        definition,
        facts_of(definition, answers, firm, form, on=date.today()),  # noqa: DTZ011
    )
    assert [question.id for question in stands.asked] == []
    assert [blocker.reason for blocker in stands.blockers] == []
    assert stands.situation is not None


def test_the_sample_day_plays_samples_there_are() -> None:
    assert {scene.sample for scene in SCENES} <= set(NAMES)
