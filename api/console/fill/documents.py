"""Documents that have left the house, or lie at the counter."""

from activities.store.reading.bundles import BundleView
from activities.store.reading.documents import DocumentToDeliver, DocumentView
from api.console import words
from api.console.fill.matters import bundle_url, in_order
from api.console.fill.seen import WINDOW_NAME
from api.console.request import submission
from api.console.views.desk import DeliveryForm, DeliveryRow
from api.console.views.shared import (
    DocumentRow,
    FieldControl,
    FieldView,
    Link,
    Option,
    StatusView,
)
from definitions.rules.calendar import local_day


def document_url(document: str) -> str:
    """Where a document is read."""
    return f"/console/documents/{document}"


def rows(bundle: BundleView, *, matter: str | None = None) -> tuple[DocumentRow, ...]:
    """Documents, newest first; of one matter where it is named."""
    organs = {each.key: each.department_name for each in in_order(bundle)}
    found = [each for each in bundle.documents if matter is None or each.matter == matter]
    return tuple(
        DocumentRow(
            title=each.name,
            number=each.number,
            organ=organs.get(each.matter, WINDOW_NAME) if each.matter else WINDOW_NAME,
            made_on=local_day(each.issued_at),
            url=document_url(each.id),
            delivery=_delivery(each),
        )
        for each in reversed(found)
    )


def waiting_row(document: DocumentToDeliver, *, url: str, selected: bool) -> DeliveryRow:
    """A paper at the counter."""
    return DeliveryRow(
        title=document.name,
        number=document.number,
        applicant=document.firm_name,
        bundle=Link(document.bundle, bundle_url(document.bundle)),
        made_on=local_day(document.issued_at),
        url=url,
        selected=selected,
    )


def delivery_form(
    document: DocumentToDeliver, *, way: str = "counter", error: str = ""
) -> DeliveryForm:
    """Handing it out: how, and that the person's identity was looked at."""
    return DeliveryForm(
        title=document.name,
        applicant=document.firm_name,
        document_url=document_url(document.id),
        submission=submission(f"{document_url(document.id)}/deliver", document.version),
        fields=(
            FieldView(
                "way",
                "送达方式",
                FieldControl.CHOICE,
                options=(
                    Option("counter", "窗口领取", chosen=way != "post"),
                    Option("post", "邮寄", chosen=way == "post"),
                ),
            ),
            FieldView(
                "checked",
                "核对",
                FieldControl.CHECKS,
                error=error,
                options=(Option("yes", "已核对领取人或收件人，与申请人一致"),),
            ),
        ),
    )


def _delivery(document: DocumentView) -> StatusView:
    if document.delivered_at is not None:
        return words.DELIVERY["delivered" if document.counter else "electronic"]
    return words.DELIVERY["ready" if document.counter else "electronic"]
