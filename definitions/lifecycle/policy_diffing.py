"""What one version of a policy says otherwise than another, in plain Chinese."""

from collections.abc import Callable, Iterator, Mapping

from definitions.language.benefits import (
    Budget,
    Confirmation,
    Exclusion,
    Figure,
    PolicyCondition,
    PolicyDefinition,
    Publicity,
    Recovery,
    SubjectFact,
)
from definitions.lifecycle.comparing import At, Change, Lists, Pair, facet, listed, within
from definitions.lifecycle.policy_saying import EVERY, WAYS, Saying
from definitions.lifecycle.saying import NOTHING, Words, basis_said, validity_said
from definitions.rules.money import yuan

_SHOWS = {"name": "名称（姓名）", "code": "代码", "amount": "金额", "reason": "理由"}
_MARKS = {"text": "照文件", "high": "可靠", "med": "待核对", "low": "示例，以当年文件为准"}
Facts = Mapping[str, SubjectFact]


def policy_changes(
    before: PolicyDefinition, after: PolicyDefinition, facts: Facts, organs: Mapping[str, str]
) -> tuple[Change, ...]:
    """Everything that is otherwise, in the order of a policy. Empty: both say the same."""
    labels = {name: fact.label for name, fact in facts.items()}
    words = Words(departments=organs, facts=labels)
    was, becomes = Saying(before, facts), Saying(after, facts)
    return (
        *_all(_ABOUT, "政策", before, after, words),
        *_figures(before, after, was, becomes),
        *_conditions(before, after, was, becomes),
        *_amount(before, after, was, becomes),
        *_all(_MONEY, "资金", before, after, words),
        *_all(_WAY, "办理", before, after, words),
    )


def _all(
    pairs: tuple[Pair[PolicyDefinition], ...],
    section: str,
    before: PolicyDefinition,
    after: PolicyDefinition,
    words: Words,
) -> Iterator[Change]:
    for compare in pairs:
        yield from compare(before, after, At(section=section, words=words))


def _quoted(text: str | None) -> str:
    return f"“{text}”" if text else NOTHING


def _figures(
    before: PolicyDefinition, after: PolicyDefinition, was: Saying, becomes: Saying
) -> Iterator[Change]:
    """Each version says its own formulas: a figure may be called otherwise."""
    said = _spoken(
        before.figures,
        after.figures,
        lambda f, by: by.formula(f.formula, money=f.unit == "元"),
        was,
        becomes,
    )
    lists: Lists[Figure] = listed(
        "算式",
        lambda figure: figure.name,
        lambda figure, _: _quoted(figure.label),
        facet("名称", lambda figure, _: _quoted(figure.label)),
        facet("单位", lambda figure, _: figure.unit),
        facet("算法", lambda figure, _: said[id(figure)]),
    )
    yield from lists(before.figures, after.figures, At(section="算式", words=Words()))


def _conditions(
    before: PolicyDefinition, after: PolicyDefinition, was: Saying, becomes: Saying
) -> Iterator[Change]:
    said = _spoken(before.conditions, after.conditions, lambda c, by: by.condition(c), was, becomes)
    lists: Lists[PolicyCondition] = listed(
        "条件",
        lambda condition: condition.id,
        lambda condition, _: _quoted(condition.says),
        facet("写法", lambda condition, _: _quoted(condition.says)),
        facet("内容", lambda condition, _: said[id(condition)]),
        facet("性质", lambda each, _: "符合的排除" if each.excludes else "应当符合"),
        facet("拨付前再核对一次", lambda each, _: _yes(yes=each.again)),
    )
    yield from lists(before.conditions, after.conditions, At(section="条件", words=Words()))


def _spoken(
    before: tuple[Figure, ...] | tuple[PolicyCondition, ...],
    after: tuple[Figure, ...] | tuple[PolicyCondition, ...],
    say: Callable[..., str],
    was: Saying,
    becomes: Saying,
) -> dict[int, str]:
    return {id(each): say(each, was) for each in before} | {
        id(each): say(each, becomes) for each in after
    }


def _amount(
    before: PolicyDefinition, after: PolicyDefinition, was: Saying, becomes: Saying
) -> Iterator[Change]:
    at = At(section="金额", words=Words())
    one, other = was.formula(before.amount.formula), becomes.formula(after.amount.formula)
    if one != other:
        yield at.change("changed", f"算法 {one} → {other}")
    for name, say in _AMOUNT:
        yield from facet(name, say)(before, after, at)


def _yes(*, yes: bool) -> str:
    return "是" if yes else "否"


def _cap(policy: PolicyDefinition, _: Words) -> str:
    return yuan(policy.amount.at_most)


def _mark(policy: PolicyDefinition, _: Words) -> str:
    return _MARKS[policy.amount.mark]


def _note(policy: PolicyDefinition, _: Words) -> str:
    return _quoted(policy.amount.note)


_AMOUNT = (("封顶", _cap), ("可靠程度", _mark), ("金额说明", _note))


def budget_said(budget: Budget) -> str:
    """How much, and for what time."""
    return f"{yuan(budget.fen)}（{'每期' if budget.per == 'period' else '整个有效期'}）"


def exclusion_said(exclusion: Exclusion | None, labels: Mapping[str, str]) -> str:
    """When it is its turn in its group, and what is used up; `labels` of facts by name."""
    if exclusion is None:
        return NOTHING
    by = f"，按“{labels.get(exclusion.by, exclusion.by)}”逐个用掉" if exclusion.by else ""
    for_good = "，以后各期也不能再用" if exclusion.for_good else ""
    return f"同组政策里排第 {exclusion.rank} 位{by}{for_good}"


def publicity_said(publicity: Publicity | None) -> str:
    """How long, and what is shown."""
    if publicity is None:
        return "不公示"
    shows = "、".join(_SHOWS[each] for each in publicity.shows)
    masked = "姓名（名称）部分隐去" if publicity.masked else "不隐去"
    return f"{publicity.days} 个工作日，公示{shows}，{masked}"


def confirmation_said(confirmation: Confirmation | None) -> str:
    """How long one may answer, and when one is reminded."""
    if confirmation is None:
        return NOTHING
    left = "、".join(str(each) for each in confirmation.reminders)
    reminders = f"，还剩 {left} 个工作日时提醒" if left else ""
    return f"{confirmation.days} 个工作日内确认{reminders}"


def recovery_said(recovery: Recovery) -> str:
    """By when it is given back."""
    offset = "，可以从以后的补贴里抵扣" if recovery.offset else ""
    basis = f"（{basis_said(recovery.basis)}）" if recovery.basis else ""
    return f"{recovery.days} 个工作日内退回{offset}{basis}"


def begins_said(policy: PolicyDefinition, labels: Mapping[str, str]) -> str:
    """When a run begins by itself; `labels` of facts by name."""
    begins = policy.begins
    if begins is None:
        return "由承办人开始"
    told = []
    if begins.day is not None:
        told.append(
            f"每年 {begins.month} 月 {begins.day} 日" if begins.month else f"每月 {begins.day} 日"
        )
    told += [f"有新的“{labels.get(name, name)}”时" for name in begins.facts]
    return "；".join(told)


_ABOUT: tuple[Pair[PolicyDefinition], ...] = (
    facet("名称", lambda each, _: _quoted(each.name)),
    facet("文号", lambda each, _: _quoted(each.number)),
    facet("发放部门", lambda each, words: words.departments.get(each.organ, each.organ)),
    facet("项目", lambda each, _: each.item),
    facet("对象", lambda each, _: "企业" if each.subject == "firm" else "个人"),
    facet("享受次数", lambda each, _: EVERY[each.every]),
    facet("有效期", lambda each, _: validity_said(each.validity)),
    facet("简介", lambda each, _: _quoted(each.summary)),
    within(
        lambda each: each.bases,
        listed(
            "依据",
            basis_said,
            lambda basis, _: basis_said(basis),
            facet("条文摘要", lambda basis, _: _quoted(basis.says)),
        ),
    ),
)
_MONEY: tuple[Pair[PolicyDefinition], ...] = (
    facet("预算", lambda each, _: budget_said(each.budget)),
    facet("互斥组", lambda each, _: f"代号 {each.exclusion.group}" if each.exclusion else NOTHING),
    facet("互斥", lambda each, words: exclusion_said(each.exclusion, words.facts)),
    facet("追回", lambda each, _: recovery_said(each.recovery)),
)
_WAY: tuple[Pair[PolicyDefinition], ...] = (
    facet("兑现方式", lambda each, _: WAYS[each.way]),
    facet("公示", lambda each, _: publicity_said(each.publicity)),
    facet("确认", lambda each, _: confirmation_said(each.confirmation)),
    facet("承诺兑现期限", lambda each, _: f"{each.promised_days} 个工作日"),
    facet("何时自动开始", lambda each, words: begins_said(each, words.facts)),
    facet("试算抽查", lambda each, _: f"{each.sample} 户"),
    facet(
        "兑现后核验",
        lambda each, _: "不核验" if each.verified_after is None else f"{each.verified_after} 日后",
    ),
)
