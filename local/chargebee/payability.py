"""Whether a charge that a request causes can be collected; asked first, so that a refusal leaves no trace."""

from local.chargebee.errors import declined, no_card
from local.chargebee.payment_sources import behaviour_of
from local.chargebee.site import Site
from local.chargebee.store import Resource


def require_payable(
    site: Site, customer: Resource, amount: int, currency: str, auto_collection: str | None = None
) -> None:
    """Passes when nothing is due, when collection is off, or when the primary card pays."""
    if amount == 0 or (auto_collection or customer["auto_collection"]) != "on":
        return
    behaviour = behaviour_of(site, customer)
    if behaviour is None:
        raise no_card()
    if behaviour == "declined":
        raise declined(amount, currency)


def require_subscription_payable(site: Site, subscription: Resource, amount: int) -> None:
    customer = site.store.customers[subscription["customer_id"]]
    require_payable(site, customer, amount, subscription["currency_code"], subscription.get("auto_collection"))
