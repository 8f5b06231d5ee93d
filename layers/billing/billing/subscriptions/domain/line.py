"""The lines of what an organization has: in each it may have one live subscription.

None is the line of the plans that name none.
"""

from collections.abc import Collection, Iterable

from billing.core.errors import ChangeNotSupported
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.subscription import Subscription


def side_by_side(catalog: Catalog) -> bool:
    """Whether anything is sold beside something else."""
    return any(plan.line is not None for plan in catalog.plans.values())


def in_the_way(rows: Iterable[Subscription], line: str | None, catalog: Catalog) -> tuple[Subscription, ...]:
    """Those beside which nothing of the line is sold. One whose plan nobody described may be of any line."""
    return tuple(row for row in rows if row.live and _may_be_of(line, _plan(row, catalog)))


def check_untaken(rows: Iterable[Subscription], item_price_id: str, catalog: Catalog) -> None:
    """Raises ChangeNotSupported where one of them is of the plan's line, into which one that nobody described would
    come. Where nothing is sold side by side, it may."""
    plan = catalog.plan(item_price_id)
    known = [each for row in rows if row.live and (each := _plan(row, catalog))]
    if side_by_side(catalog) and any(each.line == plan.line for each in known):
        raise ChangeNotSupported(f"There is a subscription of {plan.name}'s line already: change that one instead.")


def doubled(rows: Collection[Subscription], catalog: Catalog) -> bool:
    """Whether two of them may be of one line."""
    plans = [_plan(row, catalog) for row in rows if row.live]
    known = [plan.line for plan in plans if plan is not None]
    return len(plans) > 1 and (len(known) < len(plans) or len(set(known)) < len(known))


def _may_be_of(line: str | None, plan: Plan | None) -> bool:
    return plan is None or plan.line == line


def _plan(row: Subscription, catalog: Catalog) -> Plan | None:
    return catalog.plans.get(row.plan.item_price_id) if row.plan else None
