"""Packages whose `__init__` runs only when somebody asks for a name of it."""

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any


def on_demand(
    name: str, path: Sequence[str] | None = None, around: Callable[[Callable[[], None]], None] = lambda run: run()
) -> None:
    """Make a package importable without running its `__init__`, which imports all that there is.

    Its modules can be imported one by one. The first other name that is asked of it runs the `__init__` after all,
    through `around`. `path` is its parent's. Without effect on a package that is there already.
    """
    spec = PathFinder.find_spec(name, path)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    module, load = module_from_spec(spec), spec.loader.exec_module

    def whole(asked: str) -> Any:
        if not asked[:1].isupper():  # a module of the package, which the import system finds
            raise AttributeError(f"module {name!r} has no attribute {asked!r}")
        for each in ("__getattr__", "__all__"):
            vars(module).pop(each, None)
        around(lambda: load(module))
        return getattr(module, asked)

    vars(module).update(__all__=[], __getattr__=whole)
    sys.modules[name] = module


def names(module: ModuleType) -> dict[str, Any]:
    """What `from module import *` brings."""
    return {name: each for name, each in vars(module).items() if not name.startswith("_")}
