"""What a saved card is, and what charging it meets. The behaviour is decided here and never shown by the API."""

from collections.abc import Iterator
from contextlib import contextmanager

from local.chargebee.errors import Decline
from local.chargebee.site import Site
from local.chargebee.store import CardBehaviour, Resource

GOOD_NUMBER = "4111111111111111"
# https://www.chargebee.com/docs/2.0/chargebee-test-gateway.html: accepted when saved, declined when charged.
DECLINING_NUMBER = "4119862760338320"
# https://docs.stripe.com/testing#regulatory-cards: asks for authentication on every charge.
AUTHENTICATED_NUMBER = "4000002760003184"
NUMBERS: dict[CardBehaviour, str] = {
    "ok": GOOD_NUMBER,
    "declined": DECLINING_NUMBER,
    "3ds": AUTHENTICATED_NUMBER,
}


IN_GATEWAYS_WORDS: dict[CardBehaviour, Decline] = {
    "declined": Decline("card_declined", "Your card was declined."),
    "3ds": Decline("authentication_required", "Your card was declined. This transaction requires authentication."),
}
# A gateway that answers all of them alike: what it means is told by Chargebee's `error_cause_id` alone.
NAMED_BY_CHARGEBEE: dict[CardBehaviour, Decline] = {
    "declined": Decline("05", "Do not honor.", "gateway.transaction_processing.card_declined"),
    "3ds": Decline("05", "Do not honor.", "gateway.transaction_processing.authentication_required"),
}


def face_of(number: str) -> Resource:
    return {
        "iin": number[:6],
        "last4": number[-4:],
        "brand": "visa",
        "funding_type": "credit",
        "expiry_month": 12,
        "expiry_year": 2050,
        "masked_number": f"************{number[-4:]}",
        "object": "card",
    }


def primary_of(site: Site, customer: Resource) -> Resource | None:
    return site.store.payment_sources.get(customer.get("primary_payment_source_id", ""))


def behaviour_of(site: Site, customer: Resource) -> CardBehaviour | None:
    """What charging the customer's primary card would meet; None without a card."""
    primary = primary_of(site, customer)
    return None if primary is None else site.store.card_behaviours[primary["id"]]


def decline_of(site: Site, payment_source: Resource) -> Decline | None:
    """Why a charge would fail while the customer is not there; None when it would not."""
    return declines(site).get(site.store.card_behaviours[payment_source["id"]])


def declines(site: Site) -> dict[CardBehaviour, Decline]:
    """How the site says which card does not pay, and why."""
    return NAMED_BY_CHARGEBEE if site.assumptions.error_cause == "named" else IN_GATEWAYS_WORDS


@contextmanager
def authenticated(site: Site, payment_source: Resource) -> Iterator[None]:
    """While the customer is there to answer the bank, the card pays."""
    behaviour = site.store.card_behaviours[payment_source["id"]]
    site.store.card_behaviours[payment_source["id"]] = "ok"
    try:
        yield
    finally:
        site.store.card_behaviours[payment_source["id"]] = behaviour


def card_of(site: Site, customer: Resource) -> Resource | None:
    """The primary card as the `card` resource that accompanies a customer: `card_type` says there what `brand` does."""
    primary = primary_of(site, customer)
    if primary is None:
        return None
    return {
        "payment_source_id": primary["id"],
        "customer_id": customer["id"],
        "status": primary["status"],
        "gateway": primary["gateway"],
        "gateway_account_id": primary["gateway_account_id"],
        "card_type": "visa",
        "created_at": primary["created_at"],
        "updated_at": primary["updated_at"],
        "resource_version": primary["resource_version"],
        **{name: value for name, value in primary["card"].items() if name != "brand"},
    }
