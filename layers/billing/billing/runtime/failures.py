"""How a failure is logged: what failed, for whom, and what the vendor answered; never in the vendor's words."""

from typing import Any

from billing.core.chargebee_errors import ChargebeeBlocked, ChargebeeError, ChargebeeRejectedKey
from billing.core.errors import BillingError
from billing.runtime.log_format import sentence
from billing.runtime.logs import count, logger


def log_failure(message: str, error: Exception, **more: Any) -> None:
    """One line. A defect of ours comes with its traceback; that Chargebee refuses our key is counted too."""
    if not isinstance(error, BillingError):
        logger().error(message, extra={"code": "internal_error", **more}, exc_info=error)
        return
    logger().warning(message, extra={"code": error.code, "error": type(error).__name__, **_told(error), **more})
    if isinstance(error, ChargebeeRejectedKey | ChargebeeBlocked):
        count("chargebee_refused_our_key", code=error.code)


def _told(error: BillingError) -> dict[str, Any]:
    """Our own words, or of Chargebee's answer its status and code."""
    if isinstance(error, ChargebeeError):
        return {"upstream_status": error.upstream_status, "upstream_code": error.upstream_code}
    return {"reason": sentence(error)}
