"""Make a meter count more units than its uses, or fewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from billing.core.errors import InvalidState
from billing.core.quantity import Quantity, canonical
from billing.metering.domain.below_zero import BelowZero
from billing.metering.domain.correction import CorrectedUse, corrected, raised
from billing.metering.domain.entitlement import Account, Refusal
from billing.metering.domain.last_paid import paid_by
from billing.metering.domain.usage import Correction, Split, Usage, UsageEvent
from billing.metering.domain.use import NOTHING, Basis, billing_day, plan_terms
from billing.metering.domain.wallet import Lot
from billing.plans.feature import Overage


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What somebody says of a meter, once for every `key`: it counts `quantity` more units, or fewer below zero.

    The meter is that of the period of `occurred_at` (UTC seconds), None for the one that runs; units beyond the
    allowance have the price of these `dimensions`. What became of it: it was made `at` that time, of the `moment` and
    the period that began at `period_start` (UTC seconds), with a `split` that is below zero for what no longer counts,
    and was paid by the lots `drawn`.
    """

    key: str
    feature: str
    quantity: int
    by: str
    reason: str
    occurred_at: int | None = None
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decimals: int = 0
    at: int = 0
    moment: int = 0
    period_start: int = 0
    split: Split = NOTHING
    drawn: tuple[Lot, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Which meter it was made of."""
        return self.feature, self.period_start

    def counted_in(self, decimals: int) -> Adjustment:
        """The same, as a feature of so many decimals counts. Raises InvalidRequest where it has more of them."""
        return replace(self, quantity=Quantity(self.quantity, self.decimals).at(decimals), decimals=decimals)

    def repeats(self, made: Adjustment) -> bool:
        """Whether it is the one that was made, said again."""
        return self._said == made._said

    @property
    def _said(self) -> tuple[object, ...]:
        quantity = canonical(self.quantity, self.decimals)
        return self.key, self.feature, quantity, self.by, self.reason, self.occurred_at, dict(self.dimensions)


@dataclass(frozen=True, slots=True)
class AdjustedMeter:
    """An adjustment as it was made, and its change: one transaction. All that the meter counts is the use in it."""

    adjustment: Adjustment
    change: CorrectedUse


def lowered(
    account: Account, basis: Basis, wanted: Adjustment, now: int, *, sealed: int, drawn: tuple[Lot, ...] = ()
) -> AdjustedMeter:
    """The meter with fewer units, at `now` (UTC seconds).

    All that it counts is taken for one use, which is corrected: units beyond the allowance go first, with their bill,
    and with their money, back into the lots `drawn` that have paid them. `sealed` is as in `corrected`. Raises
    BelowZero for more than it counts, and InvalidState for units of which the plan does not say what they cost, or that
    the wallet has paid and the plan bills.
    """
    meter, terms = basis.meter, plan_terms(basis.feature, wanted.dimensions, now)
    if meter.used + wanted.quantity < 0:
        raise BelowZero(f"The meter of {wanted.feature!r} counts less than is to be taken off it.")
    if meter.beyond and terms.overage is Overage.DENY:
        raise InvalidState("The plan sells no units beyond the allowance any more. Correct the uses that had them.")
    if terms.overage is Overage.ALLOW and min(meter.beyond, -wanted.quantity) > meter.beyond - meter.paid:
        raise InvalidState("The wallet has paid these units, and the plan says that it does not. Correct their uses.")
    there = account.with_meter(replace(meter, lowered=meter.lowered - wanted.quantity))
    change = corrected(there, _all_of(basis, wanted, now, drawn), _said(basis, wanted), now, sealed)
    return _made(wanted, replace(change, before=account))


def raised_by(account: Account, basis: Basis, wanted: Adjustment, now: int, *, sealed: int) -> AdjustedMeter | Refusal:
    """The meter with more units, met at `now` (UTC seconds) as a use of that moment would be, or why they are not."""
    change = raised(account, basis, _all_of(basis, wanted, now), _said(basis, wanted), now, sealed=sealed)
    return change if isinstance(change, Refusal) else _made(wanted, change)


def _said(basis: Basis, wanted: Adjustment) -> Correction:
    """Of the use that is all of the meter."""
    quantity = basis.meter.used + wanted.quantity
    return Correction(wanted.key, wanted.key, quantity, wanted.reason, decimals=wanted.decimals)


def _all_of(basis: Basis, wanted: Adjustment, now: int, drawn: tuple[Lot, ...] = ()) -> Usage:
    """All that the meter counts as one use, at the plan's price and payer of such units."""
    meter, source, feature = basis.meter, basis.source, basis.feature
    moment = now if wanted.occurred_at is None else wanted.occurred_at
    terms = plan_terms(feature, wanted.dimensions, now)
    rate = terms.unit_price if meter.beyond else None
    paid = rate is not None and terms.overage is Overage.WALLET
    split = Split.priced(meter.used - meter.beyond, meter.beyond, rate, 0, paid=paid)
    event = UsageEvent(wanted.key, feature.id, meter.used, moment, wanted.dimensions, decimals=feature.decimals)
    day = billing_day(source, feature, moment, now)
    earlier = paid_by(split, drawn)[len(drawn) :] if drawn else ()
    return Usage(event, split, meter.start, source.plan_id, source.subscription_id, now, day, (*earlier, *drawn))


def _made(wanted: Adjustment, change: CorrectedUse) -> AdjustedMeter:
    split = change.use_after.split.less(change.use_before.split)
    paid = change.line and change.line.amount.currency
    drawn = change.before.wallet(paid).paid_from(change.after.wallet(paid)) if paid else ()
    made = replace(
        wanted,
        at=change.correction.at,
        moment=change.use_after.event.occurred_at,
        period_start=change.use_after.period_start,
        split=split,
        drawn=drawn,
    )
    return AdjustedMeter(made, replace(change, line=change.line and replace(change.line, id=f"meter:{wanted.key}")))
