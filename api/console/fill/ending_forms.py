"""The forms of acts that end a matter, or undo its decision."""

from api.console.fill.act_parts import ActForm, Typed, cards, confirmed, long
from api.console.fill.acts import Stand
from api.console.fill.outcomes import Colleague
from api.console.views.shared import FieldControl, FieldView, Option, Pair
from definitions.language.base import Basis
from definitions.language.matters import EdgeKind


def return_form(_at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    """退件."""
    return ActForm(
        title="退件",
        button="退件",
        effects=(
            Pair("结果", "本事项不再办理，材料退还申请人；补齐后可以重新申请，按新的申请办理"),
            Pair("申请人会知道", "收到退件通知书，写明全部需要补正的内容"),
            Pair("等它的事项", "需要本事项结果的，也办不下去"),
        ),
        fields=(long(typed, "reasons", "全部需要补正的内容", "一次写全，会原文写进退件通知书"),),
        danger=True,
        done="已退件，材料退还申请人",
    )


def terminate_form(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    """终止."""
    causes = []
    for known in at.seen.library.catalogue.terminations:
        basis = at.seen.basis(known.basis)
        hint = f"《{basis.law}》{basis.article}"
        chosen = typed.said("cause") == known.id
        causes.append(Option(known.id, known.name, hint=hint, chosen=chosen))
    return ActForm(
        title="终止办理",
        button="终止办理",
        effects=(
            Pair("结果", "本事项不再办理，材料退还申请人"),
            Pair("申请人会知道", "收到终止办理告知书，写明事实和依据"),
            Pair("不是这里办的", "申请人自己不办了的，由窗口登记撤回；不符合条件的，作不予决定"),
        ),
        fields=(
            cards(typed, "cause", "依法列明的情形", tuple(causes)),
            long(typed, "reasons", "事实", "发生了什么，会写进告知书"),
        ),
        danger=True,
        done="已终止办理",
    )


def revocation_bases(at: Stand) -> tuple[Basis, ...]:
    """What a revocation may rest on, in the order shown."""
    return (*at.seen.library.catalogue.revocations, *dict.fromkeys(at.matter.bases))


def revoke_form(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    """撤销."""
    chosen = typed.many.get("bases", ())
    cited = (at.seen.basis(basis) for basis in revocation_bases(at))
    bases = FieldView(
        "bases",
        "依据",
        FieldControl.CHECKS,
        error=typed.error("bases"),
        options=tuple(
            Option(str(n), f"《{b.law}》{b.article}", hint=b.says, chosen=str(n) in chosen)
            for n, b in enumerate(cited)
        ),
    )
    resting = [
        each.name
        for each in at.bundle.matters
        if (at.matter.key, str(EdgeKind.RESULT)) in each.needs
    ]
    effects = [
        Pair("结果", "准予决定撤销，证照收回"),
        Pair("申请人会知道", "收到撤销决定书，写明理由、依据和救济途径"),
    ]
    if resting:
        effects.append(Pair("依据它的决定", f"{'、'.join(resting)}，由各部门审查是否撤销"))
    return ActForm(
        title="撤销决定",
        button="撤销决定",
        effects=tuple(effects),
        fields=(long(typed, "reasons", "理由", "写明事实，会原文写进撤销决定书"), bases),
        danger=True,
        done="已撤销决定",
    )


def withdraw_form(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    """撤回 of one matter."""
    waiting = [each.name for each in at.bundle.matters if _waits_for(at, each.needs)]
    effects = [Pair("结果", "本事项停止办理，材料退还申请人；其他事项照常")]
    if waiting:
        effects.append(Pair("等它的事项", f"{'、'.join(waiting)}，也办不下去"))
    return ActForm(
        title="登记撤回本事项",
        button="登记撤回",
        effects=tuple(effects),
        fields=(
            long(typed, "reasons", "申请人撤回的原因", "照申请人说的写"),
            confirmed(typed, "申请人本人要求撤回，身份已核对，书面撤回申请已收"),
        ),
        danger=True,
        done="已登记撤回本事项",
    )


def _waits_for(at: Stand, needs: tuple[tuple[str, str], ...]) -> bool:
    return any(key == at.matter.key for key, _ in needs)
