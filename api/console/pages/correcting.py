"""当场更正: what may be put right before acceptance, one field of the form or paper at a time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Response

from activities.store.reading.materials import MaterialView
from api import commands
from api.commands import Answer
from api.console.fill.act_parts import Typed
from api.console.fill.application import asked_fields, stands
from api.console.fill.matters import in_order
from api.console.pages.acts import ACCEPT
from api.console.pages.case import CONFLICTS, Case, case_of, changed, tell
from api.console.pages.entered import taken
from api.console.request import Posting, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.acts import ActPage, CorrectPage, CorrectRow, UploadField
from api.console.views.shared import (
    ErrorView,
    FieldControl,
    FieldView,
    Link,
    Notice,
    Option,
    Pair,
    Tone,
)
from api.problems import Problem
from definitions.errors import Code, Refused
from definitions.language.questions import FieldKind, FormField
from definitions.matter.state import BEFORE_ACCEPTANCE, MaterialStatus
from definitions.rules import permissions
from definitions.rules.permissions import Act

router = pages()

Number = Annotated[str, Path(max_length=40)]
Field = Annotated[str, Path(max_length=48)]
Code_ = Annotated[str, Path(max_length=24)]
_MEBI = 1024 * 1024
_CONTROLS = {
    FieldKind.LONG_TEXT: FieldControl.LONG_TEXT,
    FieldKind.MOBILE: FieldControl.TEL,
    FieldKind.DATE: FieldControl.DATE,
    FieldKind.CHOICE: FieldControl.CHOICE,
}
_KNOWN = (
    Pair(
        "能更正的", "错别字、漏填、放错的文件等可以当场改的错误；改了什么、谁改的，都记入办理记录"
    ),
    Pair("不能更正的", "决定办理情形、期限的内容，已经用于受理的材料；请撤回后重新申请"),
)


@router.get("/console/bundles/{number}/correct")
async def correctable(visitor: Visiting, number: Number) -> Response:
    """What the form says and which papers came in, each with a way to put it right."""
    case = await _case(visitor, number)
    view = CorrectPage(
        frame=await case.frame("当场更正", below=True),
        bundle=Link(number, case.url),
        applicant=case.bundle.firm_name,
        effects=_KNOWN,
        fields=tuple(
            CorrectRow(each.label, stands(case.bundle, each), f"{case.url}/correct/form/{each.id}")
            for each in asked_fields(case.seen, case.bundle)
        ),
        papers=tuple(
            CorrectRow(
                each.name,
                "、".join(file.name or "系统文书" for file in each.files),
                f"{case.url}/correct/materials/{each.code}",
            )
            for each in _papers(case)
        ),
    )
    return page(visitor.request, view)


@router.get("/console/bundles/{number}/correct/form/{field}")
async def field_opening(visitor: Visiting, number: Number, field: Field) -> Response:
    """One field as it stands, and what it is to be."""
    case = await _case(visitor, number)
    return await _field_page(case, _asked(case, field), Typed())


@router.post("/console/bundles/{number}/correct/form/{field}")
async def field_corrected(
    visitor: Visiting, form: Posting, number: Number, field: Field
) -> Response:
    """Put it right."""
    case = await _case(visitor, number)
    asked = _asked(case, field)
    typed = Typed(values={"value": form.one("value").strip()})
    if not typed.said("value") and asked.required:
        typed = replace(typed, errors={"value": f"请填写{asked.label}"})
        return await _field_page(case, asked, typed, status=422)
    try:
        answer = await commands.correct_on_the_spot(
            visitor.services,
            visitor.actor,
            number,
            form.sent,
            field=field,
            value=typed.said("value"),
        )
    except (Refused, Problem) as error:
        notices, said = await _why(case, error)
        typed = replace(typed, errors={"value": said} if said else {})
        return await _field_page(case, asked, typed, notices=notices, status=422)
    return _done(number, answer, f"已更正“{asked.label}”")


@router.get("/console/bundles/{number}/correct/materials/{code}")
async def paper_opening(visitor: Visiting, number: Number, code: Code_) -> Response:
    """One paper, and the file that takes its place."""
    case = await _case(visitor, number)
    return await _paper_page(case, _paper(case, code), Typed())


@router.post("/console/bundles/{number}/correct/materials/{code}")
async def paper_corrected(
    visitor: Visiting, form: Posting, number: Number, code: Code_
) -> Response:
    """Exchange it."""
    case = await _case(visitor, number)
    material = _paper(case, code)
    kept, wrong = await taken(visitor, form, "file")
    typed = Typed(kept=kept)
    if wrong or not kept:
        typed = replace(typed, errors={"file": wrong or "请选择更换的文件"})
        return await _paper_page(case, material, typed, status=422)
    try:
        answer = await commands.correct_on_the_spot(
            visitor.services,
            visitor.actor,
            number,
            form.sent,
            material=code,
            files=[each.value for each in kept],
        )
    except (Refused, Problem) as error:
        notices, said = await _why(case, error)
        typed = replace(typed, errors={"file": said} if said else {})
        return await _paper_page(case, material, typed, notices=notices, status=422)
    return _done(number, answer, f"已更换“{material.name}”")


async def _case(visitor: Visiting, number: str) -> Case:
    permissions.require(visitor.actor, Act.CORRECT)
    case = await case_of(visitor, number)
    if not any(matter.status in BEFORE_ACCEPTANCE for matter in in_order(case.bundle)):
        raise Refused(Code.NOT_CORRECTABLE, "各事项均已受理，不能再当场更正")
    return case


def _papers(case: Case) -> tuple[MaterialView, ...]:
    came = (m for m in case.bundle.materials if m.status == MaterialStatus.SATISFIED)
    return tuple(m for m in came if m.files and m.produced_by is None)


def _asked(case: Case, name: str) -> FormField:
    found = next((f for f in asked_fields(case.seen, case.bundle) if f.id == name), None)
    if found is None:
        raise Refused(Code.NOT_CORRECTABLE, "表单没有这一项")
    return found


def _paper(case: Case, code: str) -> MaterialView:
    found = next((m for m in _papers(case) if m.code == code), None)
    if found is None:
        raise Refused(Code.NOT_CORRECTABLE, "这份材料还没有收到，或者不用申请人提交")
    return found


async def _why(case: Case, error: Refused | Problem) -> tuple[tuple[Notice, ...], str]:
    """What is wrong: above the form where others changed something, else at the field."""
    if isinstance(error, Problem):
        if error.code is not Code.INVALID:
            raise error
        return (), error.detail
    if error.code is Code.FORBIDDEN:
        raise error
    if error.code in CONFLICTS:
        return (await changed(case.visitor, case.bundle.number, error),), ""
    return (Notice(Tone.BAD, f"没有更正：{error.message}。"),), ""


def _done(number: str, answer: Answer, said: str) -> Response:
    return moved(f"/console/bundles/{number}/correct", tell(answer, said))


async def _field_page(
    case: Case,
    asked: FormField,
    typed: Typed,
    *,
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    now = case.bundle.application.stands.get(asked.id, "")
    value = typed.said("value", now)
    field = FieldView(
        "value",
        asked.label,
        _CONTROLS.get(asked.kind, FieldControl.TEXT),
        value=value,
        hint=asked.hint or "",
        error=typed.error("value"),
        required=asked.required,
        options=tuple(Option(o.value, o.label, chosen=o.value == value) for o in asked.options),
        max_length=asked.max_length,
    )
    return await _act_page(
        case,
        f"更正：{asked.label}",
        f"form/{asked.id}",
        (Pair("现在写的是", stands(case.bundle, asked)),),
        fields=(field,),
        typed=typed,
        notices=notices,
        status=status,
    )


async def _paper_page(
    case: Case,
    material: MaterialView,
    typed: Typed,
    *,
    notices: Sequence[Notice] = (),
    status: int = 200,
) -> Response:
    upload = UploadField("file", "更换的文件", error=typed.error("file"), kept=typed.kept)
    files = "、".join(file.name or "系统文书" for file in material.files)
    return await _act_page(
        case,
        f"更换：{material.name}",
        f"materials/{material.code}",
        (Pair("现在收的是", files), Pair("要求", material.standard)),
        upload=upload,
        typed=typed,
        notices=notices,
        status=status,
    )


async def _act_page(
    case: Case,
    title: str,
    ending: str,
    effects: tuple[Pair, ...],
    *,
    fields: tuple[FieldView, ...] = (),
    upload: UploadField | None = None,
    typed: Typed,
    notices: Sequence[Notice],
    status: int,
) -> Response:
    errors = tuple(ErrorView(name, said) for name, said in typed.errors.items())
    frame = await case.frame(title, below=True, errors=errors, notices=notices)
    home = f"{case.url}/correct"
    view = ActPage(
        frame=frame,
        bundle=Link(case.bundle.number, case.url),
        matter=Link("当场更正", home),
        applicant=case.bundle.firm_name,
        effects=effects,
        basis=(),
        submission=submission(f"{home}/{ending}", case.bundle.version),
        fields=fields,
        upload=upload,
        button="提交更正",
        danger=False,
        accept=ACCEPT,
        largest=f"{case.visitor.services.largest_upload // _MEBI} MB",
    )
    return page(case.visitor.request, view, status=status)
