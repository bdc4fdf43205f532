"""The form by which a supervisor lets points be asked for that the first notice did not name."""

from api.console.fill.act_parts import ActForm, Typed, long
from api.console.fill.acts import Stand
from api.console.fill.outcomes import Colleague
from api.console.views.shared import Pair
from definitions.language.base import Basis

_ONCE = Basis(law="行政许可法", article="第三十二条第一款第四项", says="一次告知需要补正的全部内容")


def second_notice_form(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    """批准再次补正告知."""
    notice = at.matter.special.notice
    materials = {material.code: material.name for material in at.bundle.materials}
    named = sorted(notice.materials) if notice else []
    return ActForm(
        title="批准再次补正告知",
        button="批准再次告知",
        effects=(
            Pair("已告知", "、".join(materials.get(code, code) for code in named)),
            Pair("结果", "经办人可以再告知一次，写明第一次没有写的内容；只此一次"),
            Pair("记录", "没有一次告知是过错，批准人和理由记入办理记录"),
        ),
        fields=(long(typed, "reason", "批准的理由", "为什么第一次没有写明，为什么确有必要"),),
        basis=(_ONCE,),
        done="已批准再次补正告知",
    )
