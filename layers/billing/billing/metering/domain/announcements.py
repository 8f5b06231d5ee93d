"""What a change of meters and wallets announces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from billing.metering.domain.entitlement import Account
from billing.metering.domain.grant import Grant
from billing.metering.domain.meter import Meter
from billing.metering.domain.published import (
    PublishedEntitlement,
    published_auto_top_up,
    published_balance,
    published_grant,
    published_ledger_entry,
    published_wallet,
)
from billing.metering.domain.wallet import LedgerLine
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition


def grant_announcement(organization_id: str, customer_id: str | None, grant: Grant) -> Announcement:
    """What a version of a grant announces."""
    changed = Transition.GRANT_CREATED if grant.version == 1 else Transition.GRANT_CHANGED
    return Announcement(
        key=f"{organization_id}#grant#{grant.version}#{grant.id}",
        transition=Transition.GRANT_DELETED if grant.deleted else changed,
        organization_id=organization_id,
        customer_id=customer_id,
        at=grant.at,
        content={"grant": published_grant(grant)},
    )


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An organization's account before and after a write at `at` (UTC seconds), which posts `lines`."""

    organization_id: str
    before: Account
    after: Account
    lines: Sequence[LedgerLine]
    at: int

    @property
    def announcements(self) -> tuple[Announcement, ...]:
        """What the write announces: alerts reached, allowances used up, wallets credited, wallets low."""
        return (*self._reached(), *self._exhausted(), *self._credited(), *self._low())

    def _reached(self) -> Iterator[Announcement]:
        """One for each meter, with all alerts that this write has reached: each is told once in its period."""
        for place, meter in self.after.meters.items():
            told = self.before.meters[place].alerted if place in self.before.meters else 0
            reached = [each for each in meter.alerts if told < each <= meter.alerted]
            if reached and not self._over(meter):
                yield self._announcement(
                    Transition.ENTITLEMENT_ALERT,
                    f"alert#{meter.feature}#{meter.start}#{meter.alerted}",
                    feature=meter.feature,
                    thresholds=reached,
                    entitlement={"balance": published_balance(meter)},
                )

    def _exhausted(self) -> Iterator[Announcement]:
        for place, meter in self.after.meters.items():
            seen = self.before.meters.get(place)
            left = meter.limit if seen is None else seen.remaining
            if meter.remaining is None or left is None or not left > 0 >= meter.remaining or self._over(meter):
                continue
            entitlement: PublishedEntitlement = {"balance": published_balance(meter)}
            name = f"exhausted#{meter.feature}#{meter.start}#{meter.version + 1}"
            yield self._announcement(
                Transition.ENTITLEMENT_EXHAUSTED, name, feature=meter.feature, entitlement=entitlement
            )

    def _over(self, meter: Meter) -> bool:
        """What comes late of a past period is no news: its allowance has started over since."""
        return meter.end is not None and meter.end <= self.at

    def _credited(self) -> Iterator[Announcement]:
        for number, line in enumerate(self.lines):
            if line.amount.micros > 0:
                currency = line.amount.currency
                yield self._announcement(
                    Transition.WALLET_CREDITED,
                    f"credited#{currency}#{self.before.wallet(currency).version + 1}#{number}",
                    wallet=published_wallet(self.after.wallet(currency)),
                    ledgerEntry=published_ledger_entry(line),
                )

    def _low(self) -> Iterator[Announcement]:
        posted = {line.amount.currency for line in self.lines}
        for currency, wallet in self.after.wallets.items():
            rule = self.after.rules.get(currency)
            threshold_micros = rule.threshold_micros if rule else 0
            before = self.before.written.get(currency, self.before.wallet(currency))
            moved = currency in posted or wallet != self.before.wallets.get(currency)
            if moved and before.balance > threshold_micros >= wallet.balance:
                yield self._announcement(
                    Transition.WALLET_LOW,
                    f"low#{currency}#{wallet.version + 1}",
                    wallet=published_wallet(wallet),
                    autoTopUp=published_auto_top_up(rule, self.at) if rule else None,
                )

    def _announcement(self, transition: Transition, name: str, **content: Any) -> Announcement:
        return Announcement(
            key=f"{self.organization_id}#{name}",
            transition=transition,
            organization_id=self.organization_id,
            customer_id=self.before.customer_id,
            at=self.at,
            content=content,
        )
