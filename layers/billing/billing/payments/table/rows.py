"""How charges look as DynamoDB items."""

from collections.abc import Mapping
from typing import Any

from billing.payments.domain.charge import Charge
from billing.table.codec import Attributes, Codec, decode, encode, key

CHARGE = Codec(Charge)


def charge_key(organization_id: str, charge_id: str) -> Attributes:
    """One charge."""
    return key(f"CHARGE#{organization_id}#{charge_id}", "CHARGE")


def charge_item(charge: Charge) -> Attributes:
    """The whole charge; it stays for ever, as its key counts for ever."""
    return charge_key(charge.organization_id, charge.id) | encode(CHARGE.values(charge))


def read_charge(item: Mapping[str, Any]) -> Charge:
    """The inverse of `charge_item`."""
    return CHARGE.read(decode(item))
