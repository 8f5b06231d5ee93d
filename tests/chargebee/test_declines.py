"""A bank that wants to ask a card's holder is understood, whatever gateway passes it on, and nothing else is."""

from typing import Any

import httpx
import pytest

from billing.chargebee.refusals import explained
from billing.core.chargebee_errors import ChargebeeAuthenticationRequired, ChargebeeDeclined, ChargebeeRefused


def answer(code: str, message: str = "It failed.", **fields: Any) -> object:
    body = {"type": "payment", "api_error_code": "payment_processing_failed", "error_code": code, "message": message}
    return explained(400, body | fields, httpx.Headers())


@pytest.mark.parametrize(
    ("code", "message", "fields"),
    [
        ("authentication_required", "Your card was declined.", {}),
        ("card_declined", "Error message: (card_declined) This transaction requires authentication.", {}),
        ("38", "Error message: (38) Authentication Required", {}),
        ("2099", "Error message: (2099) Cardholder Authentication Required", {}),
        ("payment_processing_failed", "Error message: (2099) Declined", {}),
        ("20154", "Declined", {}),
        ("1A", "Declined", {}),
        ("payment_processing_failed", "The issuer says: 3DS required.", {}),
        ("do_not_honor", "Declined", {"error_cause_id": "gateway.transaction_processing.authentication_required"}),
        ("05", "Declined", {"error_cause_id": "gateway.transaction_processing.3ds_authentication_required"}),
    ],
)
def test_a_bank_that_asks_for_the_holder_is_understood(code: str, message: str, fields: dict[str, Any]) -> None:
    assert type(answer(code, message, **fields)) is ChargebeeAuthenticationRequired


@pytest.mark.parametrize(
    ("code", "message", "fields"),
    [
        ("card_declined", "Error message: (card_declined) Your card was declined.", {}),
        ("insufficient_funds", "Declined", {"error_cause_id": "gateway.transaction_processing.low_balance"}),
        ("401", "Not ours.", {"error_cause_id": "gateway.merchant_account.authentication_failure"}),
        ("x", "Authentication required", {"error_cause_id": "gateway.merchant_account.authentication_failure"}),
        ("2000", "Refer to 20990 or 120154.", {}),
    ],
)
def test_any_other_decline_is_one(code: str, message: str, fields: dict[str, Any]) -> None:
    assert type(answer(code, message, **fields)) is ChargebeeDeclined


def test_what_is_refused_before_a_card_is_asked_is_no_decline() -> None:
    assert type(answer("authentication_required", type="invalid_request")) is ChargebeeRefused
