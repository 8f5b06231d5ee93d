"""An organization whose customer has an id of its own, told of in hand-made Chargebee events."""

from dataclasses import dataclass
from typing import Any

from tests.stack.api import Member
from tests.stack.aws import Row
from tests.stack.world import Cloud, fresh, now

type Json = dict[str, Any]

DAY = 86_400


@dataclass(frozen=True)
class Account:
    """Every account has its own ids."""

    world: Cloud
    admin: Member
    customer_id: str
    subscription_id: str

    @property
    def organization_id(self) -> str:
        return self.admin.organization_id

    def document(self, version: int, status: str = "active", **fields: Any) -> Json:
        """A subscription of five growth seats; a field of None is left out."""
        subscription = {
            "id": self.subscription_id,
            "customer_id": self.customer_id,
            "status": status,
            "resource_version": version,
            "created_at": now() - DAY,
            "currency_code": "USD",
            "subscription_items": [{"item_price_id": "growth", "item_type": "plan", "quantity": 5}],
            "deleted": False,
            "object": "subscription",
            **fields,
        }
        return {name: value for name, value in subscription.items() if value is not None}

    def event(self, kind: str, subscription: Json | None, **content: Any) -> Json:
        """A webhook about `subscription`; `content` is what else the event carries."""
        carried = {"subscription": subscription} if subscription else {}
        return {
            "id": fresh("ev"),
            "occurred_at": now(),
            "source": "api",
            "object": "event",
            "api_version": "v2",
            "event_type": kind,
            "webhook_status": "scheduled",
            "content": {**carried, **content},
        }

    def customer(self, **fields: Any) -> Json:
        """The customer as events carry it."""
        return {"id": self.customer_id, "meta_data": {"organizationId": self.organization_id}, **fields}

    def told(self, kind: str, version: int, status: str = "active", **fields: Any) -> Row:
        """Deliver one event about the subscription and wait until it is dealt with; its ledger row."""
        return self.world.apply(self.event(kind, self.document(version, status, **fields)))

    def transitions(self) -> list[str]:
        """What was announced of the subscription, once every hook of it has run."""
        announced = [row["transition"] for row in self.world.hooks_ran(self.organization_id)]
        assert announced[0] == "customer.created"
        return announced[1:]


def mapped(world: Cloud) -> Account:
    """An organization whose customer an operator made in Chargebee, under an id of its own."""
    admin, customer_id = world.member(fresh("org")), fresh("cust")
    world.chargebee.create_customer(customer_id, organizationId=admin.organization_id)
    assert world.mapped(admin.organization_id) == customer_id
    world.caught_up(customer_id)
    world.chargebee.forget_requests()
    return Account(world, admin, customer_id, fresh("cb1"))


def unmapped(world: Cloud) -> Account:
    """An organization that nobody has told of, and a customer that does not exist."""
    return Account(world, world.member(fresh("org")), fresh("cust"), fresh("cb1"))
