"""Naming a colleague or an organ: by id, login or code, and only such as can do what is asked."""

from collections.abc import Mapping

from activities.store.desk.accounts import accounts_of
from activities.store.engine import ReadSession
from activities.store.reading.bounds import Needs, recused_among
from activities.store.reading.timeline import acted
from api.acting.base import key_of, person_named
from api.problems import wrong
from api.sent import Sent
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.roles import WINDOW, Actor
from definitions.rules import permissions


async def repeated(session: ReadSession, actor: Actor, number: str, sent: Sent) -> bool:
    """Whether this very request was taken before: it is not judged by what has become since."""
    return await acted(session, number, key_of(actor, sent)) is not None


async def able(session: ReadSession, needs: Needs, given: str, *, pointer: str = "/to") -> str:
    """The account id of a colleague, named by id or login, who can do such a task.

    Of the task's department, in a post that may work it, trusted with the item, and not concerned
    himself. Names never enter an event. Raises `invalid`, `recused`.
    """
    found = person_named(await accounts_of(session, needs.department), given)
    if found is None:
        raise wrong(pointer, "colleague", f"这个部门没有账号“{given}”")
    if not permissions.may_work(found.actor, department=needs.department, role=needs.role):
        raise wrong(pointer, "post", "这位同事的岗位不能办理这项待办")
    if not found.authority.covers(needs.item, needs.confidentiality):
        raise wrong(pointer, "authority", "这个事项不在这位同事的授权范围内")
    if await recused_among(session, needs.bundle, [found.id]):
        raise Refused(Code.RECUSED, "这位同事须回避本件", field=pointer)
    return found.id


def check_departments(services: Services, given: Mapping[str, str]) -> None:
    """Raise `unknown-department` unless each is an organ of the catalogue that examines matters.

    By the place where it was written.
    """
    known = {each.code for each in services.library.catalogue.departments} - {WINDOW}
    for pointer, code in given.items():
        if code not in known:
            raise Refused(Code.UNKNOWN_DEPARTMENT, "部门目录里没有这个部门", field=pointer)
