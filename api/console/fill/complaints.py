"""办不成事 on the applicant's own page: what was said and answered, and the form to say more."""

from collections.abc import Iterator

from activities.store.reading.complaints import ComplaintView
from api.console import formats
from api.console.fill.public_case import PublicCase
from api.console.fill.seen import last_day
from api.console.request import submission
from api.console.views.public import ComplaintForm, PublicComplaint
from api.console.views.shared import FieldControl, FieldView, Option
from definitions.matter.state import MatterStatus

PLACE = "complaint"
LONGEST = 1000


def complaints(case: PublicCase) -> Iterator[PublicComplaint]:
    """Each as the applicant reads it."""
    for each in case.complaints:
        yield PublicComplaint(each.matter_name, each.said, each.at, _answer(case, each))


def form(case: PublicCase) -> ComplaintForm | None:
    """The form; none before there is a matter to speak of."""
    matters = [m for m in case.matters if m.status != MatterStatus.NOT_NEEDED]
    if not matters:
        return None
    options = tuple(Option(each.key, each.name) for each in matters)
    return ComplaintForm(
        submission(case.below("complaints")),
        FieldView("matter", "哪个事项", FieldControl.LIST, options=options),
        FieldView(
            PLACE,
            "什么事办不成",
            FieldControl.LONG_TEXT,
            hint="写明去过哪里、找过谁、卡在哪一步",
            max_length=LONGEST,
        ),
    )


def _answer(case: PublicCase, each: ComplaintView) -> str:
    if each.answer:
        return f"答复：{each.answer}"
    if each.due_at is None:
        return "综合窗口正在查明原因"
    until = formats.day(last_day(each.due_at), case.seen.now)
    return f"综合窗口正在查明原因，{until}前答复您"
