"""What may be done with one entitlement now, by whom, and the forms that do it."""

from collections.abc import Mapping

from activities.store.benefits.reading import EntryLine
from api.console.fill.act_parts import Typed, long, short
from api.console.fill.benefits import entitlement_url
from api.console.request import Posted, submission
from api.console.views.acts import UploadField
from api.console.views.benefits import ActForm
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
    filled, url = Typed.back(typed, wrong), entitlement_url(line.id)
    reviews = permissions.reaches(actor, Act.REVIEW_BENEFITS, line.organ)
    runs = permissions.reaches(actor, Act.RUN_BENEFITS, line.organ)
    found: list[ActForm] = []
    if reviews and state.phase is Phase.REVIEW and line.status is Status.LISTED:
        found.append(_reasoned(filled, url, "strike", danger=True))
    if reviews and state.phase is Phase.REVIEW and line.status is Status.STRUCK:
        found.append(_reasoned(filled, url, "restore"))
    if runs and line.status in _OTHER_ACCOUNT:
        found.append(account_form(f"{url}/account", wrong, typed))
    if runs and line.status is Status.RECOVERING:
        found.append(_return(url, filled, line.back_fen - back))
    if reviews and line.status is Status.RECOVERING:
        found.append(_reasoned(filled, url, "drop", danger=True))
    return tuple(found)


def _reasoned(filled: Typed, url: str, act: str, *, danger: bool = False) -> ActForm:
    """An act with a reason, folded behind its name."""
    label = _LABELS[act]
    reason = long(filled, f"reason-{act}", f"{label}的理由")
    return ActForm(label, submission(f"{url}/{act}"), (reason,), danger=danger, opens=label)


def _return(url: str, filled: Typed, left: int) -> ActForm:
    fen = short(filled, "fen-return", "退回的金额（元）", f"还要退回 {yuan(left)}", longest=24)
    return ActForm("登记退回", submission(f"{url}/return"), (fen,), opens="登记退回")


def account_form(
    action: str, wrong: Mapping[str, str], typed: Posted | None, *, of: str = "account"
) -> ActForm:
    """The correction of an account; `of` tells its fields from those of another on the page."""
    filled = Typed.back(typed, wrong)
    files = f"files-{of}"
    return ActForm(
        "更正账户",
        submission(action),
        (
            short(filled, f"name-{of}", "户名"),
            short(filled, f"number-{of}", "账号", longest=40),
        ),
        UploadField(files, "受益人签名的更正材料", error=wrong.get(files, "")),
        hint="按受益人提供的材料更正；更正后对原来失败的一笔再拨一次，不会重复拨付。",
        opens="更正账户",
    )
