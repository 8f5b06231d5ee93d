from dataclasses import replace
from typing import Any

import pytest

from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.decision import Alert, Decision, decide
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.reducer import Source
from billing.subscriptions.domain.subscription import Status
from billing.subscriptions.domain.transaction import WRITTEN_SOON, Command, OrganizationChange, Outcome, Task
from billing.subscriptions.domain.transition import Transition as T
from tests.subscriptions.examples import (
    DAY,
    NOW,
    ORG,
    a_checkout,
    a_partition,
    a_subscription,
    an_organization,
    customer_json,
    event,
    subscription_event,
    subscription_json,
)

ROW = a_subscription()
NEWER = NOW * 1000 + 1


def change_of(decision: Decision) -> OrganizationChange:
    assert decision.change is not None
    return decision.change


def names(decision: Decision) -> list[T]:
    return [each.transition for each in change_of(decision).announcements]


# --- a subscription's news ------------------------------------------------------------------------


def test_a_first_subscription_becomes_a_row_that_is_live_and_announced() -> None:
    decision = decide(a_partition(), subscription_event())
    row = replace(ROW, checkout_id="cb1")
    organization = an_organization(version=4, live=frozenset({"cb1"}), plan_id="growth")
    told = (
        Announcement("org_1#000000000004#000", T.CREATED, ORG, ORG, NOW, row),
        Announcement("org_1#000000000004#001", T.ACTIVATED, ORG, ORG, NOW, row),
    )
    assert decision == Decision(
        Outcome.APPLIED, OrganizationChange(organization, (row,), announcements=told, held=("cb1",))
    )


def test_the_first_news_of_an_unmapped_organization_also_gives_it_its_customer() -> None:
    decision = decide(OrganizationState(Organization(ORG)), subscription_event())
    assert names(decision) == [T.CUSTOMER_CREATED, T.CREATED, T.ACTIVATED]
    assert [each.key for each in change_of(decision).announcements] == [
        "org_1#000000000001#000",
        "org_1#000000000001#001",
        "org_1#000000000001#002",
    ]
    assert change_of(decision).organization == Organization(ORG, 1, ORG, live=frozenset({"cb1"}), plan_id="growth")
    assert change_of(decision).pointers == ()


def test_a_customer_with_an_id_of_its_own_gets_a_pointer() -> None:
    met = event(
        subscription=subscription_json(customer_id="cust_1"),
        customer=customer_json(id="cust_1", meta_data={"organizationId": ORG}),
    )
    change = change_of(decide(OrganizationState(an_organization(customer_id=None)), met))
    assert (change.organization.customer_id, change.pointers) == ("cust_1", ("cust_1",))


def test_the_subscription_of_the_open_checkout_closes_it() -> None:
    partition = a_partition(checkout=a_checkout(subscription_id="cb1"))
    decision = decide(partition, subscription_event())
    change = change_of(decision)
    assert change.organization.checkout is None
    assert change.subscriptions[0].checkout_id == "cb1"
    assert names(decision) == [T.CREATED, T.CHECKOUT_COMPLETED, T.ACTIVATED]


def test_a_linked_subscription_has_the_promised_id_and_leaves_the_page_that_can_still_be_paid() -> None:
    checkout = a_checkout(subscription_id="sub_open")
    decision = decide(a_partition(checkout=checkout), subscription_event())
    change = change_of(decision)
    assert change.organization.checkout == checkout
    assert T.CHECKOUT_COMPLETED not in names(decision)
    assert change.subscriptions[0].checkout_id == "sub_open"


def test_a_promise_is_kept_once() -> None:
    linked = a_subscription(id="cb0", checkout_id="sub_open", status=Status.CANCELLED)
    partition = a_partition(linked, checkout=a_checkout(subscription_id="sub_open"))
    assert change_of(decide(partition, subscription_event())).subscriptions[0].checkout_id == "cb1"


def test_the_subscription_that_was_promised_takes_its_id_back() -> None:
    linked = a_subscription(id="cb0", checkout_id="cb1", status=Status.CANCELLED)
    change = change_of(decide(a_partition(linked), subscription_event()))
    assert [(row.id, row.checkout_id) for row in change.subscriptions] == [("cb1", "cb1"), ("cb0", "cb0")]


def test_what_does_not_fulfil_the_open_checkout_leaves_it_open() -> None:
    checkout = a_checkout(selection=replace(a_checkout().selection, item_price_id="scale"))
    assert change_of(decide(a_partition(checkout=checkout), subscription_event())).organization.checkout == checkout


def test_newer_news_replaces_the_row_and_announces_the_difference() -> None:
    decision = decide(a_partition(ROW), subscription_event(resource_version=NEWER, status="paused", pause_date=NOW))
    change = change_of(decision)
    assert (change.subscriptions[0].status, names(decision)) == (Status.PAUSED, [T.PAUSED])
    assert change.organization.live == {"cb1"}


@pytest.mark.parametrize("status", ["cancelled", "transferred"])
def test_an_ended_subscription_is_not_live_any_more(status: str) -> None:
    change = change_of(decide(a_partition(ROW), subscription_event(resource_version=NEWER, status=status)))
    assert change.organization.live == frozenset()


def test_a_reactivated_subscription_is_live_again() -> None:
    ended = replace(ROW, status=Status.CANCELLED)
    change = change_of(decide(a_partition(ended), subscription_event(resource_version=NEWER)))
    assert change.organization.live == {"cb1"}


def test_old_news_is_stale_and_writes_nothing_but_the_ledger() -> None:
    decision = decide(a_partition(ROW), subscription_event(resource_version=1, status="cancelled"))
    assert (decision.outcome, decision.change) == (Outcome.STALE, None)


def test_the_same_news_under_another_id_is_a_duplicate() -> None:
    decision = decide(a_partition(ROW), subscription_event())
    assert (decision.outcome, decision.change) == (Outcome.DUPLICATE, None)


def test_equally_new_and_different_news_asks_chargebee_instead_of_guessing() -> None:
    decision = decide(a_partition(ROW), subscription_event(status="paused"))
    assert decision == Decision(Outcome.RESYNC, commands=(Command(Task.RESYNC, ORG),))


def test_a_reading_settles_what_is_equally_new() -> None:
    decision = decide(a_partition(ROW), subscription_event(status="paused"), Source.READ)
    assert (decision.outcome, names(decision)) == (Outcome.APPLIED, [T.PAUSED])


@pytest.mark.parametrize("source", Source)
def test_what_is_scheduled_is_asked_for_once_the_news_of_it_is_written(source: Source) -> None:
    fields = {"has_scheduled_changes": True, "changes_scheduled_at": NOW + DAY, "resource_version": NEWER}
    news = subscription_event(**fields)
    assert decide(a_partition(ROW), news, source).commands == (Command(Task.RESYNC, ORG, delay=WRITTEN_SOON),)
    known = decide(a_partition(change_of(decide(a_partition(ROW), news)).subscriptions[0]), news, source)
    assert known.commands == ()


def test_a_snapshot_without_items_keeps_them_and_warns() -> None:
    met = subscription_event(resource_version=NEWER, subscription_items=None, status="paused")
    decision = decide(a_partition(ROW), met)
    assert change_of(decision).subscriptions[0].items == ROW.items
    assert decision.warnings == ("subscription_without_items",)


def test_a_second_live_subscription_is_kept_because_it_is_true_and_warned_of_once() -> None:
    partition = a_partition(a_subscription(id="cb0", checkout_id="cb0"))
    first = decide(partition, subscription_event())
    assert change_of(first).organization.live == {"cb0", "cb1"}
    assert first.warnings == ("second_live_subscription",)
    both = a_partition(*partition.subscriptions, ROW)
    assert decide(both, subscription_event(resource_version=NEWER, status="paused")).warnings == ()


@pytest.mark.parametrize(
    ("known", "seen", "expected"),
    [(None, NOW, NOW), (NOW - DAY, NOW, NOW - DAY), (NOW + DAY, NOW, NOW), (NOW, None, NOW), (None, None, None)],
)
def test_the_first_trial_is_remembered_for_ever(known: int | None, seen: int | None, expected: int | None) -> None:
    met = subscription_event(trial_start=seen, resource_version=NEWER)
    assert change_of(decide(a_partition(trial_used_at=known), met)).organization.trial_used_at == expected


def test_the_trial_of_a_row_that_has_ended_counts_too() -> None:
    old = a_subscription(id="cb0", status=Status.CANCELLED, trial_start=NOW - DAY)
    assert change_of(decide(a_partition(old), subscription_event())).organization.trial_used_at == NOW - DAY


# --- whose news -----------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [{}, {"invoice": {"id": "inv_1"}}])
def test_news_of_nobody_is_ignored(content: dict[str, Any]) -> None:
    assert decide(OrganizationState(), event(**content)) == Decision(Outcome.IGNORED)


def test_a_subscription_of_an_unknown_customer_is_an_orphan_and_warned_of() -> None:
    decision = decide(OrganizationState(), subscription_event(customer_id="cust_1"))
    assert decision == Decision(Outcome.ORPHAN, warnings=(Alert.ORPHAN_SUBSCRIPTION,))


def test_other_news_of_an_unknown_customer_is_an_orphan_in_silence() -> None:
    assert decide(OrganizationState(), event(customer=customer_json(id="cust_1"))) == Decision(Outcome.ORPHAN)


def test_another_customer_that_names_a_mapped_organization_does_not_become_its_own() -> None:
    met = event(subscription=subscription_json(customer_id="cust_2"), customer=customer_json(id="cust_2"))
    assert decide(a_partition(), met).outcome is Outcome.ORPHAN


def test_news_of_a_known_customer_without_a_subscription_is_ignored() -> None:
    assert decide(a_partition(), event("payment_source_added", customer=customer_json())) == Decision(Outcome.IGNORED)


def test_the_first_news_of_a_customer_maps_the_organization() -> None:
    decision = decide(
        OrganizationState(an_organization(customer_id=None)), event("customer_created", customer=customer_json())
    )
    told = Announcement("org_1#000000000004#000", T.CUSTOMER_CREATED, ORG, ORG, NOW)
    assert change_of(decision) == OrganizationChange(an_organization(version=4), announcements=(told,))
    assert decision.commands == (Command(Task.RESYNC, ORG, delay=WRITTEN_SOON),)


# --- the end --------------------------------------------------------------------------------------


def test_a_deleted_customer_closes_its_subscriptions_and_the_organization_stays() -> None:
    ended = a_subscription(id="cb0", checkout_id="cb0", status=Status.CANCELLED, cancelled_at=NOW - DAY)
    partition = a_partition(ROW, ended, checkout=a_checkout(), trial_used_at=NOW - DAY)
    decision = decide(partition, event("customer_deleted", customer=customer_json(deleted=True)))
    change = change_of(decision)
    assert change.organization == an_organization(
        version=4,
        customer_id=None,
        retired_customers=frozenset({ORG}),
        trial_used_at=NOW - DAY,
        checkout=a_checkout(),
    )
    assert [(row.id, row.status, row.cancelled_at) for row in change.subscriptions] == [
        ("cb1", Status.DELETED, NOW),
        ("cb0", Status.DELETED, NOW - DAY),
    ]
    assert names(decision) == [T.CANCELLED, T.DELETED, T.DELETED]


def test_a_deleted_customer_takes_subscriptions_with_it_that_nobody_had_heard_of() -> None:
    gone = subscription_json(deleted=True, trial_start=NOW)
    met = event("customer_deleted", customer=customer_json(deleted=True), subscriptions=[gone])
    decision = decide(a_partition(checkout=a_checkout(subscription_id="cb1")), met)
    change = change_of(decision)
    assert [(row.id, row.status, row.checkout_id) for row in change.subscriptions] == [("cb1", Status.DELETED, "cb1")]
    assert (change.organization.checkout, change.organization.trial_used_at) == (None, NOW)
    assert names(decision) == [T.CREATED, T.CANCELLED, T.DELETED]


def test_late_news_of_a_deleted_customer_finds_its_subscription_gone_and_its_trial_used() -> None:
    partition = a_partition(customer_id=None, retired_customers=frozenset({ORG}))
    change = change_of(decide(partition, subscription_event(trial_start=NOW)))
    assert change.subscriptions[0].status is Status.DELETED
    assert (change.organization.live, change.organization.trial_used_at) == (frozenset(), NOW)


def test_a_second_word_about_a_deleted_customer_leaves_its_successor_alone() -> None:
    partition = a_partition(customer_id=f"{ORG}-2", retired_customers=frozenset({ORG}), checkout=a_checkout())
    again = event("customer_deleted", customer=customer_json(deleted=True))
    assert decide(partition, again) == Decision(Outcome.STALE)


def test_the_next_customer_of_the_organization_is_mapped_and_pointed_to() -> None:
    partition = a_partition(customer_id=None, retired_customers=frozenset({ORG}))
    change = change_of(decide(partition, subscription_event(customer_id=f"{ORG}-2")))
    assert (change.organization.customer_id, change.pointers) == (f"{ORG}-2", (f"{ORG}-2",))
    assert change.organization.retired_customers == {ORG}


@pytest.mark.parametrize("status", ["future", "in_trial", "active", "non_renewing", "paused"])
def test_a_live_subscription_of_a_deleted_organization_is_to_be_cancelled_and_not_stored(status: str) -> None:
    decision = decide(a_partition(deleted_at=NOW), subscription_event(status=status))
    assert decision == Decision(
        Outcome.ORPHAN,
        commands=(Command(Task.CANCEL_ORPHAN, ORG, "cb1"),),
        warnings=(Alert.LIVE_SUBSCRIPTION_OF_DELETED_ORGANIZATION,),
    )


@pytest.mark.parametrize("fields", [{"status": "cancelled"}, {"deleted": True}])
def test_the_end_of_a_subscription_of_a_deleted_organization_needs_nothing(fields: dict[str, Any]) -> None:
    assert decide(a_partition(deleted_at=NOW), subscription_event(**fields)) == Decision(Outcome.IGNORED)


def test_other_news_of_a_deleted_organization_needs_nothing() -> None:
    deleted = event("customer_deleted", customer=customer_json(deleted=True))
    assert decide(a_partition(deleted_at=NOW), deleted) == Decision(Outcome.IGNORED)


def test_every_written_organization_is_the_version_after_the_one_that_was_read() -> None:
    met = [
        subscription_event(),
        event("customer_deleted", customer=customer_json(deleted=True)),
    ]
    assert [change_of(decide(a_partition(version=7), each)).organization.version for each in met] == [8, 8]


# --- what is owed, told without the subscription that owes it -------------------------------------

VOIDED = {"id": "7", "customer_id": ORG, "subscription_id": "cb1", "status": "voided", "total": 500, "amount_paid": 0}
EXCESS = {"id": "txn_1", "customer_id": ORG, "type": "payment", "status": "success", "amount_unused": 9800}
READ_AGAIN = Decision(Outcome.RESYNC, commands=(Command(Task.RESYNC, ORG),))


def test_a_subscription_is_read_again_when_its_dues_may_have_changed() -> None:
    met = event("invoice_updated", invoice=VOIDED)
    for row in (ROW, replace(ROW, due_invoices=1)):
        assert decide(a_partition(row), met) == READ_AGAIN


def test_an_invoice_that_a_payment_paid_is_news_only_of_who_seems_to_owe() -> None:
    met = event("invoice_updated", invoice=VOIDED | {"status": "paid", "amount_paid": 500})
    assert decide(a_partition(ROW), met) == Decision(Outcome.IGNORED)
    assert decide(a_partition(replace(ROW, status=Status.CANCELLED, due_invoices=1)), met) == READ_AGAIN


def test_the_invoice_of_a_customer_that_nobody_knew_gives_the_organization_its_customer() -> None:
    decision = decide(OrganizationState(Organization(ORG)), event("invoice_updated", invoice=VOIDED))
    assert (decision.outcome, names(decision)) == (Outcome.RESYNC, [T.CUSTOMER_CREATED])
    assert Command(Task.RESYNC, ORG, delay=WRITTEN_SOON) in decision.commands


def test_the_invoice_of_a_stranger_is_an_orphan_and_nobody_is_alarmed() -> None:
    met = event("invoice_updated", invoice=VOIDED | {"customer_id": "cust_9"})
    assert decide(a_partition(ROW), met) == Decision(Outcome.ORPHAN)
    assert decide(OrganizationState(), met) == Decision(Outcome.ORPHAN)


# --- money that no invoice takes ------------------------------------------------------------------


def test_a_payment_that_no_invoice_takes_is_told_whatever_else_its_event_says() -> None:
    told = (Alert.EXCESS_PAYMENT,)
    assert decide(a_partition(ROW), event("payment_succeeded", transaction=EXCESS)).warnings == told
    shown = replace(subscription_event(), excess=9800)
    assert decide(a_partition(), shown).warnings == told
    gone = OrganizationState(an_organization(deleted_at=NOW))
    assert decide(gone, event("payment_succeeded", transaction=EXCESS)).warnings == told


def test_what_a_stranger_paid_too_much_is_nobodys_business_here() -> None:
    met = event("payment_succeeded", transaction=EXCESS | {"customer_id": "cust_9"})
    assert decide(a_partition(ROW), met).warnings == decide(OrganizationState(), met).warnings == ()
