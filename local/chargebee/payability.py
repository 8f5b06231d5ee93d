"""Whether a charge that a request causes can be collected; asked first, so that a refusal leaves no trace."""

from local.chargebee import cards
from local.chargebee.errors import ApiError, declined, gateway_without_currency, no_card
from local.chargebee.promotional_credits import applicable
from local.chargebee.site import Site
from local.chargebee.store import Resource


def refusal_of(
    site: Site,
    customer: Resource,
    amount: int,
    currency: str,
    auto_collection: str | None = None,
    *,
    card: Resource | None = None,
) -> ApiError | None:
    """None when nothing is due, when collection is off, or when the card (None: the primary one) pays."""
    due = amount - applicable(customer, amount, currency)
    if due == 0 or (auto_collection or customer["auto_collection"]) != "on":
        return None
    card = card or cards.primary_of(site, customer)
    if card is None:
        return no_card()
    if site.settings.gateway_currencies is not None and currency not in site.settings.gateway_currencies:
        return gateway_without_currency(currency)
    decline = cards.decline_of(site, card)
    return None if decline is None else declined(due, currency, decline)


def require_payable(
    site: Site, customer: Resource, amount: int, currency: str, auto_collection: str | None = None
) -> None:
    """Raises the refusal of a charge that cannot be collected."""
    refusal = refusal_of(site, customer, amount, currency, auto_collection)
    if refusal is not None:
        raise refusal


def require_subscription_payable(site: Site, subscription: Resource, amount: int) -> None:
    customer = site.store.customers[subscription["customer_id"]]
    require_payable(site, customer, amount, subscription["currency_code"], subscription["auto_collection"])
