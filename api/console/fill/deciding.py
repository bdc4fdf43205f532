"""What the pages share on which a second person decides about a proposed text."""

from api.console.request import submission
from api.console.views.definitions import Deciding
from api.console.views.shared import ErrorView, FieldControl, FieldView
from api.definition_views import Stage, TextHead
from api.texts import LARGEST, REASON

_RETIRABLE = frozenset({Stage.PUBLISHED, Stage.IN_FORCE, Stage.SUPERSEDED})


def deciding(
    head: TextHead,
    url: str,
    *,
    visitor: str,
    may: bool,
    typed: str = "",
    wrong: ErrorView | None = None,
) -> Deciding:
    """The acts that are open to the `visitor`, an account, who `may` publish or not."""
    is_proposed = head.stage is Stage.PROPOSED
    own = head.proposed_by is not None and head.proposed_by.id == visitor
    return Deciding(
        approve=submission(f"{url}/approve") if is_proposed and may and not own else None,
        give_back=submission(f"{url}/return") if is_proposed and may else None,
        retire=submission(f"{url}/retire") if may and head.stage in _RETIRABLE else None,
        reason=FieldView(
            "reason",
            "退回的理由" if is_proposed else "停用的理由",
            FieldControl.LONG_TEXT,
            value=typed,
            error=wrong.message if wrong else "",
            max_length=REASON,
        ),
        why_not=_why_not(proposed=is_proposed, own=own, may=may),
    )


def area(name: str, label: str, value: str, errors: tuple[ErrorView, ...]) -> FieldView:
    """A field for a text."""
    return FieldView(
        name,
        label,
        FieldControl.LONG_TEXT,
        value=value,
        error=next((error.message for error in errors if error.field == name), ""),
        required=False,
        max_length=LARGEST,
    )


def _why_not(*, proposed: bool, own: bool, may: bool) -> str:
    """Why the visitor cannot approve it; empty where nothing stands in the way."""
    if proposed and own:
        return "这一版是您提出的，须由另一人批准（四眼原则）；您仍可以退回它。"
    if proposed and not may:
        return "您的岗位不能批准；由政策管理岗的另一人批准。"
    return ""
