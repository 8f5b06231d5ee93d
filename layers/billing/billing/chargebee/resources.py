"""The official SDK's resources, each loaded when it is first used.

`import chargebee` defines the 130 resources of the API in a thousand classes, and takes three times as long as
everything else that a function imports. Here the index of all resources, `chargebee.models`, is not read until somebody
asks for a name of it, and a resource is loaded by its first use, by the standard library's `LazyLoader`. What runs is
the SDK's own code, unchanged, and whoever imports it beside this finds all of it
(docs/explanation/decisions/2026-11-28-lean-sdks.md).
"""

import re
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from billing.runtime.on_demand import Lazily, lazily, names, on_demand

INDEX = "chargebee.models"
SHARED = f"{INDEX}.enums"
"""What every resource needs while it is defined."""

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


_RESOURCES = Lazily(lambda name: name.rpartition(".")[0] == INDEX and name != SHARED)


class Resources:
    """The SDK's `Chargebee`, for one site: `sdk.Customer` is made when it is first asked for."""

    def __init__(self, api_key: str, site: str) -> None:
        environment = import_module("chargebee.environment")
        self.env: Any = environment.Environment({"api_key": api_key, "site": site})
        self.env.set_api_endpoint()

    def __getattr__(self, name: str) -> Any:
        module = import_module(f"{INDEX}.{_WORD.sub('_', name).lower()}")
        resource = getattr(module, name)(self.env)
        setattr(self, name, resource)
        return resource


def prepare() -> None:
    """Let the SDK load on demand. Without effect where it is there already."""
    package = None if "chargebee" in sys.modules else find_spec("chargebee")
    if package is None:
        return
    on_demand(INDEX, package.submodule_search_locations, _whole)
    sys.meta_path.insert(0, _RESOURCES)
    index = sys.modules[INDEX]
    vars(import_module("chargebee")).update(models=index, __getattr__=lambda name: getattr(index, name))
    with lazily("asyncio"):  # the SDK's other client needs it
        import_module("chargebee.compat")


def _whole(load: Callable[[], None]) -> None:
    """Load the index for somebody who asked for it, and what the package has of it."""
    sys.meta_path.remove(_RESOURCES)
    for begun in [each for name, each in sys.modules.items() if name.startswith(f"{INDEX}.")]:
        getattr(begun, "__path__", None)  # loads it, so that nothing is defined twice
    load()
    package = vars(sys.modules["chargebee"])
    del package["__getattr__"]
    package.update(names(sys.modules[INDEX]))
