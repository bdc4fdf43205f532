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
    found: list[ActForm] = []
    filled = _Filled(wrong, typed)
    url = entitlement_url(line.id)
    reviews = permissions.reaches(actor, Act.REVIEW_BENEFITS, line.organ)
    runs = permissions.reaches(actor, Act.RUN_BENEFITS, line.organ)
    if reviews and state.phase is Phase.REVIEW and line.status is Status.LISTED:
        found.append(
            ActForm(
                "移出名单",
                submission(f"{url}/strike"),
                (filled.reason("strike", "移出的理由"),),
                danger=True,
                opens="移出名单",
            )
        )
    if reviews and state.phase is Phase.REVIEW and line.status is Status.STRUCK:
        reason = filled.reason("restore", "放回的理由")
        found.append(ActForm("放回名单", submission(f"{url}/restore"), (reason,), opens="放回名单"))
    if runs and line.status in _OTHER_ACCOUNT:
        found.append(_account(url, filled))
    if runs and line.status is Status.RECOVERING:
        left = f"还要退回 {yuan(line.back_fen - back)}"
        fen = FieldView(
            "fen-return",
            "退回的金额（元）",
            value=filled.value("fen-return"),
            hint=left,
            error=wrong.get("fen-return", ""),
            max_length=24,
        )
        found.append(ActForm("登记退回", submission(f"{url}/return"), (fen,), opens="登记退回"))
    if reviews and line.status is Status.RECOVERING:
        found.append(
            ActForm(
                "不再追回",
                submission(f"{url}/drop"),
                (filled.reason("drop", "不再追回的理由"),),
                danger=True,
                opens="不再追回",
            )
        )
    return tuple(found)


class _Filled:
    """What was typed and what was wrong with it."""

    def __init__(self, wrong: Mapping[str, str], typed: Posted | None) -> None:
        self.wrong = wrong
        self._typed = typed

    def value(self, name: str) -> str:
        """As it was typed."""
        return self._typed.one(name) if self._typed else ""

    def reason(self, act: str, label: str) -> FieldView:
        """The reason of an act."""
        name = f"reason-{act}"
        return FieldView(
            name,
            label,
            FieldControl.LONG_TEXT,
            value=self.value(name),
            error=self.wrong.get(name, ""),
            max_length=500,
        )


def _account(url: str, filled: _Filled) -> ActForm:
    wrong = filled.wrong
    return ActForm(
        "更正账户",
        submission(f"{url}/account"),
        (
            FieldView(
                "name-account",
                "户名",
                value=filled.value("name-account"),
                error=wrong.get("name-account", ""),
                max_length=100,
            ),
            FieldView(
                "number-account",
                "账号",
                value=filled.value("number-account"),
                error=wrong.get("number-account", ""),
                max_length=40,
            ),
        ),
        UploadField(
            "files-account",
            "受益人签名的更正材料",
            error=wrong.get("files-account", ""),
        ),
        hint="按受益人提供的材料更正；更正后对原来失败的一笔再拨一次，不会重复拨付。",
        opens="更正账户",
    )
