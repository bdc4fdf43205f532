"""A simple service that nobody shipped: one YAML text with a paper and a rule of its own."""

from pathlib import Path

SERVICE = "fitness_opening"
TEXT = """\
service: fitness_opening
version: 1
name: 开办健身房
summary: 已经领取营业执照的企业在松江区开办健身房，场所备案和招牌一次申请。
lead: market_regulation
validity: {since: 2026-01-01}
bases: [{law: 测试用办法, article: 第一条}]
own_laws:
  - {key: 测试用办法, title: 松江区健身场所测试办法（沪松测〔2026〕1号）, text_of: 2026-01-01}
own_materials:
  - {code: X01, name: 健身场所平面图, source: applicant, main: true, standard: 注明器械区、通道和出口}

blockers:
  - when: {fact: firm.revoked, is: true}
    reason: 企业已被吊销营业执照
    owner: 企业
    remedy: 请先依法清算、注销
    basis: {law: 测试用办法, article: 第二条}

questions:
  - id: pool
    text: 有没有游泳池？
    why: 有游泳池的另有要求
    kind: one
    options:
      - {value: none, label: 没有}
      - {value: indoor, label: 有室内游泳池}

situations:
  - code: JS-01
    name: 开办健身房
    when: {fact: answer.pool, one_of: [none, indoor]}
    bases: [{law: 测试用办法, article: 第一条}]

form:
  - {id: shop_name, label: 场所名称, kind: text, min_length: 2, max_length: 100}

materials:
  - {code: X01}

matters:
  - key: GYM
    name: 健身场所备案
    department: market_regulation
    item: "310131099901"
    promised: {days: 5, basis: {law: 测试用办法, article: 第三条}}
    materials: [{code: X01}]
    hold: {limit: {days: 20}, lapse: returned, basis: {law: 测试用办法, article: 第四条}}
    steps:
      - {kind: review, key: review, name: 书面审查}
      - {kind: decide, key: decide, name: 决定, by: approver}
    documents:
      - {kind: gym_notice, name: 健身场所备案通知书, series: 沪松健备, template: notice, wording: 准予备案。}
    refusal: {kind: gym_refusal, name: 不予备案通知书, series: 沪松健不备, template: refusal, wording: 不予备案。}
    bases: [{law: 测试用办法, article: 第三条}]

  - key: SIGN
    name: 健身场所招牌
    department: greening
    item: "310149099901"
    needs: [{matter: GYM, why: 备案之后才挂招牌}]
    promised: {days: 3, basis: {law: 测试用办法, article: 第五条}}
    hold: {limit: {days: 20}, lapse: returned, basis: {law: 测试用办法, article: 第四条}}
    steps:
      - {kind: decide, key: decide, name: 办理, by: officer}
    documents:
      - {kind: sign_receipt, name: 招牌备案回执, series: 沪松健招, template: receipt, wording: 招牌已经备案。}
    refusal: {kind: sign_refusal, name: 不予招牌备案告知书, series: 沪松健不招, template: refusal, wording: 不予备案。}
    bases: [{law: 测试用办法, article: 第五条}]
"""  # noqa: E501 - as it is written in a file
CASES = """\
cases:
  - case: 没有游泳池的健身房：两件事，先备案后招牌，只交平面图
    answers: {pool: none}
    expect:
      situation: JS-01
      needed: [GYM, SIGN]
      materials: [X01]
      edges: [GYM -> SIGN]
"""
SAMPLE = {
    "title": "开办健身房",
    "service": SERVICE,
    "firm_code": "91310117MA1J0T5T4W",
    "answers": {"pool": "none"},
    "form": {"shop_name": "云间健身"},
}
SAMPLE_BODY = {**SAMPLE, "firm_name": "上海云间健身有限公司"}
del SAMPLE_BODY["title"]


def changed(old: str, new: str) -> str:
    """The text with one thing said otherwise."""
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def second() -> str:
    """The next version: the office promises less time."""
    text = changed("version: 1", "version: 2").replace("promised: {days: 5", "promised: {days: 3")
    return text.replace("since: 2026-01-01}", "since: 2026-01-02}", 1)


def written(folder: Path, text: str = TEXT, cases: str = CASES, *, version: int = 1) -> Path:
    """The files of the service in a catalogue folder of its own; returns the definition's."""
    own = folder / SERVICE
    own.mkdir(parents=True, exist_ok=True)
    (own / f"v{version}.cases.yaml").write_text(cases, encoding="utf-8")
    path = own / f"v{version}.yaml"
    path.write_text(text, encoding="utf-8")
    return path
