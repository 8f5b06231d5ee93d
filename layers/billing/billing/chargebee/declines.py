"""Why a payment was declined, as far as it matters here: whether its card's holder has to be asked.

Chargebee says so by its own `error_cause_id`, `gateway.<group>.<cause>` (https://apidocs.chargebee.com/docs/api/errors),
which not every site and gateway sends; else it hands on what the gateway says, in `error_code` or in the message:

- Stripe `authentication_required` (https://stripe.com/docs/declines/codes);
- Adyen "Authentication Required" (https://docs.adyen.com/development-resources/refusal-reasons);
- Braintree 2099, "Cardholder Authentication Required"
  (https://developer.paypal.com/braintree/docs/reference/general/processor-responses/authorization-responses);
- Checkout.com 20154 (https://www.checkout.com/docs/developer-resources/codes/response-codes);
- Visa's own 1A, which several gateways hand through.
"""

import re
from collections.abc import Mapping
from typing import Any

from billing.core.chargebee_errors import ChargebeeAuthenticationRequired, ChargebeeDeclined, ChargebeeRefused

_CODES = frozenset({"2099", "20154", "1a"})
_WORDS = re.compile(r"(authentication|3ds|3d_secure)(_is)?_required|requires?_(\w+_)?authentication")
_HOLDER = re.compile(r"authentication|3ds|3d_secure|(^|_)sca(_|$)")
_MERCHANT = "gateway.merchant_account."
"""Causes that concern the team's own account at its gateway: there, authentication is the team's."""
_QUOTED = re.compile(r"\((\w+)\)")


def refusal(body: Mapping[str, Any], message: str, code: str, place: str) -> ChargebeeRefused:
    """The error for an answer that says no: of a payment that failed, whether its card's holder is wanted.

    `place` is put at the end of our sentence.
    """
    if body.get("type") != "payment":
        return ChargebeeRefused(f"Chargebee refuses this{place}.", code)
    cause = str(body.get("error_cause_id") or "")
    if _wants_holder(message, code, cause):
        return ChargebeeAuthenticationRequired("The bank asks for the card's holder.", code)
    return ChargebeeDeclined("The payment was declined.", code)


def _wants_holder(message: str, code: str, cause: str) -> bool:
    """Chargebee's own cause is believed before any text: it says the same of every gateway."""
    if cause.startswith(_MERCHANT):
        return False
    if cause and _HOLDER.search(cause.rpartition(".")[2]):
        return True
    quoted = {each.lower() for each in (code, *_QUOTED.findall(message))}
    return bool(quoted & _CODES) or any(_WORDS.search(_plain(each)) for each in (code, message))


def _plain(text: str) -> str:
    """Words of a code and of a sentence alike."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower())
