"""raftlab: learn Raft by stepping through it, breaking it and writing it.

The public names are listed in `__init__.pyi`, as imports, for type checkers, for editors and for this module.
A name is loaded when it is first used, so that `import raftlab` is fast.
"""

import ast
from importlib import import_module
from pathlib import Path
from typing import Any

__version__ = "0.1.0"

_IMPORTS = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")).body
_WHERE = {
    name.name: each.module
    for each in _IMPORTS
    if isinstance(each, ast.ImportFrom) and each.module
    for name in each.names
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"raftlab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return __all__
