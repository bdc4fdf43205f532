"""The first page: which firm, and which services it may ask for."""

from collections.abc import Sequence
from datetime import date

from activities.store.desk.firms import FirmView as KnownFirm
from api.assessment import facts_for
from api.console.taking.words import fact_words, source_view
from api.console.views.intake import FirmView, ServiceView
from api.console.views.shared import Option, Pair
from api.services import Services
from definitions.errors import Refused
from definitions.language.facts import FACTS_BY_NAME, FactKind
from definitions.language.service import ServiceDefinition
from definitions.rules.calendar import local_day
from definitions.rules.conditions import holds

_SHOWN = ("kind", "legal_representative", "address", "capital", "founded_on", "scope")
# What a clerk would want to know before anything else; each is told as the register words it.
_WARNED = ("abnormal_listed", "seriously_dishonest", "equity_frozen_or_pledged", "revoked")


def firm_view(known: KnownFirm) -> FirmView:
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
        source=source_view(f"{known.source}（{known.as_of}）"),
        warnings=tuple(
            f"{FACTS_BY_NAME[name].label}（{FACTS_BY_NAME[name].owner}）。能不能办，引导时会说明。"
            for name in _WARNED
            if facts.get(name) is True and FACTS_BY_NAME[name].kind is FactKind.FLAG
        ),
    )


def service_views(
    services: Services, known: KnownFirm | None, chosen: str
) -> tuple[ServiceView, ...]:
    """The services in force today; one that the firm's facts rule out says so and why."""
    now = services.now()
    names = dict.fromkeys(loaded.definition.service for loaded in services.library.services)
    found = []
    for name in names:
        try:
            definition = services.library.service(name, now).definition
        except Refused:
            continue
        found.append(_service_view(definition, known, chosen, local_day(now)))
    return tuple(found)


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
