"""What Chargebee refuses, and how it fails."""

from billing.core.errors import BillingError


class ChargebeeError(BillingError):
    """Chargebee did not do what was asked.

    `upstream_status` and `upstream_code` are what it answered, None where it answered nothing.
    """

    code = "chargebee_error"
    upstream_status: int | None = None
    upstream_code: str | None = None


class ChargebeeUnavailable(ChargebeeError):
    """Down, refusing connections, or answering nonsense. Safe to repeat."""

    code = "chargebee_unavailable"


class ChargebeeTimeout(ChargebeeError):
    """No answer in time. The effect may have happened; the idempotency key makes a repeat safe."""

    code = "chargebee_timeout"


class ChargebeeSiteNotReady(ChargebeeUnavailable):
    """The site takes no requests yet, as one that is being set up or restored."""

    code = "chargebee_site_not_ready"


class ChargebeeSiteReadOnly(ChargebeeUnavailable):
    """The site takes no writes for a while."""

    code = "chargebee_site_read_only"


class ChargebeeRateLimited(ChargebeeError):
    """Over the site's API limit: nothing was done. `retry_after` is in seconds."""

    code = "chargebee_rate_limited"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChargebeeThirdPartyLimited(ChargebeeRateLimited):
    """Chargebee asks its gateway, or another service behind it, too often: nothing was done."""

    code = "chargebee_third_party_limited"


class ChargebeeBusy(ChargebeeRateLimited):
    """Another request holds the same record, or too many run at once: nothing was done, and it passes in moments."""

    code = "chargebee_busy"


class ChargebeeMisconfigured(ChargebeeError):
    """The Chargebee site needs an operator: an item price not set up, a currency that the gateway does not take.

    `code` is Chargebee's own (`configuration_incompatible`, `payment_gateway_currency_incompatible`, ...).
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class ChargebeeRejectedKey(ChargebeeError):
    """Our API key is wrong or lacks permission: the operator's problem, never the caller's 401."""

    code = "chargebee_authentication_failed"


class ChargebeeBlocked(ChargebeeError):
    """Chargebee has blocked the site or this caller, whatever the key: only Chargebee's support can help."""

    code = "chargebee_request_blocked"


class ChargebeeKeyReused(ChargebeeError):
    """Two different requests with one idempotency key: a defect of ours. What the first one did is not known here."""

    code = "chargebee_key_reused"


class ChargebeeNotFound(ChargebeeError):
    """The resource does not exist at Chargebee."""

    code = "chargebee_not_found"


class ChargebeeDuplicate(ChargebeeError):
    """The id is taken: what we wanted to create is already there."""

    code = "chargebee_duplicate"


class ChargebeeRefused(ChargebeeError):
    """Any other refusal; repeating it unchanged cannot succeed. `code` is Chargebee's own."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class ChargebeeCouponRefused(ChargebeeRefused):
    """A coupon that cannot be redeemed, or not any more. `code` is ours, the same for all of Chargebee's reasons."""


class ChargebeeReasonRefused(ChargebeeRefused):
    """The site wants a reason for a cancellation, and one of its own reason codes."""


class ChargebeeDeclined(ChargebeeRefused):
    """The payment was declined, or there was no card to charge. `code` is the gateway's where it gives one."""


class ChargebeeAuthenticationRequired(ChargebeeDeclined):
    """The bank requires authentication by the card's holder (3-D Secure), who is not there."""
