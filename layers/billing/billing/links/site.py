"""Where browsers go."""

from dataclasses import dataclass

from billing.core.errors import InvalidUrl
from billing.links.return_state import Return, sign

MAX_REDIRECT_URL = 250
"""Chargebee's limit for `redirect_url` and `cancel_url`: https://apidocs.chargebee.com/docs/api/hosted_pages"""


@dataclass(frozen=True, slots=True)
class Site:
    """The application's origin, the origin of this API, and the key that signs return links."""

    app_url: str
    api_url: str
    return_key: str

    def return_url(self, target: Return, expires_at: int) -> str:
        """The absolute URL that Chargebee sends the browser to after payment. Raises InvalidUrl when it is too long."""
        return self._return("/api/subscription/success", target, expires_at)

    def purchase_return_url(self, target: Return, expires_at: int) -> str:
        """The same for what is bought once: `target` names a charge. Raises InvalidUrl."""
        return self._return("/api/checkout/success", target, expires_at)

    def page_url(self, path: str) -> str:
        """The absolute URL of a page of the application, for Chargebee to link to. Raises InvalidUrl when too long."""
        return _fitting(self.app_url + path, "return")

    def _return(self, route: str, target: Return, expires_at: int) -> str:
        return _fitting(f"{self.api_url}{route}?{sign(target, self.return_key, expires_at)}", "success")


def _fitting(url: str, name: str) -> str:
    if len(url) > MAX_REDIRECT_URL:
        excess = len(url) - MAX_REDIRECT_URL
        raise InvalidUrl(f"The {name} URL is too long for Chargebee by {excess} characters once encoded.")
    return url
