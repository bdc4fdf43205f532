"""How policies and their versions are shown: from rows of the store to one shape."""

from collections.abc import Mapping, Sequence
from datetime import date

from activities.store.benefits.policies import PROPOSED, RETIRED, RETURNED, SHIPPED_BY, PolicyHead
from api.definition_views import Person, Stage, TextHead
from definitions.language.base import Value
from definitions.lifecycle.policy_judging import PolicyReport
from definitions.lifecycle.policy_plain import PlainPolicy

_STAGES = {PROPOSED: Stage.PROPOSED, RETURNED: Stage.RETURNED, RETIRED: Stage.RETIRED}


class PolicyVersion(TextHead):
    """One version of a policy. `returned`: how many of its texts were returned before this one."""

    policy: str
    organ: str
    returned: int = 0


class PolicyVersions(Value):
    """A policy with its versions, the newest first; `in_force` is the one that runs begin under.

    `plain` is that one in words, or the newest where none is in force; missing where none of them
    can be read.
    """

    policy: str
    name: str
    organ: str
    in_force: int | None
    plain: PlainPolicy | None
    versions: tuple[PolicyVersion, ...]


class PolicyView(Value):
    """A version with its texts, in words, and what judging it comes to today."""

    head: PolicyVersion
    text: str
    cases: str
    report: PolicyReport
    plain: PlainPolicy | None


def version_of(
    head: PolicyHead, in_force: Mapping[str, int], people: Mapping[str, Person], today: date
) -> PolicyVersion:
    """A version, and whether it is in force."""
    return PolicyVersion(
        policy=head.policy,
        version=head.version,
        name=head.name,
        organ=head.organ,
        stage=_stage(head, in_force, today),
        since=head.since,
        until=head.until,
        sha256=head.sha256,
        shipped=head.decided_by == SHIPPED_BY,
        note=head.note,
        proposed_by=people.get(head.proposed_by),
        proposed_at=head.proposed_at,
        decided_by=people.get(head.decided_by or ""),
        decided_at=head.decided_at,
        reason=head.reason,
        retired_by=people.get(head.retired_by or ""),
        retired_at=head.retired_at,
        retired_why=head.retired_why,
        returned=len(head.earlier),
    )


def versions_of(
    policy: str,
    versions: Sequence[PolicyVersion],
    in_force: Mapping[str, int],
    plain: PlainPolicy | None,
) -> PolicyVersions:
    """The versions under their policy's name, the newest first."""
    newest = max(versions, key=lambda each: each.version)
    return PolicyVersions(
        policy=policy,
        name=newest.name,
        organ=newest.organ,
        in_force=in_force.get(policy),
        plain=plain,
        versions=tuple(sorted(versions, key=lambda each: each.version, reverse=True)),
    )


def _stage(head: PolicyHead, in_force: Mapping[str, int], today: date) -> Stage:
    if head.state in _STAGES:
        return _STAGES[head.state]
    if in_force.get(head.policy) == head.version:
        return Stage.IN_FORCE
    ahead = head.since[:10] > today.isoformat()
    return Stage.PUBLISHED if ahead else Stage.SUPERSEDED
