"""Who opens one's own page of benefits: by code and query code, then by number and query code."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import Request, Response

from api.benefits.beneficiary import Beneficiary, admitted
from api.benefits.numbered import admitted_by_number
from api.console.fill import beneficiary as fill
from api.console.fill.subjects import code_field, kind_field
from api.console.pages.checkups import kind_of
from api.console.pages.typed import faults
from api.console.request import Posted, moved, page, public_frame, submission, told
from api.console.views.beneficiary import MyEntryPage
from api.console.views.shared import Breadcrumb, ErrorView, FieldView, Frame
from api.problems import ApiCode, Problem
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.benefits import SubjectKind

MY, CHECK = fill.MY, "/public/checkup"
TITLES = {MY: "我的政策兑现", CHECK: "政策体检"}
_ABOUT = {
    MY: "查看本人、本单位享受了哪些政策、为什么，确认或者放弃，要求人工复核、更正数据。",
    CHECK: "一次比对全部现行政策：可享的、差一点的、数据不全的、不可享的，都写明为什么。",
}
_NO_MATCH = "代码或查询码不对；查询码可以到办事窗口凭有效证件查询、更换"


@dataclass(frozen=True, slots=True)
class Own:
    """A request of somebody who has shown whose page it is."""

    request: Request
    services: Services
    who: Beneficiary

    def url(self, *parts: str) -> str:
        """The page, or a part of it."""
        return fill.my_url(self.who.subject.id, self.who.subject.query_code, *parts)

    def frame(self, title: str, *parts: str, errors: Sequence[ErrorView] = ()) -> Frame:
        """What stands around the page, with what was told once."""
        here = self.url(*parts)
        frame = public_frame(self.request, self.services, title, errors=errors, here=here)
        crumbs = (Breadcrumb(TITLES[MY], self.url()),) if parts else ()
        return replace(frame, crumbs=crumbs, notices=told(self.request))


Shown = Callable[[Own], Awaitable[Response]]


async def opened(
    request: Request, services: Services, subject: int, code: str, shown: Shown
) -> Response:
    """What is shown to whoever holds the code; the form that asks for it to everybody else."""
    if not code:
        return entry(request, services, MY)
    try:
        who = await admitted_by_number(services, subject, code, address=_address(request))
    except (Problem, Refused) as error:
        return refused(request, services, error, MY)
    return await shown(Own(request, services, who))


async def found(request: Request, services: Services, form: Posted, asked: str) -> Response:
    """On to one's own page, whose address holds no ID number."""
    kind, code, query = kind_of(form.one("kind")), form.one("code"), form.one("query")
    try:
        who = await admitted(
            services, kind, "".join(code.split()), query, address=_address(request)
        )
    except (Problem, Refused) as error:
        return refused(request, services, error, asked, kind)
    parts = ("checkup",) if asked == CHECK else ()
    return moved(fill.my_url(who.subject.id, who.subject.query_code, *parts))


def refused(
    request: Request,
    services: Services,
    error: Problem | Refused,
    asked: str,
    kind: SubjectKind = SubjectKind.FIRM,
) -> Response:
    """A wrong code and an unknown subject are told alike."""
    if error.code is Code.UNKNOWN_SUBJECT:
        return entry(request, services, asked, kind=kind, error=_NO_MATCH, status=404)
    if isinstance(error, Problem) and error.code is ApiCode.TOO_MANY:
        answer = entry(request, services, asked, kind=kind, error=error.detail, status=429)
        answer.headers.update(error.headers)
        return answer
    raise error


def entry(
    request: Request,
    services: Services,
    asked: str,
    *,
    kind: SubjectKind = SubjectKind.FIRM,
    error: str = "",
    status: int = 200,
) -> Response:
    """Code and query code. What was typed is not written back."""
    errors = (ErrorView("query", error),) if error else ()
    shown = MyEntryPage(
        frame=public_frame(request, services, TITLES[asked], errors=errors, here=asked),
        about=_ABOUT[asked],
        submission=submission(asked),
        kind=kind_field(kind),
        code=code_field("", ""),
        query=FieldView(
            "query",
            "查询码",
            hint="8 位，到办事窗口凭有效证件查询、更换；窗口打印的政策体检报告上也有",
            error=error,
            max_length=16,
        ),
    )
    return page(request, shown, status=status)


def act_faults(error: Problem | Refused, act: str) -> Mapping[str, str]:
    """What was wrong, by the field of that act's form."""
    told_wrong: dict[str, str] = {}
    for field, said in faults(error, "reason").items():
        name = field.partition("/")[0]
        told_wrong[f"{'value' if name == 'facts' else name}-{act}"] = said
    return told_wrong


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
