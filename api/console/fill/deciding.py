"""What the pages share on which a second person decides about a proposed text."""

from api.console.views.shared import ErrorView, FieldControl, FieldView


def why_not(*, proposed: bool, own: bool, may: bool) -> str:
    """Why the visitor cannot approve it; empty where nothing stands in the way."""
    if proposed and own:
        return "这一版是您提出的，须由另一人批准（四眼原则）；您仍可以退回它。"
    if proposed and not may:
        return "您的岗位不能批准；由政策管理岗的另一人批准。"
    return ""


def reason_field(*, proposed: bool, typed: str, wrong: ErrorView | None, most: int) -> FieldView:
    """The reason of a return, or of a retirement."""
    return FieldView(
        "reason",
        "退回的理由" if proposed else "停用的理由",
        FieldControl.LONG_TEXT,
        value=typed,
        error=wrong.message if wrong else "",
        max_length=most,
    )
