"""Modules of others that run only when somebody asks for a name of them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader, module_from_spec
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


class Lazily(MetaPathFinder):
    """Finds the modules that are `meant`, and leaves their loading to their first use."""

    def __init__(self, meant: Callable[[str], bool]) -> None:
        self._meant = meant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if self._meant(fullname) else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def lazily(*modules: str) -> Iterator[None]:
    """Whoever imports one of these within gets a module that loads when it is first used."""
    finder = Lazily(modules.__contains__)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def names(module: ModuleType) -> dict[str, Any]:
    """What `from module import *` brings."""
    return {name: each for name, each in vars(module).items() if not name.startswith("_")}
