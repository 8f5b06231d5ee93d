"""What is made to fail, and to whom."""

import json
from dataclasses import replace
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from local.backstage.endpoints import answer
from local.backstage.failures import FAILURES, run
from local.backstage.journal import Journal
from local.backstage.reading import RunningStack
from local.backstage.vendor import about
from local.backstage.workers import workers_in
from local.operations.failure import OperationFailed
from local.operations.target import Target
from local.shared_clock import SharedClock

LISTING = """
  101 /env/bin/python -m ministack
  102 /env/bin/python /stack/tmp/ministack-lambda-organization-billing-ApplyBillingEvent-39E4/_worker.py
  103 /env/bin/python /stack/tmp/ministack-lambda-organization-billing-RunHooks-11AA/_worker.py
  104 /env/bin/python -m local.chargebee --catalog=/stack/tmp/item_prices.json
  105 /env/bin/python /other/tmp/ministack-lambda-organization-billing-ApplyBillingEvent-77F0/_worker.py
"""


def nothing(_service: str) -> Any:
    raise AssertionError("Nothing is asked of AWS.")


REAL = RunningStack(
    Target("a stack", {}, nothing),
    Journal(lambda _since: []),
    Path("/stack/tmp"),
    None,
    None,
    SharedClock(Path("/stack/tmp/clock")),
)
"""A stack whose vendors are the real ones."""


def test_only_this_stack_s_workers_of_the_function_are_found() -> None:
    assert list(workers_in(LISTING, Path("/stack/tmp"), "ApplyBillingEvent")) == [102]
    assert list(workers_in(LISTING, Path("/stack/tmp"), None)) == [102, 103]


def test_events_are_an_organization_s_by_what_they_hold_and_stay_in_order() -> None:
    theirs = {"id": "ev_1", "content": {"customer": {"id": "org_other"}}}
    first, second = ({"id": name, "content": {"customer": {"id": "org_acme"}}} for name in ("ev_2", "ev_3"))
    assert about([theirs, first, second], frozenset({"org_acme"})) == [first, second]


@pytest.mark.parametrize("name", ["down", "slow", "limited", "well"])
def test_the_real_chargebee_is_not_made_to_fail(name: str) -> None:
    with pytest.raises(OperationFailed, match="needs Chargebee's simulator"):
        run(REAL, name, "org_acme")


def test_every_failure_has_a_name_of_its_own_and_a_promise() -> None:
    assert len({each.name for each in FAILURES}) == len(FAILURES)
    assert all(each.promise.endswith(".") for each in FAILURES)


def test_a_failure_that_nobody_knows_is_refused() -> None:
    with pytest.raises(OperationFailed, match="no failure 'fire'"):
        run(REAL, "fire", "org_acme")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            b'{"message": "coupon : LAUNCH is already present"}',
            "Chargebee refused it: coupon : LAUNCH is already present",
        ),
        (b"<html>", "Chargebee answered 400."),
    ],
)
def test_what_chargebee_refuses_is_told_in_its_own_words(
    body: bytes, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        def open(self, request: Request, timeout: float) -> Any:
            raise HTTPError(request.full_url, 400, "Bad Request", Message(), BytesIO(body))

    monkeypatch.setattr("local.backstage.vendor.DIRECT", Refusing())
    stack = replace(REAL, chargebee="http://chargebee")
    status, content = answer(stack, "POST", "/_local/coupons?id=LAUNCH&percent=20")
    assert (status, json.loads(content)) == (502, {"error": told})
