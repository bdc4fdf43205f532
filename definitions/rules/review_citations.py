"""Every basis, wherever it stands, must cite a law of the catalogue."""

from collections.abc import Iterator

from pydantic import BaseModel

from definitions.language.base import Basis
from definitions.rules.review_problem import Path, Problem


def citation_problems(model: BaseModel, path: Path, laws: frozenset[str]) -> Iterator[Problem]:
    """Every basis inside the model that cites what is not in the list of laws."""
    if isinstance(model, Basis):
        if model.law not in laws:
            yield Problem((*path, "law"), "unknown_law", f"依据目录里没有“{model.law}”")
        return
    for name in type(model).model_fields:
        value: object = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from citation_problems(value, (*path, name), laws)
        elif isinstance(value, tuple):
            for n, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from citation_problems(item, (*path, name, n), laws)
