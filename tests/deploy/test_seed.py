"""What an installation begins with: one holder of a post is known by an ID number, made up."""

from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from activities.outside.registers.sandbox.firms import made
from activities.store.benefits.loading import batches
from activities.store.engine import Store
from activities.store.tables.subjects import Subject
from definitions.policy_loading import load_facts
from definitions.rules.codes import person_id_fault
from deploy import facts, registers, seed

SAMPLES = Path(seed.__file__).parent / "samples"


class TestPosts:
    def test_one_is_held_by_somebody_who_can_be_kept_away(self) -> None:
        (concerned,) = [post for post in seed.POSTS if post.person]
        assert person_id_fault(concerned.person or "") is None
        # Only an application that brings the number on purpose keeps him away.
        samples = [file.read_text(encoding="utf-8") for file in SAMPLES.glob("*.json")]
        assert samples
        assert all((concerned.person or "") not in sample for sample in samples)


class TestFacts:
    async def test_the_made_up_facts_are_of_the_made_up_firms(self, store: Store) -> None:
        catalogue = load_facts()
        lines = await facts.put_samples(store, catalogue, date(2026, 11, 24))
        assert lines == len(list(facts.sample_subjects(catalogue)))
        known = {firm.code for firm in made(date(2026, 11, 24), more=registers.samples()).firms}
        async with store.reading() as session:
            said = await batches(session)
            codes = set(await session.scalars(select(Subject.code).where(Subject.kind == "firm")))
            people = await session.scalar(select(func.count()).where(Subject.kind == "person"))
        assert {each.bad for each in said} == {0}
        assert codes <= known
        assert len(codes) >= 300
        assert people is not None
        assert people >= 300

    async def test_a_second_time_changes_nothing(self, store: Store) -> None:
        catalogue, day = load_facts(), date(2026, 11, 24)
        await facts.put_samples(store, catalogue, day)
        await facts.put_samples(store, catalogue, day)
        async with store.reading() as session:
            assert len(await batches(session)) == len(list(facts.sample_files()))
