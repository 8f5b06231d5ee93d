"""The outbox' rows, of this version and of the one before."""

from typing import Any

import pytest

from billing.runtime.logs import about
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.table.rows import OUTBOX_LIFETIME, outbox_item, read_announcement
from billing.table.codec import decode
from tests.announcements.examples import ANNOUNCEMENTS, publish
from tests.subscriptions.examples import NOW, ORG


@pytest.mark.parametrize("announcement", ANNOUNCEMENTS.values(), ids=list(ANNOUNCEMENTS))
def test_an_announcement_is_read_as_it_was_written(announcement: Announcement) -> None:
    assert read_announcement(decode(outbox_item(announcement, NOW))) == announcement


def test_rows_sort_as_their_announcements_were_made_and_are_gone_in_a_week() -> None:
    row = decode(outbox_item(ANNOUNCEMENTS[Transition.CREATED], NOW))
    assert (row["pk"], row["sk"]) == (f"OUTBOX#{ORG}", "000000000004#000")
    assert (row["key"], row["expires_at"]) == (f"{ORG}#000000000004#000", NOW + OUTBOX_LIFETIME)


@pytest.mark.parametrize("announcement", ANNOUNCEMENTS.values(), ids=list(ANNOUNCEMENTS))
def test_a_row_of_a_later_version_is_read_without_what_is_not_known(announcement: Announcement) -> None:
    row = decode(outbox_item(announcement, NOW))
    later = {**row, "version": 2, "mood": "good"}
    assert read_announcement(later) == announcement


def older(transition: str, name: str, **details: Any) -> dict[str, Any]:
    """A row as the version before wrote it."""
    return {
        "pk": f"OUTBOX#{ORG}",
        "sk": name,
        "organization_id": ORG,
        "customer_id": ORG,
        "key": f"{ORG}#{name}",
        "transition": transition,
        "at": NOW,
        "details": details,
        "expires_at": NOW,
    }


CHARGE = {"charge_id": "chg_1", "key": "k1", "purpose": "top_up", "currency": "USD", "amount": 2_000}
PAYMENT = {"amount": 2_000, "currency": "USD"}

OLDER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "payment_method.attached",
        {"payment_method_id": "pm_1", "type": "card", "brand": "visa", "last4": "1111"},
        {"paymentMethod": {"id": "pm_1", "type": "card", "brand": "visa", "last4": "1111"}},
    ),
    (
        "charge.succeeded",
        {**CHARGE, "invoice_id": "inv_1"},
        {
            "charge": {
                "id": "chg_1",
                "key": "k1",
                "purpose": "top_up",
                "state": "succeeded",
                "amount": 2_000,
                "currency": "USD",
                "invoiceId": "inv_1",
                "failure": None,
            },
            "payment": {**PAYMENT, "invoiceId": "inv_1"},
        },
    ),
    (
        "charge.failed",
        {**CHARGE, "code": "card_declined"},
        {
            "charge": {
                "id": "chg_1",
                "key": "k1",
                "purpose": "top_up",
                "state": "failed",
                "amount": 2_000,
                "currency": "USD",
                "failure": {"code": "card_declined", "message": None},
            },
            "payment": PAYMENT,
        },
    ),
    (
        "charge.refunded",
        {"currency": "USD", "amount": 2_000, "invoice_id": "inv_1", "subscription_id": "cb1"},
        {"payment": {**PAYMENT, "invoiceId": "inv_1", "chargebeeSubscriptionId": "cb1"}},
    ),
    (
        "entitlement.exhausted",
        {"feature": "api-calls", "limit": 100, "used": 100, "next_reset_at": NOW},
        {"feature": "api-calls", "entitlement": {"balance": {"limit": 100, "usage": 100, "nextResetAt": NOW}}},
    ),
    (
        "wallet.credited",
        {
            "currency": "USD",
            "amount_micros": 20_000,
            "balance_micros": 50_000,
            "entry_id": "adjustment:1",
            "kind": "adjustment",
        },
        {
            "wallet": {"currency": "USD", "balance": 5, "balanceMicros": 50_000},
            "ledgerEntry": {
                "id": "adjustment:1",
                "kind": "adjustment",
                "at": NOW,
                "amount": 2,
                "amountMicros": 20_000,
                "currency": "USD",
                "balanceAfterMicros": 50_000,
            },
        },
    ),
    (
        "wallet.low",
        {"currency": "USD", "balance_micros": 40_000, "threshold_micros": 50_000, "auto_top_up": True},
        {
            "wallet": {"currency": "USD", "balance": 4, "balanceMicros": 40_000},
            "autoTopUp": {"currency": "USD", "enabled": True, "threshold": 5},
        },
    ),
]


@pytest.mark.parametrize(("transition", "details", "content"), OLDER, ids=[each for each, _, _ in OLDER])
def test_what_the_version_before_told_is_read_in_todays_words(
    transition: str, details: dict[str, Any], content: dict[str, Any]
) -> None:
    announcement = read_announcement(older(transition, f"{transition}#1", **details))
    assert (announcement.key, announcement.transition, announcement.content) == (
        f"{ORG}#{transition}#1",
        transition,
        content,
    )


def test_a_subscriptions_row_of_before_keeps_the_key_that_it_was_written_with() -> None:
    row = older("subscription.created", "000000000004#000") | {
        "key": f"{ORG}#4#0",
        "subscription": {"id": "cb1", "customer_id": ORG, "status": "active", "items": []},
    }
    del row["details"]
    announcement = read_announcement(row)
    assert (announcement.key, dict(announcement.content)) == (f"{ORG}#4#0", {})
    assert announcement.subscription is not None


@pytest.mark.parametrize("enabled", [True, False])
def test_a_relay_of_the_version_before_finds_what_it_asks_of_a_low_wallet(enabled: bool) -> None:
    low = ANNOUNCEMENTS[Transition.WALLET_LOW]
    rule = {**low.content["autoTopUp"], "enabled": enabled}
    changed = Announcement(low.key, low.transition, ORG, ORG, NOW, content={**low.content, "autoTopUp": rule})
    row = decode(outbox_item(changed, NOW))
    assert row["details"] == {"currency": "USD", "auto_top_up": enabled}


def test_a_row_notes_what_began_the_work_and_the_announcement_tells_it() -> None:
    announcement = ANNOUNCEMENTS[Transition.CREATED]
    with about(request_id="r1", event_id="ev_1"):
        row = decode(outbox_item(announcement, NOW))
    assert (read_announcement(row).request_id, read_announcement(row).event_id) == ("r1", "ev_1")
    told = publish(read_announcement(row))
    assert (told["requestId"], told["eventId"]) == ("r1", "ev_1")
    assert not {"requestId", "eventId"} & publish(announcement).keys()
