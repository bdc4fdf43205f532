"""Pre-check: each kind of test against what a careful person would count by hand."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.language.checks import Precheck, ScopePhrase, Severity
from definitions.rules.calendar import Calendar
from definitions.rules.conditions import Fact
from definitions.rules.prechecks import Finding, examined, precheck
from tests.support.services import CALENDAR, SERVICE, TODAY

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2029, 12, 31))
KNOWN_DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2028, 12, 31))
COUNTS = st.integers(min_value=0, max_value=10**12)
REST = date(2026, 10, 1)
CLOSED = CALENDAR.model_copy(
    update={"exceptions": {REST: False}, "published_from": date(2026, 1, 1)}
)
LISTED = (
    ScopePhrase(phrase="日用百货销售", kind="general"),
    ScopePhrase(phrase="餐饮服务", kind="post", licence="食品经营许可证", organ="市监局"),
    ScopePhrase(phrase="证券业务", kind="pre", licence="证券许可证", organ="证监会"),
)


def rule(**test: object) -> Precheck:
    """A rule with this one test."""
    said = {"id": "A-1", "severity": "warn", "at": "form.a", "says": "不对", "remedy": "改"}
    return Precheck.model_validate(said | test)


def fires(
    facts: dict[str, Fact],
    *,
    on: date = TODAY,
    calendar: Calendar | None = CALENDAR,
    **test: object,
) -> bool:
    """Whether the one rule finds something."""
    return bool(examined([rule(**test)], facts, on=on, calendar=calendar, phrases=LISTED))


def details(facts: dict[str, Fact], **test: object) -> tuple[str, ...]:
    """What the finding shows of what it saw."""
    (finding,) = examined([rule(**test)], facts, on=TODAY, calendar=CALENDAR, phrases=LISTED)
    return finding.details


class TestInterval:
    @given(since=DAYS, until=DAYS, least=st.integers(-40, 60))
    def test_calendar_days_are_counted_one_by_one(
        self, since: date, until: date, least: int
    ) -> None:
        days = 0
        step = timedelta(days=1 if until >= since else -1)
        day = since
        while day != until and abs(days) <= 100:
            day, days = day + step, days + step.days
        test = {"since": "form.a", "until": "form.b", "at_least": least}
        facts: dict[str, Fact] = {"form.a": since.isoformat(), "form.b": until.isoformat()}
        assert fires(facts, interval=test) is (days < least)

    @given(since=KNOWN_DAYS, length=st.integers(0, 90), most=st.integers(0, 60))
    def test_working_days_leave_out_weekends_and_days_off(
        self, since: date, length: int, most: int
    ) -> None:
        until = since + timedelta(days=length)
        span = [since + timedelta(days=n) for n in range(1, length + 1)]
        worked = [day for day in span if day.isoweekday() <= 5 and day != REST]
        test = {"since": "form.a", "unit": "working_day", "at_most": most}
        facts: dict[str, Fact] = {"form.a": since.isoformat()}
        assert fires(facts, on=until, calendar=CLOSED, interval=test) is (len(worked) > most)

    @pytest.mark.parametrize(
        ("since", "until", "found"),
        [
            ("2024-07-01", "2029-07-01", False),
            ("2024-07-01", "2029-07-02", True),
            ("2024-02-29", "2029-02-28", False),
            ("2024-02-29", "2029-03-01", True),
            ("9998-01-01", "9999-12-31", False),
            ("9994-01-01", "9999-01-02", True),
        ],
    )
    def test_years_end_on_the_same_day(self, since: str, until: str, *, found: bool) -> None:
        test = {"since": "form.a", "until": "form.b", "at_most_years": 5}
        assert fires({"form.a": since, "form.b": until}, interval=test) is found

    def test_a_day_that_the_law_names_stands_in_the_rule(self) -> None:
        test = {"since": "form.a", "until": "2027-06-30", "at_least": 0}
        assert not fires({"form.a": "2027-06-30"}, interval=test)
        assert fires({"form.a": "2027-07-01"}, interval=test)

    @pytest.mark.parametrize("said", ["20261120", "2026-02-30", "", 5, ("2026-11-20",)])
    def test_what_is_no_day_lets_the_rule_rest(self, said: Fact) -> None:
        assert not fires({"form.a": said}, interval={"since": "form.a", "at_most": -9999})

    def test_working_days_rest_without_a_calendar_and_beyond_it(self) -> None:
        test = {"since": "form.a", "unit": "working_day", "at_most": -1}
        facts: dict[str, Fact] = {"form.a": "2026-11-02"}
        assert fires(facts, interval=test)
        assert not fires(facts, calendar=None, interval=test)
        assert not fires({"form.a": "1990-01-01"}, calendar=CLOSED, interval=test)

    @pytest.mark.parametrize(
        ("said", "found"),
        [
            ("2026年11月19日止", True),
            ("2006年1月1日至2026年11月20日", False),
            ("2006-01-01", True),
            ("长期", False),
            ("2026年13月1日", False),
        ],
    )
    def test_a_day_may_stand_in_a_sentence(self, said: str, *, found: bool) -> None:
        test = {"since": "today", "until": "form.a", "at_least": 0}
        assert fires({"form.a": said}, interval=test) is found

    def test_a_rule_may_be_for_some_dates_only(self) -> None:
        old = {"since": "firm.founded_on", "until": "2024-06-30", "at_least": 0}
        test = {"since": "2027-06-30", "until": "form.a", "at_most_years": 5}
        facts: dict[str, Fact] = {"form.a": "2032-07-01"}
        assert fires(facts | {"firm.founded_on": "2024-06-30"}, given=old, interval=test)
        assert not fires(facts | {"firm.founded_on": "2024-07-01"}, given=old, interval=test)
        assert not fires(facts, given=old, interval=test)

    def test_tells_what_was_counted(self) -> None:
        test = {"since": "form.a", "at_least": 45}
        shown = details({"form.a": "2026-11-01"}, interval=test)
        assert shown == ("2026-11-01 至 2026-11-20，19 日",)
        worked = details({"form.a": "2026-11-13"}, interval={**test, "unit": "working_day"})
        assert worked == ("2026-11-13 至 2026-11-20，5 个工作日",)


class TestShare:
    @given(part=COUNTS, whole=COUNTS, top=st.integers(1, 9), bottom=st.integers(1, 9))
    def test_a_majority_is_exact(self, part: int, whole: int, top: int, bottom: int) -> None:
        facts: dict[str, Fact] = {"form.a": part, "form.b": whole}
        share = {"part": "form.a", "whole": "form.b", "numerator": top, "denominator": bottom}
        reached = whole == 0 or Fraction(part, whole) >= Fraction(top, bottom)
        more = whole == 0 or Fraction(part, whole) > Fraction(top, bottom)
        assert fires(facts, share=share) is not reached
        assert fires(facts, share={**share, "strictly": True}) is not more

    @pytest.mark.parametrize(("votes", "found"), [("66.66", True), ("66.67", False), (67, False)])
    def test_two_thirds_of_a_hundred(self, votes: Fact, *, found: bool) -> None:
        share = {"part": "form.a", "whole": "form.b", "numerator": 2, "denominator": 3}
        assert fires({"form.a": votes, "form.b": 100}, share=share) is found

    def test_rests_where_a_number_is_missing_or_is_a_flag(self) -> None:
        share = {"part": "form.a", "whole": "form.b", "numerator": 1, "denominator": 2}
        assert not fires({"form.a": 0}, share=share)
        assert not fires({"form.a": False, "form.b": 10}, share=share)
        assert not fires({"form.a": "零", "form.b": 10}, share=share)


class TestSame:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("上海茸城 有限公司", "上海茸城有限公司", True),
            ("上海茸城（集团）有限公司", "上海茸城(集团)有限公司", True),
            ("上海茸城有限公司", "上海茸成有限公司", False),
        ],
    )
    def test_spaces_and_widths_do_not_count(self, one: str, other: str, *, same: bool) -> None:
        facts: dict[str, Fact] = {"form.a": one, "form.b": other}
        assert fires(facts, same={"facts": ["form.a", "form.b"]}) is not same
        assert fires(facts, same={"facts": ["form.a", "form.b"], "differ": True}) is same

    def test_of_three_each_must_be_another(self) -> None:
        facts: dict[str, Fact] = {"form.a": "甲", "form.b": "乙", "form.c": "甲"}
        names = ["form.a", "form.b", "form.c"]
        assert fires(facts, same={"facts": names, "differ": True})
        assert not fires(facts | {"form.c": "丙"}, same={"facts": names, "differ": True})

    def test_rests_where_one_is_missing_or_a_list(self) -> None:
        assert not fires({"form.a": "甲"}, same={"facts": ["form.a", "form.b"]})
        assert not fires({"form.a": "甲", "form.b": ("乙",)}, same={"facts": ["form.a", "form.b"]})


class TestAmount:
    @given(one=st.decimals(-999, 999, places=2), other=st.decimals(-999, 999, places=2))
    def test_compares_to_the_last_cent(self, one: Decimal, other: Decimal) -> None:
        facts: dict[str, Fact] = {"form.a": f"{one:f}", "form.b": f"{other:f}"}
        kept = {
            "more": one > other,
            "less": one < other,
            "at_least": one >= other,
            "at_most": one <= other,
            "equal": one == other,
        }
        for comparison, holds in kept.items():
            test = {"fact": "form.a", "than": "form.b", "comparison": comparison}
            assert fires(facts, amount=test) is not holds

    def test_against_a_constant(self) -> None:
        test = {"fact": "form.a", "than": "30000.50", "comparison": "at_least"}
        assert fires({"form.a": "30,000.49"}, amount=test)
        assert not fires({"form.a": "30,000.50"}, amount=test)

    def test_rests_where_either_number_is_missing(self) -> None:
        test = {"fact": "form.a", "than": "form.b", "comparison": "equal"}
        assert not fires({"form.a": 1}, amount=test)
        assert not fires({"form.b": 1}, amount=test)


NAME = {"fact": "form.a", "contains": ["上海"], "ends": ["有限公司", "有限责任公司"]}


class TestWording:
    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("上海茸城样品有限公司", False),
            ("茸城样品（上海）有限责任公司", False),
            ("茸城样品有限公司", True),
            ("上海茸城样品商行", True),
            ("上海甲有限公司", True),
        ],
    )
    def test_a_name_has_its_parts(self, name: str, *, found: bool) -> None:
        bare = ["上海", "有限公司", "有限责任公司"]
        assert fires({"form.a": name}, wording={**NAME, "without": bare, "leaves": 4}) is found

    def test_each_word_is_taken_away_once(self) -> None:
        """What stands there again is part of the name proper."""
        test = {"fact": "form.a", "without": ["上海"], "leaves": 4}
        assert not fires({"form.a": "上海上海浦东"}, wording=test)
        assert fires({"form.a": "上海浦东"}, wording=test)

    def test_words_that_must_not_stand_there_are_shown(self) -> None:
        test = {"fact": "form.a", "lacks": ["国家级", "最佳"]}
        assert details({"form.a": "上海最佳样品有限公司"}, wording=test) == ("最佳",)
        assert not fires({"form.a": "上海样品有限公司"}, wording=test)

    def test_must_ask_for_something(self) -> None:
        with pytest.raises(ValidationError):
            rule(wording={"fact": "form.a"})


class TestPhrases:
    SCOPE = "一般项目：日用百货销售；证券业务；餐饮服务；日用百货销售；造梦（依法须经批准的项目）"

    @pytest.mark.parametrize(
        ("sort", "shown"),
        [
            ("general", ("日用百货销售",)),
            ("post", ("餐饮服务（食品经营许可证，市监局）",)),
            ("pre", ("证券业务（证券许可证，证监会）",)),
            ("any", ("日用百货销售", "证券业务", "餐饮服务", "日用百货销售", "造梦")),
            ("twice", ("日用百货销售",)),
            ("unknown", ("造梦",)),
        ],
    )
    def test_each_sort_is_named(self, sort: str, shown: tuple[str, ...]) -> None:
        test = {"fact": "form.a", "none_of": sort}
        assert details({"form.a": self.SCOPE}, phrases=test) == shown
        plain = "日用百货销售" if sort != "general" else "餐饮服务"
        assert fires({"form.a": plain}, phrases=test) is (sort == "any")

    def test_a_heading_with_nothing_behind_it_ends_nothing(self) -> None:
        test = {"fact": "form.a", "none_of": "unknown"}
        assert details({"form.a": "一般项目：；造梦"}, phrases=test) == ("造梦",)

    def test_what_was_registered_before_does_not_count(self) -> None:
        test = {"fact": "form.a", "none_of": "post", "besides": "firm.scope"}
        facts: dict[str, Fact] = {"form.a": "餐饮服务；日用百货销售"}
        assert not fires({**facts, "firm.scope": "许可项目：餐饮服务。"}, phrases=test)
        assert fires({**facts, "firm.scope": "日用百货销售"}, phrases=test)
        assert not fires(facts, phrases=test)

    def test_rests_without_a_list(self) -> None:
        test = rule(phrases={"fact": "form.a", "none_of": "unknown"})
        assert examined([test], {"form.a": "造梦"}, on=TODAY) == ()


class TestApart:
    @pytest.mark.parametrize(
        ("directors", "supervisors", "shown"),
        [
            ("张三、李四", "王五", ()),
            ("张三、李四", "李四", ("李四",)),
            ("张三 李四\n赵六", "李四；张三", ("张三", "李四")),
            ("张三丰", "张三", ()),
            ("张三、", "李四、", ()),
        ],
    )
    def test_nobody_stands_in_two_lists(
        self, directors: str, supervisors: str, shown: tuple[str, ...]
    ) -> None:
        facts: dict[str, Fact] = {"form.a": directors, "form.b": supervisors}
        test = {"facts": ["form.a", "form.b"]}
        assert fires(facts, apart=test) is bool(shown)
        assert not shown or details(facts, apart=test) == tuple(sorted(shown))

    def test_rests_where_a_list_is_missing(self) -> None:
        assert not fires({"form.a": "张三、张三"}, apart={"facts": ["form.a", "form.b"]})


class TestCodes:
    def test_only_the_code_itself_is_judged(self) -> None:
        credit = {"fact": "form.a", "code": "uscc"}
        assert not fires({"form.a": "91310117MA1J0T5T4W"}, coded=credit)
        assert fires({"form.a": "91310117MA1J0T5T4X"}, coded=credit)
        person = {"fact": "form.a", "code": "person_id"}
        assert not fires({"form.a": "310227195801010011"}, coded=person)
        assert fires({"form.a": "310227195801010012"}, coded=person)

    def test_the_fault_of_the_code_is_shown(self) -> None:
        (shown,) = details({"form.a": "310227"}, coded={"fact": "form.a", "code": "person_id"})
        assert "现为 6 位" in shown

    @pytest.mark.parametrize(("on", "found"), [(date(2008, 3, 6), True), (date(2008, 3, 7), False)])
    def test_eighteen_is_reached_on_the_birthday(self, on: date, *, found: bool) -> None:
        age = {"fact": "form.a", "at_least": 18}
        assert fires({"form.a": "310117199003071231"}, on=on, age=age) is found

    @pytest.mark.parametrize(("day", "found"), [(30, True), (31, False)])
    def test_a_birthday_late_in_the_year_counts_by_month_and_day(
        self, day: int, *, found: bool
    ) -> None:
        """Born 1949-12-31: seventy-seven only on the last day of 2026."""
        age = {"fact": "form.a", "at_least": 77}
        on = date(2026, 12, day)
        assert fires({"form.a": "11010519491231002X"}, on=on, age=age) is found

    def test_an_impossible_number_has_no_age(self) -> None:
        assert not fires({"form.a": "310117202599071231"}, age={"fact": "form.a", "at_least": 18})


class TestFindings:
    def test_all_at_once_in_the_order_of_the_rules(self) -> None:
        checks = [
            rule(id=f"A-{n}", amount={"fact": "form.a", "than": n, "comparison": "less"})
            for n in range(5)
        ]
        found = examined(checks, {"form.a": 2}, on=TODAY)
        assert [each.rule for each in found] == ["A-0", "A-1", "A-2"]

    def test_a_finding_says_all_that_its_rule_says(self) -> None:
        basis = {"law": "公司法", "article": "第六十六条"}
        test = {"fact": "form.a", "than": 9, "comparison": "more"}
        one = rule(amount=test, severity="block", basis=basis)
        (found,) = examined([one], {"form.a": 2}, on=TODAY)
        for name in ("severity", "at", "says", "remedy", "basis"):
            assert getattr(found, name) == getattr(one, name) is not None

    def test_a_service_is_checked_by_its_own_rules_with_all_that_is_known(self) -> None:
        """Each rule needs something else: a fact, the day, the calendar, the list of phrases."""
        worked = {"since": "form.a", "unit": "working_day", "at_most": 4}
        checks = (
            rule(id="A-1", interval={"since": "form.a", "at_least": 8}),
            rule(id="A-2", interval=worked),
            rule(id="A-3", phrases={"fact": "form.b", "none_of": "unknown"}),
            rule(id="A-4", wording={"fact": "form.b", "contains": ["造梦"]}),
        )
        service = SERVICE.model_copy(update={"checks": checks})
        facts: dict[str, Fact] = {"form.a": "2026-11-13", "form.b": "造梦"}
        found = precheck(service, facts, on=TODAY, calendar=CALENDAR, phrases=LISTED)
        assert [each.rule for each in found] == ["A-1", "A-2", "A-3"]

    def test_a_rule_rests_while_its_condition_is_not_known(self) -> None:
        holds = {"fact": "form.b", "is": "x"}
        when = {"fact": "answer.c", "is": "y"}
        assert not fires({"form.b": "z"}, holds=holds, when=when)
        assert fires({"form.b": "z", "answer.c": "y"}, holds=holds, when=when)
        assert not fires({"answer.c": "y"}, holds=holds, when=when)

    @pytest.mark.parametrize(
        ("at", "pointer"),
        [
            ("form.new_name", "/form/new_name"),
            ("person.new_id", "/form/new_id"),
            ("answer.changes", "/answers/changes"),
            ("firm.kind", "/firm/kind"),
            ("M06", "/materials/M06"),
        ],
    )
    def test_a_place_is_a_pointer(self, at: str, pointer: str) -> None:
        said = {"rule": "A-1", "severity": Severity.INFO, "says": "不", "remedy": "改"}
        assert Finding.model_validate(said | {"at": at}).pointer == pointer

    def test_a_rule_has_one_test(self) -> None:
        with pytest.raises(ValidationError):
            rule()
        with pytest.raises(ValidationError):
            rule(age={"fact": "form.a", "at_least": 18}, coded={"fact": "form.a", "code": "uscc"})
