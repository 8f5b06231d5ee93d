"""The currencies that the site has set up; the first one is its base currency.

https://www.chargebee.com/docs/billing/1.0/site-configuration/multicurrency-pricing
"""

from local.chargebee.errors import wrong_value
from local.chargebee.site import Site

_BASE = "USD"


def default_currency(site: Site) -> str:
    return site.settings.currencies[0] if site.settings.currencies else _BASE


def require_currency(site: Site, currency: str | None, param: str) -> None:
    known = site.settings.currencies
    if currency is not None and known is not None and currency not in known:
        raise wrong_value(param, f"{currency} is not a currency of this site")
