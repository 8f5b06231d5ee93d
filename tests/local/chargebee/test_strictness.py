"""What the API refuses, over plain HTTP where the SDK would not let the mistake through."""

import httpx
import pytest
from chargebee import InvalidRequestError

from local.chargebee.call import Operation
from local.chargebee.operations import OPERATIONS
from tests.local.chargebee.world import Vendor

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
        (CHECKOUT, {ITEM: "growth", "coupon_ids[0]": "HALF"}, "resource_not_found", "coupon_ids[0]"),
        (CHECKOUT, {ITEM: "growth", "billing_cycles": "3"}, "configuration_incompatible", None),
        ("/portal_sessions", {}, "param_wrong_value", "customer[id]"),
        ("/portal_sessions", {"customer[id]": "nobody"}, "resource_not_found", "customer[id]"),
        ("/subscriptions/nope/cancel_for_items", {}, "resource_not_found", "subscription_id"),
        ("/payment_sources/create_card", {}, "param_wrong_value", "customer_id"),
    ],
)
def test_a_wrong_parameter_is_the_vendors_error(
    world: Vendor, path: str, form: dict[str, str], code: str, param: str | None
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
def test_a_wrong_filter_is_refused(world: Vendor, query: str, param: str) -> None:
    response = world.http.get(f"/api/v2/subscriptions?{query}")
    assert (response.status_code, response.json()["param"]) == (400, param)


@pytest.mark.parametrize("members", ['["sub_1","sub_2"]', "['sub_1', 'sub_2']"])
def test_a_list_filter_is_read_as_documented_and_as_the_sdk_writes_it(world: Vendor, members: str) -> None:
    world.subscribe("sub_1")
    found = world.http.get("/api/v2/subscriptions", params={"id[in]": members}).json()["list"]
    assert [entry["subscription"]["id"] for entry in found] == ["sub_1"]


def test_the_sdks_own_rendering_of_a_meta_data_dictionary_is_refused(world: Vendor) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Customer.create({"meta_data": {"a": 1}})
    assert refusal.value.param == "meta_data"


@pytest.mark.parametrize("credentials", [None, ("", ""), ("", "password")])
def test_a_call_without_a_key_is_401(world: Vendor, credentials: tuple[str, str] | None) -> None:
    response = httpx.get(world.http.base_url.join("/api/v2/customers"), auth=credentials)
    assert response.status_code == 401
    assert (response.json()["api_error_code"], response.json()["type"]) == ("api_authentication_failed", "untyped")


def test_unknown_paths_and_methods_are_refused(world: Vendor) -> None:
    assert world.http.get("/api/v2/gifts").status_code == 404
    response = world.http.delete("/api/v2/customers/org_1")
    assert (response.status_code, response.json()["api_error_code"]) == (405, "http_method_not_supported")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/plans"),
        ("GET", "/addons/support"),
        ("POST", "/subscriptions"),
        ("POST", "/subscriptions/sub_1"),
        ("POST", "/subscriptions/sub_1/cancel"),
        ("POST", "/customers/org_1/subscriptions"),
        ("POST", "/invoices"),
        ("POST", "/hosted_pages/checkout_new"),
    ],
)
def test_an_endpoint_of_the_first_catalog_does_not_fit_the_site(world: Vendor, method: str, path: str) -> None:
    response = world.http.request(method, f"/api/v2{path}")
    body = response.json()
    assert (response.status_code, body["api_error_code"]) == (400, "configuration_incompatible")
    assert "Product Catalog 2.0" in body["message"]


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
def test_what_the_state_does_not_allow_is_409(world: Vendor, steps: list[str], call: str) -> None:
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


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_one_of_the_sdk_and_names_only_parameters_that_the_sdk_has(
    operation: Operation,
) -> None:
    fields = operation.parameters.fields
    for key in operation.models | operation.lacks:
        assert key.split("[")[0] in fields, key
