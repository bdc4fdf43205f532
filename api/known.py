"""Every law and every material that some service names: the house's, and those services bring."""

from collections.abc import Iterator

from definitions.language.materials import MaterialDefinition
from definitions.language.service import Law
from definitions.loading import Library


def laws(library: Library) -> Iterator[Law]:
    """The house's first."""
    yield from library.catalogue.laws
    for loaded in library.services:
        yield from loaded.definition.own_laws


def materials(library: Library) -> Iterator[MaterialDefinition]:
    """The house's first."""
    yield from library.catalogue.materials
    for loaded in library.services:
        yield from loaded.definition.own_materials
