"""From batches and known facts as they are read to what their pages show."""

from collections.abc import Mapping, Sequence
from datetime import date

from activities.store.benefits.fact_files import NAME, Rule
from activities.store.benefits.loading import BatchLine, BatchView
from api.console.benefit_words import KIND
from api.console.fill.benefit_money import fen_typed
from api.console.fill.benefit_working import HIDDEN
from api.console.views.facts import BatchRow, FactRow, WrongRow
from api.console.views.shared import Link, Pair, StatusView, Tone
from api.console.words import SYMBOLS
from api.facts import FactShown, SubjectShown
from definitions.language.benefits import FactType, SubjectFact
from definitions.lifecycle.policy_saying import fact_said
from definitions.policy_loading import FactCatalogue
from definitions.rules.conditions import Fact
from definitions.rules.fact_values import of_cell

URL = "/console/facts"
RULES: Mapping[Rule, str] = {
    Rule.ENCODING: "编码",
    Rule.HEADING: "表头",
    Rule.UNKNOWN_COLUMN: "没有这一项数据",
    Rule.OTHER_SOURCE: "别的来源的数据",
    Rule.COLUMNS: "列数",
    Rule.JSON: "JSON",
    Rule.REQUIRED: "必填",
    Rule.CODE: "代码",
    Rule.CODE_TWICE: "代码重复",
    Rule.TYPE: "类型",
    Rule.TEXT: "文字",
    Rule.ACCOUNT: "账户",
}
_OWN = {"code": "代码", NAME: "名称", "account_name": "户名", "account_number": "账号"}
_BY = {"cli": "命令行", "feed": "共享接口", "sample": "样例"}


def batch_url(batch: int) -> str:
    """Where one batch is shown."""
    return f"{URL}/batches/{batch}"


def source_names(catalogue: FactCatalogue) -> dict[str, str]:
    """The sources by their id."""
    return {source.id: source.name for source in catalogue.sources}


def newest(catalogue: FactCatalogue, days: Mapping[str, date]) -> tuple[Pair, ...]:
    """Of each source the latest day that it has spoken of."""
    return tuple(
        Pair(name, f"截至 {days[source].isoformat()}")
        for source, name in source_names(catalogue).items()
        if source in days
    )


def rows(
    catalogue: FactCatalogue, batches: Sequence[BatchLine], people: Mapping[str, str]
) -> tuple[BatchRow, ...]:
    """The batches; `people` are names of accounts."""
    names = source_names(catalogue)
    return tuple(
        BatchRow(
            link=Link(str(batch.id), batch_url(batch.id)),
            source=names.get(batch.source, batch.source),
            kind=KIND[batch.kind],
            as_of=batch.as_of,
            good=batch.good,
            bad=batch.bad,
            name=batch.name,
            by=_BY.get(batch.by) or people.get(batch.by, batch.by),
            at=batch.at,
        )
        for batch in batches
    )


def status(batch: BatchView) -> StatusView:
    """Whether all of it was taken."""
    if not batch.bad:
        return StatusView("全部装入", SYMBOLS[Tone.OK], Tone.OK)
    tone = Tone.WAIT if batch.good else Tone.BAD
    return StatusView("部分装入" if batch.good else "没有装入", SYMBOLS[tone], tone)


def batch_facts(catalogue: FactCatalogue, batch: BatchView) -> tuple[Pair, ...]:
    """What is said of a batch as a whole."""
    labels = {fact.fact: fact.label for fact in catalogue.facts}
    come = "、".join(labels.get(name, name) for name in batch.facts)
    return (
        Pair("来源", source_names(catalogue).get(batch.source, batch.source)),
        Pair("对象", KIND[batch.kind]),
        Pair("截至日", batch.as_of.isoformat()),
        Pair("文件", batch.name),
        Pair("行数", f"{batch.rows} 行，装入 {batch.good} 行，有误 {batch.bad} 行"),
        Pair("数据项", come or "没有"),
        Pair("摘要", batch.sha256),
    )


def wrong_rows(catalogue: FactCatalogue, batch: BatchView) -> tuple[WrongRow, ...]:
    """What was wrong, line by line."""
    labels = {**{fact.fact: fact.label for fact in catalogue.facts}, **_OWN}
    return tuple(
        WrongRow(each.line, labels.get(each.field, each.field), RULES[each.rule], each.says)
        for each in batch.problems
    )


def subject_facts(shown: SubjectShown) -> tuple[Pair, ...]:
    """Who it is."""
    return (
        Pair("名称", shown.name),
        Pair("代码", shown.code),
        Pair("对象", KIND[shown.kind]),
        Pair("比对日", shown.on.isoformat()),
    )


def fact_rows(catalogue: FactCatalogue, shown: SubjectShown) -> tuple[FactRow, ...]:
    """Every fact there can be, known or not."""
    facts = {fact.fact: fact for fact in catalogue.facts}
    return tuple(_fact(facts[each.fact], each) for each in shown.facts)


def typed_fact(fact: SubjectFact, said: str) -> Fact:
    """A value as people type or choose it, money in yuan; what is none stays, and is refused."""
    named = {label: key for key, label in fact.values.items()}
    read = fen_typed(said) if fact.money else of_cell(fact, named.get(said, said))
    return said if read is None else read


def typed_as(fact: SubjectFact) -> str:
    """How a value of it is typed."""
    return "单位：元" if fact.money else f"单位：{fact.unit}" if fact.unit else ""


def _fact(fact: SubjectFact, shown: FactShown) -> FactRow:
    known = shown.known
    label, tone = ("没有", Tone.IDLE)
    if shown.hidden:
        label, tone = (HIDDEN, Tone.IDLE)
    elif known is not None:
        stale = f"超过 {shown.fresh_days} 天，当作没有"
        label, tone = ("有效", Tone.OK) if known.fresh else (stale, Tone.WAIT)
    value = "" if known is None else fact_said(fact, known.value)
    if known is not None and fact.sensitive and fact.type is FactType.MANY:
        # Other people's numbers: how many is enough.
        value = f"{len(known.value) if isinstance(known.value, tuple) else 0} 项"
    return FactRow(
        label=shown.label,
        name=shown.fact,
        value=value,
        source=shown.source_name,
        as_of=known.as_of if known else None,
        status=StatusView(label, SYMBOLS[tone], tone),
    )
