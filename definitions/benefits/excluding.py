"""互斥: of several benefits of a group, which one a subject keeps; and one hired person, once.

Whether others are entitled is told by matching them on the same facts, so that the outcome depends
on the rules and the facts alone, never on which run came first. Only what is already claimed (paid,
or on its way) stands against a better one.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition, SubjectFact, Verdict
from definitions.rules.conditions import Fact
from definitions.rules.matching import match


class Kept(Value):
    """What of a hit is left. `amount` None: excluded, `rival` being the policy that goes before.

    `tokens` are what is used up by it: the subject, or the entries of the list fact.
    """

    amount: int | None
    tokens: tuple[str, ...] = ()
    rival: str | None = None
    used: tuple[str, ...] = ()


def tokens_of(policy: PolicyDefinition, subject: int, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """What a hit uses up of its exclusion group; nothing where it has none."""
    exclusion = policy.exclusion
    if exclusion is None:
        return ()
    if exclusion.by is None:
        return (f"subject:{subject}",)
    entries = facts.get(exclusion.by)
    return tuple(entries) if isinstance(entries, (tuple, list)) else ()


def better(policy: PolicyDefinition, others: Iterable[PolicyDefinition]) -> list[PolicyDefinition]:
    """Those of the same group and subjects that go before it, the first of them first."""
    own = policy.exclusion
    if own is None:
        return []
    found = [
        other
        for other in others
        if other.exclusion is not None
        and other.exclusion.group == own.group
        and other.subject is policy.subject
        and other.exclusion.rank < own.rank
    ]
    return sorted(found, key=lambda other: other.exclusion.rank if other.exclusion else 0)


def kept(
    policy: PolicyDefinition,
    facts: Mapping[str, Fact],
    on: date,
    *,
    subject: int,
    known: Mapping[str, SubjectFact],
    rivals: Iterable[PolicyDefinition] = (),
    own: str = "",
    claimed: Mapping[str, str] | None = None,
) -> Kept:
    """What a hit keeps beside its rivals and beside what others have claimed.

    `claimed` says by which entitlement a token was used up; `own` is this one's id.

    Entries that are used up are taken out of the list, the number of them is reckoned anew, and the
    policy matched once more with what is left.
    """
    whole = match(policy, facts, on)
    if policy.exclusion is None or whole.verdict is not Verdict.HIT:
        return Kept(amount=whole.amount)
    taken = dict(claimed or {})
    for rival in better(policy, rivals):
        if match(rival, facts, on).verdict is Verdict.HIT:
            for token in tokens_of(rival, subject, facts):
                taken.setdefault(token, rival.policy)
    tokens = tokens_of(policy, subject, facts)
    used = tuple(token for token in tokens if taken.get(token, own) != own)
    if not used:
        return Kept(amount=whole.amount, tokens=tokens)
    rival_of_first = taken[used[0]].partition(":")[0]
    if policy.exclusion.by is None:
        return Kept(amount=None, rival=rival_of_first, used=used)
    left = match(policy, without(facts, policy.exclusion.by, used, known), on)
    if left.verdict is not Verdict.HIT:
        return Kept(amount=None, rival=rival_of_first, used=used)
    tokens = tuple(token for token in tokens if token not in used)
    return Kept(amount=left.amount, tokens=tokens, rival=rival_of_first, used=used)


def without(
    facts: Mapping[str, Fact], by: str, used: Collection[str], known: Mapping[str, SubjectFact]
) -> dict[str, Fact]:
    """The facts, the list without what is used up, and its number counted again."""
    entries = facts.get(by)
    left = tuple(e for e in entries if e not in used) if isinstance(entries, (tuple, list)) else ()
    counts = {name: len(left) for name, fact in known.items() if fact.counts == by}
    return {**facts, by: left, **counts}
