"""The gateway that takes a hosted page's payment.

Seen on test sites: a page that names no gateway account is opened all the same, and only its own call for a payment
intent is refused where the site's Smart Routing has no rule for it.
"""

from local.chargebee.errors import no_gateway
from local.chargebee.site import Site
from local.chargebee.store import Resource

ROUTED = "gw_simulated"


def require_gateway(site: Site, page: Resource) -> str:
    """The gateway account: the one that the page was opened with, else the one that Smart Routing chooses."""
    card = site.store.page_requests[page["id"]].params.get("card") or {}
    pinned: str | None = card.get("gateway_account_id")
    if pinned is None and site.settings.smart_routing == "off":
        raise no_gateway()
    return pinned or ROUTED
