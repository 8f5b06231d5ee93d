"""What a client sends, how often, with which token, and what it raises."""

import asyncio
import json
import pickle
from typing import Any

import httpx
import pytest

import organization_billing
from organization_billing import (
    Billing,
    BillingError,
    Call,
    Conflict,
    MachineClient,
    MemberToken,
    PaymentRequired,
    RateLimited,
    Refused,
    TokenRefused,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from organization_billing.errors import BY_STATUS
from tests.clients.python.api import ALLOWED, API, SCALEKIT, ScriptedApi, machine, no, ok
from tests.local_stack import ROOT


def test_a_method_asks_for_its_path_and_query_with_the_members_token() -> None:
    api = ScriptedApi([ok(**ALLOWED)])
    view = api.billing().metering.entitlement("api-calls", required=5, organization_id="org_1")
    assert view["allowed"]
    [request] = api.requests
    assert str(request.url) == f"{API}/api/entitlements/api-calls?required=5&organizationId=org_1"
    assert api.bearers == ["a-token"]


def test_the_same_for_asyncio() -> None:
    api = ScriptedApi([no(503, retry_after="2"), ok(**ALLOWED)])

    async def ask() -> Any:
        async with api.async_billing(machine()) as billing:
            return await billing.metering.entitlement("api-calls")

    assert asyncio.run(ask()) == ALLOWED
    assert (api.pauses, api.bearers) == ([2], ["token-1", "token-1"])


def test_asyncio_raises_what_the_api_refuses() -> None:
    with pytest.raises(PaymentRequired, match="exhausted"):
        asyncio.run(ScriptedApi([no(402, "exhausted")]).async_billing().plans.list())


def test_a_name_is_one_part_of_a_path_whatever_is_in_it() -> None:
    api = ScriptedApi([ok()])
    api.billing().organizations.read("org/1?a=b")
    assert api.requests[0].url.raw_path == b"/api/organizations/org%2F1%3Fa%3Db"


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_lead_to_another_path_is_not_sent(name: str) -> None:
    with pytest.raises(ValueError, match="names nothing"):
        ScriptedApi([ok()]).billing().organizations.delete(name)


def test_one_machine_token_serves_until_shortly_before_its_end() -> None:
    api, now = ScriptedApi([ok()]), 0.0
    billing = api.billing(machine(clock=lambda: now))
    for moment in (0, 1800, 3539, 3541):
        now = float(moment)
        billing.plans.list()
    assert api.bearers == ["token-1", "token-1", "token-1", "token-2"]


def test_a_token_of_a_short_life_is_used_for_half_of_it() -> None:
    api, now = ScriptedApi([ok()], expires_in=30), 0.0
    billing = api.billing(machine(clock=lambda: now))
    for moment in (0, 14, 16):
        now = float(moment)
        billing.plans.list()
    assert api.bearers == ["token-1", "token-1", "token-2"]


def test_a_token_that_is_turned_down_is_replaced_once() -> None:
    api = ScriptedApi([no(401), ok()])
    api.billing(machine()).plans.list()
    assert api.bearers == ["token-1", "token-2"]
    with pytest.raises(Unauthenticated):
        ScriptedApi([no(401)]).billing(machine()).plans.list()


def test_a_members_token_comes_from_a_function_and_is_not_sent_twice_when_it_is_turned_down() -> None:
    api = ScriptedApi([no(401), ok()])
    tokens = iter(["old", "new"])
    api.billing(MemberToken(lambda: next(tokens))).plans.list()
    assert api.bearers == ["old", "new"]
    stubborn = ScriptedApi([no(401)])
    with pytest.raises(Unauthenticated):
        stubborn.billing(MemberToken("old")).plans.list()
    assert stubborn.bearers == ["old"]


@pytest.mark.parametrize("token", ["", " ", "a b", "a\nb", "ü"])
def test_what_is_no_token_is_not_sent(token: str) -> None:
    api = ScriptedApi([ok()])
    with pytest.raises(Unauthenticated, match="There is no token"):
        api.billing(MemberToken(token)).plans.list()
    assert (api.requests, api.pauses) == ([], [])


def test_scalekits_refusal_is_told_without_the_secret() -> None:
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(401)))
    client = MachineClient(SCALEKIT, "m2morg_1", "a secret")
    assert "a secret" not in repr(client)
    with pytest.raises(TokenRefused, match="401 for the client m2morg_1"):
        organization_billing.Billing(API, client, http=http).plans.list()


def test_somebody_signed_in_acts_over_the_same_connections() -> None:
    api = ScriptedApi([ok()])
    api.billing(machine()).acting_as("ada").plans.list()
    assert api.bearers == ["ada"]


def test_when_somebody_signed_in_is_done_everybody_else_goes_on() -> None:
    api = ScriptedApi([ok()])
    billing = api.billing(machine())
    with billing.acting_as("ada") as ada:
        ada.plans.list()
    billing.plans.list()
    assert api.bearers == ["ada", "token-1"]


def test_the_same_goes_for_asyncio() -> None:
    api = ScriptedApi([ok()])

    async def ask() -> None:
        billing = api.async_billing(machine())
        async with billing.acting_as("ada") as ada:
            await ada.plans.list()
        await billing.plans.list()

    asyncio.run(ask())
    assert api.bearers == ["ada", "token-1"]


def test_a_client_closes_the_connections_that_it_has_made() -> None:
    with Billing(API, MemberToken("a-token")) as billing:
        assert not billing.http.is_closed
    assert billing.http.is_closed


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_asked_again_after_what_the_api_says(status: int) -> None:
    api = ScriptedApi([no(status, retry_after="7"), ok()])
    api.billing().plans.list()
    assert api.pauses == [7]


def test_without_a_word_of_when_the_pauses_grow() -> None:
    api = ScriptedApi([httpx.ConnectError("down"), no(429), no(502), ok()])
    api.billing().plans.list()
    assert api.pauses == [1, 2, 4]


def test_a_pause_longer_than_the_patience_is_the_callers() -> None:
    api = ScriptedApi([no(429, "rate_limited", retry_after="60")])
    with pytest.raises(RateLimited) as refused:
        api.billing().plans.list()
    assert (refused.value.retry_after, api.pauses, len(api.requests)) == (60, [], 1)


def test_the_attempts_end() -> None:
    api = ScriptedApi([no(503)])
    with pytest.raises(Unavailable):
        api.billing().plans.list()
    assert len(api.requests) == 4
    away = ScriptedApi([httpx.ReadTimeout("late")])
    with pytest.raises(Unreachable, match=r"GET https://api\.example\.com/api/plans"):
        away.billing().plans.list()
    assert len(away.requests) == 4


@pytest.mark.parametrize("status", [400, 402, 403, 404, 409, 410, 422, 500])
def test_what_the_api_decided_is_not_asked_again(status: int) -> None:
    api = ScriptedApi([no(status, "a_code")])
    with pytest.raises(BY_STATUS[status], match=rf"{status} a_code: No\. \(request req_1\)"):
        api.billing().plans.list()
    assert len(api.requests) == 1


def test_every_status_of_the_document_has_an_error_of_its_own() -> None:
    document = json.loads((ROOT / "docs" / "reference" / "openapi.json").read_text())
    told = {
        int(each) for methods in document["paths"].values() for one in methods.values() for each in one["responses"]
    }
    assert {each for each in told if each >= 400} == set(BY_STATUS)
    assert all(issubclass(each, BillingError) for each in BY_STATUS.values())


def test_a_refusal_that_is_no_json_of_the_api_is_told_all_the_same() -> None:
    with pytest.raises(Refused) as refused:
        ScriptedApi([httpx.Response(418, text="<html>")]).billing().plans.list()
    assert (refused.value.status, refused.value.code) == (418, "")


def test_all_attempts_of_a_purchase_have_one_key_which_is_the_callers_where_there_is_one() -> None:
    api = ScriptedApi([httpx.ReadTimeout("late"), ok()])
    api.billing().payments.top_up({"amount": 100, "currency": "USD"})
    first, second = api.bodies
    assert first["key"] == second["key"] != ""
    own = ScriptedApi([ok()])
    own.billing().payments.top_up({"amount": 100, "currency": "USD", "key": "order-7"})
    assert own.bodies[0]["key"] == "order-7"


def test_a_call_that_no_method_is_for_is_sent_as_it_is() -> None:
    api = ScriptedApi([no(409, "id_conflict")])
    with pytest.raises(Conflict):
        api.billing().send(Call[Any]("POST", "/api/something-new", body={"id": "a"}))
    assert (api.requests[0].url.path, api.bodies) == ("/api/something-new", [{"id": "a"}])


def test_a_refusal_comes_out_of_a_pool_of_processes_as_it_went_in() -> None:
    with pytest.raises(PaymentRequired) as refused:
        ScriptedApi([no(402, "exhausted", retry_after="7")]).billing().plans.list()
    copied = pickle.loads(pickle.dumps(refused.value))
    assert (type(copied), str(copied), copied.retry_after) == (PaymentRequired, str(refused.value), 7)


@pytest.mark.parametrize("answer", ["<html>", "[]", "{}"])
def test_what_answers_without_a_token_gives_none(answer: str) -> None:
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text=answer)))
    with pytest.raises(TokenRefused, match="gives no token"):
        Billing(API, machine(), http=http).plans.list()
