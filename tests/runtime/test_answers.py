import json
from collections.abc import Iterator

import pytest

from billing.core import chargebee_errors, errors
from billing.runtime.browser_return import redirect
from billing.runtime.http import answer, refusal

OUR_OWN = {
    errors.NotConfigured,
    errors.InvalidCatalog,
    errors.AlreadyProcessed,
    errors.DaySealed,
    chargebee_errors.ChargebeeKeyReused,
}
"""What is our fault, or never leaves the queues, and therefore a 500."""


def every_error() -> Iterator[type[errors.BillingError]]:
    for kind in {**vars(errors), **vars(chargebee_errors)}.values():
        if isinstance(kind, type) and issubclass(kind, errors.BillingError) and kind is not errors.BillingError:
            yield kind


def made(kind: type[errors.BillingError]) -> errors.BillingError:
    if issubclass(kind, errors.RateLimited | chargebee_errors.ChargebeeRateLimited):
        return kind("A sentence.", 7)
    if issubclass(kind, chargebee_errors.ChargebeeMisconfigured | chargebee_errors.ChargebeeRefused):
        return kind("A sentence.", "their_code")
    return kind("A sentence.")


@pytest.mark.parametrize("kind", list(every_error()))
def test_every_error_has_an_answer_of_one_shape_and_only_our_own_faults_are_500(
    kind: type[errors.BillingError],
) -> None:
    response = refusal(made(kind))
    body = json.loads(response["body"])
    assert (body["error"], set(body)) == ("A sentence.", {"error", "code"})
    assert body["code"].islower()
    assert (response["statusCode"] == 500) == (kind in OUR_OWN), kind


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Unauthenticated("x"), 401),
        (errors.Forbidden("x"), 403),
        (errors.OrganizationRequired("x"), 403),
        (errors.InvalidRequest("x"), 400),
        (errors.UnknownPlan("x"), 400),
        (errors.NoSuchPlan("x"), 422),
        (errors.InvalidSeats("x"), 400),
        (errors.InvalidUrl("x"), 400),
        (errors.NothingToChange("x"), 400),
        (errors.SubscriptionExists("x"), 400),
        (errors.PayloadTooLarge("x"), 413),
        (errors.SubscriptionNotFound("x"), 404),
        (errors.OrganizationDeleted("x"), 410),
        (errors.InvalidState("x"), 409),
        (errors.Conflict("x"), 409),
        (errors.Throttled("x"), 503),
        (chargebee_errors.ChargebeeMisconfigured("x", "configuration_incompatible"), 409),
        (chargebee_errors.ChargebeeRefused("x", "y"), 409),
        (chargebee_errors.ChargebeeRateLimited("x", 7), 503),
        (chargebee_errors.ChargebeeTimeout("x"), 504),
        (chargebee_errors.ChargebeeUnavailable("x"), 502),
        (chargebee_errors.ChargebeeRejectedKey("x"), 502),
        (chargebee_errors.ChargebeeBlocked("x"), 502),
        (chargebee_errors.ChargebeeSiteReadOnly("x"), 502),
        (chargebee_errors.ChargebeeBusy("x", 1), 503),
        (chargebee_errors.ChargebeeKeyReused("x"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_error_has_its_status(error: errors.BillingError, status: int) -> None:
    assert refusal(error)["statusCode"] == status


def test_a_rate_limit_says_when_to_come_back() -> None:
    assert refusal(chargebee_errors.ChargebeeRateLimited("x", 7))["headers"]["retry-after"] == "7"
    assert refusal(errors.Throttled("x"))["headers"]["retry-after"] == "1"


def test_a_defect_says_nothing_of_itself() -> None:
    response = refusal(KeyError("a secret detail"))
    assert response["statusCode"] == 500
    assert "secret" not in response["body"]
    assert json.loads(response["body"])["code"] == "internal_error"


def test_nothing_is_anybodys_to_cache() -> None:
    for response in (answer({}), redirect("/"), refusal(errors.Forbidden("x"))):
        assert response["headers"]["cache-control"] == "no-store"
