"""The newest snapshot decides, whatever the event is called, and each change is announced once."""

import json
from typing import Any

import pytest

from tests.stack.account import DAY, Account
from tests.stack.waiting import until
from tests.stack.world import now

TERM: dict[str, Any] = {"current_term_start": now() - DAY, "current_term_end": now() + 29 * DAY}
TRIAL: dict[str, Any] = {"trial_start": now() - DAY, "trial_end": now() + 13 * DAY}


def test_the_same_event_twice_is_one_row_and_one_round_of_hooks(account: Account) -> None:
    created = account.event("subscription_created", account.document(10, **TERM))

    account.world.apply(created)
    account.world.apply(created)

    assert account.admin.subscription()["status"] == "active"
    assert account.transitions() == ["subscription.created", "subscription.activated"]


def test_a_stale_change_after_cancelled_stays_cancelled(account: Account) -> None:
    account.told("subscription_cancelled", 20, "cancelled", cancelled_at=now())

    assert account.told("subscription_changed", 10)["outcome"] == "stale"

    assert account.admin.subscription()["status"] == "cancelled"
    assert account.admin.allowed() is False


def test_reactivated_afterwards_is_active(account: Account) -> None:
    account.told("subscription_cancelled", 20, "cancelled", cancelled_at=now())
    account.told("subscription_changed", 10)

    account.told("subscription_reactivated", 30, **TERM)

    assert account.admin.subscription()["status"] == "active"
    assert account.admin.allowed() is True


def test_a_trial_without_a_term_has_no_period_and_grants_access(account: Account) -> None:
    account.told("subscription_created", 10, "in_trial", **TRIAL)

    row = account.admin.subscription()
    assert (row["periodStart"], row["periodEnd"]) == (None, None)
    assert (row["trialStart"], row["trialEnd"]) == (TRIAL["trial_start"], TRIAL["trial_end"])
    assert account.admin.allowed() is True


def test_the_trials_end_is_announced_once_and_its_start_not_again(account: Account) -> None:
    account.told("subscription_created", 10, "in_trial", **TRIAL)
    account.told("subscription_activated", 20, "active", **TRIAL, **TERM, activated_at=now())

    assert account.transitions() == [
        "subscription.created",
        "subscription.activated",
        "subscription.trial_started",
        "subscription.trial_ended",
    ]


def test_a_change_of_seats_and_add_ons_replaces_the_items_as_one(account: Account) -> None:
    account.told("subscription_created", 10, **TERM)
    items = [
        {"item_price_id": "priority-support", "item_type": "addon", "quantity": 3},
        {"item_price_id": "growth", "item_type": "plan", "quantity": 8},
    ]

    account.told("subscription_changed", 20, subscription_items=items, **TERM)

    row = account.admin.subscription()
    assert row["seats"] == 8
    assert {item["itemPriceId"]: item["quantity"] for item in row["items"]} == {"growth": 8, "priority-support": 3}


def test_a_change_without_items_keeps_them(account: Account) -> None:
    account.told("subscription_created", 10, **TERM)

    row = account.told("subscription_changed", 20, "non_renewing", subscription_items=None, cancelled_at=now() + DAY)

    assert row["outcome"] == "applied"
    kept = account.admin.subscription()
    assert (kept["status"], kept["seats"], kept["itemPriceId"]) == ("non_renewing", 5, "growth")
    until(lambda: account.world.logged("ApplyBillingEvent", "subscription_without_items", account.customer_id))


def test_a_scheduled_cancellation_keeps_access_and_is_announced_once(account: Account) -> None:
    ends = TERM["current_term_end"]
    account.told("subscription_created", 10, **TERM)

    account.told("subscription_cancellation_scheduled", 20, "non_renewing", cancelled_at=ends, **TERM)
    account.told("subscription_changed", 21, "non_renewing", cancelled_at=ends, **TERM)

    assert account.admin.subscription()["cancelAt"] == ends
    assert account.admin.allowed() is True
    assert account.transitions()[2:] == ["subscription.cancellation_scheduled"]


def test_a_removed_cancellation_is_active_without_a_date(account: Account) -> None:
    account.told("subscription_cancellation_scheduled", 20, "non_renewing", cancelled_at=now() + DAY, **TERM)

    account.told("subscription_scheduled_cancellation_removed", 30, **TERM)

    row = account.admin.subscription()
    assert (row["status"], row["cancelAt"]) == ("active", None)
    assert account.transitions()[-1] == "subscription.cancellation_removed"


def test_a_renewal_moves_the_period_of_the_same_row(account: Account) -> None:
    account.told("subscription_created", 10, current_term_start=now() - 31 * DAY, current_term_end=now() - DAY)

    account.told("subscription_renewed", 20, **TERM)

    row = account.admin.subscription()
    assert (row["periodStart"], row["periodEnd"]) == (TERM["current_term_start"], TERM["current_term_end"])
    assert account.transitions()[2:] == ["subscription.renewed"]


def test_cancelled_is_announced_once(account: Account) -> None:
    ended = now()
    account.told("subscription_created", 10, **TERM)

    account.told("subscription_cancelled", 20, "cancelled", cancelled_at=ended)
    account.told("subscription_changed", 21, "cancelled", cancelled_at=ended)

    row = account.admin.subscription()
    assert (row["status"], row["endedAt"], row["cancelAt"]) == ("cancelled", ended, None)
    assert account.admin.listing().json()["subscriptions"] == []
    assert account.transitions()[2:] == ["subscription.cancelled"]


def test_a_cancelled_subscription_of_nobody_makes_no_row(account: Account) -> None:
    stray = account.document(10, "cancelled") | {"customer_id": f"{account.customer_id}-unknown"}

    assert account.world.apply(account.event("subscription_cancelled", stray))["outcome"] == "orphan"

    assert account.admin.subscriptions() == []


def test_one_that_ended_before_it_was_heard_of_is_history_at_once(account: Account) -> None:
    """A choice: without the row, its own late `created` would look like news and bring it to life."""
    account.told("subscription_cancelled", 20, "cancelled", cancelled_at=now())

    assert account.told("subscription_created", 10)["outcome"] == "stale"

    assert account.admin.subscription()["status"] == "cancelled"
    assert account.admin.listing().json()["subscriptions"] == []


def test_a_pause_takes_the_entitlement_and_resuming_gives_it_back(account: Account) -> None:
    account.told("subscription_created", 10, **TERM)

    account.told("subscription_paused", 20, "paused", pause_date=now())
    assert account.admin.subscription()["access"] == {"allowed": False, "reason": "paused"}
    assert account.admin.allowed() is False

    account.told("subscription_resumed", 30, **TERM)
    assert account.admin.allowed() is True
    assert account.transitions()[2:] == ["subscription.paused", "subscription.resumed"]


@pytest.mark.parametrize("days, allowed, reason", [(1, True, "past_due_grace"), (8, False, "past_due")])
def test_a_failed_payment_shows_and_its_grace_decides(account: Account, days: int, allowed: bool, reason: str) -> None:
    account.told("subscription_created", 10, **TERM)
    since = now() - days * DAY
    owing = account.document(20, due_invoices_count=1, due_since=since, total_dues=24_500, **TERM)
    invoice = {"id": "1", "status": "payment_due", "dunning_status": "in_progress"}

    account.world.apply(account.event("payment_failed", owing, invoice=invoice, customer=account.customer()))

    row = account.admin.subscription()
    assert (row["status"], row["pastDue"], row["dueSince"], row["totalDues"]) == ("active", True, since, 24_500)
    assert row["access"] == {"allowed": allowed, "reason": reason}
    assert account.admin.allowed() is allowed

    account.told("payment_succeeded", 30, due_invoices_count=0, **TERM)

    assert account.admin.subscription()["pastDue"] is False
    assert account.admin.allowed() is True
    assert account.transitions()[2:] == ["subscription.past_due", "subscription.recovered"]


def test_the_past_due_hook_gets_what_is_owed(account: Account) -> None:
    account.told("payment_failed", 10, due_invoices_count=1, due_since=1_700_000_000, total_dues=4_900, **TERM)

    (row,) = [row for row in account.world.hooks_ran(account.organization_id) if "past_due" in row["transition"]]

    assert json.loads(json.dumps(row["subscription"], default=int))["total_dues"] == 4_900
