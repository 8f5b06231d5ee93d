"""What holds of an organization's meters, wallets and records after anything whatsoever has happened to them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from billing.metering.domain.hold import Hold, HoldState
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Split, Usage
from billing.metering.domain.wallet import LedgerLine
from billing.metering.services.ports import AdjustmentStore, UsageStore
from billing.plans.tiers import TieredPrice
from tests.model.metering import ORG, OVERDRAFT

EVER = ("2000-01-01", "2099-12-31")


@dataclass(frozen=True, slots=True)
class Counting:
    """What makes a meter count: a use, or an adjustment of it."""

    place: tuple[str, int]
    split: Split
    line: str


def check_ledger(
    store: UsageStore,
    event_ids: Collection[str],
    hold_ids: Collection[str],
    adjustments: AdjustmentStore | None = None,
) -> None:
    """Every number is explained by the records, and every record by one id. All are read through the port."""
    settlements = [f"hold:{each}" for each in hold_ids]
    uses = list(store.usages(ORG, [*event_ids, *settlements]).values())
    found = (store.hold(ORG, each) for each in hold_ids)
    holds = [each for each in found if each]
    made = adjustments.adjustments(ORG, *EVER) if adjustments else ()
    counting = [Counting(each.place, each.split, f"usage:{each.event.id}") for each in uses]
    counting += [Counting(each.place, each.split, f"meter:{each.key}") for each in made]
    _check_meters(store, counting, holds)
    _check_wallet(store, counting, holds)
    _check_days(store, uses, counting)


def _check_meters(store: UsageStore, uses: list[Counting], holds: list[Hold]) -> None:
    used: Counter[tuple[str, int]] = Counter()
    beyond: Counter[tuple[str, int]] = Counter()
    paid: Counter[tuple[str, int]] = Counter()
    held: Counter[tuple[str, int]] = Counter()
    for usage in uses:
        used[usage.place] += usage.split.quantity
        beyond[usage.place] += usage.split.beyond
        paid[usage.place] += usage.split.bought
    for each in holds:
        if each.state is HoldState.HELD:
            held[each.feature, each.period_start] += each.quantity
    meters = store.account(ORG).meters
    for key, meter in meters.items():
        assert (meter.used, meter.held, meter.beyond) == (used[key], held[key], beyond[key]), meter
        assert min(meter.used, meter.beyond, meter.held) >= 0, meter
        assert meter.paid == paid[key], meter
        _check_tiers(meter, [usage for usage in uses if usage.place == key])
        assert meter.limit is None or meter.used + meter.held + (meter.remaining or 0) == meter.limit, meter
    assert set(used) | set(held) <= set(meters)


def _check_tiers(meter: Meter, uses: list[Counting]) -> None:
    """Where one price by tiers was all that there was, the costs of all uses are the price of their sum."""
    rates = {usage.split.unit_price for usage in uses if usage.split.unit_price is not None}
    if len(rates) == 1 and isinstance(rate := rates.pop(), TieredPrice):
        assert sum(worth(usage.split) for usage in uses) == rate.cost(meter.beyond).micros, uses


def _check_wallet(store: UsageStore, uses: list[Counting], holds: list[Hold]) -> None:
    wallet = store.account(ORG).wallet("USD")
    assert all(0 < lot.remaining <= lot.granted for lot in wallet.lots), wallet
    assert wallet.rest >= 0 or not wallet.lots, "a debt is paid before there is a lot"
    lines = ledger(store)
    total = 0
    for line in lines:
        total += line.amount.micros
        assert line.balance == total, lines
    assert wallet.balance + wallet.held == total
    assert wallet.balance >= -OVERDRAFT
    assert wallet.held == sum(worth(each.split) for each in holds if each.state is HoldState.HELD and each.split.paid)
    spent = sum(worth(usage.split) for usage in uses if usage.split.paid)
    paid = {usage.line for usage in uses if usage.split.paid}
    assert {line.id for line in lines if line.kind == "usage"} <= paid, "a correction may be the first that pays"
    assert sum(line.amount.micros for line in lines if line.kind in ("usage", "correction")) == -spent
    assert max(Counter(line.id for line in lines).values(), default=1) == 1


def _check_days(store: UsageStore, uses: list[Usage], counting: list[Counting]) -> None:
    days = store.days(ORG, *EVER)
    assert sum(day.quantity for day in days) == sum(each.split.quantity for each in counting)
    assert sum(day.events for day in days) == len(uses)
    assert sum(day.adjusted for day in days) == len(counting) - len(uses)
    assert sum(day.costed for day in days) == sum(bool(usage.event.costs) for usage in uses)
    assert sum(sum(day.revenue.values()) for day in days) == sum(worth(each.split) for each in counting)
    costs = sum(cost.amount.micros for usage in uses for cost in usage.event.costs)
    assert sum(sum(day.costs.values()) for day in days) == costs


def worth(split: Split) -> int:
    """What the units beyond the allowance cost, in micros."""
    return split.amount.micros if split.amount else 0


def ledger(store: UsageStore) -> list[LedgerLine]:
    """All of it, oldest first."""
    lines: list[LedgerLine] = []
    cursor: str | None = None
    while True:
        page, cursor = store.ledger(ORG, "USD", cursor)
        lines += page
        if cursor is None:
            return lines[::-1]
