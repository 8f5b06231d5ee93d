import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from billing.runtime.caller import Caller
from billing.subscriptions.domain.organization import Organization
from tests.deployment.gateway import ADMIN, http_event, sqs_event
from tests.deployment.subscriptions import GROWTH, apply, create, deliver_everything, subscribed
from tests.deployment.world import World
from tests.subscriptions.examples import organization_event_json

DAY = 86_400
PAGE = "/hosted_pages/checkout_new_for_items"


def params(world: World, path: str) -> dict[str, str]:
    """What the last call to `path` sent."""
    found: dict[str, str] = [call for call in world.chargebee.calls() if call["path"] == path][-1]["params"]
    return found


def test_an_organization_without_a_customer_gets_one_and_the_page(world: World) -> None:
    answer = create(world)
    assert (answer.status, answer.body["mode"]) == (200, "hosted")
    assert answer.body["url"].startswith(world.chargebee.url)
    assert world.chargebee.called() == ["POST /customers", f"POST {PAGE}"]
    meta_data = json.loads(params(world, "/customers")["meta_data"])
    assert meta_data == {
        "organizationId": "org_1",
        "customerType": "organization",
        "pendingSubscriptionId": answer.body["subscriptionId"],
        "pendingReferenceId": "org_1",
        "userId": "usr_1",
    }
    organization = world.item("ORG#org_1", "ORG")
    assert (organization["customer_id"], organization["checkout_id"]) == ("org_1", answer.body["subscriptionId"])
    assert world.announced() == ["customer.created"]


def test_the_page_sells_what_was_asked_for_under_the_id_that_we_mint(world: World) -> None:
    answer = create(world, {"itemPriceId": "growth", "seats": 5, "addons": [{"itemPriceId": "priority-support"}]})
    sent = params(world, PAGE)
    assert sent["customer[id]"] == "org_1"
    assert sent["subscription[id]"] == answer.body["subscriptionId"]
    assert [sent["subscription_items[item_price_id][0]"], sent["subscription_items[quantity][0]"]] == ["growth", "5"]
    assert sent["subscription_items[item_price_id][1]"] == "priority-support"
    assert sent["cancel_url"] == "https://app.example.com/billing"
    returns = urlsplit(sent["redirect_url"])
    assert f"{returns.scheme}://{returns.netloc}{returns.path}" == "https://api.example.com/api/subscription/success"
    assert parse_qs(returns.query)["callbackURL"] == ["/billing?success=1"]


def test_the_cookbooks_list_of_item_prices_means_the_plan_and_its_add_ons(world: World) -> None:
    assert create(world, {"itemPriceId": ["growth", "priority-support"]}).status == 200
    assert params(world, PAGE)["subscription_items[item_price_id][1]"] == "priority-support"


def test_the_second_time_nothing_is_created_and_the_page_is_the_same(world: World) -> None:
    first, again = create(world), create(world)
    assert again.body == first.body
    assert world.chargebee.called().count("POST /customers") == 1


def test_another_selection_is_another_page_for_the_same_subscription(world: World) -> None:
    first, other = create(world), create(world, {"itemPriceId": "scale", "seats": 2})
    assert first.body["subscriptionId"] == other.body["subscriptionId"]
    assert first.body["id"] != other.body["id"]


def test_a_paid_page_makes_the_next_create_refuse_even_before_any_webhook(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    answer = create(world, {"itemPriceId": "scale", "seats": 2})
    assert (answer.status, answer.code) == (400, "subscription_exists")


@pytest.mark.parametrize("status", ["active", "in_trial", "non_renewing", "paused"])
def test_beside_a_live_subscription_nothing_is_sold(world: World, status: str) -> None:
    subscribed(world, {"itemPriceId": "starter"})
    [event] = [each for each in world.chargebee.events() if each["event_type"] == "subscription_created"]
    subscription = event["content"]["subscription"] | {"status": status}
    subscription["resource_version"] += 1
    apply(world, event | {"id": "ev_later", "content": event["content"] | {"subscription": subscription}})
    world.chargebee.forget_calls()
    answer = create(world)
    assert (answer.status, answer.code) == (400, "subscription_exists")
    assert world.chargebee.calls() == []


def test_a_past_due_subscription_is_live(world: World) -> None:
    subscribed(world, {"itemPriceId": "starter"})
    [event] = [each for each in world.chargebee.events() if each["event_type"] == "subscription_created"]
    subscription = event["content"]["subscription"] | {"due_invoices_count": 1}
    subscription["resource_version"] += 1
    apply(world, event | {"id": "ev_later", "content": event["content"] | {"subscription": subscription}})
    assert create(world).code == "subscription_exists"


# --- the customer ---------------------------------------------------------------------------------


def customer(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.chargebee.ask("GET", "/customers/org_1")["customer"]
    return found


@pytest.mark.parametrize("answer", ["replaced", "merged"])
def test_what_others_wrote_on_the_customer_is_still_there_after_a_checkout(world: World, answer: str) -> None:
    """Whether Chargebee keeps the keys that an update does not name, or forgets them."""
    world.chargebee.assume(meta_data=answer)
    create(world)
    theirs = customer(world)["meta_data"] | {"crm_id": "c-7"}
    world.chargebee.ask("POST", "/customers/org_1", meta_data=json.dumps(theirs))
    again = create(world, claims=ADMIN | {"sub": "usr_2"})
    assert again.status == 200
    assert customer(world)["meta_data"] == theirs | {"userId": "usr_1"}
    other = create(world, GROWTH | {"seats": 6}, claims=ADMIN | {"sub": "usr_2"})
    assert customer(world)["meta_data"] == theirs | {
        "userId": "usr_2",
        "pendingSubscriptionId": other.body["subscriptionId"],
    }


@pytest.mark.parametrize("known_before", [True, False])
def test_the_buyers_email_reaches_a_customer_that_has_none(world: World, known_before: bool) -> None:
    if known_before:
        world.invoke("organizations/provision", sqs_event(organization_event_json()))
        assert "email" not in customer(world)
    assert create(world).status == 200
    assert customer(world)["email"] == "ada@example.com"


def test_an_email_that_the_customer_has_is_left_alone(world: World) -> None:
    create(world)
    world.chargebee.ask("POST", "/customers/org_1", email="books@acme.example")
    create(world, GROWTH | {"seats": 6})
    assert customer(world)["email"] == "books@acme.example"


@pytest.mark.parametrize("email", ["", "a" * 60 + "@example.com"], ids=["none", "longer than Chargebee takes"])
def test_an_email_that_chargebee_would_not_take_is_not_sent(world: World, email: str) -> None:
    assert create(world, claims=ADMIN | {"email": email}).status == 200
    assert "email" not in customer(world)


def test_the_hook_sees_who_buys_and_its_email_wins(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def details(organization: Organization, caller: Caller | None) -> dict[str, str]:
        assert caller is not None
        return {"email": f"billing+{caller.user_id}@acme.example", "first_name": organization.id}

    monkeypatch.setattr("billing.hooks.customer_create_params", details)
    assert create(world).status == 200
    assert (customer(world)["email"], customer(world)["first_name"]) == ("billing+usr_1@acme.example", "org_1")


# --- the page -------------------------------------------------------------------------------------


def test_the_page_names_the_deployments_gateway_and_the_callers_language(world: World) -> None:
    world.values["ChargebeeGatewayAccountId"] = "gw_1"
    assert create(world, GROWTH | {"locale": "fr"}).status == 200
    sent = params(world, PAGE)
    assert (sent["card[gateway_account_id]"], sent["customer[locale]"]) == ("gw_1", "fr")
    assert create(world).status == 200
    assert "customer[locale]" not in params(world, PAGE)


@pytest.mark.parametrize("locale", ["", "french please", "f", "fr\n", 7, "x" * 51])
def test_a_language_that_is_none_is_refused(world: World, locale: object) -> None:
    answer = create(world, GROWTH | {"locale": locale})
    assert (answer.status, answer.code, world.chargebee.calls()) == (400, "invalid_request", [])


def test_a_gateway_that_the_site_does_not_have_gives_nobody_another_customer(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="legacy_1", meta_data='{"organizationId": "org_1"}')
    deliver_everything(world)
    gateway = {"api_error_code": "resource_not_found", "message": "gw_1 not found", "param": "card[gateway_account_id]"}
    world.chargebee.fail(PAGE, status=404, body=gateway)
    answer = create(world)
    assert (answer.status, answer.code) == (409, "resource_not_found")
    assert world.item("ORG#org_1", "ORG")["customer_id"] == "legacy_1"
    assert [each["customer"]["id"] for each in world.chargebee.ask("GET", "/customers")["list"]] == ["legacy_1"]


def test_everything_is_made_for_the_business_entity_of_the_deployment(world: World) -> None:
    world.chargebee.set_up(business_entities=["be_home", "be_europe"])
    world.values["ChargebeeBusinessEntityId"] = "be_europe"
    assert create(world).status == 200
    assert customer(world)["business_entity_id"] == "be_europe"
    ours = [call for call in world.chargebee.calls() if call["api_key"] == "test_key"]
    assert {call["headers"].get("chargebee-business-entity-id") for call in ours} == {"be_europe"}


# --- trials ---------------------------------------------------------------------------------------


def test_the_first_subscription_gets_the_plans_trial(world: World) -> None:
    create(world)
    assert abs(int(params(world, PAGE)["subscription[trial_end]"]) - time.time() - 14 * DAY) < 60


def test_a_plan_without_a_trial_gives_none(world: World) -> None:
    create(world, {"itemPriceId": "starter"})
    assert params(world, PAGE)["subscription[trial_end]"] == "0"


def test_a_trial_is_granted_once_per_organization_ever(world: World) -> None:
    subscription_id = subscribed(world)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="immediately")
    deliver_everything(world)
    assert create(world).status == 200
    assert params(world, PAGE)["subscription[trial_end]"] == "0"


@pytest.mark.parametrize("mapped", [True, False])
def test_a_trial_that_nobody_has_told_of_yet_was_the_only_one(world: World, mapped: bool) -> None:
    if mapped:
        create(world, {"itemPriceId": "starter"})
    else:
        world.chargebee.ask("POST", "/customers", id="org_1")
    items = {"subscription_items[item_price_id][0]": "growth"}
    ends = str(int(time.time()) + 3 * DAY)
    world.chargebee.ask("POST", "/customers/org_1/subscription_for_items", **items, id="old", trial_end=ends)
    world.chargebee.ask("POST", "/subscriptions/old/cancel_for_items", cancel_option="immediately")
    assert create(world).status == 200
    assert params(world, PAGE)["subscription[trial_end]"] == "0"


def test_no_trial_is_no_trial_whatever_the_item_price_says(world: World) -> None:
    world.chargebee.set("item_prices/starter", trial_period=14, trial_period_unit="day")
    subscription_id = subscribed(world, {"itemPriceId": "starter"})
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    assert (held["status"], held.get("trial_end")) == ("active", None)


@pytest.mark.parametrize("callers_trial_end", ["as_given", "shifted"])
def test_our_trial_beats_the_item_prices(world: World, callers_trial_end: str) -> None:
    world.chargebee.assume(callers_trial_end=callers_trial_end)
    world.chargebee.set("item_prices/growth", trial_period=60, trial_period_unit="day")
    subscription_id = subscribed(world)
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    assert abs(held["trial_end"] - time.time() - 14 * DAY) < 60


# --- what is live there, and unknown here ---------------------------------------------------------


def sold_in_the_dashboard(world: World, **fields: str) -> None:
    plan = {"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "5"}
    world.chargebee.ask("POST", "/customers/org_1/subscription_for_items", auto_collection="off", **plan, **fields)


@pytest.mark.parametrize("subscription_id", ["dashboard", "~zz", "~~"])
def test_beside_what_was_sold_in_the_dashboard_nothing_is_sold_before_any_webhook(
    world: World, subscription_id: str
) -> None:
    create(world)
    sold_in_the_dashboard(world, id=subscription_id)
    answer = create(world)
    assert (answer.status, answer.code) == (400, "subscription_exists")
    assert world.item("ORG#org_1", "ORG")["live"] == {subscription_id}
    world.chargebee.forget_calls()
    assert create(world).code == "subscription_exists"
    assert world.chargebee.calls() == []


def test_a_customer_that_is_only_found_now_is_looked_at_too(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="org_1")
    sold_in_the_dashboard(world)
    assert create(world).code == "subscription_exists"


def test_what_ended_there_is_in_nobodys_way(world: World) -> None:
    create(world)
    sold_in_the_dashboard(world, id="ended")
    world.chargebee.ask("POST", "/subscriptions/ended/cancel_for_items", cancel_option="immediately")
    assert create(world).status == 200


# --- refusals, before anything is done ------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_request"),
        ({"itemPriceId": []}, "invalid_request"),
        ({"itemPriceId": ""}, "invalid_request"),
        ({"itemPriceId": None}, "invalid_request"),
        ({"itemPriceId": 7}, "invalid_request"),
        ({"itemPriceId": {"id": "growth"}}, "invalid_request"),
        ({"itemPriceId": ["growth", "growth"]}, "unknown_plan"),
        ({"itemPriceId": ["growth", "priority-support", "priority-support"]}, "invalid_request"),
        ({"item_price_id": "growth"}, "invalid_request"),
        ({"itemPriceId": "nope"}, "unknown_plan"),
        ({"itemPriceId": ["growth", "nope"]}, "unknown_plan"),
        ({"itemPriceId": "priority-support"}, "unknown_plan"),
        ({"itemPriceId": "growth", "addons": [{"itemPriceId": "nope"}]}, "unknown_plan"),
        ({"itemPriceId": "growth", "addons": [{"itemPriceId": "priority-support", "quantity": 0}]}, "invalid_seats"),
        ({"itemPriceId": "growth", "addons": [{"itemPriceId": "priority-support", "quantity": 2}]}, "invalid_seats"),
        ({"itemPriceId": "growth", "addons": [{"itemPriceId": "priority-support", "price": 0}]}, "invalid_request"),
        ({"itemPriceId": "growth", "seats": 0}, "invalid_seats"),
        ({"itemPriceId": "growth", "seats": -3}, "invalid_seats"),
        ({"itemPriceId": "growth", "seats": 26}, "invalid_seats"),
        ({"itemPriceId": "growth", "seats": 1.5}, "invalid_request"),
        ({"itemPriceId": "growth", "seats": 5.0}, "invalid_request"),
        ({"itemPriceId": "growth", "seats": "5"}, "invalid_request"),
        ({"itemPriceId": "growth", "seats": True}, "invalid_request"),
        ({"itemPriceId": "growth", "seats": None}, "invalid_request"),
        ({"itemPriceId": "growth", "seats": 10**30}, "invalid_request"),
        ({"itemPriceId": "growth", "trialEnd": 4102444800}, "invalid_request"),
        ({"itemPriceId": "growth", "trial_end": 4102444800}, "invalid_request"),
        ({"itemPriceId": "growth", "customerId": "org_2"}, "invalid_request"),
        ({"itemPriceId": "growth", "couponIds": ["FREE"]}, "invalid_request"),
        ({"itemPriceId": "growth", "referenceId": 7}, "invalid_request"),
        ({"itemPriceId": "growth", "successUrl": "https://evil.example"}, "invalid_url"),
        ({"itemPriceId": "growth", "successUrl": "//evil.example"}, "invalid_url"),
        ({"itemPriceId": "growth", "successUrl": "/\\evil.example"}, "invalid_url"),
        ({"itemPriceId": "growth", "successUrl": "/%09/evil.example"}, "invalid_url"),
        ({"itemPriceId": "growth", "cancelUrl": "javascript:alert(1)"}, "invalid_url"),
        ({"itemPriceId": "growth", "cancelUrl": "/a\r\nb"}, "invalid_url"),
        ({"itemPriceId": "growth", "successUrl": "/\ud800"}, "invalid_request"),
        ({"itemPriceId": "growth", "successUrl": 7}, "invalid_request"),
        ([], "invalid_request"),
        ("null", "invalid_request"),
        ('"{"', "invalid_request"),
        ("{", "invalid_request"),
        ("", "invalid_request"),
        ('{"itemPriceId": "growth", "seats": NaN}', "invalid_request"),
        ("[" * 100_000, "invalid_request"),
    ],
    ids=lambda value: str(value)[:60].encode("unicode_escape").decode(),
)
def test_a_wrong_request_is_refused_and_leaves_no_trace(world: World, body: Any, code: str) -> None:
    answer = create(world, body)
    assert (answer.status, answer.code) == (400, code)
    assert set(world.account.calls) <= {"dynamodb.Query"}  # the plans in the table
    assert world.chargebee.calls() == []


@pytest.mark.parametrize("name", ["successUrl", "cancelUrl"])
def test_a_url_that_chargebee_would_refuse_is_refused_before_any_side_effect(world: World, name: str) -> None:
    answer = create(world, GROWTH | {name: "/" + "a" * 300})
    assert (answer.status, answer.code) == (400, "invalid_url")
    assert (world.records(), world.chargebee.calls()) == ([], [])


def test_the_message_names_the_field(world: World) -> None:
    assert "trialEnd" in create(world, GROWTH | {"trialEnd": 1}).body["error"]
    assert "seats" in create(world, GROWTH | {"seats": "5"}).body["error"]


def test_metadata_of_a_callers_own_is_refused_and_goes_nowhere(world: World) -> None:
    assert create(world, GROWTH | {"metadata": {"campaign": "spring"}}).status == 400
    assert world.chargebee.calls() == []


def test_a_base64_encoded_body_is_read(world: World) -> None:
    event = http_event("POST /api/subscription/create", claims=ADMIN, body=GROWTH, base64_encoded=True)
    assert world.call("subscriptions/create", event).status == 200


def test_plans_of_the_table_are_sold_too_and_their_limits_hold(world: World) -> None:
    world.put(pk="PLAN", sk="growth", item_price_id="growth", name="Growth", limits={"seats": 50})
    assert create(world, GROWTH | {"seats": 50}).status == 200
    assert params(world, PAGE)["subscription[trial_end]"] == "0"


def test_seats_are_sold_as_the_plan_says_and_the_list_says_how(world: World) -> None:
    world.put(pk="PLAN", sk="growth", item_price_id="growth", name="Growth", min_seats=10, seat_step=5)
    answers = [create(world, GROWTH | {"seats": seats}) for seats in (5, 12, 15)]
    assert [each.status for each in answers] == [400, 400, 200]
    assert [each.code for each in answers[:2]] == ["invalid_seats"] * 2
    plans = world.call("plans/list", http_event("GET /api/plans", claims=ADMIN)).body["plans"]
    told = {plan["itemPriceId"]: plan.get("seats") for plan in plans}
    assert (told["growth"], told["starter"]) == ({"min": 10, "step": 5}, None)


def test_a_broken_plan_in_the_table_is_not_sold_and_the_one_of_the_file_is(world: World) -> None:
    world.put(pk="PLAN", sk="growth", item_price_id="growth", name="Growth", limits={"seats": 3}, limit={"seats": 50})
    assert create(world, {"itemPriceId": "growth", "seats": 5}).status == 200


def test_a_deleted_organization_buys_nothing(world: World) -> None:
    world.put(pk="ORG#org_1", sk="ORG", id="org_1", version=2, deleted_at=1)
    answer = create(world)
    assert (answer.status, answer.code) == (410, "organization_deleted")
    assert world.chargebee.calls() == []


# --- when Chargebee does not do its part ----------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"status": 503}, 502, "chargebee_unavailable"),
        ({"status": 500, "body": "<html>"}, 502, "chargebee_unavailable"),
        ({"status": 401}, 502, "chargebee_authentication_failed"),
        ({"status": 429, "retry_after": 30}, 503, "chargebee_rate_limited"),
        (
            {"status": 400, "body": {"api_error_code": "payment_gateway_currency_incompatible"}},
            409,
            "payment_gateway_currency_incompatible",
        ),
    ],
    ids=["down", "nonsense", "our key", "rate limit", "no gateway for the currency"],
)
@pytest.mark.parametrize("path", ["/customers", "/hosted_pages"])
def test_a_failure_of_chargebees_has_its_own_answer_and_the_next_try_gets_the_same_subscription(
    world: World, fault: dict[str, Any], status: int, code: str, path: str
) -> None:
    world.chargebee.fail(path, **fault)
    refused = create(world)
    assert (refused.status, refused.code) == (status, code)
    assert refused.headers.get("retry-after") == ("30" if status == 503 else None)
    claimed = world.item("ORG#org_1", "ORG")["checkout_id"]
    world.chargebee.recover()
    answer = create(world)
    assert (answer.status, answer.body["subscriptionId"]) == (200, claimed)


def test_a_slow_chargebee_is_a_504_and_the_next_try_gets_the_same_subscription(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.chargebee.connection.READ_SECONDS", 0.1)
    world.chargebee.fail("/hosted_pages", timeout_after=0.3, count=3)
    refused = create(world)
    assert (refused.status, refused.code) == (504, "chargebee_timeout")
    claimed = world.item("ORG#org_1", "ORG")["checkout_id"]
    world.chargebee.recover()
    assert create(world).body["subscriptionId"] == claimed


def test_an_item_price_that_chargebee_does_not_know_is_the_operators_problem(world: World) -> None:
    world.put(pk="PLAN", sk="ghost", item_price_id="ghost", name="Ghost")
    answer = create(world, {"itemPriceId": "ghost"})
    assert answer.status == 409
    assert answer.code not in ("internal_error", "chargebee_not_found")


def test_a_customer_of_another_organization_is_not_taken_over(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="org_1", meta_data='{"organizationId": "org_2"}')
    answer = create(world)
    assert (answer.status, answer.code) == (409, "customer_of_another_organization")
    assert "org_2" not in answer.text, "nobody learns of another organization"


def test_a_customer_that_is_already_there_is_used(world: World) -> None:
    world.chargebee.ask("POST", "/customers", id="org_1", meta_data='{"theirs": "kept"}')
    answer = create(world)
    assert answer.status == 200
    kept = world.chargebee.ask("GET", "/customers/org_1")["customer"]["meta_data"]
    assert (kept["theirs"], kept["pendingSubscriptionId"]) == ("kept", answer.body["subscriptionId"])


def test_a_deleted_customers_organization_gets_another(world: World) -> None:
    create(world)
    world.chargebee.ask("POST", "/customers/org_1/delete")
    deliver_everything(world)
    answer = create(world)
    assert answer.status == 200
    assert params(world, PAGE)["customer[id]"] == "org_1-2"


def test_without_an_api_key_nothing_is_claimed(world: World) -> None:
    world.keep_secret("ChargebeeApiSecret", api_key="")
    answer = create(world)
    assert (answer.status, answer.code) == (500, "not_configured")
    assert world.records() == []


def test_without_a_key_for_return_links_nothing_is_claimed(world: World) -> None:
    world.keep_secret("ReturnKeySecret", key="")
    answer = create(world)
    assert (answer.status, answer.code) == (500, "not_configured")
    assert (world.records(), world.chargebee.calls()) == ([], [])
