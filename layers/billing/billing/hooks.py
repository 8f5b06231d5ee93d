"""Your side of the billing.

The two functions below are asked while a request or a webhook is handled: they must be quick and have no effects.

To be told what happens, write a function by one of the names in `docs/how-to/write-hooks.md`:

    def on_past_due(event: SubscriptionAnnouncement) -> None:
        remind(event["organizationId"], event["subscription"]["dueSince"])

It is called afterwards, from a queue, in order for each organization. If it raises, it is called again with the same
`event["key"]`, five times in all; then its event is parked in the hooks' dead-letter queue and the organization's next
one proceeds. Neither the cache nor another organization ever waits for a hook. Delivery is at least once: make the work
idempotent by `event["key"]`. For a hook that is not written nothing is sent, and nothing paid.

An event is what the bus carries too, a dict in the words of the HTTP API, of a type in `billing.published`:
`docs/reference/events.md` has every field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from billing.runtime.caller import Caller
    from billing.subscriptions.domain.organization import Organization


def authorize_reference(caller: Caller, reference_id: str) -> bool:
    """May `caller`, a member of `reference_id`'s organization, touch its billing at all?

    Anything but True is a refusal, an exception too.
    """
    return caller.organization_id == reference_id


def customer_create_params(organization: Organization, caller: Caller | None) -> Mapping[str, Any]:
    """More of Chargebee's customer parameters (email, locale, preferred_currency_code, ...) for a new customer.

    `caller` is whoever buys, None where the customer is made because Scalekit told of the organization. Their `email`
    is used unless another one is returned; a customer that has none yet gets it at checkout.
    https://apidocs.chargebee.com/docs/api/customers#create_a_customer. `id` and `meta_data` are ours.
    """
    return {}
