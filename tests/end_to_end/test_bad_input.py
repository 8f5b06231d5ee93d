"""Whatever is wrong with a request, it is refused before anything happens: no row, and no call to Chargebee."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.end_to_end.api import Member, refused
from tests.end_to_end.scalekit import organization_event, signed
from tests.end_to_end.tokens import (
    claims_of,
    in_an_hour,
    signed_by_somebody_else,
    signed_with_the_public_key,
    tampered,
    unsigned,
)
from tests.end_to_end.world import World, fresh

type Json = dict[str, Any]
type Forgery = Callable[[World, str], str]

BILLING_ROUTES: tuple[Callable[[Member], httpx.Response], ...] = (
    lambda member: member.create(),
    lambda member: member.update(seats=6),
    lambda member: member.cancel(),
    lambda member: member.restore(),
    lambda member: member.portal(),
    lambda member: member.listing(),
    lambda member: member.get("/api/session"),
    lambda member: member.get("/api/plans"),
    lambda member: member.get("/api/access", itemPriceId="growth"),
)


def _claims(world: World, organization_id: str) -> Json:
    return claims_of(world.scalekit.token(organization_id))


def _expired(world: World, organization_id: str) -> str:
    return world.scalekit.token(organization_id, expires_in=-60)


def _other_issuer(world: World, organization_id: str) -> str:
    return world.scalekit.token(organization_id, claims={"iss": "https://evil.example.com"})


def _other_audience(world: World, organization_id: str) -> str:
    return world.scalekit.token(organization_id, claims={"aud": ["skc_other"]})


def _never_expires(world: World, organization_id: str) -> str:
    return world.scalekit.token(organization_id, claims={"exp": None})


def _no_subject(world: World, organization_id: str) -> str:
    return world.scalekit.token(organization_id, claims={"sub": None})


def _tampered(world: World, organization_id: str) -> str:
    return tampered(world.scalekit.token(fresh("org")), oid=organization_id)


def _unsigned(world: World, organization_id: str) -> str:
    return unsigned(_claims(world, organization_id))


def _public_key(world: World, organization_id: str) -> str:
    return signed_with_the_public_key(_claims(world, organization_id), world.scalekit.public_keys()[0])


def _other_key(world: World, organization_id: str) -> str:
    return signed_by_somebody_else(_claims(world, organization_id), world.scalekit.public_keys()[0]["kid"])


def _unknown_kid(world: World, organization_id: str) -> str:
    return signed_by_somebody_else(_claims(world, organization_id), "snk_nobody")


def _words(world: World, organization_id: str) -> str:
    return "let-me-in"


FORGERIES: tuple[Forgery, ...] = (
    _expired,
    _other_issuer,
    _other_audience,
    _never_expires,
    _no_subject,
    _tampered,
    _unsigned,
    _public_key,
    _other_key,
    _unknown_kid,
    _words,
)


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_token_that_scalekit_would_not_stand_for_opens_nothing(world: World, forge: Forgery) -> None:
    organization_id = fresh("org")
    intruder = world.bearer(forge(world, organization_id), organization_id)

    for answer in (intruder.create(), intruder.listing()):
        assert answer.status_code == 401, answer.text
    untouched(world, organization_id)


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_a_good_token_under_another_scheme_is_no_session(world: World, scheme: str) -> None:
    """The emulated gateway passes a bare token; ours to refuse are the other schemes, which a gateway never passes."""
    organization_id = fresh("org")
    token = world.scalekit.token(organization_id)
    headers = {"authorization": f"{scheme} {token}"} if scheme else {"x-authorization": f"Bearer {token}"}

    answer = world.http.post("/api/subscription/create", json={"itemPriceId": "growth"}, headers=headers)

    assert answer.status_code == 401, answer.text
    untouched(world, organization_id)


def test_without_a_token_every_billing_route_is_closed(world: World) -> None:
    nobody = world.bearer(None)

    assert {call(nobody).status_code for call in BILLING_ROUTES} == {401}


def test_a_token_without_an_organization_is_refused_everywhere(world: World) -> None:
    homeless = world.bearer(world.scalekit.token(None))

    for call in BILLING_ROUTES:
        refused(call(homeless), 403, "organization_required")


def test_a_session_is_no_machine_and_a_machine_no_session(world: World, admin: Member) -> None:
    path = f"/api/organizations/{admin.organization_id}/sync"
    refused(admin.post(path), 403, "forbidden")
    smuggler = world.member(admin.organization_id, scopes=["billing:admin"])
    refused(smuggler.post(path), 403, "forbidden")
    refused(world.machine("usage:write").post(path), 403, "forbidden")
    refused(world.machine("billing:admin").create(), 403, "organization_required")


def test_only_a_billing_admin_changes_anything(world: World, admin: Member) -> None:
    member = world.member(admin.organization_id, roles=["member"], permissions=["billing:read"])

    for answer in (member.create(), member.update(seats=2), member.cancel(), member.restore(), member.portal()):
        refused(answer, 403, "forbidden")
    assert member.listing().status_code == 200
    untouched(world, admin.organization_id)


def test_a_permission_opens_what_a_role_does(world: World, admin: Member) -> None:
    clerk = world.member(admin.organization_id, roles=["member"], permissions=["billing:manage"])

    assert clerk.create().status_code == 200


def test_another_organization_is_nobodys_business(world: World, admin: Member) -> None:
    victim = world.member(fresh("org"))
    theirs = victim.organization_id
    subscription_id = world.subscribe(victim)
    world.caught_up(theirs)
    world.chargebee.forget_requests()

    for answer in (
        admin.create(referenceId=theirs),
        admin.update(referenceId=theirs, seats=6),
        admin.cancel(referenceId=theirs),
        admin.restore(referenceId=theirs),
        admin.portal(referenceId=theirs),
        admin.listing(referenceId=theirs),
        admin.create(referenceId=""),
    ):
        refused(answer, 403, "forbidden")
    for answer in (
        admin.update(subscriptionId=subscription_id, seats=6),
        admin.cancel(subscriptionId=subscription_id),
        admin.restore(subscriptionId=subscription_id),
    ):
        refused(answer, 404, "subscription_not_found")
    untouched(world, admin.organization_id)
    assert world.chargebee.requests(theirs) == []
    assert world.chargebee.requests(subscription_id) == []


CREATE_REFUSALS: dict[str, tuple[Any, str]] = {
    "nothing": ({}, "invalid_request"),
    "no item price": ({"itemPriceId": []}, "invalid_request"),
    "item price null": ({"itemPriceId": None}, "invalid_request"),
    "item price a number": ({"itemPriceId": 7}, "invalid_request"),
    "null": (None, "invalid_request"),
    "list": ([], "invalid_request"),
    "text": ("growth", "invalid_request"),
    "unknown plan": ({"itemPriceId": "nope"}, "unknown_plan"),
    "unknown second": ({"itemPriceId": ["growth", "nope"]}, "unknown_plan"),
    "plan as add-on": ({"itemPriceId": ["growth", "scale"]}, "unknown_plan"),
    "add-on as plan": ({"itemPriceId": "priority-support"}, "unknown_plan"),
    "the plan that is free": ({"itemPriceId": "free"}, "unknown_plan"),
    "one-time charge": ({"itemPriceId": ["growth", "onboarding"]}, "unknown_plan"),
    "add-on twice": (
        {"itemPriceId": ["growth", "priority-support"], "addons": [{"itemPriceId": "priority-support"}]},
        "invalid_request",
    ),
    "two of one add-on": (
        {"itemPriceId": "growth", "addons": [{"itemPriceId": "priority-support", "quantity": 2}]},
        "invalid_seats",
    ),
    "no seats": ({"itemPriceId": "growth", "seats": 0}, "invalid_seats"),
    "negative seats": ({"itemPriceId": "growth", "seats": -3}, "invalid_seats"),
    "too many seats": ({"itemPriceId": "growth", "seats": 26}, "invalid_seats"),
    "endless seats": ({"itemPriceId": "growth", "seats": 10**30}, "invalid_request"),
    "half a seat": ({"itemPriceId": "growth", "seats": 1.5}, "invalid_request"),
    "seats with a fraction of zero": ({"itemPriceId": "growth", "seats": 5.0}, "invalid_request"),
    "seats as text": ({"itemPriceId": "growth", "seats": "5"}, "invalid_request"),
    "seats true": ({"itemPriceId": "growth", "seats": True}, "invalid_request"),
    "a trial of one's own": ({"itemPriceId": "growth", "trialEnd": 4102444800}, "invalid_request"),
    "a price of one's own": ({"itemPriceId": "growth", "price": 1}, "invalid_request"),
    "reference a list": ({"itemPriceId": "growth", "referenceId": ["org"]}, "invalid_request"),
}


@pytest.mark.parametrize("body, code", CREATE_REFUSALS.values(), ids=CREATE_REFUSALS.keys())
def test_a_wish_that_is_not_for_sale_is_refused(world: World, admin: Member, body: Any, code: str) -> None:
    answer = world.http.post(
        "/api/subscription/create",
        content=json.dumps(body),
        headers={**admin.headers, "content-type": "application/json"},
    )

    refused(answer, 400, code)
    untouched(world, admin.organization_id)


@pytest.mark.parametrize("text", ["", '"{"', "{", "{]", '{"itemPriceId": NaN}', "[" * 50_000, "\x00", "null"])
def test_a_body_that_is_no_json_object_is_refused(world: World, admin: Member, text: str) -> None:
    answer = world.http.post(
        "/api/subscription/create", content=text, headers={**admin.headers, "content-type": "application/json"}
    )

    refused(answer, 400, "invalid_request")
    untouched(world, admin.organization_id)


URLS = (
    "https://evil.example.com",
    "//evil.example.com",
    "/\\evil.example.com",
    "\\\\evil.example.com",
    "/\tevil.example.com",
    "/%09/evil.example.com",
    "/%2Fevil.example.com",
    "/%252Fevil.example.com",
    "/%5Cevil.example.com",
    "javascript:alert(1)",
    "billing",
    "/billing\r\nx-header: 1",
    "/" + "a" * 2_000,
    "",
)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("field", ["successUrl", "cancelUrl"])
def test_a_url_that_leads_elsewhere_is_refused(world: World, admin: Member, field: str, url: str) -> None:
    answer = admin.create(**{field: url})

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] in ("invalid_url", "invalid_request")
    untouched(world, admin.organization_id)


@pytest.mark.parametrize("url", URLS)
def test_the_portal_leads_back_to_the_application_only(world: World, admin: Member, url: str) -> None:
    answer = admin.portal(returnUrl=url)

    assert answer.status_code == 400, answer.text
    untouched(world, admin.organization_id)


def test_a_return_link_that_is_forged_redirects_and_does_nothing_else(world: World, admin: Member) -> None:
    page = admin.create().json()
    world.chargebee.faults(drop=1.0)
    link = httpx.URL(world.chargebee.pay(page["id"]))
    good = dict(link.params)
    world.chargebee.forget_requests()

    for forged in (
        {},
        good | {"state": "succeeded"},
        {name: value for name, value in good.items() if name != "state"},
        good | {"subscriptionId": "sub_other"},
        good | {"callbackURL": "/elsewhere"},
        good | {"state": good["state"].replace(admin.organization_id, "org_other")},
    ):
        answer = world.http.get("/api/subscription/success", params=forged)
        assert answer.status_code == 302
        assert answer.headers["location"].startswith(f"{world.stack.app}/")
    assert world.chargebee.requests(page["subscriptionId"]) == []
    assert admin.subscriptions() == []


@pytest.mark.parametrize("url", URLS)
def test_a_return_link_never_leads_elsewhere(world: World, url: str) -> None:
    answer = world.http.get("/api/subscription/success", params={"callbackURL": url, "state": "x"})

    assert answer.status_code == 302
    assert answer.headers["location"].startswith((f"{world.stack.app}/billing", f"{world.stack.app}/"))
    assert "evil.example.com" not in httpx.URL(answer.headers["location"]).host


def test_scalekit_webhooks_need_a_fresh_signature_over_these_very_bytes(world: World) -> None:
    organization_id = fresh("org")
    body = organization_event("organization.created", fresh("evt"), organization_id)
    secret, stamp = world.stack.scalekit_webhook_secret, time.time()
    good = signed(body, secret, "msg_1", stamp)
    other = "whsec_" + base64.b64encode(b"somebody else's secret").decode()

    for wrong in (
        {},
        signed(body, other, "msg_1"),
        signed(body, secret, "msg_1", stamp - 360),
        signed(body, secret, "msg_1", stamp + 360),
        signed(body + b" ", secret, "msg_1"),
        good | {"webhook-id": "msg_2"},
        good | {"webhook-timestamp": str(int(stamp) + 1)},
        good | {"webhook-timestamp": "now"},
        good | {"webhook-signature": ""},
        good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v2,")},
    ):
        refused(world.deliver_scalekit(body, wrong), 401, "unauthenticated")
    reserialized = json.dumps(json.loads(body), separators=(",", ":")).encode()
    refused(world.deliver_scalekit(reserialized, good), 401, "unauthenticated")
    world.queues.drained("ProvisioningQueue")
    untouched(world, organization_id)

    among_others = f"v1,AAAA {good['webhook-signature']}"
    assert world.deliver_scalekit(body, good | {"webhook-signature": among_others}).json() == {"received": True}
    assert world.mapped(organization_id) == organization_id


def test_chargebee_webhooks_need_the_password(world: World) -> None:
    organization_id = fresh("org")
    credentials = world.stack.chargebee_webhook
    event = _customer_event(organization_id)

    for wrong in (
        (credentials.username, "wrong"),
        ("wrong", credentials.password),
        (credentials.username, ""),
        ("", ""),
        (credentials.password, credentials.username),
    ):
        refused(world.deliver(event, wrong), 401, "unauthenticated")
    for header in ("Basic !!!", "Basic", f"Bearer {credentials.password}", ""):
        answer = world.http.post("/api/webhooks/chargebee", json=event, headers={"authorization": header})
        refused(answer, 401, "unauthenticated")
    assert world.table.ledger(event["id"]) is None
    assert world.table.organization(organization_id) is None


@pytest.mark.parametrize(
    "text", ["", "null", "{", "[]", '"text"', "{}", '{"id":"ev_1"}', '{"event_type":"x"}', '{"id":7,"event_type":"x"}']
)
def test_a_webhook_that_is_no_event_is_refused(world: World, text: str) -> None:
    refused(world.deliver(text), 400, "invalid_request")


def test_a_webhook_above_the_limit_is_refused_and_one_at_the_limit_is_not(world: World) -> None:
    event = _customer_event(fresh("org"))
    room = 256 * 1024 - len(json.dumps(event | {"padding": ""}))

    refused(world.deliver(json.dumps(event | {"padding": "x" * (room + 1)})), 413, "payload_too_large")
    assert world.deliver(json.dumps(event | {"padding": "x" * room})).status_code == 200
    world.dealt_with(event["id"])


def test_a_webhook_of_other_bytes_than_ascii_arrives_as_it_was_sent(world: World) -> None:
    organization_id = fresh("org")
    body = organization_event("organization.created", fresh("evt"), organization_id, "Müller & Søn 株式会社 🚀")

    assert world.deliver_scalekit(body).status_code == 200

    world.mapped(organization_id)
    assert world.chargebee.customer(organization_id)["company"] == "Müller & Søn 株式会社 🚀"


def untouched(world: World, organization_id: str) -> None:
    """No row was written and Chargebee was not called."""
    assert world.table.organization(organization_id) is None
    assert world.chargebee.requests(organization_id) == []


def _customer_event(organization_id: str) -> Json:
    return {
        "id": fresh("ev"),
        "event_type": "customer_created",
        "occurred_at": in_an_hour(),
        "content": {"customer": {"id": organization_id, "meta_data": {"organizationId": organization_id}}},
    }
