"""What a broken rule is called in the author's language.

Rules keep pydantic's names, so that they can be looked up; the sentence says what to write instead.
"""

from pydantic_core import ErrorDetails

_SENTENCES = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这个键，请检查拼写",
    "string_type": "应为文字（数字请加引号）",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "至多 {max_length} 个字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或者 false",
    "bool_parsing": "应为 true 或者 false",
    "greater_than_equal": "应大于等于 {ge}",
    "less_than_equal": "应小于等于 {le}",
    "too_short": "至少 {min_length} 项，现有 {actual_length} 项",
    "too_long": "至多 {max_length} 项，现有 {actual_length} 项",
    "tuple_type": "应为列表（每项以 - 开头）",
    "list_type": "应为列表（每项以 - 开头）",
    "dict_type": "应为键和值",
    "model_type": "应为键和值",
    "model_attributes_type": "应为键和值",
    "enum": "应为 {expected} 之一",
    "literal_error": "应为 {expected} 之一",
    "union_tag_invalid": "{discriminator} 应为 {expected_tags} 之一，现为 {tag}",
    "union_tag_not_found": "缺少 {discriminator}",
    "date_type": "应为日期，如 2026-11-24",
    "date_parsing": "应为日期，如 2026-11-24",
    "date_from_datetime_parsing": "应为日期，如 2026-11-24",
    "date_from_datetime_inexact": "应为日期，如 2026-11-24，不带时间",
    "time_type": "应为时刻，如 09:00",
    "time_parsing": "应为时刻，如 09:00",
    "datetime_type": "应为日期或者时刻，如 2026-11-24、2026-12-01T14:00",
    "datetime_parsing": "应为日期或者时刻，如 2026-11-24、2026-12-01T14:00",
    "datetime_from_date_parsing": "应为日期或者时刻，如 2026-11-24、2026-12-01T14:00",
    "decimal_type": "应为数",
    "decimal_parsing": "应为数",
}

_PATTERNS = {
    r"^(text|high|med|low)$": "应为 text、high、med、low 之一",
    r"^[a-z][a-z0-9_]{0,47}$": "应为小写英文字母开头，只含小写字母、数字、下划线，不超过 48 个字符",
    r"^[A-Z][A-Z0-9_]{1,23}$": "应为大写英文字母开头，只含大写字母、数字、下划线，2 到 24 个字符",
    r"^[A-Z][A-Z0-9-]{1,23}$": "应为大写英文字母开头，只含大写字母、数字、连字符，2 到 24 个字符",
    r"^(CN|[1-9][0-9]{5})$": "应为 CN 或 6 位行政区划代码",
    r"^[0-9A-Z]{12}$": "应为 12 位基本编码（数字、大写字母）",
    r"^[0-9A-HJ-NPQRTUWXY]{18}$": "应为 18 位统一社会信用代码",
    r"^(answer|firm|form|since|person)\.[a-z][a-z0-9_]*$": (
        "应为 answer.、firm.、form.、since. 或者 person. 开头的事实"
    ),
    r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$": "应为大写字母、数字，用连字符分段，如 DATE-01",
    r"^[A-Z][A-Z0-9_]{1,23} -> [A-Z][A-Z0-9_]{1,23}$": "应为 REG -> TAX 这样的先后关系",
    r"^firm\.[a-z][a-z0-9_]*$": "应为 firm. 开头的事实",
}

_RULES = {
    "write exactly one of": "一个条件只写一个比较（{}）",
    "promised limit is longer": "承诺时限长于法定时限",
    "tolerable gaps need": "有可容缺的材料，就要写 accept_pending（容缺受理）",
    "a matter that is decided": "要作决定的事项须写 refusal（不予文书）",
    "an instant matter": "即办件不能容缺受理",
    "promised limit leaves no room": "承诺时限须为工作日，且至少比 margin 多 1 日，否则来不及补正",
    "`dated` names a form field": "自表单日期起算（starts: dated）的须写 dated，其他的不写",
    "only working days can be": "特别程序不计入的（pausable）须为工作日时限（行政许可法 45）",
    "a gap is borne in one": "容缺只用一种方式：accept_pending 或者 issue_then_supply",
    "a promise in place of": "可以承诺代替的材料（promised），要写 inform_commit（告知承诺）",
    "inform_commit (告知承诺) is not": "直接涉及这些领域或者当场决定的，不能用告知承诺（{}）",
    "options belong to": "options 只写在 kind: choice 的字段里，并且必须写",
    "a case that expects nothing": "expect 至少写一项",
    "a question has two options": "问题至少两个选项；日期（kind: date）不写选项",
    "least and most belong": "least、most 只写在数、金额（kind: number、money）的字段里",
    "person belongs to a field": "person 只写在身份证号（kind: person_id）的字段里",
    "only what a register fills": "不让申请人改（editable: false）的字段须写 prefilled_from",
    "an interval has at_least": "interval 须写 at_least、at_most 或者 at_most_years",
    "a wording has contains": "wording 须写 contains、lacks、ends 或者 leaves",
    "a gap names a fact": "花括号里写事实，如 {{form.new_name}}（{}）",
    "question written twice": "问题编号重复（{}）",
    "situation written twice": "情形编号重复（{}）",
    "form field written twice": "表单字段编号重复（{}）",
    "material written twice": "材料编号重复（{}）",
    "matter written twice": "事项编号重复（{}）",
    "condition written twice": "条件名重复（{}）",
    "check written twice": "预审规则编号重复（{}）",
    "`from` lies before": "from 须早于 until，并且在同一日内",
    "the rungs of the ladder": "各级提醒按 hours 从小到大排列",
    "two rungs of the ladder": "提醒的编号重复",
    "office hours stand in": "办公时间按先后排列，不能重叠",
    "`red` is fewer": "red 的天数须少于 amber",
    "`days` is not more": "days 不能超过 at_most",
    "confirmation is written": "confirmation 在一键确认（way: confirm）时写，别的时候不写",
    "write at_least or at_most": "at_least、at_most 至少写一个",
    "write one of at_least": "at_least、at_most 只写一个",
    "write a day, or facts": "写 day（几日开始）或者 facts（有新数据就开始）；写 month 也要写 day",
    "figure written twice": "算式名重复（{}）",
}
# What a golden case may expect (`Expectation`).
_EXPECTED = {
    "situation": "情形",
    "parts": "合并的情形",
    "needed": "要办的事项",
    "not_needed": "不办的事项和理由",
    "asked": "还要问的问题",
    "materials": "要交的材料",
    "waived": "免交的材料",
    "edges": "先后关系",
    "documents": "文书",
    "steps": "步骤",
    "clocks": "时限",
    "not_accepted": "不予受理",
    "tolerable": "可容缺的材料",
    "promised": "可承诺代替的材料",
    "hearings": "听证",
    "blocked": "现在办不了的原因",
    "findings": "预审发现",
}


def sentence(error: ErrorDetails) -> str:
    """The Chinese sentence for one of pydantic's errors; pydantic's own where none is known."""
    kind = error["type"]
    context = {key: str(value) for key, value in error.get("ctx", {}).items()}
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"应符合 {context['pattern']}")
    if kind == "value_error":
        return "；".join(_ruled(part) for part in context["error"].split("; "))
    if kind not in _SENTENCES:
        return error["msg"]
    return _SENTENCES[kind].format_map(context).replace(" or ", "、").replace("'", "")


def _ruled(message: str) -> str:
    said, _, details = message.partition(": ")
    for start, text in _RULES.items():
        if said.startswith(start):
            return text.format(details or said.removeprefix(start).strip())
    return message


def expected(item: str) -> str:
    """What a golden case calls that item."""
    return _EXPECTED.get(item, item)


def told(value: object) -> str:
    """A value of a golden case as people read it."""
    match value:
        case None | () | {}:
            return "无"
        case dict():
            return "；".join(f"{key}：{told(each)}" for key, each in value.items()) or "无"
        case tuple():
            return "、".join(told(each) for each in value)
        case _:
            return str(value)
