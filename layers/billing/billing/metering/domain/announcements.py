"""What a change of meters and wallets announces."""

from collections.abc import Iterator, Sequence

from billing.metering.domain.entitlement import Account
from billing.metering.domain.wallet import Entry
from billing.subscriptions.domain.news import News, known
from billing.subscriptions.domain.transition import Transition


def usage_news(before: Account, after: Account, entries: Sequence[Entry], at: int) -> tuple[News, ...]:
    """What a change of meters and wallets amounts to: allowances used up, wallets credited, wallets low."""
    return (*_exhausted(before, after, at), *_credited(before, entries, at), *_low(before, after, at))


def _exhausted(before: Account, after: Account, at: int) -> Iterator[News]:
    for place, meter in after.meters.items():
        seen = before.meters.get(place)
        left = meter.limit if seen is None else seen.remaining
        if meter.remaining is None or left is None or not left > 0 >= meter.remaining:
            continue
        details = {"feature": meter.feature, "limit": meter.limit, "used": meter.used, "next_reset_at": meter.end}
        name = f"exhausted#{meter.feature}#{meter.start}#{meter.version + 1}"
        yield News(Transition.ENTITLEMENT_EXHAUSTED, name, at, known(details))


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
        threshold = rule.threshold_micros if rule else 0
        if before.wallet(currency).balance > threshold >= wallet.balance:
            details = {
                "currency": currency,
                "balance_micros": wallet.balance,
                "threshold_micros": threshold,
                "auto_top_up": rule is not None and rule.enabled,
            }
            yield News(Transition.WALLET_LOW, f"low#{currency}#{wallet.version + 1}", at, details)
