"""What may be done with one entitlement now, by whom, and the forms that do it."""

from collections.abc import Mapping

from activities.store.benefits.reading import EntryLine
from api.console.fill.benefits import entitlement_url
from api.console.request import Posted, submission
from api.console.views.acts import UploadField
from api.console.views.benefits import ActForm
from api.console.views.shared import FieldControl, FieldView
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase, RunState
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.money import yuan
from definitions.rules.permissions import Act

_LABELS = {"strike": "移出名单", "restore": "放回名单", "drop": "不再追回"}
_OTHER_ACCOUNT = frozenset({Status.FAILED, Status.HELD, Status.CLEARED})


def forms(  # noqa: PLR0917 - what stands, who asks, what was typed
    line: EntryLine,
    back: int,
    state: RunState,
    actor: Actor,
    wrong: Mapping[str, str],
    typed: Posted | None,
) -> tuple[ActForm, ...]:
    """The acts that are open, as far as this person may; what was wrong stands beside its field.

    `back` is what has come back already.
    """
    filled, url = _Filled(wrong, typed), entitlement_url(line.id)
    reviews = permissions.reaches(actor, Act.REVIEW_BENEFITS, line.organ)
    runs = permissions.reaches(actor, Act.RUN_BENEFITS, line.organ)
    found: list[ActForm] = []
    if reviews and state.phase is Phase.REVIEW and line.status is Status.LISTED:
        found.append(filled.reasoned(url, "strike", danger=True))
    if reviews and state.phase is Phase.REVIEW and line.status is Status.STRUCK:
        found.append(filled.reasoned(url, "restore"))
    if runs and line.status in _OTHER_ACCOUNT:
        found.append(account_form(f"{url}/account", wrong, typed))
    if runs and line.status is Status.RECOVERING:
        found.append(_return(url, filled, line.back_fen - back))
    if reviews and line.status is Status.RECOVERING:
        found.append(filled.reasoned(url, "drop", danger=True))
    return tuple(found)


class _Filled:
    """What was typed and what was wrong with it."""

    def __init__(self, wrong: Mapping[str, str], typed: Posted | None) -> None:
        self.wrong = wrong
        self._typed = typed

    def value(self, name: str) -> str:
        """As it was typed."""
        return self._typed.one(name) if self._typed else ""

    def reasoned(self, url: str, act: str, *, danger: bool = False) -> ActForm:
        """An act with a reason, folded behind its name."""
        name, label = f"reason-{act}", _LABELS[act]
        reason = FieldView(
            name,
            f"{label}的理由",
            FieldControl.LONG_TEXT,
            value=self.value(name),
            error=self.wrong.get(name, ""),
            max_length=500,
        )
        action = submission(f"{url}/{act}")
        return ActForm(label, action, (reason,), danger=danger, opens=label)


def _return(url: str, filled: _Filled, left: int) -> ActForm:
    fen = FieldView(
        "fen-return",
        "退回的金额（元）",
        value=filled.value("fen-return"),
        hint=f"还要退回 {yuan(left)}",
        error=filled.wrong.get("fen-return", ""),
        max_length=24,
    )
    return ActForm("登记退回", submission(f"{url}/return"), (fen,), opens="登记退回")


def account_form(
    action: str, wrong: Mapping[str, str], typed: Posted | None, *, of: str = "account"
) -> ActForm:
    """The correction of an account; `of` tells its fields from those of another on the page."""
    filled = _Filled(wrong, typed)

    def said(name: str, label: str, most: int) -> FieldView:
        return FieldView(
            name,
            label,
            value=filled.value(name),
            error=wrong.get(name, ""),
            max_length=most,
        )

    files = f"files-{of}"
    return ActForm(
        "更正账户",
        submission(action),
        (said(f"name-{of}", "户名", 100), said(f"number-{of}", "账号", 40)),
        UploadField(files, "受益人签名的更正材料", error=wrong.get(files, "")),
        hint="按受益人提供的材料更正；更正后对原来失败的一笔再拨一次，不会重复拨付。",
        opens="更正账户",
    )
