"""What the API refuses, over plain HTTP where the SDK would not let the mistake through."""

import json

import httpx
import pytest
from chargebee import Chargebee, InvalidRequestError, OperationFailedError

from local.chargebee.call import Operation
from local.chargebee.operations import OPERATIONS
from tests.local.chargebee.world import DAY, World

CHECKOUT = "/hosted_pages/checkout_new_for_items"
ITEM = "subscription_items[item_price_id][0]"


@pytest.mark.parametrize(
    ("path", "form", "code", "param"),
    [
        ("/customers", {"colour": "red"}, "param_wrong_value", "colour"),
        ("/customers", {"net_term_days": "soon"}, "param_wrong_value", "net_term_days"),
        ("/customers", {"auto_collection": "maybe"}, "param_wrong_value", "auto_collection"),
        ("/customers", {"allow_direct_debit": "True"}, "param_wrong_value", "allow_direct_debit"),
        ("/customers", {"id": "x" * 51}, "param_wrong_value", "id"),
        ("/customers", {"meta_data": "{'a': 1}"}, "param_wrong_value", "meta_data"),
        ("/customers", {"meta_data": "[1]"}, "param_wrong_value", "meta_data"),
        ("/customers", {"company[name]": "Acme"}, "param_wrong_value", "company"),
        ("/customers", {"company[": "Acme"}, "param_wrong_value", "company["),
        ("/customers", {"token_id": "tok_1"}, "configuration_incompatible", None),
        (
            CHECKOUT,
            {"subscription_items[item_price_id]": "growth"},
            "param_wrong_value",
            "subscription_items[item_price_id]",
        ),
        (CHECKOUT, {"subscription_items[colour][0]": "red"}, "param_wrong_value", "subscription_items[colour]"),
        (CHECKOUT, {"subscription_items[quantity][0]": "1"}, "param_wrong_value", ITEM),
        (
            CHECKOUT,
            {ITEM: "growth", "subscription_items[quantity][0]": "1.5"},
            "param_wrong_value",
            "subscription_items[quantity][0]",
        ),
        (CHECKOUT, {ITEM: "growth", "meta_data": "{}"}, "param_wrong_value", "meta_data"),
        (CHECKOUT, {ITEM: "growth", "coupon_ids[0]": "HALF"}, "configuration_incompatible", None),
        ("/portal_sessions", {}, "param_wrong_value", "customer[id]"),
        ("/portal_sessions", {"customer[id]": "nobody"}, "resource_not_found", "customer[id]"),
        ("/subscriptions/nope/cancel_for_items", {}, "resource_not_found", "subscription_id"),
        ("/payment_sources/create_card", {}, "param_wrong_value", "customer_id"),
    ],
)
def test_a_wrong_parameter_is_the_vendors_error(
    world: World, path: str, form: dict[str, str], code: str, param: str | None
) -> None:
    response = world.http.post(f"/api/v2{path}", data=form)
    body = response.json()
    assert (body["api_error_code"], body.get("param")) == (code, param)
    assert body["http_status_code"] == response.status_code in (400, 404)
    assert body["type"] == "invalid_request" and body["message"]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("status[is]=alive", "status[is]"),
        ("status=active", "status"),
        ("status[like]=active", "status[like]"),
        ("limit=101", "limit"),
        ("limit=0", "limit"),
        ("offset=somewhere", "offset"),
        ("sort_by[asc]=status", "sort_by[asc]"),
        ("updated_at[after]=yesterday", "updated_at[after]"),
        ("id[in]=sub_1", "id[in]"),
        ("meta_data[is]=x", "meta_data"),
    ],
)
def test_a_wrong_filter_is_refused(world: World, query: str, param: str) -> None:
    response = world.http.get(f"/api/v2/subscriptions?{query}")
    assert (response.status_code, response.json()["param"]) == (400, param)


@pytest.mark.parametrize("members", ['["sub_1","sub_2"]', "['sub_1', 'sub_2']"])
def test_a_list_filter_is_read_as_documented_and_as_the_sdk_writes_it(world: World, members: str) -> None:
    world.subscribe("sub_1")
    found = world.http.get("/api/v2/subscriptions", params={"id[in]": members}).json()["list"]
    assert [entry["subscription"]["id"] for entry in found] == ["sub_1"]


def test_the_sdks_own_rendering_of_a_meta_data_dictionary_is_refused(world: World) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Customer.create({"meta_data": {"a": 1}})
    assert refusal.value.param == "meta_data"


@pytest.mark.parametrize("credentials", [None, ("", ""), ("", "password")])
def test_a_call_without_a_key_is_401(world: World, credentials: tuple[str, str] | None) -> None:
    response = httpx.get(world.http.base_url.join("/api/v2/customers"), auth=credentials)
    assert response.status_code == 401
    assert response.json()["api_error_code"] == "api_authentication_failed"


def test_unknown_paths_and_methods_are_refused(world: World) -> None:
    assert world.http.get("/api/v2/coupons").status_code == 404
    response = world.http.delete("/api/v2/customers/org_1")
    assert (response.status_code, response.json()["api_error_code"]) == (405, "http_method_not_supported")


@pytest.mark.parametrize(
    ("steps", "call"),
    [
        (["cancel"], "cancel"),
        (["cancel"], "pause"),
        ([], "reactivate"),
        ([], "resume"),
        ([], "uncancel"),
        ([], "unschedule"),
        (["pause"], "pause"),
    ],
)
def test_what_the_state_does_not_allow_is_409(world: World, steps: list[str], call: str) -> None:
    calls = {
        "cancel": lambda: world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "immediately"}),
        "pause": lambda: world.sdk.Subscription.pause("sub_1", {"pause_option": "immediately"}),
        "resume": lambda: world.sdk.Subscription.resume("sub_1", {}),
        "reactivate": lambda: world.sdk.Subscription.reactivate("sub_1", {}),
        "uncancel": lambda: world.sdk.Subscription.remove_scheduled_cancellation("sub_1", {}),
        "unschedule": lambda: world.sdk.Subscription.remove_scheduled_changes("sub_1"),
    }
    world.subscribe("sub_1")
    for step in steps:
        calls[step]()
    before = world.subscription().resource_version
    with pytest.raises(InvalidRequestError) as refusal:
        calls[call]()
    assert (refusal.value.http_status_code, refusal.value.api_error_code) == (409, "invalid_state_for_request")
    assert world.subscription().resource_version == before


def test_the_same_key_and_request_replay_the_first_answer_for_half_an_hour(world: World) -> None:
    key = {"chargebee-idempotency-key": "k1"}
    first = world.sdk.Customer.create({"company": "Acme"}, dict(key))
    again = world.sdk.Customer.create({"company": "Acme"}, dict(key))
    assert again.customer.id == first.customer.id
    assert (first.is_idempotency_replayed, again.is_idempotency_replayed) == (False, True)
    with pytest.raises(InvalidRequestError) as other:
        world.sdk.Customer.create({"company": "Other"}, dict(key))
    assert other.value.http_status_code == 400
    world.advance(30 * 60)
    assert world.sdk.Customer.create({"company": "Acme"}, dict(key)).customer.id != first.customer.id


def test_a_refusal_is_not_replayed_and_a_long_key_is_refused(world: World) -> None:
    key = {"chargebee-idempotency-key": "k1"}
    with pytest.raises(InvalidRequestError):
        world.sdk.PortalSession.create({"customer": {"id": "org_1"}}, dict(key))
    world.customer("org_1")
    assert world.sdk.PortalSession.create({"customer": {"id": "org_1"}}, dict(key)).portal_session.id
    with pytest.raises(InvalidRequestError, match="100"):
        world.sdk.Customer.create({}, {"chargebee-idempotency-key": "k" * 101})


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_one_of_the_sdk_and_names_only_parameters_that_the_sdk_has(
    operation: Operation,
) -> None:
    fields = operation.parameters.fields
    for key in operation.models | operation.lacks:
        assert key.split("[")[0] in fields, key


def test_calls_are_recorded_with_what_they_carried(world: World) -> None:
    world.sdk.Customer.create({"id": "org_1", "meta_data": json.dumps({"a": 1})}, {"chargebee-idempotency-key": "k1"})
    world.sdk.Subscription.list({"status": {"is": "active"}})
    create, listing = world.control("GET", "/requests")["requests"]
    assert (create["method"], create["path"], create["api_key"]) == ("POST", "/customers", "test_key")
    assert create["params"] == {"id": "org_1", "meta_data": '{"a": 1}'}
    assert create["headers"]["chargebee-idempotency-key"] == "k1"
    assert listing["params"] == {"status[is]": "active"}
    assert world.control("DELETE", "/requests")["requests"] == []


def test_a_fault_fails_the_next_calls_of_its_path_only(world: World) -> None:
    world.control("PUT", "/faults", {"api": [{"path": "/customers", "status": 429, "count": 1, "method": "POST"}]})
    assert world.sdk.Customer.list({}).list == []
    with pytest.raises(OperationFailedError) as refusal:
        world.sdk.Customer.create({"id": "org_1"})
    assert refusal.value.api_error_code == "api_request_limit_exceeded"
    assert refusal.value.http_headers["retry-after"] == "1"
    assert world.sdk.Customer.create({"id": "org_1"}).customer.id == "org_1"


@pytest.mark.parametrize(
    ("fault", "status", "content_type"),
    [
        ({"path": "/api/v2/customers/*", "status": 503}, 503, "application/json"),
        ({"path": "/customers", "status": 502, "body": "<h1>Bad gateway</h1>"}, 502, "text/html; charset=utf-8"),
        ({"path": "/customers", "timeout": 0.05}, 504, "application/json"),
    ],
)
def test_faults_take_many_shapes(world: World, fault: dict[str, object], status: int, content_type: str) -> None:
    world.control("PUT", "/faults", {"api": [fault]})
    response = world.http.get("/api/v2/customers/org_1")
    assert (response.status_code, response.headers["content-type"]) == (status, content_type)


def test_a_timeout_after_the_effect_leaves_the_effect(world: World) -> None:
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
        ("PUT", "/faults", {"everything": True}),
        ("POST", "/clock", {"advance_seconds": -1}),
        ("POST", "/clock", {}),
        ("PUT", "/webhook_endpoint", {"address": "x"}),
    ],
)
def test_a_control_request_that_makes_no_sense_is_400(world: World, method: str, path: str, body: object) -> None:
    response = world.http.request(method, f"/_sim{path}", json=body)
    assert response.status_code == 400 and response.json()["error"]


def test_a_reset_forgets_everything(world: World) -> None:
    world.subscribe("sub_1")
    world.advance(400 * DAY)
    world.control("PUT", "/faults", {"api": [{"path": "/", "status": 500}]})
    world.control("POST", "/reset")
    assert world.events() == [] and world.control("GET", "/requests")["requests"] == []
    assert world.sdk.Subscription.list({"include_deleted": True}).list == []


def test_another_key_is_as_good(world: World) -> None:
    other = Chargebee("another_key", "simulated")
    other.env.protocol, other.env.api_endpoint = "http", world.sdk.env.api_endpoint
    assert other.Customer.list({}).list == []
