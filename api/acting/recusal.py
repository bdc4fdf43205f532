"""回避: declared by who is concerned or by who assigns the work; detected when it is submitted."""

import json
import re
import unicodedata
from collections.abc import Sequence

from activities.store.desk.accounts import accounts_of
from activities.store.desk.applications import Contents
from api.acting.base import Answer, act, person_named, reasons_of, require_part
from api.acting.choosing import repeated
from api.problems import wrong
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import RecuseOfficer
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act as Permission

_ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9Xx])")


async def recuse_officer(
    services: Services,
    actor: Actor,
    number: str,
    sent: Sent,
    *,
    officer: str | None = None,
    reasons: Sequence[str],
) -> Answer:
    """Declare that the application concerns oneself, or a colleague of one's department.

    `officer` by account id or login; None is oneself.
    """
    permissions.require(actor, Permission.RECUSE)
    await require_part(services, actor, number, even_recused=True)
    said = await reasons_of(services, reasons)
    if not said:
        raise Refused(Code.REASONS_MISSING, "请写明应当回避的理由", field="/reasons")
    whom = actor.id if officer is None else await _colleague(services, actor, number, sent, officer)
    command = RecuseOfficer(officer=whom, reasons=said)
    return await act(services, actor, number, command, sent)


def persons_in(contents: Contents) -> frozenset[str]:
    """Every ID number in the form or in what is known of the firm, however it is nested."""
    said = json.dumps(
        contents.model_dump(mode="json", include={"form", "firm", "answers", "sharing"}),
        ensure_ascii=False,
    )
    plain = unicodedata.normalize("NFKC", said)
    return frozenset(found.upper() for found in _ID_NUMBER.findall(plain))


async def _colleague(services: Services, actor: Actor, number: str, sent: Sent, given: str) -> str:
    """The account of the own department that is named. Raises `invalid`."""
    async with services.store.reading() as session:
        if await repeated(session, actor, number, sent):
            return given
        found = person_named(await accounts_of(session, actor.department or ""), given)
    if found is None:
        raise wrong("/officer", "colleague", f"本部门没有账号“{given}”")
    return found.id
