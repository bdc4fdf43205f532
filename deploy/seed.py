"""What a new installation begins with: published definitions, sample firms, an account per post.

Nothing is built in: passwords are made at the first start, shown once, and kept in a file only the
operator can read.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from activities.store.benefits.policies import put_shipped as put_policies
from activities.store.desk.accounts import accounts, create_account, hashed
from activities.store.desk.calendars import put_shipped
from activities.store.desk.definitions import DefinitionChanged
from activities.store.desk.definitions import put_shipped as publish_shipped
from activities.store.desk.firms import FirmView, put_firm
from activities.store.engine import Store, WriteSession
from definitions.language.roles import Authority, Confidentiality, Role
from definitions.loading import load_catalogue, load_years
from definitions.policy_loading import PolicyLibrary
from definitions.rules.calendar import local_day
from deploy import facts
from deploy.connections import FIRST, put_first
from deploy.database import url
from deploy.definition_texts import shipped
from deploy.embedded import lock
from deploy.settings import Settings
from deploy.trouble import Trouble

FIRMS = Path(__file__).parent / "samples" / "firms.json"
ACCOUNTS_FILE = "accounts.txt"
_FIRMS = TypeAdapter(tuple[FirmView, ...])


@dataclass(frozen=True, slots=True)
class Post:
    """A post that somebody holds from the first day.

    `items` and `clearance` bound what of the department's work it is trusted with; `person` is the
    holder's ID number.
    """

    login: str
    title: str
    role: Role
    department: str | None = None
    items: tuple[str, ...] = ()
    clearance: Confidentiality = Confidentiality.ORDINARY
    person: str | None = None


_DEPARTMENTS = {
    "market_regulation": "市场监管局",
    "public_security": "公安分局",
    "tax": "税务局",
    "human_resources": "人社局",
    "housing_fund": "公积金管理部",
    "bank": "开户银行",
    "customs": "海关",
    "fire_rescue": "消防救援支队",
    "greening": "绿化市容局",
    "water": "水务局",
    "civil_affairs": "民政局",
    "health": "卫生健康委",
    "science": "科委",
    "district_government": "区政府办公室",
}
POSTS: tuple[Post, ...] = (
    Post("clerk", "综合窗口", Role.WINDOW_CLERK),
    Post("clerk2", "综合窗口（二）", Role.WINDOW_CLERK),
    Post("agent", "远程虚拟窗口帮办", Role.VIRTUAL_WINDOW_AGENT),
    *(
        Post(f"{code}.{role}", f"{name}{title}", role, code)
        for code, name in _DEPARTMENTS.items()
        for role, title in ((Role.OFFICER, "承办人"), (Role.APPROVER, "审批人"))
    ),
    # A check on site takes two (行政许可法 34). The holder's ID number is made up: from an
    # application in which it occurs, he is kept away (回避).
    Post(
        "market_regulation.officer2",
        "市场监管局承办人（二）",
        Role.OFFICER,
        "market_regulation",
        person="310117198505050014",
    ),
    *(
        Post(f"{c.department}.system", f"{name}系统", Role.DEPARTMENT_SYSTEM, c.department)
        for c in FIRST
        for name in (_DEPARTMENTS[c.department],)
    ),
    Post("supervisor", "督办", Role.SUPERVISOR),
    Post("policy", "政策科", Role.POLICY_OFFICER),
    # Who proposes a definition does not approve it.
    Post("policy2", "政策科（二）", Role.POLICY_OFFICER),
    Post("admin", "管理员", Role.ADMINISTRATOR),
)


def seed(settings: Settings) -> list[tuple[str, str, str | None]]:
    """(post, login, password); the password is None where it was made at an earlier start."""
    lock.prepare(settings.home)
    return asyncio.run(_seed(settings))


async def _seed(settings: Settings) -> list[tuple[str, str, str | None]]:
    services, written = shipped()
    policies = PolicyLibrary.load(load_catalogue())
    firms = _FIRMS.validate_json(FIRMS.read_bytes())
    store = Store(url(settings), name="seed", size=2)
    try:
        async with store.reading() as session:
            is_first = not await accounts(session)
        if is_first:
            # Before the accounts: what is cut short is done again at the next start.
            await facts.put_samples(store, policies.catalogue, local_day(datetime.now(UTC)))
        async with store.begin() as session:
            await publish_shipped(session, services, written)
            await put_shipped(session, load_years())
            await put_policies(session, policies, datetime.now(UTC))
            known = {account.login for account in await accounts(session)}
            if not known:
                for firm in firms:
                    await put_firm(session, firm)
            made = await _accounts(session, known)
            await put_first(session, settings.home, made)
            if made:
                _keep(settings.home / ACCOUNTS_FILE, made)
    except DefinitionChanged as error:
        message = f"随软件发布的事项或者政策与这里已发布的不同，请换用相应的版本：{error}。"
        raise Trouble(message) from error
    finally:
        await store.close()
    return [(post.title, post.login, made.get(post.login)) for post in POSTS]


async def _accounts(session: WriteSession, known: set[str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for post in POSTS:
        if post.login in known:
            continue
        password = secrets.token_urlsafe(12)
        await create_account(
            session,
            login=post.login,
            name=post.title,
            role=post.role,
            department=post.department,
            authority=Authority(items=post.items, clearance=post.clearance),
            person=post.person,
            password_hash=await asyncio.to_thread(hashed, password),
        )
        made[post.login] = password
    return made


def _keep(file: Path, made: dict[str, str]) -> None:
    """Before the commit: an account whose password nobody was told would be locked for ever."""
    file.touch(mode=0o600, exist_ok=True)
    file.chmod(0o600)
    with file.open("a", encoding="utf-8") as kept:
        kept.writelines(f"{login}\t{password}\n" for login, password in made.items())
