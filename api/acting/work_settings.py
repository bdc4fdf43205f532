"""How one person takes work; everybody's own."""

from activities.store.desk.work_settings import WorkSettings, put_work_settings, work_settings
from api.problems import wrong
from api.services import Services
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act

MOST_AT_ONCE = 200


async def settings_of(services: Services, actor: Actor) -> WorkSettings:
    """Those of whoever asks."""
    permissions.require(actor, Act.WORK_TASK)
    async with services.store.reading() as session:
        return await work_settings(session, actor.id)


async def keep_settings(services: Services, actor: Actor, wanted: WorkSettings) -> WorkSettings:
    """Keep them. Raises `invalid`."""
    permissions.require(actor, Act.WORK_TASK)
    if not 1 <= wanted.at_most <= MOST_AT_ONCE:
        raise wrong("/at_most", "range", f"同时办理的件数应当在 1 到 {MOST_AT_ONCE} 之间")
    if (wanted.shift_from is None) is not (wanted.shift_until is None):
        place = "/shift_from" if wanted.shift_from is None else "/shift_until"
        raise wrong(place, "shift", "班次的起止时间请一并填写，或者都不填")
    if wanted.shift_from is not None and wanted.shift_from == wanted.shift_until:
        raise wrong("/shift_until", "shift", "班次的起止时间不能相同")
    kept = wanted.model_copy(update={"skills": tuple(dict.fromkeys(wanted.skills))})
    async with services.store.begin() as session:
        await put_work_settings(session, actor.id, kept)
    return kept
