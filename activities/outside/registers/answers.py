"""What registers are there, what each may say, and how one is asked: the protocol.

A register that is away is an answer like any other: whoever asks goes on without it and says so.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from definitions.language.base import Value
from definitions.language.facts import FIRM_FACTS
from definitions.rules.conditions import Fact


class Register(StrEnum):
    """A register that is asked."""

    ENTERPRISE = "enterprise"
    E_LICENCES = "e_licences"
    POPULATION = "population"
    REAL_ESTATE = "real_estate"
    TAX = "tax"
    SOCIAL_INSURANCE = "social_insurance"
    HOUSING_FUND = "housing_fund"
    CUSTOMS = "customs"
    BANK = "bank"
    CREDIT = "credit"


NAMES: Mapping[Register, str] = {
    Register.ENTERPRISE: "市场主体登记库",
    Register.E_LICENCES: "电子证照库",
    Register.POPULATION: "人口库",
    Register.REAL_ESTATE: "不动产登记库",
    Register.TAX: "税务登记库",
    Register.SOCIAL_INSURANCE: "社会保险登记库",
    Register.HOUSING_FUND: "住房公积金登记库",
    Register.CUSTOMS: "海关备案库",
    Register.BANK: "银行账户信息库",
    Register.CREDIT: "公共信用信息库",
}

# Who keeps a fact by the list of facts → whose register is asked for it.
OWNERS: Mapping[str, Register] = {
    "市场监管部门": Register.ENTERPRISE,
    "企业名称申报系统": Register.ENTERPRISE,
    "企业信用信息公示系统": Register.ENTERPRISE,
    "人民法院、市场监管部门": Register.ENTERPRISE,
    "证券交易所": Register.ENTERPRISE,
    "电子证照库": Register.E_LICENCES,
    "发证机关": Register.E_LICENCES,
    "人口库": Register.POPULATION,
    "不动产登记机构": Register.REAL_ESTATE,
    "税务机关": Register.TAX,
    "社会保险经办机构": Register.SOCIAL_INSURANCE,
    "住房公积金管理中心": Register.HOUSING_FUND,
    "海关": Register.CUSTOMS,
    "开户银行": Register.BANK,
    "人民法院": Register.CREDIT,
    "人民法院、仲裁机构": Register.CREDIT,
    "立案机关": Register.CREDIT,
    "作出处罚的机关": Register.CREDIT,
    "许可机关": Register.CREDIT,
    "公共信用信息服务平台": Register.CREDIT,
    "政务服务中心": Register.CREDIT,
}

# One fact that no register holds whole: each says its own part of it.
SHARED = "registrations"
PARTS: Mapping[Register, str] = {
    Register.SOCIAL_INSURANCE: "social_insurance",
    Register.HOUSING_FUND: "housing_fund",
    Register.CUSTOMS: "customs",
}

KEPT_BY: Mapping[str, Register] = {
    fact.name: OWNERS[fact.owner] for fact in FIRM_FACTS if fact.owner in OWNERS
}


class Reach(StrEnum):
    """How far one got: `absent` is an answer too, the register has no such firm."""

    ANSWERED = "answered"
    ABSENT = "absent"
    AWAY = "away"
    REFUSED = "refused"


class Answer(Value):
    """What one register said of a firm, when it was fetched and as of which day it is."""

    reach: Reach
    facts: Mapping[str, Fact] = {}
    fetched_at: datetime | None = None
    as_of: date | None = None

    @property
    def said(self) -> bool:
        """Whether the register said something, be it that it has no such firm."""
        return self.reach in (Reach.ANSWERED, Reach.ABSENT)


Answers = Mapping[Register, Answer]


class Verdict(StrEnum):
    """Whether a name and an identity number belong together, and may hold office."""

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    BARRED = "barred"
    AWAY = "away"


class Property(Value):
    """Whether premises are registered, and whose they are."""

    reach: Reach
    owner: str = ""


class Registers(Protocol):
    """The registers as one. Never raises for a register's sake."""

    async def firm(self, uscc: str, *, asked: frozenset[Register] | None = None) -> Answers:
        """What the registers (all, or those asked) say of the firm."""
        ...

    async def person(self, id_number: str, name: str) -> Verdict:
        """What the population register and the list of the disqualified say of a person."""
        ...

    async def property(self, address: str) -> Property:
        """What the real estate register says of premises."""
        ...
