"""What an answer of Chargebee's that is not a success means to us.

Codes, types and statuses: https://apidocs.chargebee.com/docs/api/error-handling
"""

import re
from collections.abc import Mapping
from typing import Any

from billing.chargebee.declines import refusal
from billing.core.chargebee_errors import (
    ChargebeeBlocked,
    ChargebeeBusy,
    ChargebeeCouponRefused,
    ChargebeeDuplicate,
    ChargebeeError,
    ChargebeeKeyReused,
    ChargebeeMisconfigured,
    ChargebeeNotFound,
    ChargebeeRateLimited,
    ChargebeeReasonRefused,
    ChargebeeRejectedKey,
    ChargebeeSiteNotReady,
    ChargebeeSiteReadOnly,
    ChargebeeThirdPartyLimited,
    ChargebeeUnavailable,
)

RATE_WINDOW = 60
"""Seconds after which Chargebee's per-minute limit has passed, when it does not say itself."""
MOMENT = 1
"""Seconds after which a record that was held is free again, most likely."""

_UNAUTHORIZED = frozenset({401, 403})
_NOT_FOUND = 404
_UNPROCESSABLE = 422
_TOO_MANY = 429
_SERVER = 500
_SET_UP = ("subscription_items", "item_prices", "card[gateway_account_id]")
"""Parameters that name what an operator sets up."""
_PRICES = ("subscription_items[unit_price", "item_tiers[")
"""Those that say a price of a line's own."""
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_PARAMETER = re.compile(r"[a-z0-9_]{1,40}(\[[a-z0-9_]{0,40}\]){0,3}")
_CONFIGURATION = frozenset({"configuration_incompatible", "payment_gateway_currency_incompatible"})


def explained(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> ChargebeeError:
    """The error that says what to do, and with what Chargebee answered."""
    codes = [code for code in (body.get("error_code"), body.get("api_error_code")) if code]
    error = _error(status, codes, body, headers)
    error.upstream_status, error.upstream_code = status, _code(codes[0]) if codes else None
    return error


def _error(status: int, codes: list[str], body: Mapping[str, Any], headers: Mapping[str, str]) -> ChargebeeError:
    if status == _TOO_MANY:
        return _held_up(codes, str(body.get("message")), headers.get("retry-after", ""))
    if status >= _SERVER or not codes:
        return _away(codes)
    if status in _UNAUTHORIZED:
        return _shut_out(codes)
    return _refused(status, codes, body)


def _held_up(codes: list[str], message: str, retry_after: str) -> ChargebeeError:
    """Chargebee did nothing, and will later. Its limit of requests at once has no code of its own."""
    told = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
    if "lock_timeout" in codes or "concurrent" in message.lower():
        return ChargebeeBusy("Chargebee is busy with another request. Try again.", MOMENT if told is None else told)
    seconds = RATE_WINDOW if told is None else told
    if "third_party_api_request_limit_exceeded" in codes:
        return ChargebeeThirdPartyLimited("A service behind Chargebee is asked too often. Try again later.", seconds)
    return ChargebeeRateLimited("Chargebee's rate limit is reached. Try again later.", seconds)


def _away(codes: list[str]) -> ChargebeeError:
    if "site_not_ready" in codes:
        return ChargebeeSiteNotReady("The Chargebee site is not ready for requests yet.")
    if "site_read_only_mode" in codes:
        return ChargebeeSiteReadOnly("The Chargebee site takes no changes for a while. Try again later.")
    return ChargebeeUnavailable("Chargebee is not working right now. Try again.")


def _shut_out(codes: list[str]) -> ChargebeeError:
    if "request_blocked" in codes:
        return ChargebeeBlocked("Chargebee has blocked this deployment's requests. Ask Chargebee's support.")
    return ChargebeeRejectedKey("Chargebee does not accept this deployment's API key.")


def _refused(status: int, codes: list[str], body: Mapping[str, Any]) -> ChargebeeError:
    """Chargebee's own sentence goes nowhere: it may quote a customer, or its own insides."""
    code, message = _code(codes[0]), str(body.get("message"))
    place = _place(body)
    if status == _UNPROCESSABLE and "unable_to_process_request" in codes:
        return ChargebeeKeyReused("One idempotency key was used for two different requests.")
    if configured := next((each for each in codes if each in _CONFIGURATION), None):
        return ChargebeeMisconfigured(f"The Chargebee site is not ready for this{place}.", configured)
    if told := _of_parameter(str(body.get("param", "")), code, place):
        return told
    if "duplicate_entry" in codes:
        return ChargebeeDuplicate(f"Chargebee has it already{place}.")
    if status == _NOT_FOUND:
        return ChargebeeNotFound(f"Chargebee does not have it{place}.")
    return refusal(body, message, code, place)


def _of_parameter(param: str, code: str, place: str) -> ChargebeeError | None:
    """What the parameter tells that is refused."""
    if param.startswith(_PRICES):
        return ChargebeeMisconfigured(f"The Chargebee site takes no agreed prices: enable Price Override{place}.", code)
    if param.startswith(_SET_UP):
        return ChargebeeMisconfigured(f"The Chargebee site does not have what is asked for{place}.", code)
    if param.startswith("coupon_ids"):
        return ChargebeeCouponRefused(f"Chargebee does not take this coupon{place}.", "coupon_not_valid")
    if param == "cancel_reason_code":
        return ChargebeeReasonRefused(f"Chargebee does not take this reason{place}.", code)
    return None


def _code(told: object) -> str:
    """A code is one word. Anything else is a text that somebody wrote."""
    return str(told) if _WORD.fullmatch(str(told)) else "chargebee_refused"


def _place(body: Mapping[str, Any]) -> str:
    """Which parameter it is about, by name."""
    param = body.get("param")
    return f" ({param})" if isinstance(param, str) and _PARAMETER.fullmatch(param) else ""
