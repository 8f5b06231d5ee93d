"""The flows as requests to the handlers, each for an organization of its own, prepared by the flows before it."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from billing.chargebee.read_event import read_subscription
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.table.rows import outbox_item
from tests.deployment.gateway import ADMIN, http_event, sqs_event
from tests.deployment.metering import BACKEND, BASE
from tests.deployment.world import SECRETS
from tests.subscriptions.examples import (
    DAY,
    customer_json,
    event_json,
    item_json,
    organization_event_json,
    subscription_json,
)

Event = dict[str, Any]
TEN = 10
"""What a queue and the stream hand over at most at once."""


@dataclass(frozen=True)
class Flow:
    """`request` makes the event of the n-th call; two calls are never the same work twice, but for duplicates.

    `waits_for_chargebee` is how many calls it makes of it one after the other. A call does `works` pieces of work, of
    which one is priced.
    """

    name: str
    function: str
    request: Callable[[int], Event]
    waits_for_chargebee: int = 0
    works: int = 1


def organization(number: int) -> str:
    return f"org_{number}"


def provisioning(number: int) -> Event:
    return sqs_event(organization_event_json(id=organization(number)) | {"id": f"evt_{number}"})


def checkout(number: int) -> Event:
    body = {"itemPriceId": "growth", "seats": 3}
    return http_event("POST /api/subscription/create", claims=_admin(organization(number)), body=body)


def webhook(number: int) -> Event:
    """One of many renewals of the first organization's subscription."""
    credentials = SECRETS["ChargebeeWebhookSecret"]
    pair = f"{credentials['current_username']}:{credentials['current_password']}"
    authorization = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return http_event("POST /api/webhooks/chargebee", body=_change(number), headers={"authorization": authorization})


def delivery(number: int) -> Event:
    return sqs_event(_change(number))


def listing(number: int) -> Event:
    return http_event("GET /api/subscription/list", claims=_admin(organization(0)))


def directory(number: int) -> Event:
    """The first page of all organizations."""
    return http_event("GET /api/organizations", claims=BACKEND)


def gate(number: int) -> Event:
    return http_event("GET /api/access", claims=_admin(organization(0)), query="itemPriceId=growth")


def duplicate(number: int) -> Event:
    """What was applied before comes again."""
    return sqs_event(_change(1))


def duplicates(number: int) -> Event:
    """What was applied to ten organizations before."""
    return sqs_event(*(_change(1, organization(each)) for each in range(1, TEN + 1)))


def use(number: int) -> Event:
    return _metered("POST", "/usage", {"events": [_use(f"use_{number}")]})


def batch(number: int) -> Event:
    return _metered("POST", "/usage", {"events": [_use(f"batch_{number}_{each}") for each in range(12)]})


def entitlement(number: int) -> Event:
    event = http_event("GET /api/entitlements/{feature}", claims=_admin(organization(0)))
    return event | {"pathParameters": {"feature": "api-calls"}}


def hold(number: int) -> Event:
    return _metered("POST", "/holds", {"id": f"hold_{number}", "feature": "api-calls", "quantity": 1})


def settlement(number: int) -> Event:
    return _metered("POST", "/holds/{holdId}/settle", {"quantity": 1}, holdId=f"hold_{number}")


def deliveries(number: int) -> Event:
    """What the queue hands over under load: news of ten subscriptions."""
    return sqs_event(*(_change(number, organization(each)) for each in range(1, TEN + 1)))


def announcement(number: int) -> Event:
    """The row of a renewal, as the table's stream has it."""
    return {"Records": [_row(number, organization(0))]}


def announcements(number: int) -> Event:
    """Those of ten organizations, as the stream hands them over under load."""
    return {"Records": [_row(number, organization(each)) for each in range(TEN)]}


def _row(number: int, owner: str) -> Event:
    content = _change(number, owner)["content"]
    row = outbox_item(
        Announcement(
            key=f"{owner}#{number}#renewed",
            transition=Transition.RENEWED,
            organization_id=owner,
            customer_id=owner,
            at=int(time.time()),
            subscription=read_subscription(content["subscription"], int(time.time())),
        ),
        int(time.time()),
    )
    keys = {name: row[name] for name in ("pk", "sk")}
    image = {"Keys": keys, "NewImage": row, "SequenceNumber": str(number)}
    return {"eventName": "INSERT", "dynamodb": image}


def told(number: int) -> Event:
    """A renewal in the hooks' queue."""
    head = {"version": 1, "key": f"{organization(0)}#told#{number}", "transition": "subscription.renewed"}
    body = {**head, "organizationId": organization(0), "customerId": organization(0), "at": int(time.time())}
    return sqs_event(body, group=organization(0))


def _use(event_id: str) -> Event:
    return {"id": event_id, "feature": "api-calls", "quantity": 1, "occurredAt": int(time.time())}


def _metered(method: str, suffix: str, body: Event, **path: str) -> Event:
    """By the team's backend, for the first organization."""
    event = http_event(f"{method} {BASE}{suffix}", claims=BACKEND, body=body)
    return event | {"pathParameters": {"id": organization(0), **path}}


def _admin(organization_id: str) -> dict[str, Any]:
    return ADMIN | {"oid": organization_id}


@cache
def _began() -> int:
    """UTC seconds, the same for all flows."""
    return int(time.time())


@cache
def _change(number: int, owner: str = organization(0)) -> Event:
    """The term moves each time, so that every event is news and announces one transition.

    It is always the current one: a subscription past its term would be read from Chargebee again.
    """
    now = _began()
    subscription = subscription_json(
        id=f"sub_{owner}",
        customer_id=owner,
        resource_version=now * 1000 + number,
        current_term_start=now - DAY + number,
        current_term_end=now + DAY + number,
        subscription_items=[item_json(quantity=3)],
    )
    customer = customer_json(id=owner, meta_data={"organizationId": owner, "customerType": "organization"})
    return event_json(event_id=f"ev_{owner}_{number}", subscription=subscription, customer=customer)


FLOWS = (
    Flow("provision", "organizations/provision", provisioning, waits_for_chargebee=1),
    Flow("checkout", "subscriptions/create", checkout, waits_for_chargebee=2),
    Flow("accept a webhook", "chargebee/webhook", webhook),
    Flow("apply news", "subscriptions/apply_event", delivery),
    Flow("apply news, ten at once", "subscriptions/apply_event", deliveries, works=TEN),
    Flow("apply a duplicate", "subscriptions/apply_event", duplicate),
    Flow("apply ten duplicates at once", "subscriptions/apply_event", duplicates, works=TEN),
    Flow("relay an announcement", "announcements/relay", announcement),
    Flow("relay ten announcements at once", "announcements/relay", announcements, works=TEN),
    Flow("run a hook", "announcements/run_hook", told),
    Flow("list subscriptions", "subscriptions/list", listing),
    Flow("list organizations", "organizations/list", directory),
    Flow("gate", "subscriptions/access", gate),
    Flow("entitlement", "metering/entitlement", entitlement),
    Flow("use", "metering/record_usage", use),
    Flow("twelve uses at once", "metering/record_usage", batch),
    Flow("hold", "metering/hold", hold),
    Flow("settle a hold", "metering/settle_hold", settlement),
)
