"""What Chargebee is told of a customer besides its name: the buyer's e-mail, and what the hook adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from billing import hooks

if TYPE_CHECKING:
    from billing.runtime.caller import Caller
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.ports import CustomerParams

MAX_EMAIL = 70
"""Characters of https://apidocs.chargebee.com/docs/api/customers. With a longer one the whole customer is refused."""


def details_from(caller: Caller | None) -> CustomerParams:
    """The parameters of a customer that is made for this caller; None is nobody in particular."""

    def details(organization: Organization) -> Mapping[str, Any]:
        email = {"email": caller.email} if caller and 0 < len(caller.email) <= MAX_EMAIL else {}
        return {**email, **hooks.customer_create_params(organization, caller)}

    return details
