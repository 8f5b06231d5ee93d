"""How charges look as DynamoDB items."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from billing.payments.domain.charge import Charge, ChargeState, OpenPage, Order, Purpose
from billing.subscriptions.table.rows import Attributes, decode, encode, known_fields


def charge_key(organization_id: str, charge_id: str) -> Attributes:
    """One charge."""
    return encode({"pk": f"CHARGE#{organization_id}#{charge_id}", "sk": "CHARGE"})


def charge_item(charge: Charge) -> Attributes:
    """The whole charge; it stays for ever, as its key counts for ever."""
    values = {
        **{each.name: getattr(charge, each.name) for each in fields(charge)},
        "purpose": str(charge.purpose),
        "state": str(charge.state),
        "order": _stored(charge.order),
        "page": asdict(charge.page) if charge.page else None,
    }
    return charge_key(charge.organization_id, charge.id) | encode(values)


def read_charge(item: Mapping[str, Any]) -> Charge:
    """The inverse of `charge_item`."""
    values = known_fields(Charge, decode(item))
    values["purpose"] = Purpose(values["purpose"])
    values["state"] = ChargeState(values["state"])
    values["order"] = Order(**known_fields(Order, values["order"]))
    if page := values.get("page"):
        values["page"] = OpenPage(**known_fields(OpenPage, page))
    return Charge(**values)


def _stored(order: Order) -> dict[str, Any]:
    return {name: value for name, value in asdict(order).items() if value is not None}
