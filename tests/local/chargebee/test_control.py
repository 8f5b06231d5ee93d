"""The control routes: recorded calls, faults of the API, reset."""

import json

import httpx
import pytest
from chargebee import Chargebee, OperationFailedError

from local.chargebee.rate_limit import RateLimit
from tests.local.chargebee.world import DAY, Vendor


def test_calls_are_recorded_with_what_they_carried(world: Vendor) -> None:
    world.sdk.Customer.create({"id": "org_1", "meta_data": json.dumps({"a": 1})}, {"chargebee-idempotency-key": "k1"})
    world.sdk.Subscription.list({"status": {"is": "active"}})
    create, listing = world.control("GET", "/requests")["requests"]
    assert (create["method"], create["path"], create["api_key"]) == ("POST", "/customers", "test_key")
    assert create["params"] == {"id": "org_1", "meta_data": '{"a": 1}'}
    assert create["headers"]["chargebee-idempotency-key"] == "k1"
    assert listing["params"] == {"status[is]": "active"}
    assert [call["status"] for call in (create, listing)] == [200, 200]
    assert create["at"] <= listing["at"]
    assert world.control("DELETE", "/requests")["requests"] == []


def test_a_fault_fails_the_next_calls_of_its_path_only(world: Vendor) -> None:
    world.control("PUT", "/faults", {"api": [{"path": "/customers", "status": 429, "count": 1, "method": "POST"}]})
    assert world.sdk.Customer.list({}).list == []
    with pytest.raises(OperationFailedError) as refusal:
        world.sdk.Customer.create({"id": "org_1"})
    assert refusal.value.api_error_code == "api_request_limit_exceeded"
    assert world.sdk.Customer.create({"id": "org_1"}).customer.id == "org_1"


@pytest.mark.parametrize(
    ("fault", "status", "content_type"),
    [
        ({"path": "/api/v2/customers/*", "status": 503}, 503, "application/json"),
        ({"path": "/customers", "status": 502, "body": "<h1>Bad gateway</h1>"}, 502, "text/html; charset=utf-8"),
        ({"path": "/customers", "timeout": 0.05}, 504, "application/json"),
        ({"path": "/customers", "code": "site_not_ready"}, 503, "application/json"),
    ],
)
def test_faults_take_many_shapes(world: Vendor, fault: dict[str, object], status: int, content_type: str) -> None:
    world.control("PUT", "/faults", {"api": [fault]})
    response = world.http.get("/api/v2/customers/org_1")
    assert (response.status_code, response.headers["content-type"]) == (status, content_type)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("api_authorization_failed", 403, "untyped"),
        ("request_blocked", 403, "operation_failed"),
        ("lock_timeout", 429, "operation_failed"),
        ("site_not_ready", 503, "invalid_request"),
    ],
)
def test_a_fault_can_be_one_of_the_vendors_codes(world: Vendor, code: str, status: int, kind: str) -> None:
    world.control("PUT", "/faults", {"api": [{"path": "/customers", "code": code}]})
    response = world.http.get("/api/v2/customers")
    body = response.json()
    assert (response.status_code, body["api_error_code"], body["type"]) == (status, code, kind)


@pytest.mark.parametrize(("answer", "told"), [("absent", None), ("present", "60")])
def test_calls_beyond_the_sites_limit_are_refused_and_say_for_how_long_where_that_is_assumed(
    world: Vendor, answer: str, told: str | None
) -> None:
    world.control("PUT", "/assumptions", {"retry_after": answer})
    world.control("PUT", "/faults", {"limit": {"calls": 2, "seconds": 60}})
    answers = [world.http.get("/api/v2/customers", auth=("test_key", "")) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 429, 429]
    assert answers[2].json()["api_error_code"] == "api_request_limit_exceeded"
    assert answers[2].headers.get("retry-after") == told
    world.control("PUT", "/faults", {})
    assert world.sdk.Customer.list({}).list == []


def test_a_limit_takes_calls_in_again_as_those_before_become_old() -> None:
    now = 100.0
    limit = RateLimit(2, 60, lambda: now)
    assert [limit.wait(), limit.wait(), limit.wait()] == [0, 0, 60]
    now = 130.5
    assert limit.wait() == 30
    now = 160.0
    assert [limit.wait(), limit.wait(), limit.wait()] == [0, 0, 60]


def test_a_timeout_after_the_effect_leaves_the_effect(world: Vendor) -> None:
    world.control("PUT", "/faults", {"api": [{"path": "/customers", "timeout_after": 0.3, "count": 1}]})
    world.sdk.update_read_timeout_secs(0.05)
    with pytest.raises(httpx.ReadTimeout):
        world.sdk.Customer.create({"id": "org_1"})
    world.sdk.update_read_timeout_secs(10)
    assert world.sdk.Customer.retrieve("org_1").customer.id == "org_1"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/faults", {"api": [{"path": "/customers", "sttus": 500}]}),
        ("PUT", "/faults", {"api": [{"path": "/customers", "code": "out_of_order"}]}),
        ("PUT", "/faults", {"everything": True}),
        ("PUT", "/faults", {"limit": {"calls": 0, "seconds": 60}}),
        ("PUT", "/faults", {"limit": {"calls": 150}}),
        ("PUT", "/stray_events", {"sent": "often"}),
        ("POST", "/clock", {"advance_seconds": -1}),
        ("POST", "/clock", {}),
        ("PUT", "/webhook_endpoint", {"address": "x"}),
    ],
)
def test_a_control_request_that_makes_no_sense_is_400(world: Vendor, method: str, path: str, body: object) -> None:
    response = world.http.request(method, f"/_sim{path}", json=body)
    assert response.status_code == 400 and response.json()["error"]


def test_a_reset_forgets_everything(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.advance(400 * DAY)
    world.control("PUT", "/faults", {"api": [{"path": "/", "status": 500}]})
    world.control("POST", "/reset")
    assert world.events() == [] and world.control("GET", "/requests")["requests"] == []
    assert world.sdk.Subscription.list({"include_deleted": True}).list == []


def test_another_key_is_as_good(world: Vendor) -> None:
    other = Chargebee("another_key", "simulated")
    other.env.protocol, other.env.api_endpoint = "http", world.sdk.env.api_endpoint
    assert other.Customer.list({}).list == []
