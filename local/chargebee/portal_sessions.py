"""Sessions of the self-serve portal. The access URL opens one browser session, once, within the hour."""

from urllib.parse import urlencode

from local.chargebee import customers
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, missing, not_found
from local.chargebee.site import Site
from local.chargebee.store import Resource

LIFETIME = 3600


def create(site: Site, call: Call) -> Resource:
    if "customer" not in call.params:
        raise missing("customer[id]")
    customer = customers.find(site, call.params["customer"]["id"], "customer[id]")
    token = site.new_id("")
    session: Resource = {
        "id": site.new_id("portal_"),
        "token": token,
        "access_url": f"{site.base_url}/portal/v2/authenticate?{urlencode({'token': token})}",
        "status": "created",
        "created_at": site.now(),
        "expires_at": site.now() + LIFETIME,
        "customer_id": customer["id"],
        "linked_customers": [],
        "object": "portal_session",
    }
    if call.params.get("redirect_url"):
        session["redirect_url"] = call.params["redirect_url"]
    site.store.portal_sessions[session["id"]] = session
    return {"portal_session": session}


def _find(site: Site, session_id: str) -> Resource:
    if session_id not in site.store.portal_sessions:
        raise not_found("portal_session", session_id)
    return site.store.portal_sessions[session_id]


def retrieve(site: Site, call: Call) -> Resource:
    return {"portal_session": _find(site, call.id)}


def logout(site: Site, call: Call) -> Resource:
    session = _find(site, call.id)
    if session["status"] == "logged_out":
        raise invalid_state("The portal session is already logged out")
    end(site, session)
    return {"portal_session": session}


def end(site: Site, session: Resource) -> None:
    session |= {"status": "logged_out", "logout_at": site.now()}


def log_in(site: Site, token: str) -> str | None:
    """Spend the token; the answer is the browser's cookie, or None when the token is used up or too old."""
    for session in site.store.portal_sessions.values():
        fresh = session["status"] == "created" and site.now() < session["expires_at"]
        if session["token"] == token and fresh:
            session |= {"status": "logged_in", "login_at": site.now()}
            cookie = site.new_id("")
            site.store.portal_cookies[cookie] = session["id"]
            return cookie
    return None


def session_of(site: Site, cookie: str | None) -> Resource | None:
    """The session that a browser is in, while it is logged in."""
    session = site.store.portal_sessions.get(site.store.portal_cookies.get(cookie or "", ""))
    return session if session is not None and session["status"] == "logged_in" else None


OPERATIONS = (
    Operation("POST", "/portal_sessions", "portal_session.create", create, lacks=frozenset({"forward_url"})),
    Operation("GET", "/portal_sessions/{id}", "portal_session.retrieve", retrieve),
    Operation("POST", "/portal_sessions/{id}/logout", "portal_session.logout", logout),
)
