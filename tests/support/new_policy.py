"""A simple policy that nobody shipped, with its golden cases."""

from pathlib import Path

POLICY = "green_factory_award"
TEXT = """\
policy: green_factory_award
version: 1
name: 绿色工厂奖励
number: 松江区绿色工厂奖励办法（测试用）
organ: science
item: green_factory
subject: firm
every: year
validity: {since: 2026-01-01, until: 2027-12-31}
bases:
  - {law: 上海优化营商环境条例, article: 第二十四条第三款, says: 推行惠企政策免申即享}
summary: 小型、微型企业每招用一名青年奖励500元。
way: direct
conditions:
  - {id: small, says: 小型或者微型企业, when: {fact: firm.size, one_of: [small, micro]}}
  - {id: hired, says: 招用青年至少1人, measure: {number: {fact: firm.young_hires_count}, at_least: 1, unit: 人}}
  - {id: dishonest, says: 列入严重失信主体名单, excludes: true, when: {fact: firm.dishonest, is: true}}
amount: {formula: {times: [{fact: firm.young_hires_count}, 50000]}, at_most: 1000000, mark: low, note: 500元是示例}
budget: {fen: 100000000}
publicity: {days: 5, shows: [name, amount]}
recovery: {days: 15, offset: true}
promised_days: 30
begins: {month: 6, day: 1}
"""  # noqa: E501 - as it is written in a file
CASES = """\
usual: {firm.size: small, firm.young_hires_count: 3, firm.dishonest: false}
cases:
  - {case: 招用3人奖励1500元, on: "2026-06-01", expect: hit, amount: 150000}
  - {case: 中型企业不符合, on: "2026-06-01", facts: {firm.size: medium}, expect: miss, reasons: [small]}
  - {case: 失信的排除, on: "2026-06-01", facts: {firm.dishonest: true}, expect: excluded, reasons: [dishonest]}
"""  # noqa: E501


def changed(old: str, new: str, text: str = TEXT) -> str:
    """The text with one thing said otherwise."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def second() -> str:
    """The next version: medium firms too, less for each."""
    text = changed("version: 1", "version: 2")
    text = changed("one_of: [small, micro]", "one_of: [small, micro, medium]", text)
    return changed("50000]", "40000]", text)


SECOND_CASES = (
    CASES.replace("招用3人奖励1500元", "招用3人奖励1200元")
    .replace("amount: 150000", "amount: 120000")
    .replace("{case: 中型企业不符合", "{case: 大型企业不符合")
    .replace("{firm.size: medium}", "{firm.size: large}")
)


def written(folder: Path, text: str = TEXT, cases: str = CASES, *, version: int = 1) -> Path:
    """The files of the policy in a folder of its own; returns the policy's."""
    own = folder / POLICY
    own.mkdir(parents=True, exist_ok=True)
    (own / f"v{version}.cases.yaml").write_text(cases, encoding="utf-8")
    path = own / f"v{version}.yaml"
    path.write_text(text, encoding="utf-8")
    return path
