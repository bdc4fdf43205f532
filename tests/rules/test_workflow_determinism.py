"""The core of a workflow comes to the same on every machine, whenever it is replayed.

So nothing in it reads a clock or throws dice, no value holds a set, and no set's order reaches an
event: membership and union are harmless, going through one is not.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.rules.sources import modules, name, tree

FOLDERS = ("definitions/matter", "definitions/bundle", "workflows")
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "uuid4", "uuid1"}
FORBIDDEN = {"random", "secrets", "time", "uuid", "threading", "socket"}
SETS = {"set", "frozenset"}
ORDERED = {"tuple", "list", "enumerate", "next", "iter", "zip", "map", "filter"}


def faults(module: ast.Module) -> Iterator[int]:
    """The lines at which two replays could part."""
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attr)) if (
                attr in CLOCKS and owner != "workflow"  # workflow.now() is the history's
            ):
                yield node.lineno
            case ast.Import(names=names) if FORBIDDEN & {each.name for each in names}:
                yield node.lineno
            case ast.ImportFrom(module=source) if source in FORBIDDEN:
                yield node.lineno
            case ast.ClassDef(body=body):
                notes = [each for each in body if isinstance(each, ast.AnnAssign)]
                yield from (n.lineno for n in notes if SETS & names_in(n.annotation))
            case ast.For(iter=over) | ast.comprehension(iter=over) if is_set(over):
                yield over.lineno
            case ast.Call(func=ast.Name(id=called), args=[*given]) if called in ORDERED:
                yield from (each.lineno for each in given if is_set(each))


def names_in(node: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def is_set(node: ast.expr) -> bool:
    made = isinstance(node, ast.Call) and SETS & names_in(node.func)
    return isinstance(node, (ast.Set, ast.SetComp)) or bool(made)


def test_nothing_depends_on_clock_chance_or_hash() -> None:
    assert [f"{name(file)}:{n}" for file in modules(*FOLDERS) for n in faults(tree(file))] == []


FAULTS = ("datetime.now()", "import time", "from random import *", "class A:\n x: set[str]")
FAULTS += ("for a in {1}: pass", "[a for a in set(b)]", "tuple(frozenset(a))")


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_recognised(code: str) -> None:
    assert list(faults(ast.parse(code)))
