"""What the table writes when costs are told behind their use."""

from collections.abc import Sequence

from billing.metering.domain.usage import Cost, Usage
from billing.metering.table.billed_days import cost_additions, day_key, day_write
from billing.metering.table.rows import COST, use_key
from billing.table.writes import Expression, Write, WriteRefusal, update


def cost_writes(organization_id: str, usage: Usage, costs: Sequence[Cost]) -> list[Write]:
    """Into the use as it was read, and into its day.

    Costs are append-only, so an unchanged count means an unchanged set.
    """
    names = {f"#c{place}": cost.id for place, cost in enumerate(costs)}
    added = {f":c{place}": COST.values(cost) for place, cost in enumerate(costs)}
    known = Expression("attribute_exists(costs) AND size(costs) = :known", {":known": len(usage.event.costs)})
    attached = "SET " + ", ".join(f"costs.{name} = :{name[1:]}" for name in names)
    first = {} if usage.event.costs else {"costed": 1}
    return [
        update(use_key(organization_id, usage.event.id), Expression(attached, added, names), known, WriteRefusal.KNOWN),
        day_write(day_key(organization_id, usage), {**first, **cost_additions(tuple(costs))}, usage.event.decimals),
    ]
