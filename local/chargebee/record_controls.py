"""`/_sim`: what banks, the vendor's own jobs and the team's staff do to records, without any call of the API."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.chargebee import contract_terms, dunning, invoices, lifecycle, payments, refunds, subscriptions
from local.chargebee.control_request import body_of, simulator_of, whole_number
from local.chargebee.errors import invalid_state
from local.chargebee.invoices import Charge
from local.chargebee.site import Site
from local.chargebee.store import Resource

_BY_HAND = "admin_console"


def _invoice(request: Request) -> tuple[Site, Resource]:
    site = simulator_of(request).site
    return site, invoices.find(site, request.path_params["id"])


def _subscription(request: Request) -> tuple[Site, Resource]:
    site = simulator_of(request).site
    return site, subscriptions.find(site, request.path_params["id"])


async def fail_late(request: Request) -> Response:
    """The bank takes back the invoice's latest payment, days after it was a success."""
    site, invoice = _invoice(request)
    paid = [site.store.transactions[entry["txn_id"]] for entry in reversed(invoice["linked_payments"])]
    transaction = next((payment for payment in paid if payment["status"] == "success"), None)
    if transaction is None:
        raise invalid_state("The invoice has no payment that could fail late")
    payments.take_back(site, invoice, transaction)
    payments.refresh_dues_of(site, [invoice])
    invoices.announce(site, Charge(invoice, transaction), lifecycle.SCHEDULER, new=False)
    return JSONResponse({"invoice": invoice, "transaction": transaction})


async def charge_back(request: Request) -> Response:
    """The card's holder disputes the payment: the vendor records a refund and a credit note.

    https://www.chargebee.com/docs/payments/configuring-chargeback-management.html, the recommended setting.
    """
    site, invoice = _invoice(request)
    reasons = {"reason_code": "chargeback", "create_reason_code": "Chargeback"}
    return JSONResponse(refunds.give_back(site, invoice, None, reasons, lifecycle.SCHEDULER))


async def end_dunning(request: Request) -> Response:
    """`then`: `cancel` the subscription (the default), or `keep` it."""
    then = (await body_of(request)).get("then", "cancel")
    if then not in ("cancel", "keep"):
        raise ValueError("then must be cancel or keep")
    site, subscription = _subscription(request)
    dunning.exhaust(site, subscription, then)
    return JSONResponse({"subscription": subscription})


async def sign_contract(request: Request) -> Response:
    """`billing_cycles`, and optionally `action_at_term_end` and `cancellation_cutoff_period`."""
    body = await body_of(request)
    site, subscription = _subscription(request)
    terms = body | {"billing_cycle": whole_number(body, "billing_cycles")}
    contract_terms.begin(site, subscription, terms, _BY_HAND)
    lifecycle.publish(site, "subscription_changed", subscription, _BY_HAND)
    return JSONResponse({"subscription": subscription})


async def edit_subscription(request: Request) -> Response:
    """Its fields become those that are given, null removes one; nothing is checked and nothing is charged."""
    fields = await body_of(request)
    site, subscription = _subscription(request)
    for name, value in fields.items():
        subscription.pop(name, None)
        if value is not None:
            subscription[name] = value
    site.touch(subscription)
    site.record("subscription_changed", subscriptions.entry(site, subscription), _BY_HAND)
    return JSONResponse({"subscription": subscription})


async def pad_subscription(request: Request) -> Response:
    """The subscription gets so many tiers that it takes at least `bytes` as JSON, and every event of it does."""
    wanted = whole_number(await body_of(request), "bytes")
    site, subscription = _subscription(request)
    price_id = subscription["subscription_items"][0]["item_price_id"]
    row = {"item_price_id": price_id, "starting_unit": 1, "ending_unit": 2, "price": 100, "index": 0}
    rows = max(0, wanted - len(json.dumps(subscription))) // len(json.dumps(row)) + 1
    subscription["item_tiers"] = [row | {"object": "item_tier", "index": index} for index in range(rows)]
    lifecycle.publish(site, "subscription_changed", subscription, _BY_HAND)
    return JSONResponse({"bytes": len(json.dumps(subscription))})


ROUTES = [
    Route("/_sim/invoices/{id}/late_failure", fail_late, methods=["POST"]),
    Route("/_sim/invoices/{id}/chargeback", charge_back, methods=["POST"]),
    Route("/_sim/subscriptions/{id}", edit_subscription, methods=["PATCH"]),
    Route("/_sim/subscriptions/{id}/end_dunning", end_dunning, methods=["POST"]),
    Route("/_sim/subscriptions/{id}/contract_term", sign_contract, methods=["POST"]),
    Route("/_sim/subscriptions/{id}/padding", pad_subscription, methods=["POST"]),
]
