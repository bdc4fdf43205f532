"""Each module opens with a sentence on what lives in it.

Who opens a file should know at once whether he is right here; it is also the only place where what
must not be in a module can be said.
"""

import ast

from tests.rules.sources import modules, name, tree


def test_every_module_says_what_it_is() -> None:
    silent = [name(file) for file in modules() if not ast.get_docstring(tree(file))]
    assert silent == []


def test_packages_hold_nothing_but_that() -> None:
    """An `__init__.py` with code runs on every import, and hides where a name comes from."""
    full = [
        name(file) for file in modules() if file.name == "__init__.py" and len(tree(file).body) > 1
    ]
    assert full == []
