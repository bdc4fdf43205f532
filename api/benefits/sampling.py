"""Results of a run one by one, each with its working, told as whoever asks may know them."""

from collections.abc import Sequence

from activities.benefits.matching import sample_of
from activities.store.benefits.frozen import frozen_facts
from activities.store.benefits.policies import policy_at
from activities.store.benefits.reading import matches_of
from activities.store.benefits.runs import run_view
from activities.store.engine import ReadSession
from api.benefits.discreet import told_sample
from api.benefits.working import SampleView, working_of
from api.services import Services
from definitions.benefits.run import RunState
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act


async def sample(services: Services, actor: Actor, run: str) -> tuple[SampleView, ...]:
    """The results of a trial that a person looks through. Raises `unknown-run`, `forbidden`."""
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        state = (await run_view(session, run)).state
        permissions.require_for(actor, Act.READ_BENEFITS, state.terms.organ)
        drawn = [each.subject for each in await sample_of(session, run)]
        return await _views(services, session, actor, state, drawn)


async def match_working(services: Services, actor: Actor, run: str, subject: int) -> SampleView:
    """One subject's result. Raises `unknown-run`, `unknown-subject`, `forbidden`."""
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        state = (await run_view(session, run)).state
        permissions.require_for(actor, Act.READ_BENEFITS, state.terms.organ)
        found = await _views(services, session, actor, state, [subject])
    if not found:
        raise Refused(Code.UNKNOWN_SUBJECT, "这个批次没有留下这一户（人）的比对结果")
    return found[0]


async def _views(
    services: Services,
    session: ReadSession,
    actor: Actor,
    state: RunState,
    subjects: Sequence[int],
) -> tuple[SampleView, ...]:
    """In this order; those whose result and facts are kept."""
    if state.snapshot is None:
        return ()
    policy = (await policy_at(session, state.policy, state.version)).definition
    lines = {line.subject: line for line in await matches_of(session, state.id, subjects)}
    facts = await frozen_facts(session, services.facts, policy.subject, state.snapshot, subjects)
    return tuple(
        told_sample(
            actor,
            state.terms.organ,
            SampleView(
                line=lines[subject],
                working=working_of(policy, services.facts, facts[subject], state.on),
            ),
            policy,
            services.facts,
        )
        for subject in subjects
        if subject in lines and subject in facts
    )
