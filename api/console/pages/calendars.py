"""The administrator's calendars: versions, one year, publishing with a preview, recalculations."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query, Response

from activities.store.reading import calendars as reading
from api import calendars
from api.calendars import LARGEST, NOTE
from api.console.fill import calendars as fill
from api.console.fill.calendars import URL
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.calendars import (
    CalendarPreviewPage,
    CalendarsPage,
    CalendarYearPage,
    RecalculationPage,
)
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Pager,
    Tab,
)
from api.paging import cursor, key_of
from api.problems import ApiCode, Problem
from definitions.errors import Code, Refused
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

router = pages()

_VERSIONS, _RECALCULATIONS, _MOVED = 20, 10, 50
_WRONG = {
    *(Code.CALENDAR_DAY_TWICE, Code.CALENDAR_YEAR_MISSING, Code.CALENDAR_INVALID),
    ApiCode.TOO_LARGE,
}
_HOME = Breadcrumb("日历", URL)
Name = Annotated[str, Path(max_length=80)]
After = Annotated[str | None, Query(max_length=400)]


@router.get("/console/calendars")
async def overview(visitor: Visiting, after: After = None) -> Response:
    """What is in force, and the form for the next publication."""
    permissions.require(visitor.actor, Act.PUBLISH_CALENDAR)
    return await _overview(visitor, after=after)


@router.post("/console/calendars/preview")
async def preview(visitor: Visiting, form: Posting) -> Response:
    """What the uploaded year would change; what is wrong with it, line by line."""
    permissions.require(visitor.actor, Act.PUBLISH_CALENDAR)
    name, raw = await _uploaded(form)
    if not raw.strip():
        wrong = (ErrorView("yaml", "请选择日历文件，或粘贴日历文本"),)
        return await _overview(visitor, errors=wrong, status=422)
    try:
        found = await calendars.preview(visitor.services, visitor.actor, raw, name=name)
    except (Problem, Refused) as error:
        return await _refused(visitor, raw, error)
    view = CalendarPreviewPage(
        frame=await visitor.frame("发布日历：预览", nav=URL, crumbs=(_HOME,)),
        facts=fill.preview_facts(found),
        days=fill.changed_rows(found),
        unchanged=found.unchanged,
        publish=submission(URL),
        text=raw.decode("utf-8-sig"),
        note=FieldView("note", "发布说明", required=False, max_length=NOTE),
        back_url=URL,
    )
    return page(visitor.request, view)


@router.post("/console/calendars")
async def publish(visitor: Visiting, form: Posting) -> Response:
    """Publish what was previewed."""
    permissions.require(visitor.actor, Act.PUBLISH_CALENDAR)
    name, raw = await _uploaded(form)
    try:
        made = await calendars.put(
            visitor.services, visitor.actor, raw, form.sent, name=name, note=form.one("note")
        )
    except (Problem, Refused) as error:
        return await _refused(visitor, raw, error)
    version = f"{made.region}-{made.version}"
    if not made.changed:
        return moved(URL, f"与现行的 {version} 相同，没有改动")
    url = fill.recalculation_url(made.recalculation) if made.recalculation else URL
    return moved(url, f"已发布 {version}")


@router.get("/console/calendars/recalculations/{name}")
async def recalculation(visitor: Visiting, name: Name, after: After = None) -> Response:
    """How far it is, and the limits it moved."""
    permissions.require(visitor.actor, Act.PUBLISH_CALENDAR)
    services, now, key = visitor.services, visitor.services.now(), key_of(after, 3)
    found = await calendars.recalculation(services.store, name)
    async with services.store.reading() as session:
        limits = await reading.moved_limits(
            session, name, after=(key[0], key[1], key[2]) if key else None, limit=_MOVED
        )
    url = fill.recalculation_url(name)
    last = limits[-1] if len(limits) == _MOVED else None
    more = cursor((last.bundle, last.matter, last.clock)) if last else ""
    view = RecalculationPage(
        frame=await visitor.frame("重算在办件的时限", nav=URL, crumbs=(_HOME,)),
        status=fill.state(found),
        going=found.state == "running",
        done=found.done,
        total=found.total,
        facts=fill.progress_facts(found, now),
        failures=fill.bundles(found.failures),
        pause=submission(f"{url}/pause") if found.state == "running" else None,
        resume=submission(f"{url}/resume") if found.state == "paused" else None,
        refresh_url=url,
        rows=fill.moved_rows(limits),
        pager=Pager("", f"{url}?{urlencode({'after': more})}" if more else ""),
    )
    return page(visitor.request, view)


@router.post("/console/calendars/recalculations/{name}/{step}")
async def steer(visitor: Visiting, form: Posting, name: Name, step: str) -> Response:
    """Let it stand still, or go on."""
    permissions.require(visitor.actor, Act.PUBLISH_CALENDAR)
    if step not in {"pause", "resume"} or not form.sent.key:
        raise Problem(ApiCode.NOT_FOUND)
    paused = step == "pause"
    await calendars.pause(visitor.services, visitor.actor, name, paused=paused)
    return moved(fill.recalculation_url(name), "已暂停" if paused else "已继续")


@router.get("/console/calendars/{region}")
async def year(
    visitor: Visiting,
    region: Annotated[str, Path(max_length=6)],
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Response:
    """One year as twelve months."""
    permissions.require(visitor.actor, Act.PUBLISH_CALENDAR)
    wanted = year or local_day(visitor.services.now()).year
    found = await calendars.year_of(visitor.services, region, wanted)
    view = CalendarYearPage(
        frame=await visitor.frame(f"{found.year} 年日历", nav=URL, crumbs=(_HOME,)),
        status=fill.certainty(found.certainty),
        facts=fill.year_facts(found),
        years=tuple(
            Tab(f"{each} 年", fill.year_url(region, each), current=each == found.year)
            for each in found.years
        ),
        months=fill.months(found),
    )
    return page(visitor.request, view)


async def _uploaded(form: Posted) -> tuple[str, bytes]:
    """The chosen file, else the pasted text; a byte too many shows that it is too large."""
    for field, file in form.files:
        if field == "file":
            return file.filename or "", await file.read(LARGEST + 1)
    return "日历文本", form.one("yaml").replace("\r\n", "\n").encode()


async def _refused(visitor: Visit, raw: bytes, error: Problem | Refused) -> Response:
    """The form again, with what was given and every line that is wrong."""
    if error.code not in _WRONG:
        raise error
    if isinstance(error, Problem) and error.errors:
        wrong = tuple(
            ErrorView("yaml", f"第 {fault.line} 行第 {fault.column} 列：{fault.message}")
            for fault in error.errors
        )
    else:
        wrong = (ErrorView("yaml", str(error.detail if isinstance(error, Problem) else error)),)
    text = raw.decode("utf-8", errors="replace") if len(raw) <= LARGEST else ""
    return await _overview(visitor, errors=wrong, text=text, status=422)


async def _overview(
    visitor: Visit,
    *,
    after: str | None = None,
    errors: tuple[ErrorView, ...] = (),
    text: str = "",
    status: int = 200,
) -> Response:
    key = key_of(after, 2)
    place = (key[0], int(key[1])) if key and key[1].isdigit() else None
    async with visitor.services.store.reading() as session:
        found = await reading.calendar_versions(session, region=None, after=place, limit=_VERSIONS)
        lately = await reading.recalculations(session, _RECALCULATIONS)
    calendar = await visitor.services.in_force.current()
    more = cursor((found[-1].region, found[-1].version)) if len(found) == _VERSIONS else ""
    view = CalendarsPage(
        frame=await visitor.frame("日历", nav=URL, errors=errors, here=URL),
        facts=fill.in_force(calendar),
        rows=tuple(fill.version_row(each) for each in found),
        pager=Pager("", f"{URL}?{urlencode({'after': more})}" if more else ""),
        recalculations=tuple(fill.recalculation_row(each) for each in lately),
        preview=submission(f"{URL}/preview"),
        text=FieldView(
            "yaml",
            "或粘贴日历文本",
            FieldControl.LONG_TEXT,
            value=text,
            error="；".join(error.message for error in errors),
            required=False,
            max_length=LARGEST,
        ),
    )
    return page(visitor.request, view, status=status)
