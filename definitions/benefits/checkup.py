"""政策体检: one subject against every policy at once, and what has changed since the last time.

The same match as in a run; but a run asks who is entitled, and this asks what a subject is entitled
to, what it nearly is, what nobody knows, and why not.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum

from definitions.benefits.entitlement import Status
from definitions.benefits.excluding import Kept, kept
from definitions.benefits.periods import entitlement_id, period_of
from definitions.language.base import Value
from definitions.language.benefits import (
    PolicyDefinition,
    SourceDefinition,
    SubjectFact,
    SubjectKind,
    Verdict,
    Way,
)
from definitions.rules.conditions import Fact
from definitions.rules.matching import Match, match


class Standing(StrEnum):
    """可享 · 差一点 · 不清楚 · 被排除 · 不可享, in the order in which they are told."""

    ENTITLED = "entitled"
    NEAR = "near"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"
    NOT = "not"


class Lacking(Value):
    """A fact that is missing, and who keeps it; `as_of`: what there is of it is that old."""

    fact: str
    label: str
    owner: str
    as_of: date | None = None


class Checked(Value):
    """What one policy comes to.

    `amount` in fen, for the entitled; `mark` says how certain its figures are. `found` is the match
    with its working. `rival` goes before it in its exclusion group. `has`: what stands of this
    period in the register already; `declined`: it wants nothing of it.
    """

    policy: str
    version: int
    name: str
    number: str
    organ: str
    period: str
    way: Way
    standing: Standing
    amount: int | None
    mark: str
    note: str | None
    found: Match
    lacking: tuple[Lacking, ...] = ()
    rival: str | None = None
    has: Status | None = None
    declined: bool = False


class Book(Value):
    """What stands in the register of one subject beside its facts.

    `claimed` says by which entitlement a token of a policy's exclusion group is used up. `declined`
    are policies that it wants nothing of; an empty name is all of them. `stale` are facts that are
    too old to count, and of which day they are.
    """

    subject: int = 0
    has: Mapping[str, Status] = {}
    claimed: Mapping[str, Mapping[str, str]] = {}
    declined: frozenset[str] = frozenset()
    stale: Mapping[str, date] = {}


class Told(Value):
    """Of one policy what a subscriber was told last."""

    name: str
    standing: Standing
    amount: int | None = None


class Change(Value):
    """One policy that comes out otherwise than before; it is new or gone where one is missing."""

    policy: str
    name: str
    before: Told | None
    after: Told | None


def check_up(
    policies: Iterable[PolicyDefinition],
    facts: Mapping[str, Fact],
    on: date,
    *,
    kind: SubjectKind,
    known: Mapping[str, SubjectFact],
    sources: Mapping[str, SourceDefinition],
    book: Book | None = None,
) -> tuple[Checked, ...]:
    """Every policy for such subjects: the entitled first, then nearly, unknown, excluded, not."""
    mine = [policy for policy in policies if policy.subject is kind]
    beside = book or Book()

    def owner(fact: str) -> str:
        found = known.get(fact)
        source = sources.get(found.source) if found else None
        return source.name if source else ""

    found = [_checked(each, mine, facts, on, known, beside, owner) for each in mine]
    order = list(Standing)
    return tuple(sorted(found, key=lambda each: (order.index(each.standing), each.policy)))


def told(found: Iterable[Checked]) -> dict[str, Told]:
    """What a subscriber is told of it, and what the next time is compared with."""
    return {
        each.policy: Told(name=each.name, standing=each.standing, amount=each.amount)
        for each in found
    }


def changes(before: Mapping[str, Told], after: Mapping[str, Told]) -> tuple[Change, ...]:
    """What comes out otherwise. That a policy one is not entitled to came or went is none."""
    names = dict.fromkeys((*after, *before))
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(
        Change(policy=name, name=(new or old).name, before=old, after=new)  # type: ignore[union-attr]
        for name, old, new in pairs
        if _differs(old, new)
    )


def _differs(old: Told | None, new: Told | None) -> bool:
    if old is None or new is None:
        one = old or new
        return one is not None and one.standing is not Standing.NOT
    return (old.standing, old.amount) != (new.standing, new.amount)


def _checked(  # noqa: PLR0917 - one policy, and what it is held against
    policy: PolicyDefinition,
    policies: list[PolicyDefinition],
    facts: Mapping[str, Fact],
    on: date,
    known: Mapping[str, SubjectFact],
    book: Book,
    owner: Callable[[str], str],
) -> Checked:
    period = period_of(policy, on)
    own = entitlement_id(policy.policy, period, book.subject, policy.item)
    found = match(policy, facts, on)
    left = kept(
        policy,
        facts,
        on,
        subject=book.subject,
        known=known,
        rivals=policies,
        own=own,
        claimed=book.claimed.get(policy.policy, {}),
    )
    standing = _standing(found, left)
    lacking = dict.fromkeys(name for each in found.findings for name in each.lacking)
    return Checked(
        policy=policy.policy,
        version=policy.version,
        name=policy.name,
        number=policy.number,
        organ=policy.organ,
        period=period,
        way=policy.way,
        standing=standing,
        amount=left.amount if standing is Standing.ENTITLED else None,
        mark=policy.amount.mark,
        note=policy.amount.note,
        found=found,
        lacking=tuple(
            Lacking(
                fact=name,
                label=known[name].label if name in known else name,
                owner=owner(name),
                as_of=book.stale.get(name),
            )
            for name in lacking
        ),
        rival=left.rival if standing is Standing.EXCLUDED else None,
        has=book.has.get(own),
        declined=bool({"", policy.policy} & book.declined),
    )


def _standing(found: Match, left: Kept) -> Standing:
    match found.verdict:
        case Verdict.HIT:
            # Of a group, what goes before it has it.
            return Standing.EXCLUDED if left.amount is None else Standing.ENTITLED
        case Verdict.MISS:
            return Standing.NEAR if found.is_near else Standing.NOT
        case Verdict.UNKNOWN:
            return Standing.UNKNOWN
        case Verdict.EXCLUDED:
            return Standing.EXCLUDED
