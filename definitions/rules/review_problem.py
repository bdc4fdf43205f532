"""What a review finds: where in the definition, which rule, and a sentence for the author."""

from dataclasses import dataclass
from typing import TypeAlias

Path: TypeAlias = tuple[int | str, ...]


@dataclass(frozen=True)
class Problem:
    """`path` is made of the keys and positions as written, so that the loader finds the line."""

    path: Path
    rule: str
    message: str
