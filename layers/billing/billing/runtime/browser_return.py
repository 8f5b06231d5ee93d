"""The browser's return from a hosted page. It has no session, and is always redirected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from billing.core.budget import Budget, Budgets
from billing.core.clock import DAY
from billing.core.errors import InvalidUrl, Unauthenticated
from billing.links.site import Return, Site, relative_path, verify
from billing.runtime.logs import invocation, learned, log_failure, of_request
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from billing.runtime.authentication import Event
    from billing.runtime.http import Response

_URL_CHARACTERS = "/?#[]@!$&'()*+,;=:-._~%"


def follow(
    event: Event,
    context: Any,
    *,
    site: Callable[[], Site],
    now: int,
    budgets: Callable[[], Budgets],
    sync: Callable[[Return], None],
) -> Response:
    """Sync what a valid `state` names, once a day, then redirect to its path on the application's own origin.

    Chargebee appends its own `id` and `state=succeeded` to the link, so `state` comes twice. Without a valid `state`,
    or when the key cannot be read or the sync fails, the browser is only redirected: the webhook brings the same news.
    """
    query = parse_qs(event.get("rawQueryString", ""))
    path = _path(query)
    with invocation(context, **of_request(event)):
        try:
            target, state = _believed(query, path, site().return_key, now)
            learned(organization_id=target.organization_id)
            budgets().spend(target.organization_id, _once(state), now)
            sync(target)
        except Exception as error:  # the browser has just paid: whatever is wrong on our side, it is sent on
            log_failure("return_not_synced", error)
    return redirect(settings().app_url + quote(path, safe=_URL_CHARACTERS))


def _path(query: Mapping[str, list[str]]) -> str:
    try:
        return relative_path(query.get("callbackURL", ["/"])[0])
    except InvalidUrl:
        return "/"


def _once(state: str) -> Budget:
    """A link may be followed again by whoever finds it in a browser's history: its signature is worth one sync."""
    return Budget(f"return:{state.rpartition('.')[2]}", times=1, seconds=DAY)


def _believed(query: Mapping[str, list[str]], path: str, key: str, now: int) -> tuple[Return, str]:
    subscription_id = query.get("subscriptionId", [""])[0]
    refusal: Unauthenticated = Unauthenticated("The return link carries no state.")
    for state in query.get("state", []):
        try:
            return verify(subscription_id, path, state, key, now), state
        except Unauthenticated as error:
            refusal = error
    raise refusal


def redirect(url: str) -> Response:
    """Send the browser on."""
    return {"statusCode": 302, "headers": {"location": url, "cache-control": "no-store"}, "body": ""}
