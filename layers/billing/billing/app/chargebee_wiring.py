"""Chargebee, with this deployment's key and settings."""

from functools import cache
from typing import TYPE_CHECKING, Any

from billing.app.clients import renewed_secret, secret
from billing.core.clock import utc_now
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing.chargebee.api import ChargebeeApi
    from billing.chargebee.calls import PacedRetry
    from billing.chargebee.coupons import ChargebeeCoupons
    from billing.chargebee.entitlements import ChargebeeEntitlements
    from billing.chargebee.estimates import ChargebeeEstimates
    from billing.chargebee.invoices import ChargebeeInvoices
    from billing.chargebee.payments import ChargebeePayments
    from billing.chargebee.personal_data import ChargebeePersonalData
    from billing.chargebee.resources import Resources
    from billing.chargebee.site_lists import SiteLists
    from billing.chargebee.usage import ChargebeeUsage
    from billing.core.recent import Recent
    from billing.runtime.caller import Caller
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.ports import CustomerParams

MAX_EMAIL = 70
"""Characters of https://apidocs.chargebee.com/docs/api/customers. With a longer one the whole customer is refused."""


def _sdk() -> "Resources":
    """Connected once, with the key as it is known today."""
    sdk = _connected()
    sdk.env.api_key = _key(secret)
    return sdk


@cache
def _connected() -> "Resources":
    from billing.chargebee.connection import connect  # noqa: PLC0415 - importing it costs half a second

    url, entity = (settings().optional(name) for name in ("CHARGEBEE_API_URL", "CHARGEBEE_BUSINESS_ENTITY_ID"))
    return connect(settings()["CHARGEBEE_SITE"], _key(secret), url, entity, lambda: _key(renewed_secret))


def _key(read: "Callable[[str], Mapping[str, str]]") -> str:
    return read("CHARGEBEE_API_SECRET").get("api_key", "")


def chargebee() -> "ChargebeeApi":
    """Chargebee, with this deployment's key."""
    from billing.chargebee.api import ChargebeeApi  # noqa: PLC0415
    from billing.chargebee.calls import Retry  # noqa: PLC0415

    return ChargebeeApi(_sdk(), Retry(), utc_now, settings().optional("CHARGEBEE_GATEWAY_ACCOUNT_ID"))


def details_from(caller: "Caller | None") -> "CustomerParams":
    """What Chargebee is told of a customer besides its name: the e-mail of the caller for whom it is made, and what the
    hook adds. None is nobody in particular."""
    from billing import hooks  # noqa: PLC0415 - the team's own: imported where it is asked

    def details(organization: "Organization") -> "Mapping[str, Any]":
        email = {"email": caller.email} if caller and 0 < len(caller.email) <= MAX_EMAIL else {}
        return {**email, **hooks.customer_create_params(organization, caller)}

    return details


def chargebee_lists() -> "SiteLists":
    """Chargebee, for who reads long lists and has time: the rest of its limit is for whoever waits for an answer."""
    from billing.chargebee.site_lists import SiteLists  # noqa: PLC0415

    return SiteLists(_sdk(), _unhurried())


@cache
def _unhurried() -> "PacedRetry":
    from billing.chargebee.calls import PacedRetry, Retry  # noqa: PLC0415

    return PacedRetry(Retry(), interval=60 / int(settings()["RECONCILE_CALLS_PER_MINUTE"]))


def chargebee_payments() -> "ChargebeePayments":
    """Chargebee's saved cards, one-time purchases and invoices."""
    from billing.chargebee.calls import Retry  # noqa: PLC0415
    from billing.chargebee.payments import ChargebeePayments  # noqa: PLC0415

    return ChargebeePayments(_sdk(), Retry(), settings().optional("CHARGEBEE_GATEWAY_ACCOUNT_ID"))


def chargebee_invoices() -> "ChargebeeInvoices":
    """Chargebee's invoices for those who pay them."""
    from billing.chargebee.calls import Retry  # noqa: PLC0415
    from billing.chargebee.invoices import ChargebeeInvoices  # noqa: PLC0415

    return ChargebeeInvoices(_sdk(), Retry())


def chargebee_personal_data() -> "ChargebeePersonalData":
    """What Chargebee keeps of a customer's people."""
    from billing.chargebee.calls import Retry  # noqa: PLC0415
    from billing.chargebee.personal_data import ChargebeePersonalData  # noqa: PLC0415

    return ChargebeePersonalData(_sdk(), Retry())


def chargebee_estimates() -> "ChargebeeEstimates":
    """Chargebee's estimates of changes."""
    from billing.chargebee.calls import Retry  # noqa: PLC0415
    from billing.chargebee.estimates import ChargebeeEstimates  # noqa: PLC0415

    return ChargebeeEstimates(_sdk(), Retry(), utc_now)


def chargebee_coupons() -> "ChargebeeCoupons":
    """Chargebee's coupons."""
    from billing.chargebee.calls import Retry  # noqa: PLC0415
    from billing.chargebee.coupons import ChargebeeCoupons  # noqa: PLC0415

    return ChargebeeCoupons(_sdk(), Retry())


def chargebee_entitlements() -> "ChargebeeEntitlements":
    """Chargebee's entitlements."""
    from billing.chargebee.calls import Retry  # noqa: PLC0415
    from billing.chargebee.entitlements import ChargebeeEntitlements  # noqa: PLC0415

    return ChargebeeEntitlements(_sdk(), Retry())


@cache
def recent_invoices() -> "Recent":
    """Pages of invoices that were read a moment ago."""
    from billing.core.recent import Recent  # noqa: PLC0415 - only where invoices are listed
    from billing.payments.services.invoices import LIFETIME  # noqa: PLC0415

    return Recent(utc_now, LIFETIME)


def chargebee_usage() -> "ChargebeeUsage":
    """Chargebee's metered billing. Nobody waits for it: it goes slowly, and a rate limit is waited out."""
    from billing.chargebee.calls import PacedRetry, Retry  # noqa: PLC0415
    from billing.chargebee.usage import ChargebeeUsage  # noqa: PLC0415

    calls_a_minute = int(settings()["USAGE_CALLS_PER_MINUTE"])
    return ChargebeeUsage(_sdk(), PacedRetry(Retry(budget=120.0), interval=60 / calls_a_minute))
