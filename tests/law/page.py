"""Makes docs/law.md of the rows and of the markers in the tests; nothing is run for it.

A marker is read from the syntax tree: on a test, on a class of tests, on one case of a parametrized
test, or as the module's `pytestmark`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from tests.law.rows import SECTIONS, Row
from tests.rules.sources import ROOT, modules, name, tree

PAGE = ROOT / "docs/law.md"
CATALOGUE = "definitions/catalogue"
_HEAD = """# Law, definitions, tests

Made by `python -m tests.law`, not written by hand. Each row is an article, a limit or a rule of the
domain report: what it says, where the definitions write it (*engine*: it holds whatever a
definition says), and the tests that prove it. A test names its rows by `@pytest.mark.law("…")`.
"""
_COLUMNS = "| law | says | definition | tests |\n|---|---|---|---|"

Proof = tuple[str, str]


def proofs() -> dict[str, list[Proof]]:
    """Every row some test names, with the file and name of each such test."""
    found: dict[str, list[Proof]] = {}
    for file in modules("tests"):
        if file.name.startswith("test_"):
            for key, test in _of_module(tree(file)):
                proof = (name(file), test)
                entries = found.setdefault(key, [])
                entries += [] if proof in entries else [proof]
    return found


def page() -> str:
    """The whole page."""
    found = proofs()
    parts = [_HEAD]
    for section in SECTIONS:
        rows = "\n".join(_line(row, found.get(row.key, [])) for row in section.rows)
        parts.append(f"## {section.title}\n{_COLUMNS}\n{rows}\n")
    return "\n".join(parts)


def _line(row: Row, found: list[Proof]) -> str:
    where = "<br>".join(f"[{file}](../{CATALOGUE}/{file}) `{entry}`" for file, entry in row.where)
    tests = "<br>".join(f"[{test}](../{file})" for file, test in found)
    return f"| {row.key} | {row.says} | {where or '*engine*'} | {tests} |"


def _of_module(module: ast.Module) -> Iterator[Proof]:
    everywhere = [
        key
        for node in module.body
        if isinstance(node, ast.Assign)
        and any(
            isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
        )
        for key in _keys(node.value)
    ]
    yield from _of_body(module.body, everywhere, "")


def _of_body(body: list[ast.stmt], outer: list[str], prefix: str) -> Iterator[Proof]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            keys = [*outer, *_decorating(node.decorator_list)]
            yield from _of_body(node.body, keys, f"{node.name}.")
        elif _is_test(node):
            keys = [*outer, *_decorating(node.decorator_list)]
            yield from ((key, prefix + node.name) for key in keys)


def _is_test(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, functions) and node.name.startswith("test_")


def _decorating(decorators: list[ast.expr]) -> Iterator[str]:
    for decorator in decorators:
        yield from _keys(decorator)


def _keys(expression: ast.expr) -> Iterator[str]:
    """The texts inside every `pytest.mark.law(…)` of an expression."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.law":
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def write(path: Path = PAGE) -> None:
    """Make the page anew."""
    path.write_text(page(), encoding="utf-8")
