"""The self-serve portal in the browser: `/portal/v2/`."""

from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from local.chargebee import change_commands, customers, pause_commands, payment_sources, portal_sessions, schedule
from local.chargebee import subscription_commands as commands
from local.chargebee.call import Call
from local.chargebee.errors import ApiError
from local.chargebee.html import document, text
from local.chargebee.portal_pages import home_page
from local.chargebee.redirects import allowed
from local.chargebee.simulator import Simulator
from local.chargebee.site import Site
from local.chargebee.store import CardBehaviour, Resource
from local.chargebee.subscriptions import find

COOKIE = "cb_portal"
HOME = "/portal/v2/home"
Fields = dict[str, str]
Action = Callable[[Site, Resource, Fields], object]


def _site(request: Request) -> Site:
    simulator: Simulator = request.app.state.simulator
    schedule.catch_up(simulator.site)
    return simulator.site


def _session(site: Site, request: Request) -> Resource | None:
    return portal_sessions.session_of(site, request.cookies.get(COOKIE))


def _no_session() -> Response:
    reason = "This link has been used or has expired. Go back to the application and open the portal again."
    return HTMLResponse(document("Please sign in again", f"<p>{text(reason)}</p>"), 401)


async def authenticate(request: Request) -> Response:
    cookie = portal_sessions.log_in(_site(request), request.query_params.get("token", ""))
    if cookie is None:
        return _no_session()
    response = RedirectResponse(HOME, 303)
    response.set_cookie(COOKIE, cookie, path="/portal/", httponly=True, samesite="lax")
    return response


async def home(request: Request) -> Response:
    site = _site(request)
    session = _session(site, request)
    return _no_session() if session is None else HTMLResponse(home_page(site, session))


async def act(request: Request) -> Response:
    """One action on one of the customer's own subscriptions; a refusal is shown above the page."""
    site = _site(request)
    session = _session(site, request)
    if session is None:
        return _no_session()
    sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
    try:
        subscription = find(site, request.path_params["id"])
        if subscription["customer_id"] != session["customer_id"]:
            return _no_session()
        _ACTIONS[request.path_params["action"]](site, subscription, sent)
    except ApiError as refusal:
        return HTMLResponse(home_page(site, session, str(refusal)), refusal.status)
    except (KeyError, ValueError):
        return HTMLResponse(home_page(site, session, "That is not something the portal can do."), 400)
    return RedirectResponse(HOME, 303)


def _call(subscription: Resource, **params: object) -> Call:
    return Call(params, subscription["id"], "portal")


def _change(site: Site, subscription: Resource, sent: Fields) -> None:
    """Another plan or another number of seats; what else the subscription holds stays."""
    row = {"item_price_id": sent["plan"], "quantity": int(sent["seats"])}
    change_commands.update_for_items(site, _call(subscription, subscription_items=[row]))


def _cancel(site: Site, subscription: Resource, _sent: Fields) -> None:
    commands.cancel_for_items(site, _call(subscription, cancel_option="end_of_term"))


def _keep(site: Site, subscription: Resource, _sent: Fields) -> None:
    commands.remove_scheduled_cancellation(site, _call(subscription))


def _pause(site: Site, subscription: Resource, _sent: Fields) -> None:
    pause_commands.pause(site, _call(subscription, pause_option="immediately"))


def _resume(site: Site, subscription: Resource, _sent: Fields) -> None:
    pause_commands.resume(site, _call(subscription, resume_option="immediately"))


_ACTIONS: dict[str, Action] = {
    "change": _change,
    "cancel": _cancel,
    "keep": _keep,
    "pause": _pause,
    "resume": _resume,
}


async def replace_card(request: Request) -> Response:
    site = _site(request)
    session = _session(site, request)
    if session is None:
        return _no_session()
    sent = parse_qs((await request.body()).decode())
    behaviour: CardBehaviour = "declined" if sent.get("card") == ["declined"] else "ok"
    customer = customers.find(site, session["customer_id"])
    payment_sources.add_card(site, customer, behaviour, "portal")
    return RedirectResponse(HOME, 303)


async def leave(request: Request) -> Response:
    """Log out and go back to the application."""
    site = _site(request)
    session = _session(site, request)
    if session is None:
        return _no_session()
    portal_sessions.end(site, session)
    if session.get("redirect_url") and allowed(site, session["redirect_url"]):
        return RedirectResponse(session["redirect_url"], 303)
    return HTMLResponse(document("Goodbye", "<p>You are signed out of the portal.</p>"))


ROUTES = [
    Route("/portal/v2/authenticate", authenticate),
    Route(HOME, home),
    Route("/portal/v2/subscriptions/{id}/{action}", act, methods=["POST"]),
    Route("/portal/v2/card", replace_card, methods=["POST"]),
    Route("/portal/v2/leave", leave, methods=["POST"]),
]
