"""The small service with fields and a paper that registers fill in, over the made-up exchange."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from activities.store.engine import Store
from definitions.language.service import ServiceDefinition
from definitions.loading import Library, Loaded
from tests.support.api import World, world
from tests.support.exchange import Exchange
from tests.support.services import CATALOGUE, NOW, SERVICE

FORM = [
    {
        "id": "address",
        "label": "住所",
        "kind": "text",
        "prefilled_from": "firm.address",
        "group": "住所信息",
    },
    {
        "id": "scope",
        "label": "经营范围",
        "kind": "text",
        "prefilled_from": "firm.scope",
        "editable": False,
    },
    {"id": "credit", "label": "纳税信用", "kind": "text", "prefilled_from": "firm.tax_office"},
    {"id": "holder", "label": "姓名", "kind": "person_name"},
    {"id": "holder_id", "label": "身份证号", "kind": "person_id", "person": "holder"},
]
_WRITTEN = SERVICE.model_dump(mode="json", by_alias=True)
_BASIS = {"law": "行政许可法", "article": "33"}
_WAIVED = {
    "by": "不动产登记库",
    "basis": _BASIS,
    "when": {"fact": "firm.property_registered", "is": True},
}
SHARED = ServiceDefinition.model_validate(
    {
        **_WRITTEN,
        "form": FORM,
        "materials": [
            {**each, "waived": _WAIVED} if each["code"] == "M02" else each
            for each in _WRITTEN["materials"]
        ],
    }
)
LIBRARY = Library(catalogue=CATALOGUE, services=(Loaded(SHARED, "s" * 64, {}, (), Path()),))


@asynccontextmanager
async def sharing(store: Store, folder: Path, outside: Exchange) -> AsyncIterator[World]:
    """A world whose registers are the made-up ones."""
    async with world(store, folder, NOW, library=LIBRARY) as made:
        registers = outside.registers(now=made.now)
        services = replace(made.services, registers=registers)
        yield World(services, made.engine, made.now, made.clients)
        await registers.close()
