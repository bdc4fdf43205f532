"""Documents: reading one, and handing papers out at the counter (发证)."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Path, Query, Response
from fastapi.responses import StreamingResponse

from activities.store.reading.documents import DocumentToDeliver, document, to_deliver
from api import commands
from api.console.fill.documents import delivery_form, waiting_row
from api.console.pages.case import CONFLICTS, changed, tell
from api.console.request import Posting, Visit, Visiting, moved, page
from api.console.request import router as pages
from api.console.views.desk import DeliveryForm, DocumentsPage
from api.console.views.shared import ErrorView, Filters, Notice, Pager
from api.paging import cursor, key_of, moment
from definitions.errors import Code, Refused
from definitions.rules import permissions
from definitions.rules.numbers import bundle_of_task
from definitions.rules.permissions import Act

router = pages()

DocumentId = Annotated[str, Path(max_length=120)]
URL = "/console/documents"
# A document is one self-contained file with its styles inside; nothing in it may run or load.
PAPER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
_PAGE = 30
_WAYS = frozenset({"counter", "post"})


@router.get("/console/documents")
async def waiting(
    visitor: Visiting,
    chosen: Annotated[str, Query(alias="document", max_length=120)] = "",
    after: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Papers at the counter, the oldest first, and the form for the chosen one."""
    permissions.require(visitor.actor, Act.DELIVER)
    return await _list(visitor, chosen, after)


@router.get("/console/documents/{name}")
async def paper(visitor: Visiting, name: DocumentId) -> Response:
    """The document itself."""
    services = visitor.services
    async with services.store.reading() as session:
        found = await document(session, name, visitor.who.scope)
    file = await services.printer.file_of(name) if found else None
    if found is None or file is None:
        raise Refused(Code.UNKNOWN_DOCUMENT, "没有这份文书，或者它不归您的部门")
    is_page = file.media_type == "text/html"
    shown = quote(f"{found.name}.{'html' if is_page else 'pdf'}", safe="")
    headers = {
        "Content-Length": str(file.size),
        "Content-Disposition": f"inline; filename*=UTF-8''{shown}",
    }
    if is_page:
        headers["Content-Security-Policy"] = PAPER_POLICY
    return StreamingResponse(
        services.files.open(file.sha256), media_type=file.media_type, headers=headers
    )


@router.post("/console/documents/{name}/deliver")
async def deliver(visitor: Visiting, form: Posting, name: DocumentId) -> Response:
    """Note that it was handed out."""
    permissions.require(visitor.actor, Act.DELIVER)
    way = form.one("way")
    if way not in _WAYS or form.one("checked") != "yes":
        field, said = (
            ("checked", "请核对领取人后勾选") if way in _WAYS else ("way", "请选择送达方式")
        )
        wrong = ErrorView(field, said)
        return await _list(visitor, name, None, wrong=wrong, way=way, status=422)
    try:
        answer = await commands.deliver_document(
            visitor.services, visitor.actor, name, form.sent, by_post=way == "post"
        )
    except Refused as refused:
        if refused.code not in CONFLICTS:
            raise
        notice = await changed(visitor, bundle_of_task(name), refused)
        return await _list(visitor, name, None, way=way, notice=notice, status=409)
    return moved(URL, tell(answer, "已登记送达"))


async def _list(
    visitor: Visit,
    chosen: str,
    after: str | None,
    *,
    wrong: ErrorView | None = None,
    way: str = "counter",
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    key = key_of(after, 2)
    async with visitor.services.store.reading() as session:
        found = await to_deliver(
            session,
            visitor.who.scope,
            after=(moment(key[0]), key[1]) if key else None,
            limit=_PAGE,
        )
    more = cursor((found[-1].issued_at, found[-1].id)) if len(found) == _PAGE else ""
    picked = next((each for each in found if each.id == chosen), None)
    view = DocumentsPage(
        frame=await visitor.frame(
            "发证",
            nav=URL,
            here=URL,
            errors=(wrong,) if wrong else (),
            notices=(notice,) if notice else (),
        ),
        filters=Filters(URL, ()),
        rows=tuple(
            waiting_row(each, url=_url(each.id, after), selected=each.id == chosen)
            for each in found
        ),
        pager=Pager("", _url("", more) if more else ""),
        selected=_form(picked, way, wrong),
    )
    return page(visitor.request, view, status=status)


def _form(
    picked: DocumentToDeliver | None, way: str, wrong: ErrorView | None
) -> DeliveryForm | None:
    if picked is None:
        return None
    return delivery_form(picked, way=way, error=wrong.message if wrong else "")


def _url(chosen: str, after: str | None) -> str:
    asked = {name: value for name, value in (("document", chosen), ("after", after)) if value}
    return f"{URL}?{urlencode(asked)}" if asked else URL
