"""What a decision about usage is made from: one organization's meters, wallets and rules beside its subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from billing.metering.domain.meter import Meter
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.wallet import Wallet
from billing.subscriptions.domain.organization import Partition


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that usage is decided from, read consistently in one query."""

    partition: Partition
    meters: Mapping[tuple[str, int], Meter] = field(default_factory=lambda: MappingProxyType({}))
    wallets: Mapping[str, Wallet] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, TopUpRule] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def customer_id(self) -> str | None:
        """Chargebee's customer of the organization."""
        return self.partition.organization.customer_id if self.partition.organization else None

    def wallet(self, currency: str) -> Wallet:
        """The wallet of a currency, empty until the first credit."""
        return self.wallets.get(currency, Wallet(currency))

    def with_meter(self, meter: Meter) -> "Account":
        """The account with a meter as it has become."""
        return replace(self, meters={**self.meters, (meter.feature, meter.start): meter})

    def with_wallet(self, wallet: Wallet) -> "Account":
        """The account with a wallet as it has become."""
        return replace(self, wallets={**self.wallets, wallet.currency: wallet})
