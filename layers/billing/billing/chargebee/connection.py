"""The official SDK (3.29) connected, with its traps closed.

What it would do on its own, and what is done here instead:

- a connection and a TLS context a call, checked against certificates of 2012: one pooled client, with certifi's;
- 30 seconds to connect and 80 to read: 2 and 8;
- 429 retried for ever, Retry-After ignored: `retry.py`;
- five kinds of error, bare `Exception` and httpx's own among them: the one ChargebeeError that says what to do.
"""

import json
from typing import Any

import httpx
from chargebee import Chargebee as Sdk
from chargebee import http_request

from billing.chargebee.declines import refusal
from billing.core.chargebee_errors import (
    ChargebeeDuplicate,
    ChargebeeError,
    ChargebeeMisconfigured,
    ChargebeeNotFound,
    ChargebeeRateLimited,
    ChargebeeRejectedKey,
    ChargebeeTimeout,
    ChargebeeUnavailable,
)
from billing.core.errors import NotConfigured

CONNECT_SECONDS = 2.0
READ_SECONDS = 8.0
RATE_WINDOW = 60
"""Seconds after which Chargebee's per-minute limit has passed, when it does not say itself."""

_UNAUTHORIZED = frozenset({401, 403})
_TOO_MANY = 429
_NOT_FOUND = 404
_SERVER = 500
_CONFIGURATION = frozenset(
    {
        "no_applicable_gateway",
        "configuration_incompatible",
        "payment_gateway_currency_incompatible",
        "gateway_not_configured",
        "site_not_ready",
        "site_read_only_mode",
    }
)


def connect(site: str, api_key: str, api_url: str = "") -> Sdk:
    """The SDK for one site. `api_url` stands in for `https://{site}.chargebee.com`, for tests and proxies.

    Raises NotConfigured when the site or the key is missing.
    """
    if not site or not api_key:
        raise NotConfigured("The Chargebee site or API key is not set.")
    Sdk.verify_ca_certs = False  # leaves TLS to the client below, whose default is to verify
    sdk = Sdk(api_key, site)
    if api_url:
        sdk.env.protocol = api_url.partition(":")[0]
        sdk.env.api_endpoint = f"{api_url.rstrip('/')}/api/v2"
    pool = httpx.Client(timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS))

    def send(arguments: dict[str, Any]) -> tuple[dict[str, Any], httpx.Headers, int]:
        request = {name: value for name, value in arguments.items() if name not in ("verify", "timeout")}
        try:
            response = pool.request(**request)
        except httpx.TimeoutException as error:
            raise ChargebeeTimeout("Chargebee did not answer in time. Try again.") from error
        except httpx.HTTPError as error:
            raise ChargebeeUnavailable("Chargebee cannot be reached. Try again.") from error
        return _answer(response), response.headers, response.status_code

    http_request._make_request = send
    return sdk


def _answer(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        body = None
    if response.is_success and isinstance(body, dict):
        return body
    raise explained(response.status_code, body if isinstance(body, dict) else {}, response.headers)


def explained(status: int, body: dict[str, Any], headers: httpx.Headers) -> ChargebeeError:
    """What an answer that is not a success means to us.

    Codes: https://apidocs.chargebee.com/docs/api/error-handling
    """
    codes = [code for code in (body.get("error_code"), body.get("api_error_code")) if code]
    code = str(codes[0]) if codes else "chargebee_error"
    message = str(body.get("message") or f"Chargebee answered {status}.")
    if status == _TOO_MANY:
        return ChargebeeRateLimited("Chargebee's rate limit is reached. Try again later.", _retry_after(headers))
    if status >= _SERVER or not codes:
        return ChargebeeUnavailable("Chargebee is not working right now. Try again.")
    if status in _UNAUTHORIZED:
        return ChargebeeRejectedKey("Chargebee does not accept this deployment's API key.")
    if configured := next((each for each in codes if each in _CONFIGURATION), None):
        return ChargebeeMisconfigured(f"The Chargebee site is not ready for this: {message}", configured)
    if str(body.get("param", "")).startswith(("subscription_items", "item_prices")):
        return ChargebeeMisconfigured(f"The Chargebee site does not know what is being bought: {message}", code)
    if "duplicate_entry" in codes:
        return ChargebeeDuplicate(message)
    if status == _NOT_FOUND:
        return ChargebeeNotFound(message)
    return refusal(body, message, code)


def _retry_after(headers: httpx.Headers) -> int:
    value = headers.get("retry-after", "")
    return int(value) if value.isascii() and value.isdigit() else RATE_WINDOW
