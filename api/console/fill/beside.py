"""What stands beside a task: notes of colleagues, who else looks, who may look at a proposal."""

from collections.abc import Sequence

from activities.store.desk.notes import NoteView as Noted
from api.console.fill.outcomes import LONGEST, Colleague
from api.console.fill.tasks import task_url
from api.console.request import submission
from api.console.views.acts import UploadField
from api.console.views.desk import Looking, NotesView, NoteView, ReviewPart
from api.console.views.shared import FieldControl, FieldView, Link, Option


def notes(task: str, found: Sequence[Noted], *, typed: str = "", error: str = "") -> NotesView:
    """批注, oldest first, with the form for another."""
    return NotesView(
        notes=tuple(_note(task, each) for each in found),
        submission=submission(f"{task_url(task)}/notes"),
        body=FieldView(
            "body",
            "批注",
            FieldControl.LONG_TEXT,
            value=typed,
            error=error,
            hint="不是办理意见，不进入办件记录",
            max_length=LONGEST,
        ),
        upload=UploadField("note-files", "附件", required=False),
    )


def _note(task: str, each: Noted) -> NoteView:
    below = f"/api/v1/tasks/{task}/notes/{each.id}/files"
    return NoteView(
        author=each.account_name,
        at=each.at,
        body=each.body,
        files=tuple(Link(file.name, f"{below}/{file.id}") for file in each.files),
    )


def looking(task: str, names: Sequence[str]) -> Looking:
    """王某、李某 正在查看; nothing where nobody else does."""
    return Looking(look_words(names), f"{task_url(task)}/presence")


def look_words(names: Sequence[str]) -> str:
    """Who else has it open, in words."""
    return f"{'、'.join(names)} 正在查看" if names else ""


def review_part(
    task: str, people: Sequence[Colleague], *, chosen: str, error: str = ""
) -> ReviewPart | None:
    """送复核 for one who has colleagues."""
    if not people:
        return None
    options = (
        Option("", "任一同事", chosen=not chosen),
        *(Option(each.id, each.name, chosen=each.id == chosen) for each in people),
    )
    colleague = FieldView(
        "to", "请谁复核", FieldControl.LIST, error=error, required=False, options=options
    )
    return ReviewPart(f"{task_url(task)}/propose", colleague)
