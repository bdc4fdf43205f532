"""Making the documents an application owes."""

from datetime import datetime

from temporalio import activity

from definitions.bundle.documents import DocumentOrder
from definitions.language.base import Value
from definitions.matter.state import DocumentState


class Orders(Value):
    """Documents to make, as of `at`.

    What they say is read from the register, which is flushed before.
    """

    bundle: str
    at: datetime
    orders: tuple[DocumentOrder, ...]


class Issued(Value):
    """The documents, in the order asked for."""

    documents: tuple[DocumentState, ...]


@activity.defn(name="issue_documents")
async def issue_documents(orders: Orders) -> Issued:
    """Number, render and store each document.

    Idempotent on the document's id: its number never changes.
    """
    raise NotImplementedError
