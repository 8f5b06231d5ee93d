"""What the API answers when it refuses.

Codes and statuses follow https://apidocs.chargebee.com/docs/api/error-handling?prod_cat_ver=2
"""

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


def declined(
    amount: int, currency: str, code: str = "card_declined", text: str = "Your card was declined."
) -> ApiError:
    """`code` and `text` are the gateway's; the vendor's own code is the same for all of them."""
    return ApiError(
        400,
        "payment",
        "payment_processing_failed",
        f"We are not able to collect {currency} {amount / 100:.2f} from the card. Error message: ({code}) {text}",
        error_code=code,
    )


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


def unauthenticated() -> ApiError:
    return ApiError(
        401,
        "invalid_request",
        "api_authentication_failed",
        "Sorry, authentication failed. The API key is missing or invalid",
        error_code="api_authentication_invalid_key",
    )


_SERVER_ERROR = 500
_BY_STATUS: dict[int, tuple[str, str, str]] = {
    400: ("invalid_request", "invalid_request", "The request is invalid"),
    401: ("invalid_request", "api_authentication_failed", "Sorry, authentication failed"),
    403: ("invalid_request", "api_authorization_failed", "The API key may not do this"),
    404: ("invalid_request", "resource_not_found", "The resource was not found"),
    405: ("invalid_request", "http_method_not_supported", "The HTTP method is not supported"),
    409: ("invalid_request", "invalid_state_for_request", "The resource's state does not allow this"),
    429: ("operation_failed", "api_request_limit_exceeded", "Too many requests, try again later"),
    500: ("operation_failed", "internal_error", "Sorry, something went wrong"),
    503: ("operation_failed", "internal_temporary_error", "Sorry, try again after some time"),
}


def of_status(status: int, headers: dict[str, str] | None = None) -> ApiError:
    """The error that goes with a status when nothing more is known about it."""
    kind, code, message = _BY_STATUS.get(status) or _BY_STATUS[_SERVER_ERROR if status >= _SERVER_ERROR else 400]
    return ApiError(status, kind, code, message, headers=headers)
