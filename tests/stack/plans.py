"""Plans of the table, which override the catalog's without a deployment."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.stack.world import Cloud

type Json = dict[str, Any]

SCALE: Json = {
    "item_price_id": "scale",
    "name": "Scale",
    "limits": {"seats": 500, "projects": "unlimited"},
    "price": {"amount": 9_900, "currency": "USD", "period": "month", "per_seat": True},
}
"""As it is shipped, but for its features."""


@contextmanager
def sold(world: Cloud, plan: Json, *functions: str) -> Iterator[None]:
    """This plan in the table. A warm function would trust for a minute what it has read: these begin anew."""
    row = {"pk": "PLAN", "sk": plan["item_price_id"], **plan}
    with ExitStack() as undo:
        world.table.put(row)
        undo.callback(world.table.remove, row)
        for name in functions:
            undo.enter_context(world.functions.reconfigured(name, STARTED_ANEW="1"))
        yield
