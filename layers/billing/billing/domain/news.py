"""What happened besides subscriptions' transitions, for the bus and for the hooks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from billing.domain.charge import Charge
from billing.domain.entitlement import Account
from billing.domain.payment_event import PaymentEvent
from billing.domain.transition import Transition
from billing.domain.wallet import Entry


@dataclass(frozen=True, slots=True)
class News:
    """One announcement. `name` makes it the only one of its kind in its organization; `at` is UTC seconds.

    `details` are plain values: amounts in minor units, or in micros where the name says so.
    """

    transition: Transition
    name: str
    at: int
    details: Mapping[str, Any]


def usage_news(before: Account, after: Account, entries: Sequence[Entry], at: int) -> tuple[News, ...]:
    """What a change of meters and wallets amounts to: allowances used up, wallets credited, wallets low."""
    return (*_exhausted(before, after, at), *_credited(before, entries, at), *_low(before, after, at))


def charge_news(transition: Transition, charge: Charge, at: int) -> News:
    """What became of one of our own charges."""
    details = {
        "charge_id": charge.id,
        "key": charge.key,
        "purpose": str(charge.purpose),
        "currency": charge.order.currency,
        "amount": charge.order.amount if charge.total is None else charge.total,
        "invoice_id": charge.invoice_id,
        "code": charge.failure_code,
    }
    return News(transition, f"{transition}#{charge.id}#{charge.version}", at, _known(details))


def payment_news(event: PaymentEvent, charge: Charge | None) -> Iterator[News]:
    """A payment, a failed one or a refund of an invoice, as one of Chargebee's events tells of it."""
    if event.transition is None or event.invoice is None:
        return
    details = {
        "charge_id": charge.id if charge else None,
        "key": charge.key if charge else None,
        "purpose": str(charge.purpose) if charge else None,
        "currency": event.invoice.currency,
        "amount": event.amount,
        "invoice_id": event.invoice.id,
        "subscription_id": event.invoice.subscription_id,
    }
    yield News(event.transition, f"{event.transition}#{event.id}", event.occurred_at, _known(details))


def method_news(event: PaymentEvent) -> Iterator[News]:
    """A payment method that came or went; of a card, what may be shown."""
    if event.transition is None or event.method is None:
        return
    method = event.method
    details = {"payment_method_id": method.id, "type": method.type, "brand": method.brand, "last4": method.last4}
    yield News(event.transition, f"{event.transition}#{event.id}", event.occurred_at, _known(details))


def _exhausted(before: Account, after: Account, at: int) -> Iterator[News]:
    for place, meter in after.meters.items():
        seen = before.meters.get(place)
        left = meter.limit if seen is None else seen.remaining
        if meter.remaining is None or left is None or not left > 0 >= meter.remaining:
            continue
        details = {"feature": meter.feature, "limit": meter.limit, "used": meter.used, "next_reset_at": meter.end}
        name = f"exhausted#{meter.feature}#{meter.start}#{meter.version + 1}"
        yield News(Transition.ENTITLEMENT_EXHAUSTED, name, at, _known(details))


def _credited(before: Account, entries: Sequence[Entry], at: int) -> Iterator[News]:
    for number, entry in enumerate(entries):
        if entry.micros > 0:
            details = {
                "currency": entry.currency,
                "amount_micros": entry.micros,
                "balance_micros": entry.balance,
                "entry_id": entry.id,
                "kind": entry.kind,
            }
            name = f"credited#{entry.currency}#{before.wallet(entry.currency).version + 1}#{number}"
            yield News(Transition.WALLET_CREDITED, name, at, details)


def _low(before: Account, after: Account, at: int) -> Iterator[News]:
    for currency, wallet in after.wallets.items():
        rule = after.rules.get(currency)
        threshold = rule.threshold if rule else 0
        if before.wallet(currency).balance > threshold >= wallet.balance:
            details = {
                "currency": currency,
                "balance_micros": wallet.balance,
                "threshold_micros": threshold,
                "auto_top_up": rule is not None and rule.enabled,
            }
            yield News(Transition.WALLET_LOW, f"low#{currency}#{wallet.version + 1}", at, details)


def _known(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if value is not None}
