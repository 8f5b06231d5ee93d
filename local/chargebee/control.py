"""`/_sim`: what a test does to the simulated world, and what it asks about it."""

import json
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.chargebee import cards, checkout, customers, dues, invoices, payment_sources, refunds, schedule
from local.chargebee.checkout import PaidWith
from local.chargebee.control_request import body_of, simulator_of, whole_number
from local.chargebee.errors import ApiError, not_found
from local.chargebee.webhooks import Endpoint


def _card(body: dict[str, Any]) -> PaidWith:
    card: PaidWith | None = body.get("card")
    if card not in ("ok", "declined", "3ds", "none"):
        raise ValueError("card must be ok, declined, 3ds or none")
    return card


async def health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def pay(request: Request) -> Response:
    card = _card({"card": "ok"} | await body_of(request))
    site = simulator_of(request).site
    schedule.catch_up(site)
    page = checkout.complete(site, request.path_params["id"], card)
    return JSONResponse({"hosted_page": page, "redirect_url": checkout.return_url(site, page)})


async def read_clock(request: Request) -> Response:
    return JSONResponse({"now": simulator_of(request).site.now()})


async def advance_clock(request: Request) -> Response:
    seconds = (await body_of(request)).get("advance_seconds")
    if not isinstance(seconds, int | float) or seconds < 0:
        raise ValueError("advance_seconds must be a number of seconds, zero or more")
    schedule.advance(simulator_of(request).site, seconds)
    return await read_clock(request)


async def set_card(request: Request) -> Response:
    """The primary card starts to pay, to be declined or to ask for authentication; without one, one is saved.

    `none` removes every card.
    """
    card = _card(await body_of(request))
    site = simulator_of(request).site
    customer = customers.find(site, request.path_params["id"])
    primary = cards.primary_of(site, customer)
    if card == "none":
        for payment_source in payment_sources.owned(site, customer):
            payment_sources.remove(site, payment_source, "admin_console")
    elif primary is None:
        payment_sources.add_card(site, customer, card, "admin_console")
    else:
        site.store.card_behaviours[primary["id"]] = card
    return JSONResponse(customers.entry(site, customer))


async def collect(request: Request) -> Response:
    site = simulator_of(request).site
    customer = customers.find(site, request.path_params["id"])
    charges = dues.collect(site, customer, "admin_console")
    return JSONResponse({"invoices": [charge.invoice for charge in charges]})


async def refund(request: Request) -> Response:
    """`amount` in minor units; without one, all of the payment."""
    site = simulator_of(request).site
    invoice = invoices.find(site, request.path_params["id"])
    amount = (await body_of(request)).get("amount")
    if not isinstance(amount, int | None):
        raise ValueError("amount must be a number of minor units")
    return JSONResponse(refunds.give_back(site, invoice, amount, {}, "admin_console"))


async def set_metered_billing(request: Request) -> Response:
    """How long pending invoices that are yet to come wait before they close by themselves."""
    seconds = whole_number(await body_of(request), "auto_close_seconds")
    simulator_of(request).site.auto_close_after = seconds
    return JSONResponse({"auto_close_seconds": seconds})


async def set_stray_events(request: Request) -> Response:
    """Whether events come among those that a real site sends around them."""
    sent = (await body_of(request)).get("sent")
    if not isinstance(sent, bool):
        raise ValueError("sent must be true or false")
    simulator_of(request).site.stray_events = sent
    return JSONResponse({"sent": sent})


async def set_faults(request: Request) -> Response:
    body = await body_of(request)
    if unknown := body.keys() - {"api", "webhooks", "limit"}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    simulator_of(request).faults.replace(body.get("api", ()), body.get("webhooks", {}), body.get("limit"))
    return JSONResponse({})


async def requests(request: Request) -> Response:
    """All of them, or those since a moment (the machine's milliseconds)."""
    log = simulator_of(request).requests
    if request.method == "DELETE":
        log.clear()
    since = int(request.query_params.get("since", 0))
    return JSONResponse({"requests": [call for call in log if call["at"] >= since]})


async def events(request: Request) -> Response:
    return JSONResponse({"events": list(simulator_of(request).site.store.events.values())})


async def resend(request: Request) -> Response:
    simulator = simulator_of(request)
    event = simulator.site.store.events.get(request.path_params["id"])
    if event is None:
        raise not_found("event", request.path_params["id"])
    simulator.courier.send(event)
    return JSONResponse({"event": event})


async def deliveries(request: Request) -> Response:
    """Every attempt to deliver an event, and those that a fault dropped: `since` a moment, `about` one of some ids."""
    since, ids = int(request.query_params.get("since", 0)), request.query_params.getlist("about")
    log = [each for each in simulator_of(request).courier.log if each.at >= since]
    wanted = [each for each in log if not ids or any(one in json.dumps(each.event) for one in ids)]
    return JSONResponse({"deliveries": [asdict(each) for each in wanted]})


async def pending(request: Request) -> Response:
    """Deliveries that are still to be made, retries among them."""
    return JSONResponse({"pending": simulator_of(request).courier.pending})


async def set_endpoint(request: Request) -> Response:
    endpoint = Endpoint(**await body_of(request))
    simulator_of(request).courier.endpoint = endpoint
    return JSONResponse({"url": endpoint.url})


async def reset(request: Request) -> Response:
    simulator_of(request).reset()
    return JSONResponse({})


async def refused(_request: Request, error: Exception) -> Response:
    """The vendor's own refusal, or a sentence about a control request that makes no sense."""
    if isinstance(error, ApiError):
        return JSONResponse(error.body, error.status, headers=error.headers)
    return JSONResponse({"error": str(error)}, 400)


ROUTES = [
    Route("/_sim/health", health),
    Route("/_sim/hosted_pages/{id}/pay", pay, methods=["POST"]),
    Route("/_sim/clock", read_clock, methods=["GET"]),
    Route("/_sim/clock", advance_clock, methods=["POST"]),
    Route("/_sim/customers/{id}/card", set_card, methods=["POST"]),
    Route("/_sim/customers/{id}/collect", collect, methods=["POST"]),
    Route("/_sim/invoices/{id}/refund", refund, methods=["POST"]),
    Route("/_sim/metered_billing", set_metered_billing, methods=["PUT"]),
    Route("/_sim/stray_events", set_stray_events, methods=["PUT"]),
    Route("/_sim/faults", set_faults, methods=["PUT"]),
    Route("/_sim/requests", requests, methods=["GET", "DELETE"]),
    Route("/_sim/events", events, methods=["GET"]),
    Route("/_sim/events/{id}/resend", resend, methods=["POST"]),
    Route("/_sim/webhooks", deliveries),
    Route("/_sim/webhooks/pending", pending),
    Route("/_sim/webhook_endpoint", set_endpoint, methods=["PUT"]),
    Route("/_sim/reset", reset, methods=["POST"]),
]
