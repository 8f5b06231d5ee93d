"""The flows as requests to the handlers, each for an organization of its own, prepared by the flows before it."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.deployment.gateway import ADMIN, http_event, sqs_event
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


@dataclass(frozen=True)
class Flow:
    """`request` makes the event of the n-th call; two calls are never the same work twice."""

    name: str
    function: str
    request: Callable[[int], Event]
    asks_chargebee: bool = False


def organization(number: int) -> str:
    return f"org_{number}"


def provisioning(number: int) -> Event:
    return sqs_event(organization_event_json(id=organization(number)) | {"id": f"evt_{number}"})


def checkout(number: int) -> Event:
    body = {"itemPriceId": "growth", "seats": 3}
    return http_event("POST /api/subscription/create", claims=_admin(organization(number)), body=body)


def webhook(number: int) -> Event:
    """One of many changes of the first organization's subscription."""
    credentials = SECRETS["ChargebeeWebhookSecret"]
    pair = f"{credentials['current_username']}:{credentials['current_password']}"
    authorization = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return http_event("POST /api/webhooks/chargebee", body=_change(number), headers={"authorization": authorization})


def delivery(number: int) -> Event:
    return sqs_event(_change(number))


def listing(number: int) -> Event:
    return http_event("GET /api/subscription/list", claims=_admin(organization(0)))


def gate(number: int) -> Event:
    return http_event("GET /api/access", claims=_admin(organization(0)), query="itemPriceId=growth")


def _admin(organization_id: str) -> dict[str, Any]:
    return ADMIN | {"oid": organization_id}


def _change(number: int) -> Event:
    """The seats change each time, so that every event is news and announces a transition.

    The term is the current one: a subscription past its term would be read from Chargebee again.
    """
    owner, now = organization(0), int(time.time())
    subscription = subscription_json(
        customer_id=owner,
        resource_version=now * 1000 + number,
        current_term_start=now - DAY,
        current_term_end=now + DAY,
        subscription_items=[item_json(quantity=1 + number % 20)],
    )
    customer = customer_json(id=owner, meta_data={"organizationId": owner, "customerType": "organization"})
    return event_json(event_id=f"ev_{number}", subscription=subscription, customer=customer)


FLOWS = (
    Flow("provision", "organizations/provision", provisioning, asks_chargebee=True),
    Flow("checkout", "subscriptions/create", checkout, asks_chargebee=True),
    Flow("accept", "chargebee/webhook", webhook),
    Flow("apply", "subscriptions/apply_event", delivery),
    Flow("list", "subscriptions/list", listing),
    Flow("gate", "subscriptions/access", gate),
)
