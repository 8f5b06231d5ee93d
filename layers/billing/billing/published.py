"""What each kind of announcement says: the detail of the bus' events, and the argument of the hooks in `hooks.py`."""

from typing import NotRequired

from billing.announcements.published import PublishedAnnouncement
from billing.metering.domain.published import (
    PublishedAutoTopUp,
    PublishedEntitlement,
    PublishedGrant,
    PublishedLedgerEntry,
    PublishedWallet,
)
from billing.payments.domain.published import PublishedCharge, PublishedPayment, PublishedPaymentMethod
from billing.subscriptions.domain.published import PublishedSubscription
from billing.subscriptions.domain.transition import Transition


class CustomerAnnouncement(PublishedAnnouncement):
    """The organization has its Chargebee customer, `customerId`."""


class SubscriptionAnnouncement(PublishedAnnouncement):
    """A subscription's transition."""

    subscription: PublishedSubscription
    """As it is after the transition, with `access` as of `at`."""


class ChargeAnnouncement(PublishedAnnouncement):
    """A payment succeeded, failed or was refunded, of a charge or of any other invoice."""

    payment: PublishedPayment
    charge: NotRequired[PublishedCharge]
    """Only where the invoice is one of our charges'. Its state is its own: a refunded charge has succeeded."""


class CheckoutAnnouncement(PublishedAnnouncement):
    """A hosted page was paid: of a subscription, or else of a charge."""

    subscription: NotRequired[PublishedSubscription]
    charge: NotRequired[PublishedCharge]
    payment: NotRequired[PublishedPayment]


class PaymentMethodAnnouncement(PublishedAnnouncement):
    """A payment method came or went."""

    paymentMethod: PublishedPaymentMethod


class EntitlementAnnouncement(PublishedAnnouncement):
    """The allowance of a feature is used up."""

    feature: str
    entitlement: PublishedEntitlement


class EntitlementAlertAnnouncement(EntitlementAnnouncement):
    """So much of the allowance is used, for the first time in its period."""

    thresholds: list[int]
    """The percentages that one write has reached, the lowest first."""


class WalletCreditedAnnouncement(PublishedAnnouncement):
    """A wallet was credited."""

    wallet: PublishedWallet
    ledgerEntry: PublishedLedgerEntry


class WalletLowAnnouncement(PublishedAnnouncement):
    """A wallet fell to its rule's threshold; without a rule, to nothing."""

    wallet: PublishedWallet
    autoTopUp: PublishedAutoTopUp | None
    """The wallet's rule, null where none was ever set."""


class GrantAnnouncement(PublishedAnnouncement):
    """A grant came, was changed or was taken away. It begins and ends by its times: those are not announced."""

    grant: PublishedGrant


ANNOUNCEMENTS: dict[Transition, type[PublishedAnnouncement]] = {
    **dict.fromkeys(Transition, SubscriptionAnnouncement),
    Transition.CUSTOMER_CREATED: CustomerAnnouncement,
    Transition.PAYMENT_METHOD_ATTACHED: PaymentMethodAnnouncement,
    Transition.PAYMENT_METHOD_DETACHED: PaymentMethodAnnouncement,
    Transition.CHARGE_SUCCEEDED: ChargeAnnouncement,
    Transition.CHARGE_FAILED: ChargeAnnouncement,
    Transition.CHARGE_REFUNDED: ChargeAnnouncement,
    Transition.CHECKOUT_COMPLETED: CheckoutAnnouncement,
    Transition.ENTITLEMENT_ALERT: EntitlementAlertAnnouncement,
    Transition.ENTITLEMENT_EXHAUSTED: EntitlementAnnouncement,
    Transition.WALLET_CREDITED: WalletCreditedAnnouncement,
    Transition.WALLET_LOW: WalletLowAnnouncement,
    Transition.GRANT_CREATED: GrantAnnouncement,
    Transition.GRANT_CHANGED: GrantAnnouncement,
    Transition.GRANT_DELETED: GrantAnnouncement,
}
"""The kind that every transition is announced as."""
