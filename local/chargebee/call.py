"""One API operation: where it lives, what it takes, who answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.chargebee.schema import Record, parameters_of
from local.chargebee.site import Site
from local.chargebee.store import Resource


@dataclass(frozen=True)
class Call:
    """`id` is the resource that the path names, empty where it names none."""

    params: dict[str, Any]
    id: str = ""
    source: str = "api"


Handler = Callable[[Site, Call], Resource]


@dataclass(frozen=True)
class Operation:
    """`path` is below `/api/v2`, with `{id}` for a resource; `name` is the SDK's, as `resource.method`.

    `models` lists the parameters that the handler honours, as `name` or `name[field]` (empty: all of them), `lacks`
    the ones that it does not. A parameter that the vendor knows and the handler would ignore is refused.
    """

    method: str
    path: str
    name: str
    handler: Handler
    models: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    @property
    def parameters(self) -> Record:
        resource, operation = self.name.split(".")
        return parameters_of(resource, operation)

    def ignores(self, key: str) -> bool:
        """Whether the handler would drop this parameter, named as on the wire."""
        if any(_covers(lacking, key) for lacking in self.lacks):
            return True
        return bool(self.models) and not any(_covers(model, key) for model in self.models)


def _covers(model: str, key: str) -> bool:
    return key == model or key.startswith(f"{model}[")
