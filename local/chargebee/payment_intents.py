"""Payment intents: the gateway that a payment would be taken by, before there is a form for the card.

Seen on test sites: a page that names no gateway account is opened all the same, and only its own call for a payment
intent is refused where the site's Smart Routing has no rule for it. An application asks in the same way whether it has
one. https://apidocs.chargebee.com/docs/api/payment_intents: amounts are minor units, and an intent lives half an hour.
"""

from local.chargebee import customers
from local.chargebee.call import Call, Operation
from local.chargebee.errors import no_gateway, not_found, wrong_value
from local.chargebee.site import Site
from local.chargebee.store import Resource

ROUTED = "gw_simulated"
_LIFETIME = 30 * 60
_GIVEN = ("customer_id", "amount", "currency_code", "reference_id", "success_url", "failure_url")


def require_gateway(site: Site, page: Resource) -> str:
    """The gateway account: the one that the page was opened with, else the one that Smart Routing chooses."""
    card = site.store.page_requests[page["id"]].params.get("card") or {}
    return _account(site, card.get("gateway_account_id"))


def _account(site: Site, pinned: str | None) -> str:
    if pinned is None and site.settings.smart_routing == "off":
        raise no_gateway()
    return pinned or ROUTED


def create(site: Site, call: Call) -> Resource:
    if call.params["amount"] < 0:
        raise wrong_value("amount", "must not be below 0")
    if "customer_id" in call.params:
        customers.find(site, call.params["customer_id"])
    account, now = _account(site, call.params.get("gateway_account_id")), site.now()
    intent: Resource = {
        "id": site.new_id("pi_"),
        "status": "inited",
        **{name: call.params[name] for name in _GIVEN if name in call.params},
        "payment_method_type": call.params.get("payment_method_type") or "card",
        "gateway_account_id": account,
        "gateway": "chargebee",
        "created_at": now,
        "modified_at": now,
        "expires_at": now + _LIFETIME,
        "payment_attempts": [],
        "object": "payment_intent",
    }
    site.touch(intent)
    site.store.payment_intents[intent["id"]] = intent
    return {"payment_intent": intent}


def retrieve(site: Site, call: Call) -> Resource:
    intent = site.store.payment_intents.get(call.id)
    if intent is None:
        raise not_found("payment_intent", call.id)
    if intent["status"] == "inited" and site.now() >= intent["expires_at"]:
        intent |= {"status": "expired", "modified_at": intent["expires_at"]}
        site.touch(intent)
    return {"payment_intent": intent}


OPERATIONS = (
    Operation("POST", "/payment_intents", "payment_intent.create", create),
    Operation("GET", "/payment_intents/{id}", "payment_intent.retrieve", retrieve),
)
