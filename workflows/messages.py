"""What goes into and comes out of a bundle's workflow, and the names under which it is found."""

from temporalio.common import SearchAttributeKey

from definitions.bundle.decide import Asked
from definitions.bundle.state import BundleState
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.matter.events import BundleStarted

SERVICE = SearchAttributeKey.for_keyword("Service")
SITUATION = SearchAttributeKey.for_keyword("Situation")
STAGE = SearchAttributeKey.for_keyword("Stage")
NEXT_DUE = SearchAttributeKey.for_datetime("NextDueAt")

SEARCH_ATTRIBUTES = (SERVICE, SITUATION, STAGE, NEXT_DUE)


class Done(Value):
    """An act that was taken: what it asked (digest) and the version its target came to.

    Both are empty where only the register knew of the act, until it is asked again.
    """

    payload: str
    version: int
    seq: int


class Carried(Value):
    """What one run hands to the next."""

    state: BundleState
    acts: dict[str, Done]
    recorded: int


class BundleInput(Value):
    """The start of an application, or what an earlier run carries over.

    `continue_after` bounds the history's events before continuing as new (0: as the server
    suggests).
    """

    key: str
    payload: str
    actor: Actor
    started: BundleStarted
    carried: Carried | None = None
    continue_after: int = 0


class Act(Value):
    """One command with its idempotency key; `payload` is the digest of what the caller sent."""

    payload: str
    asked: Asked


class Receipt(Value):
    """The act was taken and recorded. `version` is the version its target came to."""

    number: str
    version: int
    seq: int
