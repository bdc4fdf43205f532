"""What is told of persons to those who read benefits and do not decide them: no whole ID number.

Who runs an organ's benefits needs the number to tell people apart; who oversees does not.
"""

from typing import TypeVar

from activities.store.benefits.reading import EntryLine, MatchLine
from activities.store.benefits.reading_cases import CaseLine
from activities.store.benefits.reading_entitlement import EntitlementView
from activities.store.benefits.reading_money import PaymentLine
from api.benefits.working import SampleView
from api.masking import masked_id
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act

Line = TypeVar("Line", EntryLine, MatchLine, PaymentLine, CaseLine)


def told(actor: Actor, organ: str, line: Line) -> Line:
    """The line of a policy of this organ, as the actor may know it."""
    hides = _kind(line) is SubjectKind.PERSON and not permissions.reaches(
        actor, Act.RUN_BENEFITS, organ
    )
    if not hides or line.code is None:
        return line
    return line.model_copy(update={"code": masked_id(line.code)})


def told_sample(actor: Actor, organ: str, found: SampleView) -> SampleView:
    """The same of a result with its working."""
    return found.model_copy(update={"line": told(actor, organ, found.line)})


def told_entitlement(actor: Actor, found: EntitlementView) -> EntitlementView:
    """The same of an entitlement with everything that belongs to it."""
    organ = found.line.organ
    return found.model_copy(
        update={
            "line": told(actor, organ, found.line),
            "payments": tuple(told(actor, organ, each) for each in found.payments),
            "cases": tuple(told(actor, organ, each) for each in found.cases),
        }
    )


def _kind(line: EntryLine | MatchLine | PaymentLine | CaseLine) -> SubjectKind | None:
    return line.subject_kind if isinstance(line, CaseLine) else line.kind
