"""Which document is composed how."""

from collections.abc import Callable, Mapping

from activities.documents.composing import ending, handling, receipt, results
from activities.documents.composing.house import House
from activities.documents.composing.sheet import Sheet
from activities.documents.content.every import Content
from activities.documents.reading import Found
from activities.store.tables.register import Document
from definitions.language.service import Catalogue

_BY_TEMPLATE: Mapping[str, Callable[[Sheet], Content]] = {
    "intake": receipt.intake,
    "commitment": receipt.commitment,
    "not_accepted": receipt.not_accepted,
    "correction": receipt.correction,
    "acceptance": receipt.acceptance,
    "pending": receipt.pending,
    "procedure": handling.procedure,
    "procedure_end": handling.procedure_end,
    "extension": handling.extension,
    "hearing_right": handling.hearing_right,
    "hearing_notice": handling.hearing_notice,
    "notice": results.notice,
    "receipt": results.receipt,
    "licence": results.licence,
    "refusal": results.refusal,
    "revocation": results.revocation,
    "lapse": ending.ended,
    "returned": ending.ended,
    "termination": ending.termination,
    "withdrawal": ending.withdrawal,
}


class Composer:
    """Composes documents with the organs' and laws' names of the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._house = House(catalogue)

    def compose(self, document: Document, found: Found) -> Content:
        """What the document says. Raises LookupError where the register lacks what it must say."""
        moment, compose = found.moments.get(document.id), _BY_TEMPLATE.get(document.template)
        if moment is None:
            msg = f"the register does not hold the issue of {document.id}"
            raise LookupError(msg)
        if compose is None:
            msg = f"no template {document.template}"
            raise LookupError(msg)
        house = self._house.beside(moment.state.plan.laws)
        return compose(Sheet(document=document, found=found, moment=moment, house=house))
