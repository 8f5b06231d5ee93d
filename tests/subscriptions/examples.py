"""Examples that tests start from: vendor payloads as documented, and our own records, each with fields replaced.

Payload shapes: https://apidocs.chargebee.com/docs/api/events and https://docs.scalekit.com/reference/webhooks.
"""

from typing import Any

from billing.chargebee.read_event import read_event
from billing.plans.selection import Selection
from billing.subscriptions.domain.billing_event import BillingEvent, Customer
from billing.subscriptions.domain.organization import Checkout, Organization, OrganizationState
from billing.subscriptions.domain.subscription import Item, Status, Subscription

ORG = "org_1"
NOW = 1_790_000_000
DAY = 86_400
TERM_START, TERM_END = NOW - 10 * DAY, NOW + 20 * DAY

GROWTH = Item("growth", "plan", 5, 4900, 24500)
SUPPORT = Item("priority-support", "addon", 1, 9900, 9900)


def subscription_json(**fields: Any) -> dict[str, Any]:
    """An active Product Catalog 2.0 subscription; a field given as None is left out."""
    return _present(
        {
            "id": "cb1",
            "customer_id": ORG,
            "status": "active",
            "resource_version": NOW * 1000,
            "subscription_items": [item_json()],
            "currency_code": "USD",
            "created_at": TERM_START,
            "started_at": TERM_START,
            "activated_at": TERM_START,
            "current_term_start": TERM_START,
            "current_term_end": TERM_END,
            "next_billing_at": TERM_END,
            "due_invoices_count": 0,
            "has_scheduled_changes": False,
            "deleted": False,
            "object": "subscription",
            **fields,
        }
    )


def item_json(item_price_id: str = "growth", item_type: str = "plan", quantity: int = 5) -> dict[str, Any]:
    return {
        "item_price_id": item_price_id,
        "item_type": item_type,
        "quantity": quantity,
        "unit_price": 4900,
        "amount": 4900 * quantity,
        "object": "subscription_item",
    }


def customer_json(**fields: Any) -> dict[str, Any]:
    return _present(
        {
            "id": ORG,
            "email": "ada@example.com",
            "deleted": False,
            "meta_data": {"organizationId": ORG, "customerType": "organization"},
            "object": "customer",
            **fields,
        }
    )


def event_json(event_type: str = "subscription_changed", event_id: str = "ev_1", **content: Any) -> dict[str, Any]:
    """The envelope of every Chargebee event, around `content`."""
    return {
        "id": event_id,
        "occurred_at": NOW,
        "source": "hosted_page",
        "object": "event",
        "api_version": "v2",
        "event_type": event_type,
        "webhook_status": "scheduled",
        "content": content,
    }


def event(event_type: str = "subscription_changed", **content: Any) -> BillingEvent:
    return read_event(event_json(event_type, **content))


def subscription_event(**fields: Any) -> BillingEvent:
    """An event about one subscription and its customer."""
    customer_id = fields.get("customer_id", ORG)
    return event(subscription=subscription_json(**fields), customer=customer_json(id=customer_id))


def a_subscription(**fields: Any) -> Subscription:
    """The row that `subscription_json()` becomes."""
    values: dict[str, Any] = {
        "id": "cb1",
        "customer_id": ORG,
        "status": Status.ACTIVE,
        "checkout_id": "cb1",
        "resource_version": NOW * 1000,
        "occurred_at": NOW,
        "items": (GROWTH,),
        "currency": "USD",
        "created_at": TERM_START,
        "started_at": TERM_START,
        "term_start": TERM_START,
        "term_end": TERM_END,
        "next_billing_at": TERM_END,
    }
    return Subscription(**(values | fields))


def a_customer(**meta_data: str) -> Customer:
    return Customer(ORG, meta_data)


def an_organization(**fields: Any) -> Organization:
    """A mapped organization whose customer bears its own id."""
    values: dict[str, Any] = {"id": ORG, "version": 3, "customer_id": ORG}
    return Organization(**(values | fields))


def a_partition(*rows: Subscription, **fields: Any) -> OrganizationState:
    """A mapped organization with its rows, `live` as they say."""
    live = frozenset(row.id for row in rows if row.live)
    return OrganizationState(an_organization(**({"live": live} | fields)), rows)


def a_checkout(**fields: Any) -> Checkout:
    values: dict[str, Any] = {
        "subscription_id": "sub_open",
        "selection": Selection("growth", 5),
        "opened_at": NOW,
        "user_id": "usr_1",
    }
    return Checkout(**(values | fields))


def organization_event_json(event_type: str = "organization.created", **data: Any) -> dict[str, Any]:
    """A Scalekit organization event."""
    return {
        "id": "evt_1",
        "type": event_type,
        "object": "Organization",
        "spec_version": "1",
        "environment_id": "env_1",
        "organization_id": ORG,
        "occurred_at": "2026-09-21T14:13:20.123456789Z",
        "data": {
            "id": ORG,
            "display_name": "Acme",
            "external_id": None,
            "region_code": "US",
            "metadata": None,
            "create_time": "2026-09-21T14:13:20.123456789Z",
            "update_time": "2026-09-21T14:13:20.123456789Z",
            "settings": {"features": [{"name": "sso", "enabled": True}]},
            **data,
        },
    }


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
