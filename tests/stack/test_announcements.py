"""What happened reaches the bus and the hooks: every transition, once, in the organization's order."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.stack.api import Member
from tests.stack.world import Cloud, fresh, now

type Json = dict[str, Any]

LIFE = [
    "customer.created",
    "subscription.created",
    "subscription.activated",
    "subscription.trial_started",
    "subscription.trial_ended",
    "subscription.renewed",
    "subscription.updated",
    "subscription.past_due",
    "subscription.recovered",
    "subscription.cancellation_scheduled",
    "subscription.cancellation_removed",
    "subscription.paused",
    "subscription.resumed",
    "subscription.cancelled",
    "subscription.deleted",
]
"""Every transition of a subscription that there is."""


def test_every_transition_reaches_the_bus_and_its_hook_once_and_in_order(world: Cloud) -> None:
    organization_id = fresh("org")
    with world.listening() as bus:
        for event in _life(organization_id):
            world.apply(event)

        heard = bus.details(organization_id, LIFE)

    announced = world.hooks_ran(organization_id)
    assert [row["transition"] for row in announced] == LIFE
    assert [each["key"] for each in heard] == [row["key"] for row in announced]
    assert len({row["key"] for row in announced}) == len(LIFE)
    assert [row["sk"] for row in announced] == sorted(row["sk"] for row in announced)
    assert heard[1]["subscription"]["status"] == "in_trial"
    assert heard[1]["subscription"]["items"][0]["itemPriceId"] == "growth"
    deleted = announced[-1]
    assert world.table.ledger(deleted["key"], "hook") is None


def test_redelivering_a_whole_life_announces_nothing_again(world: Cloud) -> None:
    organization_id = fresh("org")
    events = _life(organization_id)
    for event in events:
        world.apply(event)
    before = world.hooks_ran(organization_id)

    with world.listening() as bus:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(world.deliver, [*events, *reversed(events)]))
        assert {answer.status_code for answer in answers} <= {200, 429, 503}
        world.queues.drained("EventsQueue")
        assert bus.details(organization_id, []) == []

    assert world.table.announced(organization_id) == before


def test_a_burst_of_events_of_many_organizations_keeps_each_ones_order(world: Cloud) -> None:
    lives = {organization_id: _life(organization_id) for organization_id in (fresh("org") for _ in range(4))}
    mixed = [event for together in zip(*lives.values(), strict=True) for event in together]

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(world.deliver, mixed))
    assert {answer.status_code for answer in answers} == {200}

    for organization_id, events in lives.items():
        for event in events:
            world.dealt_with(event["id"])
        announced = world.hooks_ran(organization_id)
        versions = [int(str(row["sk"]).split("#")[0]) for row in announced]
        assert versions == sorted(versions)
        row = world.member(organization_id).subscription()
        assert row["status"] == "deleted"


def test_an_admins_own_cancellation_is_announced_like_chargebees(world: Cloud, admin: Member) -> None:
    with world.listening() as bus:
        world.subscribe(admin)
        admin.cancel()
        admin.restore()
        heard = bus.details(
            admin.organization_id,
            [
                *LIFE[:2],
                "checkout.completed",
                *LIFE[2:4],
                "subscription.cancellation_scheduled",
                "subscription.cancellation_removed",
            ],
        )
    assert {each["organizationId"] for each in heard} == {admin.organization_id}


def _life(organization_id: str) -> list[Json]:
    """A subscription from trial to deletion, told by Chargebee."""
    subscription_id, start = fresh("sub"), now()
    trial = {"trial_start": start - 100, "trial_end": start - 50}
    first = {"current_term_start": start - 50, "current_term_end": start + 50}
    second = {"current_term_start": start + 50, "current_term_end": start + 150}
    steps: list[tuple[str, str, Json]] = [
        ("subscription_created", "in_trial", trial),
        ("subscription_activated", "active", trial | first),
        ("subscription_renewed", "active", trial | second),
        ("subscription_changed", "active", trial | second | {"subscription_items": [_seats(9)]}),
        ("payment_failed", "active", trial | second | {"due_invoices_count": 1, "due_since": start}),
        ("payment_succeeded", "active", trial | second),
        ("subscription_cancellation_scheduled", "non_renewing", trial | second | {"cancelled_at": start + 150}),
        ("subscription_scheduled_cancellation_removed", "active", trial | second),
        ("subscription_paused", "paused", trial | second | {"pause_date": start + 60}),
        ("subscription_resumed", "active", trial | second),
        ("subscription_cancelled", "cancelled", trial | second | {"cancelled_at": start + 70}),
        ("subscription_deleted", "cancelled", trial | second | {"cancelled_at": start + 70, "deleted": True}),
    ]
    customer = {"id": organization_id, "meta_data": {"organizationId": organization_id}}
    seats = [_seats(5)]
    events: list[Json] = []
    for version, (kind, status, fields) in enumerate(steps, 1):
        seats = fields.get("subscription_items", seats)
        subscription = {
            "id": subscription_id,
            "customer_id": organization_id,
            "status": status,
            "resource_version": version,
            **fields,
            "subscription_items": seats,
        }
        content = {"subscription": subscription, "customer": customer}
        events.append({"id": fresh("ev"), "occurred_at": start, "event_type": kind, "content": content})
    return events


def _seats(quantity: int) -> Json:
    return {"item_price_id": "growth", "item_type": "plan", "quantity": quantity}
