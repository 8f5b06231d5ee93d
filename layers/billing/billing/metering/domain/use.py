"""Record one use of a counted feature, or refuse it whole."""

from dataclasses import dataclass, replace

from billing.metering.domain.account import Account
from billing.metering.domain.billing_day import BillingDay, billed_on, term_at
from billing.metering.domain.entitlement import Grant, meter_of
from billing.metering.domain.meter import Meter
from billing.metering.domain.split import debited, meet, plan_terms
from billing.metering.domain.usage import Usage, UsageEvent
from billing.metering.domain.wallet import LedgerLine, post
from billing.plans.feature import Counted


@dataclass(frozen=True, slots=True)
class UseResult:
    """The account after one use, the record of it, and the wallet's ledger line if the wallet paid."""

    account: Account
    usage: Usage
    line: LedgerLine | None = None


def use(account: Account, granted: Grant, feature: Counted, event: UsageEvent, now: int) -> UseResult | None:
    """Record `event` on the account as it is now (UTC seconds); None refuses it and changes nothing."""
    meter = meter_of(account, granted, feature, now)
    split = meet(event.quantity, meter, account, plan_terms(feature, event.dimensions))
    if split.quantity < event.quantity or granted.plan is None:
        return None
    usage = Usage(
        event,
        split,
        meter.start,
        granted.plan.item_price_id,
        granted.subscription.id if granted.subscription else None,
        now,
        billing_day(granted, feature, event.occurred_at, now),
    )
    return recorded(account, meter, usage)


def recorded(account: Account, meter: Meter, usage: Usage) -> UseResult:
    """Count a use that is met, and debit the wallet that pays for it."""
    counted = account.with_meter(replace(meter, used=meter.used + usage.event.quantity))
    wallet, amount = debited(account, usage.split), usage.split.amount
    if wallet is None or amount is None:
        return UseResult(counted, usage)
    paid, line = post(wallet, f"usage:{usage.event.id}", "usage", -amount.micros, at=usage.recorded_at)
    return UseResult(counted.with_wallet(paid), usage, line)


def billing_day(granted: Grant, feature: Counted, occurred_at: int, now: int) -> BillingDay | None:
    """The day by which Chargebee bills a use, None for what it does not bill. Times are UTC seconds."""
    if feature.item_price_id is None or granted.subscription is None or granted.term is None:
        return None
    term = term_at(granted.term, now)
    return BillingDay(
        day=billed_on(occurred_at, now, term),
        subscription_id=granted.subscription.id,
        feature=feature.id,
        term_start=term.start,
        term_end=term.end,
        item_price_id=feature.item_price_id,
    )
