"""对惠企政策的影响: what a firm is entitled to otherwise, once a change of it was granted."""

from activities.store.benefits.checkups import check_ups
from activities.store.benefits.facts import subject_by_code
from activities.store.reading.bundles import BundleView
from api.checkup import organ_seen, require_reader
from api.services import Services
from definitions.benefits.checkup import Change, changes, told
from definitions.language.base import Value
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Actor
from definitions.lifecycle.finding_saying import shown_fact
from definitions.matter.state import Result
from definitions.policy_effects import answers_as_facts, load_effects, once_granted
from definitions.rules.calendar import local_day


class Impact(Value):
    """Facts that came out otherwise, in words, and what policies say by them.

    Both sides by what was known on the day the application began, so that it reads the same later.
    """

    facts: tuple[str, ...]
    changes: tuple[Change, ...]


async def impact_of(services: Services, actor: Actor, bundle: BundleView) -> Impact | None:
    """None where nothing granted touches what policies look at, or nobody knows the firm.

    Raises `forbidden`.
    """
    require_reader(actor)
    effects = [effect for effect in load_effects() if not effect.running]
    granted = [each.key for each in bundle.matters if each.result == Result.GRANTED]
    answers = answers_as_facts(bundle.application.answers)
    after = once_granted(effects, bundle.service, granted, answers)
    if not after:
        return None
    on, organ = local_day(bundle.started_at), organ_seen(actor)
    async with services.store.reading() as session:
        firm = await subject_by_code(session, SubjectKind.FIRM, bundle.firm_code)
        if firm is None:
            return None
        both = [
            (await check_ups(session, services.facts, [firm], on, instead=instead))[firm.id]
            for instead in (None, after)
        ]
    known = {fact.fact: fact for fact in services.facts.facts}
    mine = [
        [each for each in found.policies if organ is None or each.organ == organ] for found in both
    ]
    return Impact(
        facts=tuple(
            f"{known[name].label}：{shown_fact(known[name], value)}"
            for name, value in after.items()
        ),
        changes=changes(told(mine[0]), told(mine[1])),
    )
