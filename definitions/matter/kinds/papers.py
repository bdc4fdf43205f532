"""What happens to materials and documents."""

from typing import Literal

from definitions.language.base import Value
from definitions.matter.state import DocumentState
from definitions.matter.values import FileRef, Reason


class MaterialSupplied(Value):
    """A pending material came in; `checked` where the window looked at it on the spot."""

    kind: Literal["material_supplied"] = "material_supplied"
    material: str
    files: tuple[FileRef, ...]
    checked: bool


class MaterialAccepted(Value):
    """A supplied material was found right."""

    kind: Literal["material_accepted"] = "material_accepted"
    material: str


class MaterialRejected(Value):
    """A supplied material was found wanting; it may be supplied again within the limit."""

    kind: Literal["material_rejected"] = "material_rejected"
    material: str
    reasons: tuple[Reason, ...]


class MaterialProduced(Value):
    """Another matter's result is this material."""

    kind: Literal["material_produced"] = "material_produced"
    material: str
    documents: tuple[str, ...]


class DocumentIssued(Value):
    """制证: a document is due and has its number."""

    kind: Literal["document_issued"] = "document_issued"
    document: DocumentState


class DocumentDelivered(Value):
    """送达."""

    kind: Literal["document_delivered"] = "document_delivered"
    document: str
    way: Literal["electronic", "counter", "post"]
