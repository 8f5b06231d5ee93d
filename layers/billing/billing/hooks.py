"""Your side of the billing: edit these functions, keep their names.

The first two are asked while a request or a webhook is handled; they must be quick and must not have effects.
"""

from collections.abc import Mapping
from typing import Any

from billing.domain.caller import Caller
from billing.domain.organization import Organization


def authorize_reference(caller: Caller, reference_id: str) -> bool:
    """May `caller`, a member of `reference_id`'s organization, touch its billing at all?

    Anything but True is a refusal, an exception too.
    """
    return caller.organization_id == reference_id


def customer_create_params(organization: Organization) -> Mapping[str, Any]:
    """More of Chargebee's customer parameters (email, locale, preferred_currency_code, ...) for a new customer.

    https://apidocs.chargebee.com/docs/api/customers#create_a_customer. `id` and `meta_data` are ours.
    """
    return {}
