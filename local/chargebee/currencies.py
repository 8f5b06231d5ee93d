"""The currencies that the site has set up; the first one is its base currency, else that of its first price.

https://www.chargebee.com/docs/billing/1.0/site-configuration/multicurrency-pricing
"""

from local.chargebee.errors import wrong_value
from local.chargebee.site import Site


def default_currency(site: Site) -> str:
    if site.settings.currencies:
        return site.settings.currencies[0]
    return next((str(price["currency_code"]) for price in site.catalog.item_prices.values()), "USD")


def require_currency(site: Site, currency: str | None, param: str) -> None:
    known = site.settings.currencies
    if currency is not None and known is not None and currency not in known:
        raise wrong_value(param, f"{currency} is not a currency of this site")
