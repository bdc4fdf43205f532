"""The list of digests of what was ever shipped as published: those texts never change again."""

from collections.abc import Iterable, Mapping

from definitions.language.base import Name, Written
from definitions.loading import Loaded
from definitions.source import parse

FILE = "published.yaml"
Key = tuple[str, int]


class _Pin(Written):
    service: Name
    version: int
    sha256: str


class _Pins(Written):
    published: tuple[_Pin, ...]


def pinned(raw: bytes) -> dict[Key, str]:
    """The list by service and version. Raises `DefinitionsBroken`, ValueError."""
    pins = _Pins.model_validate(parse(raw, FILE).data).published
    return {(pin.service, pin.version): pin.sha256 for pin in pins}


def pin_of(loaded: Loaded) -> str:
    """The lines to add for a version."""
    definition = loaded.definition
    return (
        f"  - service: {definition.service}\n"
        f"    version: {definition.version}\n"
        f"    sha256: {loaded.sha256}\n"
    )


def unpinned(services: Iterable[Loaded], pins: Mapping[Key, str]) -> tuple[Loaded, ...]:
    """What is shipped and not in the list yet."""
    return tuple(each for each in services if _key(each) not in pins)


def changed(services: Iterable[Loaded], pins: Mapping[Key, str]) -> tuple[str, ...]:
    """What the list knows and the folder says otherwise, or not any more."""
    there = {_key(each): each.sha256 for each in services}
    return tuple(
        f"{service} v{version}"
        for (service, version), digest in pins.items()
        if there.get((service, version)) != digest
    )


def _key(loaded: Loaded) -> Key:
    return loaded.definition.service, loaded.definition.version
