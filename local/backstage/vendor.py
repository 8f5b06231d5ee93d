"""What somebody at Chargebee may do with an organization's subscription and its events, on the simulator."""

import json
import urllib.request
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from local.backstage.reading import BACKSTAGE_KEY, DIRECT, Json, RunningStack, ask, known_ids
from local.operations.failure import OperationFailed

ANSWER_SECONDS = 20
AUTHORIZATION = f"Basic {b64encode(f'{BACKSTAGE_KEY}:'.encode()).decode()}"
LIVE = frozenset({"in_trial", "active", "non_renewing"})


def control(stack: RunningStack, method: str, path: str, body: object = None) -> Any:
    """A control route of the simulator. Raises OperationFailed where the real Chargebee stands."""
    if stack.chargebee is None:
        raise OperationFailed("This needs Chargebee's simulator: a real site does not fail when it is asked to.")
    return ask(method, f"{stack.chargebee}/_sim{path}", body)


def set_faults(stack: RunningStack, api: Sequence[Json] = (), webhooks: Mapping[str, float] | None = None) -> None:
    """These faults, and no others any more."""
    control(stack, "PUT", "/faults", {"api": list(api), "webhooks": dict(webhooks or {})})


def events_of(stack: RunningStack, organization_id: str) -> list[Json]:
    """Chargebee's events about the organization, the oldest first."""
    events: list[Json] = control(stack, "GET", "/events")["events"]
    return about(events, known_ids(stack, organization_id))


def about(events: Sequence[Json], ids: frozenset[str]) -> list[Json]:
    """Those in whose contents one of the ids stands."""
    return [event for event in events if any(one in json.dumps(event["content"]) for one in ids)]


def resend(stack: RunningStack, event: Json) -> None:
    control(stack, "POST", f"/events/{event['id']}/resend")


def live_subscription(stack: RunningStack, organization_id: str) -> Json:
    """Raises OperationFailed without one."""
    found = []
    for customer_id in known_ids(stack, organization_id):
        found += _api(stack, "GET", "/subscriptions", {"customer_id[is]": customer_id})["list"]
    live: list[Json] = [each["subscription"] for each in found if each["subscription"]["status"] in LIVE]
    if not live:
        raise OperationFailed("The organization has no subscription yet: subscribe first.")
    return live[0]


def set_seats(stack: RunningStack, subscription: Json, seats: int) -> None:
    """As somebody does in Chargebee's own dashboard."""
    plan = plan_item(subscription)
    change = {
        "subscription_items[item_price_id][0]": plan["item_price_id"],
        "subscription_items[quantity][0]": str(seats),
    }
    _api(stack, "POST", f"/subscriptions/{subscription['id']}/update_for_items", change)


def make_coupon(stack: RunningStack, coupon_id: str, percent: str) -> None:
    """As the site's staff does: it takes so much off whatever is bought with it, for ever."""
    coupon = {"id": coupon_id, "name": coupon_id, "discount_type": "percentage", "discount_percentage": percent}
    _api(stack, "POST", "/coupons/create_for_items", coupon | {"apply_on": "invoice_amount"})


def plan_item(subscription: Json) -> Json:
    items: list[Json] = subscription["subscription_items"]
    return next(item for item in items if item["item_type"] == "plan")


def _api(stack: RunningStack, method: str, path: str, parameters: Mapping[str, str]) -> Json:
    query, body = (urlencode(parameters), None) if method == "GET" else ("", urlencode(parameters).encode())
    url = f"{stack.chargebee}/api/v2{path}?{query}"
    request = urllib.request.Request(url, body, {"Authorization": AUTHORIZATION}, method=method)
    try:
        with DIRECT.open(request, timeout=ANSWER_SECONDS) as answer:
            read: Json = json.load(answer)
            return read
    except HTTPError as refused:
        raise OperationFailed(_said(refused)) from refused


def _said(refused: HTTPError) -> str:
    """Chargebee's own sentence, where it gave one."""
    try:
        return f"Chargebee refused it: {json.load(refused)['message']}"
    except (ValueError, KeyError, TypeError):
        return f"Chargebee answered {refused.code}."
