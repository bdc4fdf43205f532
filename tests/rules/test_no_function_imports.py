"""No import stands inside a function.

It hides a dependency from the reader and a cycle from import-linter; inside workflow code it would
be run by the sandbox at a moment nobody chose.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.rules.sources import modules, name, tree

# Each with its reason; the list may only shrink.
ALLOWED: set[str] = set()


def inner(file: Path) -> Iterator[str]:
    """The functions of a file that import something."""
    for node in ast.walk(tree(file)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
            isinstance(part, (ast.Import, ast.ImportFrom)) for part in ast.walk(node)
        ):
            yield f"{name(file)}:{node.name}"


def test_there_is_none() -> None:
    assert {found for file in modules() for found in inner(file)} == ALLOWED
