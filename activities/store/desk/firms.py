"""What the registers know of firms (a loaded snapshot), and the definitions ever in force."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import Definition, Firm
from definitions.language.base import Value
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Fact


class FirmView(Value):
    """A firm as the registers know it, from which source and as of when."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    code: str
    name: str
    facts: Mapping[str, Fact]
    source: str
    as_of: date


class DefinitionChanged(Exception):
    """A published version says something else now; it must get a new version number."""


async def firm(session: ReadSession, code: str) -> FirmView | None:
    """The firm of that credit code."""
    found = await session.get(Firm, code)
    return FirmView.model_validate(found) if found else None


async def put_firm(session: WriteSession, known: FirmView) -> None:
    """Load or replace one firm's snapshot."""
    values: dict[str, Any] = known.model_dump(mode="json") | {"as_of": known.as_of}
    changed = {name: value for name, value in values.items() if name != "code"}
    await session.execute(
        insert(Firm).values(values).on_conflict_do_update(index_elements=["code"], set_=changed)
    )


async def put_definition(session: WriteSession, definition: ServiceDefinition, sha256: str) -> None:
    """Keep the text of a published definition for ever. Raises `DefinitionChanged`."""
    kept = await session.scalar(
        select(Definition.sha256).where(
            Definition.service == definition.service, Definition.version == definition.version
        )
    )
    if kept is not None and kept != sha256:
        msg = f"{definition.service} v{definition.version} was published with digest {kept}"
        raise DefinitionChanged(msg)
    body = definition.model_dump(mode="json", by_alias=True)
    row = {
        "sha256": sha256,
        "service": definition.service,
        "version": definition.version,
        "body": body,
    }
    await session.execute(insert(Definition).values(row).on_conflict_do_nothing())


async def definition_of(session: ReadSession, sha256: str) -> ServiceDefinition | None:
    """The text of a published definition by its digest."""
    body = await session.scalar(select(Definition.body).where(Definition.sha256 == sha256))
    return ServiceDefinition.model_validate(body) if body is not None else None
