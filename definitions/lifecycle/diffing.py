"""What one version says otherwise than another, in plain Chinese.

Lists are compared by what their entries are called, so that another order changes nothing; where
the order itself is a rule (questions as asked, steps as taken) it is told.
"""

from collections.abc import Iterator

from definitions.language.base import Basis
from definitions.language.limits import Limit
from definitions.language.matters import DocumentDefinition, Edge, EdgeKind, MatterDefinition, Step
from definitions.language.questions import Option, Question
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.lifecycle.comparing import At, Change, Lists, Pair, facet, listed, within
from definitions.lifecycle.saying import (
    Words,
    basis_said,
    condition_said,
    days_said,
    moved,
    said,
    validity_said,
    words_of,
)

__all__ = ["Change", "changes"]

_SOURCES = {
    "system": "系统生成",
    "e_licence": "电子证照",
    "shared": "数据共享",
    "applicant": "自备",
}
_EDGES = {
    EdgeKind.RESULT: "办结后才开始",
    EdgeKind.ACCEPTED: "受理后即可开始",
    EdgeKind.JOINT: "统一受理，办结后接着办",
}
_KINDS = {"review": "审查", "decide": "决定", "publicity": "公示等待"}


def changes(
    before: ServiceDefinition, after: ServiceDefinition, catalogue: Catalogue
) -> tuple[Change, ...]:
    """Everything that is otherwise, in the order of a definition. Empty: both say the same."""
    words = words_of((before, after), catalogue)
    return tuple(
        change
        for heading, compare in _SECTIONS
        for change in compare(before, after, At(section=heading, words=words))
    )


def _quoted(text: str | None) -> str:
    return f"“{text}”" if text else "（无）"


def _limit(name: str, before: Limit | None, after: Limit | None, at: At) -> Iterator[Change]:
    if days_said(before) != days_said(after):
        yield at.change("changed", f"{name} {moved(before, after)}")


def _legal(matter: MatterDefinition, words: Words) -> str:
    legal = matter.statutory
    if isinstance(legal, str):
        return words.clocks.get(legal, legal)
    return days_said(legal)


def _promised(before: MatterDefinition, after: MatterDefinition, at: At) -> Iterator[Change]:
    yield from _limit("承诺时限", before.promised, after.promised, at)


def _statutory(before: MatterDefinition, after: MatterDefinition, at: At) -> Iterator[Change]:
    was, becomes = before.statutory, after.statutory
    if isinstance(was, Limit) and isinstance(becomes, Limit):
        yield from _limit("法定时限", was, becomes, at)
    else:
        yield from facet("法定时限", _legal)(before, after, at)


def _step(step: Step, _: Words) -> str:
    limit = f" {days_said(step.limit)}" if step.limit else ""
    return f"{_KINDS[step.kind]}“{step.name}”{limit}"


def _edge(edge: Edge, words: Words) -> str:
    return f"在“{words.matters.get(edge.matter, edge.matter)}”{_EDGES[edge.kind]}"


def _fee(matter: MatterDefinition, _: Words) -> str:
    fee = matter.fee
    return "不收费" if fee is None or not fee.yuan else f"{fee.yuan} 元（{fee.says}）"


def _bases(thing: str = "依据") -> Lists[Basis]:
    return listed(
        thing,
        basis_said,
        lambda each, _: basis_said(each),
        facet("条文摘要", lambda each, _: _quoted(each.says)),
    )


def _option(owner: str) -> Lists[Option]:
    return listed(
        f"{owner}选项",
        lambda option: option.value,
        lambda option, _: _quoted(option.label),
        facet("选项名称", lambda option, _: _quoted(option.label)),
        facet("选项条件", lambda option, words: condition_said(option.when, words)),
        facet("选项提示", lambda option, _: _quoted(option.hint)),
    )


_DOCUMENTS: Lists[DocumentDefinition] = listed(
    "文书",
    lambda each: each.kind,
    lambda each, _: f"《{each.name}》",
    facet("名称", lambda each, _: f"《{each.name}》"),
    facet("条件", lambda each, words: condition_said(each.when, words)),
    facet("文号代字", lambda each, _: each.series),
    facet("正文", lambda each, _: _quoted(each.wording)),
    facet("送达方式", lambda each, _: "电子" if each.delivery == "electronic" else "窗口"),
)

_QUESTION: tuple[Pair[Question], ...] = (
    facet("问法", lambda each, _: _quoted(each.text)),
    facet("为什么问", lambda each, _: _quoted(each.why)),
    facet("何时问", lambda each, words: condition_said(each.when, words)),
    facet(
        "由哪个登记回答", lambda each, words: said(words.facts.get(each.answered_by or ""), words)
    ),
    within(lambda each: each.options, _option("问题")),
)

_MATTER: tuple[Pair[MatterDefinition], ...] = (
    facet("名称", lambda each, _: _quoted(each.name)),
    facet("办理机关", lambda each, words: words.departments.get(each.department, each.department)),
    facet("事项基本编码", lambda each, _: each.item),
    facet("有效期", lambda each, _: validity_said(each.valid)),
    facet("即办件", lambda each, words: said(each.instant, words)),
    _promised,
    _statutory,
    within(
        lambda each: each.clocks,
        listed("时限", lambda each: each, lambda each, words: words.clocks.get(each, each)),
    ),
    within(
        lambda each: each.needed,
        listed(
            "办理条件",
            lambda each: each.otherwise,
            lambda each, words: f"{condition_said(each.when, words)}；不满足时“{each.otherwise}”",
            facet("条件", lambda each, words: condition_said(each.when, words)),
        ),
    ),
    within(
        lambda each: each.needs,
        listed("前后关系", lambda each: each.matter, _edge, facet("前后关系", _edge)),
    ),
    facet("申请窗口期", lambda each, words: said(each.filing, words)),
    facet("收费", _fee),
    facet("须到场", lambda each, _: _quoted(each.attend)),
    within(
        lambda each: each.unacceptable,
        listed("不予受理情形", lambda each: each.says, lambda each, _: _quoted(each.says)),
    ),
    facet("受理审查", lambda each, words: said(each.examine, words)),
    within(
        lambda each: each.materials,
        listed(
            "本事项所需材料",
            lambda each: each.code,
            lambda each, words: words.materials.get(each.code, each.code),
            facet("容缺补正期限", lambda each, _: days_said(each.tolerable)),
            facet("可以承诺代替", lambda each, words: said(each.promised, words)),
        ),
    ),
    facet("容缺收件", lambda each, words: said(each.hold, words)),
    facet("容缺受理", lambda each, words: said(each.accept_pending, words)),
    facet("承诺制容缺办结", lambda each, words: said(each.issue_then_supply, words)),
    facet("告知承诺", lambda each, words: said(each.inform_commit, words)),
    facet("听证", lambda each, words: said(each.hearing, words)),
    within(
        lambda each: each.steps,
        listed("步骤", lambda each: each.key, _step, facet("步骤", _step), ordered=True),
    ),
    within(lambda each: each.documents, _DOCUMENTS),
    within(lambda each: (each.refusal,) if each.refusal else (), _DOCUMENTS),
    within(lambda each: each.bases, _bases()),
)

_SECTIONS: tuple[tuple[str, Pair[ServiceDefinition]], ...] = (
    ("服务", facet("名称", lambda each, _: _quoted(each.name))),
    ("服务", facet("简介", lambda each, _: _quoted(each.summary))),
    ("服务", facet("牵头部门", lambda each, words: words.departments.get(each.lead, each.lead))),
    ("服务", facet("有效期", lambda each, _: validity_said(each.validity))),
    ("依据", within(lambda each: each.bases, _bases())),
    (
        "依据",
        within(
            lambda each: each.own_laws,
            listed(
                "自带依据",
                lambda law: law.key,
                lambda law, _: f"《{law.title}》",
                facet("文本日期", lambda law, _: law.text_of.isoformat()),
            ),
        ),
    ),
    (
        "不能办的情形",
        within(
            lambda each: each.blockers,
            listed(
                "不能办的情形",
                lambda each: each.reason,
                lambda each, _: _quoted(each.reason),
                facet("条件", lambda each, words: condition_said(each.when, words)),
                facet("找谁", lambda each, _: each.owner),
                facet("怎样解决", lambda each, _: _quoted(each.remedy)),
                facet("依据", lambda each, _: basis_said(each.basis)),
            ),
        ),
    ),
    (
        "问题",
        within(
            lambda each: each.questions,
            listed(
                "问题",
                lambda each: each.id,
                lambda each, _: _quoted(each.text),
                *_QUESTION,
                ordered=True,
            ),
        ),
    ),
    (
        "情形",
        within(
            lambda each: each.situations,
            listed(
                "情形",
                lambda each: each.code,
                lambda each, _: f"{each.code} {each.name}",
                facet("名称", lambda each, _: _quoted(each.name)),
                facet("条件", lambda each, words: condition_said(each.when, words)),
                within(lambda each: each.bases, _bases()),
            ),
        ),
    ),
    (
        "情形",
        within(
            lambda each: each.combined,
            listed(
                "合并情形",
                lambda each: each.code,
                lambda each, _: f"{each.code} {each.name}",
                facet("名称", lambda each, _: _quoted(each.name)),
                facet("条件", lambda each, words: condition_said(each.when, words)),
                ordered=True,
            ),
        ),
    ),
    (
        "表单",
        within(
            lambda each: each.form,
            listed(
                "表单项",
                lambda each: each.id,
                lambda each, _: _quoted(each.label),
                facet("名称", lambda each, _: _quoted(each.label)),
                facet("填写要求", lambda each, _: _quoted(each.hint)),
                facet("何时填", lambda each, words: condition_said(each.when, words)),
                facet("必填", lambda each, words: said(each.required, words)),
                facet("预填来源", lambda each, _: _quoted(each.prefilled_from)),
                within(lambda each: each.options, _option("表单项")),
            ),
        ),
    ),
    (
        "材料",
        within(
            lambda each: each.materials,
            listed(
                "材料",
                lambda each: each.code,
                lambda each, words: words.materials.get(each.code, each.code),
                facet("何时需要", lambda each, words: condition_said(each.when, words)),
                facet("免交", lambda each, words: said(each.waived, words)),
                facet("由哪个事项产生", lambda each, words: said(each.produced_by, words)),
                facet("说明", lambda each, _: _quoted(each.note)),
            ),
        ),
    ),
    (
        "材料",
        within(
            lambda each: each.own_materials,
            listed(
                "自带材料",
                lambda each: each.code,
                lambda each, _: each.name,
                facet("名称", lambda each, _: _quoted(each.name)),
                facet("来源", lambda each, _: _SOURCES[each.source]),
                facet("主审要件", lambda each, words: said(each.main, words)),
                facet("要求", lambda each, _: _quoted(each.standard)),
            ),
        ),
    ),
    (
        "材料",
        within(
            lambda each: each.prepared,
            listed(
                "系统生成的材料",
                lambda each: each.code,
                lambda each, words: words.materials.get(each.code, each.code),
                facet("何时生成", lambda each, words: condition_said(each.when, words)),
            ),
        ),
    ),
    (
        "智能预审",
        within(
            lambda each: each.checks,
            listed(
                "预审规则",
                lambda each: each.id,
                lambda each, _: f"{each.id} {each.says}",
                facet("提示", lambda each, _: _quoted(each.says)),
                facet("怎样更正", lambda each, _: _quoted(each.remedy)),
            ),
        ),
    ),
    (
        "联办事项",
        within(
            lambda each: each.matters,
            listed("事项", lambda each: each.key, lambda each, _: each.name, *_MATTER),
        ),
    ),
)
