"""What somebody has to do, told from what the table holds."""

from typing import Any

import pytest

from billing.metering.domain.wallet import Wallet
from billing.organizations.domain.required_action import ActionType, RequiredAction, required_actions
from billing.plans.plan import Catalog, Plan, Sale
from billing.subscriptions.domain.organization import CHECKOUT_LIFETIME, OrganizationState
from billing.subscriptions.domain.subscription import Status, Subscription
from tests.subscriptions.examples import NOW, a_checkout, a_partition, a_subscription

CATALOG = Catalog({"growth": Plan("growth", "Growth")}, {})
UNPAID: dict[str, Any] = {"due_invoices": 1, "due_since": NOW - 60, "total_dues": 4_900}


def actions(partition: OrganizationState, *wallets: Wallet, now: int = NOW) -> tuple[RequiredAction, ...]:
    return required_actions(partition, wallets, CATALOG, now)


def types(*rows: Subscription, **fields: Any) -> list[ActionType]:
    return [action.type for action in actions(a_partition(*rows, **fields))]


def trial(**fields: Any) -> Subscription:
    return a_subscription(status=Status.IN_TRIAL, trial_end=NOW + 60, **fields)


def test_who_pays_and_has_a_card_has_nothing_to_do() -> None:
    assert types(a_subscription(), card_status="valid") == []
    assert actions(OrganizationState()) == ()


def test_an_unpaid_invoice_wants_a_payment_and_a_card_that_works() -> None:
    assert actions(a_partition(a_subscription(**UNPAID))) == (
        RequiredAction(ActionType.PAY, "cb1", "USD", 4_900, NOW - 60),
        RequiredAction(ActionType.UPDATE_CARD, "cb1", since=NOW - 60),
    )


def test_unpaid_invoices_of_one_currency_are_one_payment() -> None:
    rows = (
        a_subscription(**UNPAID),
        a_subscription(id="cb2", checkout_id="cb2", **(UNPAID | {"due_since": NOW - 90})),
        a_subscription(id="cb3", checkout_id="cb3", currency="EUR", **UNPAID),
    )
    found = actions(a_partition(*rows))
    payments = [(each.currency, each.amount_due, each.since) for each in found if each.type is ActionType.PAY]
    assert sorted(payments) == [("EUR", 4_900, NOW - 60), ("USD", 9_800, NOW - 90)]
    assert [each.type for each in found].count(ActionType.UPDATE_CARD) == 1


@pytest.mark.parametrize(
    ("card_status", "expected"),
    [
        ("no_card", [ActionType.UPDATE_CARD]),
        ("expired", [ActionType.UPDATE_CARD]),
        ("invalid", [ActionType.UPDATE_CARD]),
        ("expiring", []),
        ("valid", []),
        (None, []),
    ],
)
def test_a_trial_wants_a_card_until_it_ends(card_status: str | None, expected: list[ActionType]) -> None:
    assert types(trial(), card_status=card_status) == expected


def test_a_trial_that_is_being_cancelled_wants_none() -> None:
    assert types(trial(cancelled_at=NOW + 60), card_status="no_card") == []


def test_an_active_subscription_may_pay_without_a_card() -> None:
    assert types(a_subscription(), card_status="no_card") == []


def test_an_open_checkout_wants_to_be_finished() -> None:
    assert types(checkout=a_checkout()) == [ActionType.FINISH_CHECKOUT]


def test_a_checkout_that_can_no_longer_be_paid_does_not() -> None:
    assert types(a_subscription(), checkout=a_checkout()) == []
    assert required_actions(a_partition(checkout=a_checkout()), (), Catalog({}, {}), NOW) == ()
    retired = Catalog({"growth": Plan("growth", "Growth", sale=Sale.RETIRED)}, {})
    assert required_actions(a_partition(checkout=a_checkout()), (), retired, NOW) == ()


def test_a_deleted_organization_has_nothing_to_do() -> None:
    assert types(a_subscription(**UNPAID), deleted_at=NOW) == []


def test_who_pays_by_invoice_is_asked_to_pay_and_not_to_change_a_card() -> None:
    by_invoice = a_subscription(auto_collection="off", **UNPAID)
    assert types(by_invoice) == [ActionType.PAY]
    assert types(by_invoice, card_status="expired") == [ActionType.PAY]
    assert types(trial(auto_collection="off"), card_status="no_card") == []


@pytest.mark.parametrize(
    ("own", "fields", "asked"),
    [
        (None, {}, True),
        (None, {"customer_version": 1, "card_status": "valid"}, True),
        (None, {"customer_version": 1, "card_status": None}, False),
        ("on", {"customer_version": 1, "card_status": None}, True),
        ("off", {"customer_version": 1, "card_status": "valid"}, False),
    ],
)
def test_a_subscriptions_own_setting_counts_and_then_its_customers(
    own: str | None, fields: dict[str, Any], asked: bool
) -> None:
    assert (ActionType.UPDATE_CARD in types(a_subscription(auto_collection=own, **UNPAID), **fields)) == asked


def test_a_debt_outlives_the_subscription_and_wants_no_card() -> None:
    cancelled = a_subscription(status=Status.CANCELLED, **UNPAID)
    assert actions(a_partition(cancelled)) == (RequiredAction(ActionType.PAY, "cb1", "USD", 4_900, NOW - 60),)
    assert types(a_subscription(status=Status.DELETED, **UNPAID)) == []


def test_a_wallet_below_zero_wants_what_it_lacks() -> None:
    wallets = (Wallet("USD", -5_001_000), Wallet("EUR", 0), Wallet("JPY", -3_000_000))
    assert actions(a_partition(), *wallets) == (
        RequiredAction(ActionType.TOP_UP, currency="USD", amount_due=501),
        RequiredAction(ActionType.TOP_UP, currency="JPY", amount_due=3),
    )


@pytest.mark.parametrize(
    ("fields", "after", "asked"),
    [
        ({}, CHECKOUT_LIFETIME - 1, True),
        ({}, CHECKOUT_LIFETIME, False),
        ({"opened_at": NOW + 9_000, "asked_at": NOW}, CHECKOUT_LIFETIME, False),
        ({"opened_at": NOW - 1, "asked_at": NOW + 1}, CHECKOUT_LIFETIME, True),
        ({"opened_at": 0, "asked_at": 0}, 0, False),
    ],
    ids=["while its page lives", "no longer", "however often it is shown", "asked for again", "withdrawn"],
)
def test_an_abandoned_checkout_stops_asking(fields: dict[str, int], after: int, asked: bool) -> None:
    partition = a_partition(checkout=a_checkout(**{"opened_at": NOW} | fields))
    assert bool(actions(partition, now=NOW + after)) == asked
