"""Where a browser may be sent on: only to the domains that the site allows."""

from urllib.parse import urlsplit

from local.chargebee.site import Site


def allowed(site: Site, url: str) -> bool:
    domains = site.settings.allowed_redirect_domains
    return domains is None or urlsplit(url).hostname in domains
