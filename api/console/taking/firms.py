"""The first page: which firm, and which services it may ask for."""

from collections.abc import Sequence
from datetime import date, datetime

from activities.outside.registers.answers import NAMES
from api.assessment import facts_for
from api.console.formats import moment
from api.console.views.intake import FirmView, ServiceView
from api.console.views.shared import Option, Pair, SourceView
from api.console.wording import fact_words, source_view
from api.firms import KnownFirm
from api.services import Services
from definitions.errors import Refused
from definitions.language.facts import FACTS_BY_NAME, FactKind
from definitions.language.service import ServiceDefinition
from definitions.rules.calendar import local_day
from definitions.rules.conditions import holds

_SHOWN = ("kind", "legal_representative", "address", "capital", "founded_on", "scope")
# What a clerk would want to know before anything else; each is told as the register words it.
_WARNED = ("abnormal_listed", "seriously_dishonest", "equity_frozen_or_pledged", "revoked")


def firm_view(known: KnownFirm, now: datetime) -> FirmView:
    """The firm as the registers know it."""
    facts = known.facts
    return FirmView(
        name=known.name,
        uscc=known.code,
        facts=tuple(
            Pair(FACTS_BY_NAME[name].label, fact_words(name, facts[name]))
            for name in _SHOWN
            if name in facts
        ),
        registered=tuple(
            fact_words(name, (each,))
            for name in ("registrations", "licences")
            for each in _many(facts.get(name))
        ),
        source=_source(known, now),
        warnings=(
            *_failed(known),
            *(
                f"{FACTS_BY_NAME[name].label}（{FACTS_BY_NAME[name].owner}）。能不能办，引导时会说明。"
                for name in _WARNED
                if facts.get(name) is True and FACTS_BY_NAME[name].kind is FactKind.FLAG
            ),
        ),
    )


def _failed(known: KnownFirm) -> Sequence[str]:
    """Which registers could not be asked."""
    names = "、".join(NAMES[register] for register in known.away)
    return (f"共享失败：{names}暂时取不到数据，下面是以前取得的。",) if names else ()


def _source(known: KnownFirm, now: datetime) -> SourceView:
    """As the name's: what is said of a firm stands and falls with it."""
    origin = known.origins.get("name")
    if origin is None or origin.fetched_at is None:
        return source_view(known.sources.get("name", ""))
    return SourceView(origin.source, f"{moment(origin.fetched_at, now)} 取得")


def service_views(
    services: Services, known: KnownFirm | None, chosen: str
) -> tuple[ServiceView, ...]:
    """The services in force today; one that the firm's facts rule out says so and why."""
    now = services.now()
    names = dict.fromkeys(loaded.definition.service for loaded in services.library.services)
    found: list[tuple[ServiceDefinition, ServiceView]] = []
    for name in names:
        try:
            definition = services.library.service(name, now).definition
        except Refused:
            continue
        if definition.inside:
            continue
        found.append((definition, _service_view(definition, known, chosen, local_day(now))))
    # What this firm may ask for, and most people come for, stands first.
    today = local_day(now)
    found.sort(key=lambda each: (bool(_ruled_out(each[0], known, today)), -len(each[0].situations)))
    return tuple(view for _, view in found)


def _service_view(
    definition: ServiceDefinition, known: KnownFirm | None, chosen: str, today: date
) -> ServiceView:
    reasons = _ruled_out(definition, known, today)
    hint = f"现在不能办：{'；'.join(reasons)}。选它看怎样解决" if reasons else definition.summary
    return ServiceView(
        option=Option(
            definition.service, definition.name, hint, chosen=definition.service == chosen
        ),
        departments=len({matter.department for matter in definition.matters}),
        promised=f"共 {len(definition.matters)} 个事项，办哪些看情况",
    )


def _ruled_out(
    definition: ServiceDefinition, known: KnownFirm | None, today: date
) -> Sequence[str]:
    if known is None:
        return ()
    facts = facts_for(definition, {}, known.facts, {}, on=today)
    return [blocker.reason for blocker in definition.blockers if holds(blocker.when, facts) is True]


def _many(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, tuple) else ()
