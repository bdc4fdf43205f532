"""The lists of digests of what was ever shipped as published: those texts never change again.

One list stands in the catalogue's folder, of services, and one in that of the policies.
"""

from collections.abc import Iterable, Mapping

from pydantic import model_validator

from definitions.language.base import Name, Written
from definitions.loading import Loaded
from definitions.policy_loading import LoadedPolicy
from definitions.source import parse

FILE = "published.yaml"
Key = tuple[str, int]
Text = Loaded | LoadedPolicy


class _Pin(Written):
    service: Name | None = None
    policy: Name | None = None
    version: int
    sha256: str

    @model_validator(mode="after")
    def _named(self) -> "_Pin":
        if (self.service is None) is (self.policy is None):
            msg = "write one of service and policy"
            raise ValueError(msg)
        return self

    @property
    def key(self) -> Key:
        return self.service or self.policy or "", self.version


class _Pins(Written):
    published: tuple[_Pin, ...]


def pinned(raw: bytes) -> dict[Key, str]:
    """A list by name and version. Raises `DefinitionsBroken`, ValueError."""
    pins = _Pins.model_validate(parse(raw, FILE).data).published
    return {pin.key: pin.sha256 for pin in pins}


def pin_of(text: Text) -> str:
    """The lines to add for a version."""
    name, version = _key(text)
    kind = "service" if isinstance(text, Loaded) else "policy"
    return f"  - {kind}: {name}\n    version: {version}\n    sha256: {text.sha256}\n"


def unpinned(texts: Iterable[Text], pins: Mapping[Key, str]) -> tuple[Text, ...]:
    """What is shipped and not in the list yet."""
    return tuple(each for each in texts if _key(each) not in pins)


def changed(texts: Iterable[Text], pins: Mapping[Key, str]) -> tuple[str, ...]:
    """What the list knows and the folder says otherwise, or not any more."""
    there = {_key(each): each.sha256 for each in texts}
    return tuple(
        f"{name} v{version}"
        for (name, version), digest in pins.items()
        if there.get((name, version)) != digest
    )


def _key(text: Text) -> Key:
    """The name of what it is a version of, and which."""
    if isinstance(text, Loaded):
        return text.definition.service, text.definition.version
    return text.definition.policy, text.definition.version
