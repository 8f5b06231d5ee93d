"""What the API answers when it refuses.

Codes and statuses follow https://apidocs.chargebee.com/docs/api/error-handling?prod_cat_ver=2
"""

from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """A refusal in the vendor's own shape; nothing has changed when it is raised, bar a failed payment on record."""

    def __init__(
        self,
        status: int,
        kind: str | None,
        api_error_code: str,
        message: str,
        *,
        param: str | None = None,
        error_code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Any] = {
            "message": message,
            "type": kind,
            "api_error_code": api_error_code,
            "error_code": error_code or api_error_code,
            "error_msg": message,
            "http_status_code": status,
        }
        if param is not None:
            self.body |= {"param": param, "error_param": param}


def wrong_value(param: str, why: str, error_code: str = "param_wrong_value") -> ApiError:
    return ApiError(400, "invalid_request", "param_wrong_value", f"{param} : {why}", param=param, error_code=error_code)


def missing(param: str) -> ApiError:
    return wrong_value(param, "cannot be blank", error_code="param_required")


def not_found(resource: str, resource_id: str, param: str | None = None) -> ApiError:
    return ApiError(
        404,
        "invalid_request",
        "resource_not_found",
        f"{resource_id} not found",
        param=param or f"{resource}_id",
    )


def duplicate(resource: str, resource_id: str, param: str = "id") -> ApiError:
    return ApiError(
        400,
        "invalid_request",
        "duplicate_entry",
        f"The value {resource_id} is already present for another {resource}",
        param=param,
    )


def invalid_state(message: str, error_code: str | None = None) -> ApiError:
    return ApiError(409, "invalid_request", "invalid_state_for_request", message, error_code=error_code)


def not_simulated(what: str) -> ApiError:
    """A request that the vendor would take and that this simulator would have to pretend about."""
    return ApiError(400, "invalid_request", "configuration_incompatible", f"The simulator does not model {what}")


def no_card() -> ApiError:
    return ApiError(
        400,
        "payment",
        "payment_method_not_present",
        "Cannot charge the customer: there is no valid payment method on file",
        error_code="no_card_on_file",
    )


@dataclass(frozen=True)
class Decline:
    """The gateway's own code and words, which the API passes on, and Chargebee's own name for the cause, if it says."""

    code: str
    text: str
    cause: str | None = None


def declined(amount: int, currency: str, decline: Decline) -> ApiError:
    """The vendor's own code is the same for all of them."""
    error = ApiError(
        400,
        "payment",
        "payment_processing_failed",
        f"We are not able to collect {currency} {amount / 100:.2f} from the card. "
        f"Error message: ({decline.code}) {decline.text}",
        error_code=decline.code,
    )
    if decline.cause is not None:
        error.body["error_cause_id"] = decline.cause
    return error


def gateway_without_currency(currency: str) -> ApiError:
    return ApiError(
        400,
        "invalid_request",
        "payment_gateway_currency_incompatible",
        f"The payment gateway does not take {currency}",
    )


def no_gateway() -> ApiError:
    """What a hosted page meets on a site whose Smart Routing has no rule for it."""
    return ApiError(400, "invalid_request", "invalid_request", "No applicable gateways found")


def reused_key(header: str) -> ApiError:
    """https://apidocs.chargebee.com/docs/api/idempotency: the first request was another one."""
    return ApiError(
        422,
        "invalid_request",
        "unable_to_process_request",
        "The idempotency key was used with another request",
        param=header,
    )


def of_the_first_catalog(endpoint: str) -> ApiError:
    """An endpoint that a site with Product Catalog 2.0 does not have."""
    return ApiError(
        400,
        "invalid_request",
        "configuration_incompatible",
        f"{endpoint} is not available on a site with Product Catalog 2.0",
    )


def unauthenticated() -> ApiError:
    return ApiError(
        401,
        "untyped",
        "api_authentication_failed",
        "Sorry, authentication failed. The API key is missing or invalid",
        error_code="api_authentication_invalid_key",
    )


@dataclass(frozen=True)
class Refusal:
    """What the API says with one of its codes."""

    status: int
    kind: str
    message: str


# Statuses and types of the vendor's OpenAPI document, for refusals that say nothing more than their code.
REFUSALS: dict[str, Refusal] = {
    "invalid_request": Refusal(400, "invalid_request", "The request is invalid"),
    "api_authentication_failed": Refusal(401, "untyped", "Sorry, authentication failed"),
    "api_authorization_failed": Refusal(403, "untyped", "The API key may not do this"),
    "request_blocked": Refusal(403, "operation_failed", "The request is blocked, contact support"),
    "resource_not_found": Refusal(404, "invalid_request", "The resource was not found"),
    "site_not_found": Refusal(404, "untyped", "The site was not found"),
    "http_method_not_supported": Refusal(405, "invalid_request", "The HTTP method is not supported"),
    "invalid_state_for_request": Refusal(409, "invalid_request", "The resource's state does not allow this"),
    "unable_to_process_request": Refusal(422, "invalid_request", "The request cannot be processed"),
    "api_request_limit_exceeded": Refusal(429, "operation_failed", "Too many requests, try again later"),
    "third_party_api_request_limit_exceeded": Refusal(429, "operation_failed", "A third party was asked too often"),
    "lock_timeout": Refusal(429, "operation_failed", "The resource is being changed by another request"),
    "internal_error": Refusal(500, "operation_failed", "Sorry, something went wrong"),
    "internal_temporary_error": Refusal(503, "operation_failed", "Sorry, try again after some time"),
    "db_connection_failure": Refusal(503, "operation_failed", "Sorry, try again after some time"),
    "site_not_ready": Refusal(503, "invalid_request", "The site is not ready for requests"),
    "site_read_only_mode": Refusal(503, "operation_failed", "The site is read-only for some time"),
}
_BY_STATUS = {refusal.status: code for code, refusal in reversed(REFUSALS.items())}
_SERVER_ERROR = 500


def of_code(code: str, headers: dict[str, str] | None = None) -> ApiError:
    """Raises KeyError on a code that is none of the vendor's."""
    refusal = REFUSALS[code]
    return ApiError(refusal.status, refusal.kind, code, refusal.message, headers=headers)


def of_status(status: int, headers: dict[str, str] | None = None) -> ApiError:
    """The error that goes with a status when nothing more is known about it."""
    code = _BY_STATUS.get(status) or _BY_STATUS[_SERVER_ERROR if status >= _SERVER_ERROR else 400]
    refusal = REFUSALS[code]
    return ApiError(status, refusal.kind, code, refusal.message, headers=headers)
