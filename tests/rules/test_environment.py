"""Only deploy/settings.py reads the environment.

A setting that is read anywhere else is in no list, is checked by nobody, and cannot be passed in by
a test.
"""

import ast

from tests.rules.sources import PACKAGES, modules, name, tree

# A department's own program has settings of its own.
READERS = {"deploy/settings.py", "deploy/samples/department-worker/worker.py"}
NAMES = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def reads(module: ast.Module) -> bool:
    """Whether the module touches the environment of its process."""
    for node in ast.walk(module):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=attr) if attr in NAMES:
                return True
            case ast.ImportFrom(module="os", names=names) if NAMES & {n.name for n in names}:
                return True
            case ast.Name(id="BaseSettings"):
                return True
            case _:
                pass
    return False


def test_nobody_else_reads_it() -> None:
    assert {name(file) for file in modules(*PACKAGES) if reads(tree(file))} <= READERS


def test_a_reader_is_recognised() -> None:
    """The test above can fail."""
    for code in (
        "import os\nos.environ['A']",
        "from os import getenv",
        "import os\nos.getenv('A')",
    ):
        assert reads(ast.parse(code))
