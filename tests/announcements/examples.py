"""An announcement of every transition, made as the rooms make them."""

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from billing.announcements.published import published
from billing.core.clock import DAY
from billing.core.money import Money
from billing.metering.domain.announcements import AccountChange, grant_announcement
from billing.metering.domain.entitlement import Account
from billing.metering.domain.grant import Gift, Grant
from billing.metering.domain.meter import Meter
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.wallet import LedgerLine, Wallet
from billing.payments.domain.announcements import (
    charge_announcement,
    method_announcements,
    payment_announcements,
)
from billing.payments.domain.charge import Charge, ChargeState, Order, Purpose
from billing.payments.domain.invoice import Invoice, InvoiceStatus
from billing.payments.domain.payment_event import PaymentEvent
from billing.payments.domain.payment_method import PaymentMethod
from billing.payments.domain.receipt import Refund
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.access import Policy
from billing.subscriptions.domain.announcement import Announcement, announce
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import RedeemedCoupon, Status, Subscription
from billing.subscriptions.domain.transition import Transition as T
from tests.subscriptions.examples import NOW, ORG, SUPPORT, TERM_END, TERM_START, a_subscription

CATALOG = Catalog({"growth": Plan("growth", "Growth", {"seats": 25, "projects": None})}, {})
publish = partial(published, catalog=lambda: CATALOG, policy=Policy(past_due_grace=3 * DAY))

ORGANIZATION = Organization(ORG, version=4, customer_id=ORG)

ACTIVE = a_subscription(
    checkout_id="sub_1",
    contract_term=MappingProxyType({"id": "ct_1", "status": "active", "contract_end": TERM_END}),
    coupons=(RedeemedCoupon("LAUNCH", TERM_END),),
)
FUTURE = replace(ACTIVE, status=Status.FUTURE, term_start=None, term_end=None)
TRIAL = replace(
    ACTIVE, status=Status.IN_TRIAL, trial_start=NOW - DAY, trial_end=NOW + DAY, term_start=None, term_end=None
)
CANCELLING = replace(ACTIVE, status=Status.NON_RENEWING, cancelled_at=TERM_END, next_billing_at=None)
PAUSED = replace(ACTIVE, status=Status.PAUSED, pause_date=NOW - DAY, resume_date=NOW + DAY)
PAST_DUE = replace(ACTIVE, due_invoices=1, due_since=NOW - DAY, total_dues=24_500)
CANCELLED = replace(ACTIVE, status=Status.CANCELLED, cancelled_at=NOW, cancel_reason="not_paid", next_billing_at=None)

CHANGES: dict[T, tuple[Subscription | None, Subscription]] = {
    T.CREATED: (None, FUTURE),
    T.ACTIVATED: (FUTURE, ACTIVE),
    T.TRIAL_STARTED: (None, TRIAL),
    T.TRIAL_ENDED: (TRIAL, ACTIVE),
    T.RENEWED: (replace(ACTIVE, term_start=TERM_START - 30 * DAY, term_end=TERM_START), ACTIVE),
    T.UPDATED: (ACTIVE, replace(ACTIVE, items=(*(ACTIVE.items or ()), SUPPORT))),
    T.CANCELLATION_SCHEDULED: (ACTIVE, CANCELLING),
    T.CANCELLATION_REMOVED: (CANCELLING, ACTIVE),
    T.PAUSED: (ACTIVE, PAUSED),
    T.RESUMED: (PAUSED, ACTIVE),
    T.PAST_DUE: (ACTIVE, PAST_DUE),
    T.RECOVERED: (PAST_DUE, ACTIVE),
    T.CANCELLED: (ACTIVE, CANCELLED),
    T.DELETED: (CANCELLED, replace(CANCELLED, status=Status.DELETED)),
}
"""A subscription before and after each of its transitions."""

CHARGE = Charge(
    "order-1",
    ORG,
    ORG,
    Purpose.CHARGE,
    Order("USD", 1_999, "A report"),
    created_at=NOW,
    version=3,
    state=ChargeState.SUCCEEDED,
    invoice_id="inv_1",
    total=2_199,
)
DECLINED = replace(
    CHARGE,
    state=ChargeState.FAILED,
    invoice_id=None,
    total=None,
    failure_code="card_declined",
    failure="The card was declined.",
)
REFUND = PaymentEvent(
    "ev_1",
    "payment_refunded",
    NOW,
    T.CHARGE_REFUNDED,
    invoice=Invoice("inv_1", ORG, InvoiceStatus.PAID, "USD", 2_199, 2_199, CHARGE.id),
    amount=500,
    refund=Refund("txn_1", 500, "refund"),
)
METHOD = PaymentMethod("pm_1", ORG, "card", "valid", "visa", "1111", 12, 2050)
ATTACHED = PaymentEvent("ev_2", "payment_source_added", NOW, T.PAYMENT_METHOD_ATTACHED, method=METHOD)
DETACHED = replace(ATTACHED, id="ev_3", type="payment_source_deleted", transition=T.PAYMENT_METHOD_DETACHED)


def account(**fields: Any) -> Account:
    """The organization's, with nothing in it but what is named."""
    return Account(OrganizationState(ORGANIZATION), **fields)


def metered(used: int) -> Account:
    return account(meters={("api-calls", TERM_START): Meter("api-calls", TERM_START, TERM_END, 100, used, version=6)})


def holding(micros: int) -> Account:
    wallets = {"USD": Wallet("USD", micros, held=250_000, version=2)}
    return account(wallets=wallets, rules={"USD": TopUpRule("USD", 5_000_000, 2_000, 10_000)})


CREDIT = LedgerLine("invoice:inv_1", "top_up", Money(20_000_000, "USD"), 24_250_000, NOW)


def watched(used: int, alerted: int) -> Account:
    meter = Meter("api-calls", TERM_START, TERM_END, 100, used, version=6, alerts=(50, 80, 90), alerted=alerted)
    return account(meters={("api-calls", TERM_START): meter})


REACHING = AccountChange(ORG, watched(50, 50), watched(92, 90), (), NOW)
EXHAUSTING = AccountChange(ORG, metered(99), metered(100), (), NOW)
CREDITING = AccountChange(ORG, holding(4_000_000), holding(24_000_000), (CREDIT,), NOW)
GRANTED = Grant("launch", "api-calls", Gift.UNITS, 500, NOW, TERM_END, "ada@example.com", "Launch week", NOW)
RAISED = replace(GRANTED, gift=Gift.LIMIT, amount=None, ends_at=None, version=2)
TAKEN = replace(RAISED, by="bob@example.com", reason="It is over", version=3, deleted=True)
SPENDING = AccountChange(ORG, holding(5_005_000), holding(4_995_000), (), NOW)


def of_subscription(transition: T, after: Subscription | None) -> Announcement:
    [announcement] = announce(ORGANIZATION, ORGANIZATION.version, NOW, [(transition, after)])
    return announcement


ANNOUNCEMENTS: dict[T, Announcement] = {
    each.transition: each
    for each in (
        of_subscription(T.CUSTOMER_CREATED, None),
        *(of_subscription(transition, after) for transition, (_, after) in CHANGES.items()),
        of_subscription(T.CHECKOUT_COMPLETED, ACTIVE),
        *method_announcements(ATTACHED, ORGANIZATION),
        *method_announcements(DETACHED, ORGANIZATION),
        charge_announcement(T.CHARGE_SUCCEEDED, CHARGE, NOW),
        charge_announcement(T.CHARGE_FAILED, DECLINED, NOW),
        *payment_announcements(REFUND, ORGANIZATION, CHARGE),
        *REACHING.announcements,
        *EXHAUSTING.announcements,
        *CREDITING.announcements,
        *SPENDING.announcements,
        *(grant_announcement(ORG, ORG, each) for each in (GRANTED, RAISED, TAKEN)),
    )
}
"""One of every transition."""

PURCHASE = charge_announcement(T.CHECKOUT_COMPLETED, replace(CHARGE, purpose=Purpose.PURCHASE), NOW)
"""The other page that can be paid: not a subscription's."""
