"""Which organization has a subscription, when the news of it name several."""

from dataclasses import replace
from typing import Any

import pytest

from billing.chargebee.read_event import read_event
from billing.subscriptions.domain.billing_event import BillingEvent
from billing.subscriptions.domain.decision import Alert, Decision, decide
from billing.subscriptions.domain.move import decide_among, let_go
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.reducer import Source
from billing.subscriptions.domain.subscription import Status, Subscription
from billing.subscriptions.domain.transaction import Command, OrganizationChange, Outcome, Task
from billing.subscriptions.domain.transition import Transition as T
from tests.subscriptions.examples import NOW, ORG, a_checkout, a_partition, a_subscription, event, event_json

OTHER = "org_2"
VERSION = NOW * 1000


def elsewhere(version: int = VERSION + 1, **fields: Any) -> BillingEvent:
    """The subscription as the other organization's."""
    row = a_subscription(customer_id=OTHER, resource_version=version, checkout_id="", **fields)
    return BillingEvent("ev_1", "subscription_changed", NOW, subscription=row)


def gaining(*rows: Subscription, **fields: Any) -> OrganizationState:
    organization = Organization(OTHER, 7, OTHER, **fields)
    return OrganizationState(organization, rows)


def change_of(decision: Decision) -> OrganizationChange:
    assert decision.change is not None
    return decision.change


def loss_of(decision: Decision) -> OrganizationChange:
    [loss] = change_of(decision).losses
    return loss


def test_the_former_organization_loses_it_with_its_announcement_and_a_free_slot() -> None:
    held = a_subscription()
    former = a_partition(held, checkout=None)
    decision = decide_among(gaining(), [former], elsewhere())
    change, loss = change_of(decision), loss_of(decision)
    assert (decision.outcome, change.organization.live, change.held) == (
        Outcome.APPLIED,
        frozenset({"cb1"}),
        ("cb1",),
    )
    assert change.former == {ORG}
    assert (loss.organization.live, loss.organization.plan_id) == (frozenset(), None)
    assert loss.organization.version == 4
    assert [each.transition for each in loss.announcements] == [T.CANCELLED]
    assert [each.key for each in loss.announcements] == ["org_1#000000000004#000"]


def test_what_is_left_behind_is_as_it_was_last_known_there_and_says_nothing_of_the_new_owner() -> None:
    held = a_subscription(checkout_id="sub_1")
    decision = decide_among(gaining(), [a_partition(held)], elsewhere(items=(), total_dues=700))
    [left] = loss_of(decision).subscriptions
    expected = replace(held, status=Status.TRANSFERRED, cancelled_at=NOW, customer_id=OTHER)
    assert left == replace(expected, resource_version=VERSION + 1)


def test_older_news_of_another_customer_take_nothing() -> None:
    decision = decide_among(gaining(), [a_partition(a_subscription())], elsewhere(VERSION - 1))
    assert decision == Decision(Outcome.STALE)


def test_equally_new_news_of_two_customers_are_asked_about_at_both() -> None:
    decision = decide_among(gaining(), [a_partition(a_subscription())], elsewhere(VERSION))
    assert (decision.outcome, decision.change) == (Outcome.RESYNC, None)
    assert set(decision.commands) == {Command(Task.RESYNC, OTHER), Command(Task.RESYNC, ORG)}


def test_of_equally_new_snapshots_the_one_that_was_read_is_true() -> None:
    decision = decide_among(gaining(), [a_partition(a_subscription())], elsewhere(VERSION), Source.READ)
    assert loss_of(decision).subscriptions[0].status is Status.TRANSFERRED


def test_what_was_let_go_before_is_free_and_lost_once() -> None:
    left = a_subscription(status=Status.TRANSFERRED, customer_id=OTHER, resource_version=VERSION + 1)
    decision = decide_among(gaining(), [a_partition(left)], elsewhere())
    assert (change_of(decision).losses, change_of(decision).former) == ((), frozenset({ORG}))


def test_a_deleted_organization_has_nothing_to_lose_and_nothing_to_compare_with() -> None:
    former = a_partition(a_subscription(), deleted_at=NOW)
    asked = decide_among(gaining(), [former], elsewhere(VERSION - 1))
    assert (asked.outcome, asked.commands) == (Outcome.RESYNC, (Command(Task.RESYNC, OTHER),))
    decision = decide_among(gaining(), [former], elsewhere(VERSION - 1), Source.READ)
    assert (decision.outcome, change_of(decision).losses, change_of(decision).former) == (
        Outcome.APPLIED,
        (),
        frozenset({ORG}),
    )


@pytest.mark.parametrize(
    ("partition", "outcome"), [(OrganizationState(), Outcome.ORPHAN), (gaining(deleted_at=NOW), Outcome.ORPHAN)]
)
def test_what_goes_to_nobody_is_lost_all_the_same(partition: OrganizationState, outcome: Outcome) -> None:
    decision = decide_among(partition, [a_partition(a_subscription())], elsewhere())
    assert (decision.outcome, change_of(decision).organization.id) == (outcome, ORG)
    assert change_of(decision).subscriptions[0].status is Status.TRANSFERRED


def test_the_customers_deletion_tells_of_what_had_moved_to_it() -> None:
    gone = replace(a_subscription(customer_id=OTHER, resource_version=VERSION + 2), status=Status.DELETED)
    customer = event(customer={"id": OTHER, "deleted": True}).customer
    told = BillingEvent("ev_2", "customer_deleted", NOW, customer=customer, closed=(gone,))
    decision = decide_among(gaining(), [a_partition(a_subscription())], told)
    assert change_of(decision).held == ("cb1",)
    assert loss_of(decision).organization.live == frozenset()


def test_an_ended_subscription_that_moves_ends_no_second_time() -> None:
    held = a_subscription(status=Status.CANCELLED, cancelled_at=NOW - 5)
    loss = loss_of(decide_among(gaining(), [a_partition(held)], elsewhere(status=Status.CANCELLED)))
    assert (loss.announcements, loss.subscriptions[0].status) == ((), Status.CANCELLED)
    assert loss.subscriptions[0].cancelled_at == NOW - 5


def test_the_slot_is_free_although_a_page_was_open() -> None:
    former = a_partition(a_subscription(), checkout=a_checkout(subscription_id="cb1"))
    assert loss_of(decide_among(gaining(), [former], elsewhere())).organization.checkout is None


def test_news_that_could_not_be_read_in_full_are_warned_of() -> None:
    read = read_event(event_json(subscription={"id": 7}, customer={"id": ORG}))
    assert Alert.UNREADABLE_CONTENT in decide_among(a_partition(), [], read).warnings


@pytest.mark.parametrize(
    "row",
    [
        a_subscription(customer_id=OTHER, resource_version=VERSION + 1, status=Status.TRANSFERRED),
        a_subscription(resource_version=VERSION + 2),
        a_subscription(id="cb2"),
    ],
    ids=["let go", "newer", "another"],
)
def test_nothing_is_let_go_twice_or_by_older_news(row: Subscription) -> None:
    told = elsewhere().subscription
    assert told is not None
    assert let_go(a_partition(row), told, NOW) is None


def test_nothing_is_let_go_that_is_still_the_organizations() -> None:
    assert let_go(a_partition(a_subscription()), a_subscription(resource_version=VERSION + 5), NOW) is None


def test_news_of_what_an_organization_has_say_nothing_new_of_who_has_it() -> None:
    known, news = a_partition(a_subscription()), a_subscription(resource_version=VERSION + 1)
    told = BillingEvent("ev_1", "subscription_changed", NOW, subscription=news)
    assert change_of(decide(known, told)).held == ()
    assert change_of(decide(a_partition(), told)).held == ("cb1",)


def test_what_comes_back_is_held_again() -> None:
    left = a_partition(a_subscription(customer_id=OTHER, status=Status.TRANSFERRED))
    back = BillingEvent("ev_2", "subscription_changed", NOW, subscription=a_subscription(resource_version=VERSION + 2))
    assert change_of(decide(left, back)).held == ("cb1",)


def test_a_sync_says_who_has_it_whatever_was_known() -> None:
    read = BillingEvent("", "read", NOW, subscription=a_subscription(resource_version=VERSION + 1))
    assert change_of(decide(a_partition(a_subscription()), read, Source.READ)).held == ("cb1",)
