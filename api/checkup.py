"""政策体检: at the window, for an officer, or for oneself; by what is known and is declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from activities.documents.checkup import (
    CheckUpReport,
    ReportLine,
    ReportPart,
    ReportSource,
    render_report,
)
from activities.store.benefits.checkups import (
    DECLARED,
    CheckUp,
    check_ups,
    checked,
    unpaid,
)
from activities.store.benefits.facts import (
    KnownFact,
    SubjectView,
    subject_by_code,
    subject_view,
    usable,
)
from activities.store.benefits.policies import policies_in_force
from activities.store.benefits.subscriptions import (
    SubscriptionView,
    subscribe,
    subscription_of,
    unsubscribe,
)
from activities.store.engine import ReadSession
from api.auth.person import organ_of
from api.facts import checked_code, said_facts
from api.masking import masked_id
from api.services import Services
from definitions.benefits.checkup import Checked, Standing
from definitions.errors import Code, Refused
from definitions.language.benefits import FactType, PolicyDefinition, SubjectFact, SubjectKind
from definitions.language.roles import Actor
from definitions.lifecycle.finding_saying import finding_said
from definitions.lifecycle.policy_saying import organs_of
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.conditions import Fact
from definitions.rules.matching import needed_facts
from definitions.rules.money import yuan
from definitions.rules.permissions import Act

Declared = Mapping[str, Fact | list[str]]
UNCERTAIN = frozenset({"low", "med"})
BY_YEAR = "标准以当年文件为准"
TITLES: Mapping[Standing, str] = {
    Standing.ENTITLED: "可享",
    Standing.NEAR: "差一点",
    Standing.UNKNOWN: "数据不全，还不清楚",
    Standing.EXCLUDED: "被排除",
    Standing.NOT: "不可享",
}
_READS: Mapping[SubjectKind, Act] = {
    SubjectKind.FIRM: Act.READ_BENEFITS,
    SubjectKind.PERSON: Act.RUN_BENEFITS,
}
# Where what was declared stands in what is sent.
_DECLARED = "/declared"


@dataclass(frozen=True, slots=True)
class Found:
    """A check-up, whose it is (None: of nobody on record), and the policies it was made by."""

    subject: SubjectView | None
    checkup: CheckUp
    policies: Mapping[str, PolicyDefinition]
    subscription: SubscriptionView | None = None

    @property
    def fen(self) -> int:
        """What all it is entitled to comes to."""
        return sum(each.amount or 0 for each in self.checkup.policies)


async def check_up_by_code(
    services: Services,
    actor: Actor,
    kind: SubjectKind,
    code: str,
    *,
    declared: Declared | None = None,
) -> Found:
    """Of whoever has this code. Nobody on record: by what is declared alone.

    Raises `invalid`, `unknown-subject` where there is neither, `forbidden`.
    """
    require_reader(actor, kind)
    clean = checked_code(kind, code)
    async with services.store.reading() as session:
        subject = await subject_by_code(session, kind, clean)
        if subject is None and not declared:
            raise unknown_subject(kind)
        told = said_facts(services, kind, declared or {}, _DECLARED)
        found = await _made(services, session, subject, kind, told)
    return _within(found, organ_seen(actor))


async def check_up_of(
    services: Services, actor: Actor, subject: int, *, declared: Declared | None = None
) -> Found:
    """Of a subject by its number. Raises `unknown-subject`, `forbidden`."""
    require_reader(actor)
    async with services.store.reading() as session:
        known = await subject_view(session, subject)
        if known is None:
            raise Refused(Code.UNKNOWN_SUBJECT, "没有这户企业（这个人）")
        require_reader(actor, known.kind)
        told = said_facts(services, known.kind, declared or {}, _DECLARED)
        found = await _made(services, session, known, known.kind, told)
    return _within(found, organ_seen(actor))


async def own_check_up(
    services: Services, subject: SubjectView, *, declared: Declared | None = None
) -> Found:
    """Of the one who asks, who has shown to be it."""
    told = said_facts(services, subject.kind, declared or {}, _DECLARED)
    async with services.store.reading() as session:
        return await _made(services, session, subject, subject.kind, told)


async def unpaid_benefits(services: Services, code: str) -> tuple[Checked, ...]:
    """惠企政策还没有兑现的: what a firm would leave behind if it were deregistered now."""
    async with services.store.reading() as session:
        firm = await subject_by_code(session, SubjectKind.FIRM, code)
        if firm is None:
            return ()
        return await unpaid(session, services.facts, firm, local_day(services.now()))


async def follow(services: Services, actor: Actor, subject: int) -> SubscriptionView:
    """Subscribe for whoever stands at the window. Raises `unknown-subject`, `forbidden`."""
    permissions.require(actor, Act.SERVE_BENEFICIARY)
    found = await check_up_of(services, actor, subject)
    return await follow_own(services, found, by=actor.id)


async def follow_own(services: Services, found: Found, *, by: str) -> SubscriptionView:
    """Subscribe: from now on, what comes out otherwise is noted."""
    assert found.subject is not None
    async with services.store.begin() as session:
        await subscribe(session, found.checkup, by, services.now())
        made = await subscription_of(session, found.subject.id)
    assert made is not None
    return made


async def unfollow(services: Services, actor: Actor, subject: int) -> None:
    """Take the subscription back, for whoever stands at the window. Raises `forbidden`."""
    permissions.require(actor, Act.SERVE_BENEFICIARY)
    await unfollow_own(services, subject)


async def unfollow_own(services: Services, subject: int) -> None:
    """Take one's own subscription back."""
    async with services.store.begin() as session:
        await unsubscribe(session, subject)


def require_reader(actor: Actor, kind: SubjectKind = SubjectKind.FIRM) -> None:
    """Whoever serves beneficiaries or reads benefits may look. Raises `forbidden`.

    At a person, of whom much is sensitive, only those who serve or decide (个人信息保护法 28).
    """
    if not permissions.may(actor, Act.SERVE_BENEFICIARY):
        permissions.require(actor, _READS[kind])


def readable(actor: Actor) -> tuple[SubjectKind, ...]:
    """At whom the actor may look."""
    serves = permissions.may(actor, Act.SERVE_BENEFICIARY)
    return tuple(kind for kind, act in _READS.items() if serves or permissions.may(actor, act))


def unknown_subject(kind: SubjectKind) -> Refused:
    """Nobody of that code is on record."""
    who = "这家企业" if kind is SubjectKind.FIRM else "这个人"
    return Refused(Code.UNKNOWN_SUBJECT, f"没有{who}的数据：可以填写申报的情况再体检")


def source_said(services: Services, known: KnownFact) -> str:
    """Who said a fact, by name."""
    names = {source.id: source.name for source in services.facts.sources}
    return names.get(known.source, known.source)


def sentences(services: Services, found: Found, each: Checked) -> tuple[str, ...]:
    """Why a policy comes to what it does: what decides it, then what else is to be known."""
    facts = {fact.fact: fact for fact in services.facts.facts}
    policy = found.policies[each.policy]
    known = usable(found.checkup.known)
    deciding = set(each.found.reasons)
    told = [
        finding_said(policy, finding, facts, known)
        for finding in each.found.findings
        if finding.id in deciding or each.standing is Standing.ENTITLED
    ]
    if each.rival is not None:
        rival = found.policies.get(each.rival)
        told.append(f"与“{rival.name if rival else each.rival}”只能享受一项，已由其优先")
    for lacking in each.lacking:
        since = f"，现有的截至 {lacking.as_of:%Y-%m-%d}，过期不用" if lacking.as_of else ""
        told.append(f"缺“{lacking.label}”：由{lacking.owner}掌握{since}")
    if each.standing is Standing.ENTITLED and each.mark in UNCERTAIN:
        told.append(each.note or BY_YEAR)
    if each.declined:
        told.append("已经选择不享受这项政策")
    return tuple(told)


def report(services: Services, found: Found, *, query_code: str = "") -> bytes:
    """The check-up on A4; `query_code` where the window hands it out.

    Raises `unknown-subject` where it is nobody's.
    """
    subject = found.subject
    if subject is None:
        raise Refused(Code.UNKNOWN_SUBJECT, "没有这户企业（这个人）")
    organs = organs_of(services.library.catalogue)
    by_standing: dict[Standing, list[ReportLine]] = {}
    for each in found.checkup.policies:
        line = ReportLine(
            name=each.name,
            number=each.number,
            organ=organs.get(each.organ, each.organ),
            amount=amount_said(each),
            says=sentences(services, found, each),
        )
        by_standing.setdefault(each.standing, []).append(line)
    firm = subject.kind is SubjectKind.FIRM
    return render_report(
        CheckUpReport(
            name=subject.name,
            code=subject.code if firm else masked_id(subject.code),
            on=found.checkup.on,
            made_at=services.now(),
            summary=summary(found),
            parts=tuple(
                ReportPart(title, tuple(by_standing[standing]))
                for standing, title in TITLES.items()
                if standing in by_standing
            ),
            sources=tuple(_sources(services, found.checkup.known.values())),
            query_code=query_code,
        )
    )


def summary(found: Found) -> str:
    """`可享 2 项，合计 12,345.00 元；差一点 1 项`."""
    counts = {
        standing: sum(each.standing is standing for each in found.checkup.policies)
        for standing in Standing
    }
    told = [f"{TITLES[standing]} {count} 项" for standing, count in counts.items() if count]
    if counts[Standing.ENTITLED]:
        told[0] += f"，合计 {yuan(found.fen)}"
    return "；".join(told) or "没有对应的现行政策"


def amount_said(each: Checked) -> str:
    """`约 12,345.00 元` where its figures are not certain."""
    if each.amount is None:
        return ""
    return f"约 {yuan(each.amount)}" if each.mark in UNCERTAIN else yuan(each.amount)


def declarable(services: Services, found: Found) -> tuple[SubjectFact, ...]:
    """What is missing and what the subject can say itself."""
    lacking = {each.fact for policy in found.checkup.policies for each in policy.lacking}
    declared = {name for name, fact in found.checkup.known.items() if fact.source == DECLARED}
    return tuple(
        fact
        for fact in services.facts.facts
        if fact.fact in lacking | declared and fact.type is not FactType.MANY
    )


async def _made(
    services: Services,
    session: ReadSession,
    subject: SubjectView | None,
    kind: SubjectKind,
    told: Mapping[str, Fact],
) -> Found:
    on = local_day(services.now())
    loaded = await policies_in_force(session, on)
    policies = {each.definition.policy: each.definition for each in loaded}
    if subject is None:
        by_word = checked(services.facts, policies.values(), kind, told, on)
        return Found(None, by_word, policies)
    found = await check_ups(session, services.facts, [subject], on, declared=told)
    return Found(subject, found[subject.id], policies, await subscription_of(session, subject.id))


def organ_seen(actor: Actor) -> str | None:
    """Whose policies the actor sees: at the window and in the middle everybody's."""
    return None if permissions.may(actor, Act.SERVE_BENEFICIARY) else organ_of(actor)


def _within(found: Found, organ: str | None) -> Found:
    """Only that organ's policies, and only the facts they look at."""
    if organ is None:
        return found
    mine = tuple(each for each in found.checkup.policies if each.organ == organ)
    asked = {name for each in mine for name in needed_facts(found.policies[each.policy])}
    known = {name: fact for name, fact in found.checkup.known.items() if name in asked}
    narrowed = found.checkup.model_copy(update={"policies": mine, "known": known})
    return Found(found.subject, narrowed, found.policies)


def _sources(services: Services, known: Iterable[KnownFact]) -> Iterable[ReportSource]:
    """Each source once, with the earliest day of what it said."""
    days: dict[str, KnownFact] = {}
    for fact in known:
        before = days.get(fact.source)
        if before is None or fact.as_of < before.as_of:
            days[fact.source] = fact
    for fact in days.values():
        yield ReportSource(
            source_said(services, fact), None if fact.source == DECLARED else fact.as_of
        )
