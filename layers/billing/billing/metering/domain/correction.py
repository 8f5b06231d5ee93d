"""Give a use the units that it should have counted: with their money, and their bill."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.core.clock import DAY
from billing.core.errors import InvalidState
from billing.metering.domain.below_zero import BelowZero
from billing.metering.domain.use import billing_day, meet, plan_terms, terms_after, why_not
from billing.metering.domain.wallet import Lot, LotKind, count_spending, post

if TYPE_CHECKING:
    from billing.metering.domain.billing_day import BillingDay
    from billing.metering.domain.entitlement import Account, Refusal
    from billing.metering.domain.meter import Meter
    from billing.metering.domain.usage import Correction, Usage
    from billing.metering.domain.use import Basis
    from billing.metering.domain.wallet import LedgerLine


@dataclass(frozen=True, slots=True)
class CorrectedUse:
    """A use before and after, and the account with it: one transaction.

    `line` is what the wallet gets back, or pays. Of `uninvoiced` units `bill` is the day that counted them, while that
    is open, or else the one by which somebody is told to credit them; of more units the day that bills them. It is None
    for what Chargebee never billed.
    """

    correction: Correction
    use_before: Usage
    use_after: Usage
    before: Account
    after: Account
    line: LedgerLine | None = None
    bill: BillingDay | None = None

    @property
    def uninvoiced(self) -> int:
        """The units that Chargebee bills no longer, below zero for those that it bills beside."""
        return self.use_before.invoiced - self.use_after.invoiced


def corrected(account: Account, usage: Usage, wanted: Correction, now: int, sealed: int) -> CorrectedUse:
    """The use with fewer units, at `now` (UTC seconds): those beyond the allowance go first. Where fewer of them make a
    volume price dearer for the others, that is spent under the cap.

    `sealed` is how many of the days that could bill it are closed already. A meter that is gone is of a period that
    nobody looks at any more. Raises BelowZero where adjustments have taken the units off it before, and InvalidState
    where the wallet would pay for what nobody knows any more.
    """
    returned = usage.split.quantity - wanted.quantity
    made = replace(wanted, at=now, returned=returned)
    meter = account.meters.get(usage.place)
    use_after = replace(usage, split=usage.split.lowered(wanted.quantity, meter.beyond if meter else None))
    after = account if meter is None else account.with_meter(_without(meter, usage, use_after))
    bill = _bill(usage, now, sealed)
    cost, kept = usage.split.amount, use_after.split.amount
    if cost is None or kept is None or cost == kept:
        return CorrectedUse(made, usage, use_after, account, after, bill=bill)
    back, before = cost.micros - kept.micros, account.wallet(cost.currency)
    if not usage.split.paid:
        after = after.with_wallet(count_spending(before, -back, now)) if back < 0 and before.cap else after
        return CorrectedUse(made, usage, use_after, account, after, bill=bill)
    if meter is None and back < 0:
        raise InvalidState("Its period is long over: nobody knows what the others cost without it. Adjust the wallet.")
    wallet, line = post(before, f"correction:{made.key}", "correction", back, at=now, reason=made.reason)
    if usage.drawn and back > 0:
        from billing.metering.domain.lots import given_back  # noqa: PLC0415 - few uses are paid from lots

        wallet, drawn = given_back(before, back, cost.micros, usage.drawn, now)
        use_after = replace(use_after, drawn=drawn)
    elif back < 0:
        use_after = replace(use_after, drawn=(*usage.drawn, *before.paid_from(wallet)))
    return CorrectedUse(made, usage, use_after, account, after.with_wallet(wallet), line, bill)


def raised(
    account: Account, basis: Basis, usage: Usage, wanted: Correction, now: int, *, sealed: int
) -> CorrectedUse | Refusal:
    """The use with more units, met at `now` (UTC seconds) as a use of its moment would be, or why they are not.

    `sealed` is as in `corrected`: behind a closed day the units are billed by the day and in the term that run.
    """
    more = wanted.quantity - usage.split.quantity
    terms = terms_after(usage.split, plan_terms(basis.feature, usage.event.dimensions, now))
    split = meet(more, basis.meter, account, terms)
    if split.quantity < more:
        return why_not(more, basis.meter, account, terms)
    made = replace(wanted, at=now, returned=-more)
    use_after = replace(usage, split=usage.split.raised(split))
    known, bill = basis.meter, _bill_of_more(basis, usage, now, sealed)
    meter = replace(known, used=known.used + more, beyond=known.beyond + split.beyond, paid=known.paid + split.bought)
    after = account.with_meter(meter)
    if split.amount is None:
        return CorrectedUse(made, usage, use_after, account, after, bill=bill)
    before = account.wallet(split.amount.currency)
    wallet, line = count_spending(before, split.amount.micros, now), None
    if debit := split.debit:
        wallet, line = post(wallet, f"correction:{made.key}", "correction", -debit.micros, at=now, reason=made.reason)
        use_after = replace(use_after, drawn=_drawn(usage, before.paid_from(wallet)))
    after = after if wallet == before and line is None else after.with_wallet(wallet)
    return CorrectedUse(made, usage, use_after, account, after, line, bill)


def _without(meter: Meter, before: Usage, after: Usage) -> Meter:
    """The meter less what a use has lost. One that an older version wrote has not counted what lay beyond."""
    used = meter.used - before.split.quantity + after.split.quantity
    beyond = meter.beyond - before.split.beyond + after.split.beyond
    if meter.lowered and min(beyond, used - beyond) < 0:
        raise BelowZero("Adjustments of its meter have taken these units off already. Adjust it by as many more first.")
    paid = meter.paid - before.split.bought + after.split.bought
    return replace(meter, used=used, beyond=max(0, beyond), paid=max(0, paid))


def _bill(usage: Usage, now: int, sealed: int) -> BillingDay | None:
    day = usage.billing_day
    if day is None or sealed == 0:
        return day
    return replace(day, day=now - now % DAY + (sealed - 1) * DAY, late=True, credit=True)


def _bill_of_more(basis: Basis, usage: Usage, now: int, sealed: int) -> BillingDay | None:
    day = usage.billing_day
    if day is None or (sealed == 0 and not day.closed(now)):
        return day
    running = billing_day(basis.source, basis.feature, usage.event.occurred_at, now)
    return replace(usage, recorded_at=now, billing_day=running or day).moved_on(max(1, sealed)).billing_day


def _drawn(usage: Usage, more: tuple[Lot, ...]) -> tuple[Lot, ...]:
    """With the lots that have paid for more. What stays has paid its share before them: it is a lot in between."""
    share = (usage.split.debit.micros if usage.split.debit else 0) - sum(lot.remaining for lot in usage.drawn)
    if share <= 0 or not more:
        return (*usage.drawn, *more)
    return (*usage.drawn, Lot("paid", LotKind.PAID, share, share), *more)
