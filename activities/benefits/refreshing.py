"""Each source is asked for what is new, and what it gives is taken in."""

from datetime import UTC, date, datetime

import structlog

from activities.outside.facts.protocol import FactFeed, FeedAway
from activities.store.benefits.loading import Coming, Loaded, last_of, load_file
from activities.store.engine import Store
from definitions.errors import Refused
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import FactCatalogue
from definitions.rules.calendar import local_day

log = structlog.get_logger(__name__)

BY = "feed"


async def refresh(
    store: Store,
    feeds: FactFeed,
    catalogue: FactCatalogue,
    kind: SubjectKind,
    *,
    today: date | None = None,
) -> tuple[str, ...]:
    """The sources that are away. Those go by what they said before, as long as it is fresh."""
    today = today or local_day(datetime.now(UTC))
    away = []
    for source in catalogue.sources:
        if any(fact.source == source.id and fact.kind is kind for fact in catalogue.facts):
            try:
                await _taken(store, feeds, catalogue, (source.id, kind), today=today)
            except (FeedAway, Refused) as error:
                why = error.code if isinstance(error, Refused) else str(error)
                log.warning("facts_not_fetched", source=source.id, kind=kind, reason=why)
                away.append(source.id)
    return tuple(away)


async def _taken(
    store: Store,
    feeds: FactFeed,
    catalogue: FactCatalogue,
    whose: tuple[str, SubjectKind],
    *,
    today: date,
) -> Loaded | None:
    source, kind = whose
    async with store.reading() as session:
        since, known = await last_of(session, source, kind)
    async with feeds.fetch(source, kind, since, known) as delivery:
        if delivery is None or (since is not None and delivery.as_of < since):
            return None
        name = f"{source}-{kind}-{delivery.as_of}.ndjson"
        coming = Coming(source=source, kind=kind, as_of=delivery.as_of, name=name, by=BY)
        loaded = await load_file(store, catalogue, coming, delivery.file, today=today)
    batch = loaded.batch
    log.info("facts_fetched", source=source, kind=kind, good=batch.good, bad=batch.bad)
    return loaded
