"""What somebody has to do, told from what the table holds."""

from typing import Any

import pytest

from billing.organizations.domain.required_action import ActionType, RequiredAction, required_actions
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.organization import Partition
from billing.subscriptions.domain.subscription import Status, Subscription
from tests.subscriptions.examples import NOW, a_checkout, a_partition, a_subscription

CATALOG = Catalog({"growth": Plan("growth", "Growth")}, {})
UNPAID: dict[str, Any] = {"due_invoices": 1, "due_since": NOW - 60, "total_dues": 4_900}


def types(*rows: Subscription, **fields: Any) -> list[ActionType]:
    return [action.type for action in required_actions(a_partition(*rows, **fields), CATALOG)]


def trial(**fields: Any) -> Subscription:
    return a_subscription(status=Status.IN_TRIAL, trial_end=NOW + 60, **fields)


def test_who_pays_and_has_a_card_has_nothing_to_do() -> None:
    assert types(a_subscription(), card_status="valid") == []
    assert required_actions(Partition(), CATALOG) == ()


def test_an_unpaid_invoice_wants_a_payment_and_a_card_that_works() -> None:
    assert required_actions(a_partition(a_subscription(**UNPAID)), CATALOG) == (
        RequiredAction(ActionType.PAY, "cb1", "USD", 4_900, NOW - 60),
        RequiredAction(ActionType.UPDATE_CARD, "cb1", since=NOW - 60),
    )


def test_unpaid_invoices_of_one_currency_are_one_payment() -> None:
    rows = (
        a_subscription(**UNPAID),
        a_subscription(id="cb2", checkout_id="cb2", **(UNPAID | {"due_since": NOW - 90})),
        a_subscription(id="cb3", checkout_id="cb3", currency="EUR", **UNPAID),
    )
    actions = required_actions(a_partition(*rows), CATALOG)
    payments = [(each.currency, each.amount_due, each.since) for each in actions if each.type is ActionType.PAY]
    assert sorted(payments) == [("EUR", 4_900, NOW - 60), ("USD", 9_800, NOW - 90)]
    assert [each.type for each in actions].count(ActionType.UPDATE_CARD) == 1


@pytest.mark.parametrize(
    ("card_status", "expected"),
    [
        ("no_card", [ActionType.UPDATE_CARD]),
        ("expired", [ActionType.UPDATE_CARD]),
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
    assert required_actions(a_partition(checkout=a_checkout()), Catalog({}, {})) == ()


def test_a_deleted_organization_has_nothing_to_do() -> None:
    assert types(a_subscription(**UNPAID), deleted_at=NOW) == []
