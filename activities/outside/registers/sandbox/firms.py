"""The made-up firms of every kind: the same ones for the same day, dates reckoned from that day."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from activities.outside.registers.answers import KEPT_BY, PARTS, SHARED, Register
from activities.outside.registers.sandbox.people import Person, code, person
from activities.outside.registers.sandbox.words import BANKS, FIRST, SECOND, TOWNS, TRADES
from definitions.language.base import Value
from definitions.rules.conditions import Fact

KINDS: Mapping[str, int] = {
    "limited_company": 170,
    "one_person_company": 60,
    "state_owned_company": 12,
    "joint_stock_company": 24,
    "partnership": 34,
    "sole_proprietorship": 30,
    "individual_business": 50,
    "branch": 60,
}
_ENDINGS = {
    "limited_company": "有限公司",
    "one_person_company": "有限公司",
    "state_owned_company": "发展有限公司",
    "joint_stock_company": "股份有限公司",
    "partnership": "合伙企业（有限合伙）",
    "sole_proprietorship": "工作室",
    "individual_business": "经营部",
}
_COMPANIES = frozenset(list(KINDS)[:4])
_SOLE = ("one_person_company", "sole_proprietorship", "individual_business")
# How many of a hundred have it. What is not listed a made-up firm never has.
_TROUBLES: Mapping[str, float] = {
    "unreachable_at_address": 4,
    "seriously_dishonest": 1,
    "legal_representative_barred": 2,
    "registration_disputed": 1,
    "equity_frozen_or_pledged": 4,
    "invests_in_others": 6,
    "under_investigation": 1.5,
    "in_litigation": 3,
    "revoked": 1,
    "unpaid_fines": 2,
    "tax_arrears": 4,
    "tax_abnormal": 2,
    "social_insurance_arrears": 3,
    "dishonest": 1.5,
    "broken_promise": 1,
    "overdue_promise": 0.5,
    "licence_bar_one_year": 0.5,
    "licence_bar_three_years": 0.3,
    "court_closed": 0.5,
    "suspended": 1,
}
# What a register may simply not have; the rest is always there.
_GAPS = (
    *("liaison_name", "liaison_mobile", "service_address", "contact_mobile", "postcode"),
    *("supervisors", "manager", "paid_in_yuan", "property_owner", "tax_credit", "bank_name"),
)
_GAP_SHARE, _ABSENT_SHARE = 0.05, 0.04
_STATE_ORGAN = "上海市松江区国有资产监督管理委员会"
_NO_CAPITAL = ("branch", "individual_business")


class MadeFirm(Value):
    """A firm as all registers together know it; `absent`: registers that do not know it."""

    code: str
    name: str
    facts: Mapping[str, Fact]
    absent: frozenset[Register] = frozenset()

    def known_to(self, register: Register) -> dict[str, Fact] | None:
        """What that register says of it."""
        if register in self.absent:
            return None
        said = {n: v for n, v in self.facts.items() if KEPT_BY.get(n) is register and n != SHARED}
        held = self.facts.get(SHARED)
        if register in PARTS and isinstance(held, tuple):
            said[SHARED] = (PARTS[register],) if PARTS[register] in held else ()
        return said


class Made(Value):
    """Everything the stand-in serves. `people` by identity number, `premises` by address."""

    firms: tuple[MadeFirm, ...]
    people: Mapping[str, str]
    barred: frozenset[str]
    premises: Mapping[str, str]


def made(on: date, *, more: Iterable[MadeFirm] = (), seed: int = 310117) -> Made:
    """The whole set as of that day, and `more` beside it."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret: the same firms each time
    firms, people = list(more), list[Person]()
    for kind, count in KINDS.items():
        for _ in range(count):
            holder = person(dice)
            people.append(holder)
            parents = [firm for firm in firms if firm.facts.get("kind") in _COMPANIES]
            firms.append(_firm(dice, kind, holder, parents, on))
    parents_of = {firm.facts["parent_uscc"] for firm in firms if "parent_uscc" in firm.facts}
    given = len(firms) - sum(KINDS.values())
    firms[given:] = [_with_branches(firm, parents_of) for firm in firms[given:]]
    return Made(
        firms=tuple(firms),
        people={each.id_number: each.name for each in people},
        barred=frozenset(
            str(firm.facts["legal_representative_id"])
            for firm in firms
            if firm.facts.get("legal_representative_barred") is True
            and "legal_representative_id" in firm.facts
        ),
        premises={
            str(firm.facts["address"]): str(firm.facts.get("property_owner", ""))
            for firm in firms
            if firm.facts.get("property_registered") is True
        },
    )


def _firm(
    dice: random.Random, kind: str, holder: Person, parents: Sequence[MadeFirm], on: date
) -> MadeFirm:
    town, postcode, roads = dice.choice(TOWNS)
    trade, scope, licence = dice.choice(TRADES)
    word = dice.choice(FIRST) + dice.choice(SECOND) + dice.choice(SECOND)
    parent = dice.choice(parents) if kind == "branch" else None
    founded = on - timedelta(days=dice.randrange(200, 6500))
    address = f"上海市松江区{town}{dice.choice(roads)}{dice.randrange(1, 1999)}号"
    address += f"{dice.randrange(1, 30)}幢{dice.randrange(101, 999)}室"
    name = f"上海{word}{trade}{_ENDINGS.get(kind, '')}"
    if parent is not None:
        name = f"{parent.name}{town.removesuffix('街道').removesuffix('镇')}{word}分公司"
    facts: dict[str, Fact] = {
        "uscc": code(dice, category="92" if kind == "individual_business" else "91"),
        "name": name,
        "kind": kind,
        "address": address,
        "postcode": postcode,
        "scope": scope,
        "founded_on": founded.isoformat(),
        "registered_here": True,
        **_people(dice, holder, kind, address),
        **(_capital(dice, kind, founded) if kind not in _NO_CAPITAL else {}),
        **_registrations(dice, licence, trade),
        **_taxes(dice, kind),
        **_troubles(dice),
        **_dates(dice, kind, word, trade, on),
        **(_parent(dice, parent, on) if parent is not None else {}),
    }
    for gap in _GAPS:
        if dice.random() < _GAP_SHARE:
            facts.pop(gap, None)
    absent = frozenset(
        r for r in (Register.TAX, *PARTS, Register.BANK) if dice.random() < _ABSENT_SHARE
    )
    return MadeFirm(code=str(facts["uscc"]), name=name, facts=facts, absent=absent)


def _people(dice: random.Random, holder: Person, kind: str, address: str) -> dict[str, Fact]:
    others = [person(dice) for _ in range(0 if kind in _SOLE else dice.randrange(1, 5))]
    state, liaison = kind == "state_owned_company", person(dice)
    facts: dict[str, Fact] = {
        "legal_representative": holder.name,
        "legal_representative_id": holder.id_number,
        "legal_representative_mobile": holder.mobile,
        "liaison_name": liaison.name,
        "liaison_mobile": liaison.mobile,
        "contact_mobile": liaison.mobile,
        "service_address": address,
    }
    if kind != "branch":
        owners = [_STATE_ORGAN] if state else [holder.name, *(each.name for each in others)]
        facts |= {"investors": "、".join(owners), "investors_count": len(owners)}
    if state:
        facts["investor_organ"] = _STATE_ORGAN
    if kind in _COMPANIES:
        board = [holder.name, *(each.name for each in others)][:3]
        facts |= {
            "directors": "、".join(board),
            "supervisors": person(dice).name,
            "manager": holder.name,
        }
    return facts


def _capital(dice: random.Random, kind: str, founded: date) -> dict[str, Fact]:
    large = kind in ("state_owned_company", "joint_stock_company")
    wan = dice.choice((1000, 3000, 5000) if large else (10, 50, 100, 200, 500, 1000))
    facts: dict[str, Fact] = {
        "capital": f"人民币{wan}万元",
        "capital_yuan": wan * 10_000,
        "paid_in_yuan": wan * dice.choice((0, 2_500, 5_000, 10_000, 10_000)),
    }
    if kind in _COMPANIES and dice.choice((True, False)):
        until = founded.replace(day=1, year=founded.year + 20)
        return {**facts, "term": f"{founded} 至 {until}", "term_until": until.isoformat()}
    return {**facts, "term": "长期"}


def _registrations(dice: random.Random, licence: str, trade: str) -> dict[str, Fact]:
    customs = "进出口" in trade or dice.random() < 0.1  # noqa: PLR2004 - one in ten
    held = [
        part
        for part in ("social_insurance", "housing_fund")
        if dice.random() < 0.85  # noqa: PLR2004
    ]
    employees = dice.randrange(1, 80) if "social_insurance" in held else 0
    food = licence == "food_business"
    return {
        "registrations": (*held, *(("customs",) if customs else ())),
        "employees": employees,
        "fund_employees": employees if "housing_fund" in held else 0,
        "customs_open": customs and dice.random() < 0.2,  # noqa: PLR2004 - one in five
        "licences": (licence,) if licence else (),
        **({"food_licence_number": f"JY2310117{dice.randrange(10**7):07d}"} if food else {}),
        "e_licence": True,
        "paper_licence": dice.random() < 0.6,  # noqa: PLR2004 - most
        "bank_account": dice.random() < 0.95,  # noqa: PLR2004 - nearly all
        "bank_name": dice.choice(BANKS),
        "property_registered": dice.random() < 0.8,  # noqa: PLR2004 - most
        "property_owner": f"上海{dice.choice(FIRST)}{dice.choice(SECOND)}资产经营有限公司",
    }


def _taxes(dice: random.Random, kind: str) -> dict[str, Fact]:
    traded = dice.random() < 0.9  # noqa: PLR2004 - most
    return {
        "tax_office": "国家税务总局上海市松江区税务局",
        "taxpayer_kind": "小规模纳税人" if kind in _SOLE else "一般纳税人",
        "tax_credit": dice.choice("AABBBBMMCD"),
        "tax_matters": traded,
        "invoices_drawn": traded and dice.random() < 0.9,  # noqa: PLR2004 - most
    }


def _troubles(dice: random.Random) -> dict[str, Fact]:
    found = {name: dice.random() * 100 < share for name, share in _TROUBLES.items()}
    other = dice.random() < 0.02  # noqa: PLR2004 - listed for another cause
    return {
        **found,
        "abnormal_listed": found["unreachable_at_address"] or other,
        "tax_cleared": not (found["tax_arrears"] or found["tax_abnormal"]),
        "has_branches": False,
        "listed": False,
    }


def _dates(dice: random.Random, kind: str, word: str, trade: str, on: date) -> dict[str, Fact]:
    """What some have begun already: a reserved name, an announcement, a liquidation."""

    def ago(most: int) -> str:
        return (on - timedelta(days=dice.randrange(5, most))).isoformat()

    facts: dict[str, Fact] = {}
    if kind != "branch" and dice.random() < 0.3:  # noqa: PLR2004 - a third
        facts["reserved_name"] = f"上海{word}{dice.choice(SECOND)}{trade}{_ENDINGS[kind]}"
        facts["reserved_until"] = (on + timedelta(days=dice.randrange(3, 60))).isoformat()
    if kind in _COMPANIES and dice.random() < 0.1:  # noqa: PLR2004 - one in ten
        facts["announced_on"] = ago(90)
    if kind in _COMPANIES and dice.random() < 0.1:  # noqa: PLR2004 - one in ten
        facts |= {"liquidators_formed_on": ago(90), "creditors_notified_on": ago(70)}
        facts["dissolved_on"] = ago(100)
    if kind == "limited_company":
        facts["equity_tax_paid"] = dice.random() < 0.2  # noqa: PLR2004 - one in five
    return facts


def _parent(dice: random.Random, parent: MadeFirm, on: date) -> dict[str, Fact]:
    changed = on - timedelta(days=dice.randrange(5, 60))
    return {
        "parent_name": parent.name,
        "parent_uscc": parent.code,
        "parent_scope": parent.facts["scope"],
        "parent_in_city": True,
        **({"parent_changed_on": changed.isoformat()} if dice.choice((True, False)) else {}),
    }


def _with_branches(firm: MadeFirm, parents: set[Fact]) -> MadeFirm:
    if firm.code not in parents:
        return firm
    return firm.model_copy(update={"facts": {**firm.facts, "has_branches": True}})
