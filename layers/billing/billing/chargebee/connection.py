"""The official SDK (3.29) connected, with its traps closed.

What it would do on its own, and what is done here instead:

- a connection and a TLS context a call, checked against certificates of 2012: one pooled client, with certifi's;
- 30 seconds to connect and 80 for every piece that is read: 2, and 8 for the whole answer, or what is left;
- 130 resources loaded by every import: `resources.py`;
- 429 retried for ever, Retry-After ignored: `calls.py`;
- one API key for the life of the connection: `Renew`;
- five kinds of error, bare `Exception` and httpx's own among them: the one ChargebeeError that says what to do.
"""

import json
from collections.abc import Callable
from time import monotonic
from typing import Any

import httpx

from billing.chargebee.refusals import explained
from billing.chargebee.resources import Resources, prepare
from billing.core.chargebee_errors import ChargebeeRejectedKey, ChargebeeTimeout, ChargebeeUnavailable
from billing.core.errors import NotConfigured
from billing.core.invocation import deadline

CONNECT_SECONDS = 2.0
READ_SECONDS = 8.0
"""For the whole answer, in however many pieces it comes."""
BUSINESS_ENTITY = "chargebee-business-entity-id"
"""https://apidocs.chargebee.com/docs/api/business_entities: without it the site's default entity is meant."""

Renew = Callable[[], str]
"""The API key as it is right now, for whoever was told that the one in use is none any more."""


def connect(
    site: str, api_key: str, api_url: str = "", business_entity_id: str = "", renew: Renew | None = None
) -> Resources:
    """The SDK for one site, and for one of its business entities where it has several.

    `api_url` stands in for `https://{site}.chargebee.com`, for tests and proxies. A call whose key is rejected is made
    once more with the key that `renew` gives, if that is another one: Chargebee has done nothing.

    Raises NotConfigured when the site or the key is missing.
    """
    if not site or not api_key:
        raise NotConfigured("The Chargebee site or API key is not set: run `make secrets`.")
    prepare()
    from chargebee import Chargebee, http_request  # noqa: PLC0415 - prepared first

    Chargebee.verify_ca_certs = False  # leaves TLS to the client below, whose default is to verify
    sdk = Resources(api_key, site)
    if api_url:
        sdk.env.protocol = api_url.partition(":")[0]
        sdk.env.api_endpoint = f"{api_url.rstrip('/')}/api/v2"
    entity = {BUSINESS_ENTITY: business_entity_id} if business_entity_id else {}
    pool = httpx.Client(headers=entity)

    def send(arguments: dict[str, Any]) -> tuple[dict[str, Any], httpx.Headers, int]:
        request = {name: value for name, value in arguments.items() if name not in ("verify", "timeout")}
        try:
            return _exchange(pool, request)
        except ChargebeeRejectedKey:
            if renew is None:
                raise
            sdk.env.api_key = renew()
            renewed = {**request["headers"], "Authorization": http_request._basic_auth_str(sdk.env.api_key)}
            if renewed == request["headers"]:
                raise
            return _exchange(pool, {**request, "headers": renewed})

    http_request._make_request = send
    return sdk


def _exchange(pool: httpx.Client, request: dict[str, Any]) -> tuple[dict[str, Any], httpx.Headers, int]:
    seconds = min(READ_SECONDS, deadline.left())
    if seconds <= 0:
        raise ChargebeeTimeout("Chargebee was not asked in time. Try again.")
    timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    try:
        with pool.stream(**request, timeout=timeout) as response:
            content = _read(response, monotonic() + seconds)
    except httpx.TimeoutException as error:
        raise ChargebeeTimeout("Chargebee did not answer in time. Try again.") from error
    except httpx.HTTPError as error:
        raise ChargebeeUnavailable("Chargebee cannot be reached. Try again.") from error
    return _answer(response, content), response.headers, response.status_code


def _read(response: httpx.Response, end: float) -> bytes:
    """The whole body. One that only drips is given up: httpx' own timeout is for each piece."""
    content = b""
    for piece in response.iter_bytes():
        content += piece
        if monotonic() > end:
            raise httpx.ReadTimeout("The answer takes too long.")
    return content


def _answer(response: httpx.Response, content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError):
        body = None
    if response.is_success and isinstance(body, dict):
        return body
    raise explained(response.status_code, body if isinstance(body, dict) else {}, response.headers)
