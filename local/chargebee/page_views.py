"""Hosted pages in the browser: `/pages/v4/{id}/`."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local.chargebee import checkout, schedule
from local.chargebee.checkout import PaidWith
from local.chargebee.errors import ApiError
from local.chargebee.html import date, document, money, text
from local.chargebee.payment_intents import require_gateway
from local.chargebee.quotes import QUOTES, Quote
from local.chargebee.simulator import Simulator
from local.chargebee.site import Site
from local.chargebee.store import Resource

_CARDS: dict[str, PaidWith] = {"ok": "ok", "declined": "declined", "3ds": "3ds", "none": "none"}
_CARD_NAMES = {
    "ok": "4111 1111 1111 1111: pays",
    "declined": "4119 8627 6033 8320: is declined",
    "3ds": "4000 0027 6000 3184: asks for authentication",
    "none": "No card",
}


def _site(request: Request) -> Site:
    simulator: Simulator = request.app.state.simulator
    schedule.catch_up(simulator.site)
    return simulator.site


async def show(request: Request) -> Response:
    site = _site(request)
    try:
        page = checkout.visit(site, request.path_params["id"])
        checkout.require_open(site, page)
        return HTMLResponse(_form(site, page))
    except ApiError as refusal:
        return _closed(refusal)


async def submit(request: Request) -> Response:
    """On success on to the caller's page; a declined card leaves the form open with the reason."""
    site, page_id = _site(request), request.path_params["id"]
    sent = parse_qs((await request.body()).decode())
    try:
        page = checkout.visit(site, page_id)
        checkout.require_open(site, page)
    except ApiError as refusal:
        return _closed(refusal)
    try:
        page = checkout.complete(site, page_id, _CARDS.get(sent.get("card", [""])[0], "ok"))
    except ApiError as refusal:
        return HTMLResponse(_form(site, page, str(refusal)), refusal.status)
    return _leave(site, page, "Thank you", "All done. You can close this page.")


async def open_payment_intent(request: Request) -> Response:
    """What the page asks for before it shows a card form. Without a gateway there is no form, and no other sign."""
    site = _site(request)
    try:
        page = checkout.visit(site, request.path_params["id"])
        checkout.require_open(site, page)
        account = require_gateway(site, page)
    except ApiError as refusal:
        return JSONResponse(refusal.body, refusal.status)
    return JSONResponse({"payment_intent": {"status": "inited", "gateway_account_id": account}})


async def cancel(request: Request) -> Response:
    site = _site(request)
    try:
        page = checkout.cancel(site, request.path_params["id"])
    except ApiError as refusal:
        return _closed(refusal)
    return _leave(site, page, "Cancelled", "Nothing was bought. You can close this page.")


def _leave(site: Site, page: Resource, title: str, farewell: str) -> Response:
    target = checkout.return_url(site, page)
    if target is None:
        return HTMLResponse(document(title, f"<p>{text(farewell)}</p>"))
    return RedirectResponse(target, 303)


def _closed(refusal: ApiError) -> Response:
    return HTMLResponse(document("This page is closed", f"<p>{text(refusal)}</p>"), refusal.status)


def _form(site: Site, page: Resource, error: str = "") -> str:
    """The offer and a pretend card form; an offer that no longer holds says why instead."""
    params = site.store.page_requests[page["id"]].params
    try:
        quote = QUOTES[page["type"]](site, params)
    except ApiError as refusal:
        return document("This page is closed", f"<p>{text(refusal)}</p>")
    choices = "".join(
        f'<option value="{card}">{text(name)}</option>'
        for card, name in _CARD_NAMES.items()
        if card != "none" or not quote.needs_card
    )
    problem = f'<p class="error" role="alert">{text(error)}</p>' if error else ""
    base = f"/pages/v4/{text(page['id'])}"
    return document(
        quote.title,
        f"{_offer(quote)}{problem}"
        f'<form id="pay" method="post" action="{base}/">'
        f'<label>Card<select name="card">{choices}</select></label></form>'
        f'<form id="cancel" method="post" action="{base}/cancel"></form>'
        f'<div class="row"><button form="pay" type="submit">{text(_action(page, quote))}</button>'
        '<button form="cancel" type="submit" class="quiet">Cancel</button></div>',
    )


def _action(page: Resource, quote: Quote) -> str:
    if page["type"] == "manage_payment_sources":
        return "Save card"
    if quote.due_now:
        return f"Pay {money(quote.due_now, quote.currency)}"
    return "Start trial" if page["type"] == "checkout_new" else "Confirm"


def _offer(quote: Quote) -> str:
    rows = "".join(
        f"<tr><td>{text(line.name)}{f' &times; {line.quantity}' if line.quantity else ''}</td>"
        f"<td>{money(line.amount, quote.currency)}{f' / {text(line.every)}' if line.every else ''}</td></tr>"
        for line in quote.lines
    )
    trial = f'<p class="soft">Free trial until {date(quote.trial_end)}.</p>' if quote.trial_end else ""
    due = money(quote.due_now, quote.currency)
    return f'<table>{rows}<tr class="total"><td>Due now</td><td>{due}</td></tr></table>{trial}'


ROUTES = [
    Route("/pages/v4/{id}/", show, methods=["GET"]),
    Route("/pages/v4/{id}/", submit, methods=["POST"]),
    Route("/pages/v4/{id}/payment_intents", open_payment_intent, methods=["POST"]),
    Route("/pages/v4/{id}/cancel", cancel, methods=["POST"]),
]
