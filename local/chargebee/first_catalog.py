"""Endpoints of Product Catalog 1.0, which a site with Product Catalog 2.0 refuses by a code of its own."""

import re

from local.chargebee.errors import of_the_first_catalog

# https://apidocs.chargebee.com/docs/api?prod_cat_ver=1, for the resources that this simulator has.
_ENDPOINTS = (
    ("GET", r"/(plans|addons)(/[^/]+)?"),
    ("POST", r"/(plans|addons)(/[^/]+)?(/delete|/unarchive)?"),
    ("POST", r"/subscriptions"),
    ("POST", r"/customers/[^/]+/subscriptions"),
    ("POST", r"/subscriptions/[^/]+"),
    ("POST", r"/subscriptions/[^/]+/(cancel|charge_addon_at_term_end|import_for_customer)"),
    ("POST", r"/invoices"),
    ("POST", r"/invoices/(charge|charge_addon)"),
    ("POST", r"/hosted_pages/(checkout_new|checkout_existing|checkout_one_time)"),
    ("POST", r"/estimates/(create_subscription|update_subscription)"),
)


def require_second_catalog(method: str, path: str) -> None:
    """`path` is below `/api/v2`; raises `configuration_incompatible` for an endpoint of the first catalog."""
    if any(method == known and re.fullmatch(pattern, path) for known, pattern in _ENDPOINTS):
        raise of_the_first_catalog(f"{method} {path}")
