"""What the official SDK would do on its own, and what it does once it is connected here: one test a trap."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from chargebee import Chargebee as Sdk
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from billing.chargebee import connection
from billing.chargebee.api import ChargebeeApi
from billing.chargebee.calls import Retry
from billing.chargebee.connection import connect
from billing.chargebee.coupons import ChargebeeCoupons
from billing.chargebee.payments import ONCE, ChargebeePayments
from billing.chargebee.refusals import explained
from billing.core.chargebee_errors import (
    ChargebeeBlocked,
    ChargebeeBusy,
    ChargebeeDeclined,
    ChargebeeDuplicate,
    ChargebeeError,
    ChargebeeKeyReused,
    ChargebeeMisconfigured,
    ChargebeeNotFound,
    ChargebeeRateLimited,
    ChargebeeRefused,
    ChargebeeRejectedKey,
    ChargebeeSiteNotReady,
    ChargebeeSiteReadOnly,
    ChargebeeThirdPartyLimited,
    ChargebeeTimeout,
    ChargebeeUnavailable,
)
from billing.core.errors import InvalidRequest, NotConfigured
from billing.core.invocation import Deadline
from billing.payments.domain.charge import Charge, Order, Purpose
from billing.subscriptions.domain.subscription import Status, Subscription
from tests.chargebee.moment import Moment
from tests.chargebee.scripted_server import Reply, ScriptedServer, json_reply, running_server
from tests.subscriptions.examples import subscription_json

CUSTOMER = json_reply({"customer": {"id": "org_1", "meta_data": {}}})
KEY = "chargebee-idempotency-key"


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def api(server: ScriptedServer, moment: Moment) -> ChargebeeApi:
    server.script(CUSTOMER)
    return api_at(server.url, moment)


def api_at(url: str, moment: Moment) -> ChargebeeApi:
    return ChargebeeApi(connect("site", "test_key", url), Retry(sleep=moment.sleep, clock=moment.monotonic), moment)


def refusal(status: int, **body: Any) -> Reply:
    return json_reply({"message": "What Chargebee says.", "http_status_code": status, **body}, status)


# --- connections, TLS, timeouts -------------------------------------------------------------------


def test_many_calls_share_one_connection(api: ChargebeeApi, server: ScriptedServer) -> None:
    for _ in range(5):
        api.customer("org_1")
    assert (server.connections, len(server.asked)) == (1, 5)


def test_calls_load_no_certificates_because_the_connection_has(
    server: ScriptedServer, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_DIR")
    made: list[ssl.SSLContext] = []
    original = ssl.create_default_context

    def remembered(*arguments: Any, **named: Any) -> ssl.SSLContext:
        made.append(original(*arguments, **named))
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", remembered)
    server.script(CUSTOMER)
    api = api_at(server.url, moment)
    assert len(made) == 1
    for _ in range(3):
        api.customer("org_1")
    assert len(made) == 1
    assert "Amazon Root CA 1" in str(made[0].get_ca_certs())  # of 2015: the SDK's own bundle is older


def test_a_server_that_nobody_vouches_for_is_not_talked_to(tmp_path: Path, moment: Moment) -> None:
    with running_server(self_signed(tmp_path)) as impostor:
        with pytest.raises(ChargebeeUnavailable):
            api_at(impostor.url, moment).customer("org_1")
        assert impostor.asked == []


def self_signed(directory: Path) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    (directory / "server.pem").write_bytes(private + chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem")
    return context


def test_two_seconds_to_connect_and_eight_to_answer() -> None:
    assert (connection.CONNECT_SECONDS, connection.READ_SECONDS) == (2.0, 8.0)


def test_an_answer_that_does_not_come_is_a_timeout(
    server: ScriptedServer, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 0.05)
    server.script(Reply(hangs=True))
    with pytest.raises(ChargebeeTimeout):
        api_at(server.url, moment).customer("org_1")
    assert len(server.asked) == 3


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deadline]:
    """The deadline of an invocation, in a test's hands."""
    own = Deadline(lambda: 0)
    monkeypatch.setattr(connection, "deadline", own)
    yield own


def test_an_answer_that_drips_without_end_is_given_up(
    api: ChargebeeApi, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 0.1)
    server.script(replace(CUSTOMER, body=b" " * 200 + CUSTOMER.body, drips=0.01))
    with pytest.raises(ChargebeeTimeout):
        api.customer("org_1")


@pytest.mark.parametrize(("milliseconds", "asked"), [(1_040, 3), (900, 0)], ids=["shortly before", "at the end"])
def test_no_call_outlasts_the_function(
    api: ChargebeeApi, server: ScriptedServer, begun: Deadline, milliseconds: int, asked: int
) -> None:
    begun.begin(SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds))
    server.script(Reply(hangs=True))
    with pytest.raises(ChargebeeTimeout):
        api.customer("org_1")
    assert len(server.asked) == asked


def test_a_timeout_that_passes_is_repeated_and_forgotten(
    server: ScriptedServer, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 0.05)
    server.script(Reply(hangs=True), CUSTOMER)
    assert api_at(server.url, moment).customer("org_1").id == "org_1"


def test_nobody_listening_is_unavailable(moment: Moment) -> None:
    with running_server() as closed:
        url = closed.url
    with pytest.raises(ChargebeeUnavailable):
        api_at(url, moment).customer("org_1")


def test_a_connection_that_breaks_off_is_unavailable_and_repeated(api: ChargebeeApi, server: ScriptedServer) -> None:
    server.script(Reply(body=b"", headers={"content-length": "9", "connection": "close"}), CUSTOMER)
    assert api.customer("org_1").id == "org_1"


# --- retries --------------------------------------------------------------------------------------


def test_a_rate_limit_is_not_retried_for_ever(api: ChargebeeApi, server: ScriptedServer, moment: Moment) -> None:
    server.script(refusal(429, api_error_code="api_request_limit_exceeded"))
    with pytest.raises(ChargebeeRateLimited) as caught:
        api.customer("org_1")
    assert (caught.value.retry_after, len(server.asked), moment.slept) == (60, 1, [])


def test_retry_after_is_honoured(api: ChargebeeApi, server: ScriptedServer, moment: Moment) -> None:
    limited = json_reply({"api_error_code": "api_request_limit_exceeded"}, 429, retry_after="3")
    server.script(limited, CUSTOMER)
    api.customer("org_1")
    assert (moment.slept, len(server.asked)) == ([3.0], 2)


def test_a_longer_wait_than_a_browser_has_is_the_callers(api: ChargebeeApi, server: ScriptedServer) -> None:
    server.script(json_reply({"api_error_code": "api_request_limit_exceeded"}, 429, retry_after="30"))
    with pytest.raises(ChargebeeRateLimited) as caught:
        api.customer("org_1")
    assert caught.value.retry_after == 30


@pytest.mark.parametrize("value", ["", "soon", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_retry_after_that_is_no_number_of_seconds_means_the_whole_window(
    api: ChargebeeApi, server: ScriptedServer, value: str
) -> None:
    server.script(json_reply({"api_error_code": "api_request_limit_exceeded"}, 429, retry_after=value))
    with pytest.raises(ChargebeeRateLimited) as caught:
        api.customer("org_1")
    assert caught.value.retry_after == 60


def test_a_record_that_another_request_holds_is_waited_for_in_moments(
    api: ChargebeeApi, server: ScriptedServer, moment: Moment
) -> None:
    held = refusal(429, api_error_code="lock_timeout")
    server.script(held, held, CUSTOMER)
    assert api.customer("org_1").id == "org_1"
    assert 0.5 <= moment.slept[0] <= 1 <= moment.slept[1] <= 2


def test_a_lock_that_chargebee_expects_to_last_is_the_callers(api: ChargebeeApi, server: ScriptedServer) -> None:
    server.script(json_reply({"api_error_code": "lock_timeout"}, 429, retry_after="30"))
    with pytest.raises(ChargebeeBusy) as caught:
        api.customer("org_1")
    assert (caught.value.retry_after, len(server.asked)) == (30, 1)


def test_a_charge_is_sent_again_only_where_nothing_was_done(server: ScriptedServer, moment: Moment) -> None:
    payments = ChargebeePayments(connect("site", "test_key", server.url), Retry())
    once = replace(ONCE, sleep=moment.sleep, clock=moment.monotonic)
    charge = Charge("k1", "org_1", "org_1", Purpose.CHARGE, Order("USD", 1_999, "Export"), 0, version=1)
    invoice = json_reply({"invoice": {"id": "inv_1", "customer_id": "org_1", "status": "paid", "currency_code": "USD"}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("billing.chargebee.payments.ONCE", once)
        server.script(refusal(429, api_error_code="lock_timeout"), invoice)
        assert payments.charge(charge).id == "inv_1"
        for failure in (refusal(503, api_error_code="internal_temporary_error"), refusal(429, api_error_code="x")):
            server.asked.clear()
            server.script(failure, invoice)
            with pytest.raises((ChargebeeUnavailable, ChargebeeRateLimited)):
                payments.charge(charge)
            assert len(server.asked) == 1


def test_a_write_carries_the_same_key_on_every_attempt_and_the_credentials_each_time(
    api: ChargebeeApi, server: ScriptedServer
) -> None:
    down = refusal(503, api_error_code="internal_temporary_error")
    server.script(down, down, CUSTOMER)
    api.stamp_customer("org_1", {"a": "b"}, "stamp-1")
    assert [asked.headers[KEY] for asked in server.asked] == ["stamp-1"] * 3
    basic = "Basic " + base64.b64encode(b"test_key:").decode()
    assert {asked.headers["authorization"] for asked in server.asked} == {basic}


def test_the_callers_dictionaries_are_left_alone(api: ChargebeeApi, server: ScriptedServer) -> None:
    params = {"company": "Acme", "meta_data": {"organizationId": "org_1"}}
    before = json.dumps(params)
    api.create_customer("org_1", params)
    assert json.dumps(params) == before


# --- what is sent ---------------------------------------------------------------------------------


def test_meta_data_arrives_as_json_with_its_keys_as_written(api: ChargebeeApi, server: ScriptedServer) -> None:
    meta_data = {"organizationId": "org_1", "pendingSubscriptionId": "sub_1", "name": "O'Ünï"}
    api.create_customer("org_1", {"meta_data": meta_data})
    api.stamp_customer("org_1", meta_data, "key")
    assert [json.loads(asked.params["meta_data"]) for asked in server.asked] == [meta_data, meta_data]


@pytest.mark.parametrize("customer_id", ["a/b", "../site", "a?b", "a#b", "", "a b", "a%2fb", "ü", ".", "..", "x" * 51])
def test_an_id_that_would_change_the_path_is_never_sent(
    api: ChargebeeApi, server: ScriptedServer, customer_id: str
) -> None:
    for call in (
        lambda: api.customer(customer_id),
        lambda: api.stamp_customer(customer_id, {}, "key"),
        lambda: api.create_customer(customer_id, {"meta_data": {}}),
        lambda: api.subscription(customer_id),
        lambda: api.cancel_now(Subscription(customer_id, "org_1", Status.ACTIVE), "key"),
        lambda: api.keep(Subscription(customer_id, "org_1", Status.ACTIVE), "key"),
        lambda: api.page_is_open(customer_id),
    ):
        with pytest.raises(InvalidRequest):
            call()
    assert server.asked == []


def test_a_coupons_id_may_be_longer(server: ScriptedServer, moment: Moment) -> None:
    """https://apidocs.chargebee.com/docs/api/coupons: up to 100 characters, where others have 50."""
    server.script(json_reply({"coupon": {"id": "x" * 100, "status": "active"}}))
    retry = Retry(sleep=moment.sleep, clock=moment.monotonic)
    coupons = ChargebeeCoupons(connect("site", "test_key", server.url), retry)
    assert coupons.coupon("x" * 100).status == "active"
    with pytest.raises(InvalidRequest):
        coupons.coupon("x" * 101)
    assert len(server.asked) == 1


@pytest.mark.parametrize("customer_id", ["org_1", "org_69615647365005430", "cus.tomer+1@example~x:y-2", "x" * 50])
def test_an_ordinary_id_is_the_path(api: ChargebeeApi, server: ScriptedServer, customer_id: str) -> None:
    api.customer(customer_id)
    assert unquote(server.asked[0].path) == f"/api/v2/customers/{customer_id}"


@pytest.mark.parametrize(("site", "key"), [("", "test_key"), ("site", ""), ("", "")])
def test_without_a_site_and_a_key_there_is_no_connection(site: str, key: str) -> None:
    with pytest.raises(NotConfigured):
        connect(site, key)


@pytest.mark.parametrize(("setting", "sent"), [("", None), ("be_europe", "be_europe")])
def test_every_call_is_made_for_the_business_entity_of_the_deployment(
    server: ScriptedServer, moment: Moment, setting: str, sent: str | None
) -> None:
    server.script(CUSTOMER)
    sdk = connect("site", "test_key", server.url, setting)
    api = ChargebeeApi(sdk, Retry(sleep=moment.sleep, clock=moment.monotonic), moment)
    api.customer("org_1")
    api.stamp_customer("org_1", {}, "key")
    assert [asked.headers.get("chargebee-business-entity-id") for asked in server.asked] == [sent, sent]


def test_chargebee_itself_is_called_over_tls_at_the_site() -> None:
    sdk = connect("acme-test", "test_key")
    assert (sdk.env.api_endpoint, sdk.env.protocol) == ("https://acme-test.chargebee.com/api/v2", "https")


# --- what comes back ------------------------------------------------------------------------------

TABLE: list[tuple[str, Reply, type[ChargebeeError], str]] = [
    ("down", refusal(500, api_error_code="internal_error"), ChargebeeUnavailable, "chargebee_unavailable"),
    (
        "overloaded",
        refusal(503, api_error_code="internal_temporary_error"),
        ChargebeeUnavailable,
        "chargebee_unavailable",
    ),
    ("gateway", Reply(502, b"<html>Bad Gateway</html>"), ChargebeeUnavailable, "chargebee_unavailable"),
    ("html with 200", Reply(200, b"<html>maintenance</html>"), ChargebeeUnavailable, "chargebee_unavailable"),
    ("empty with 200", Reply(200, b""), ChargebeeUnavailable, "chargebee_unavailable"),
    ("empty with 500", Reply(500, b""), ChargebeeUnavailable, "chargebee_unavailable"),
    ("not UTF-8", Reply(200, b'{"customer": "\xff"}'), ChargebeeUnavailable, "chargebee_unavailable"),
    ("a list", Reply(200, b"[]"), ChargebeeUnavailable, "chargebee_unavailable"),
    ("null", Reply(200, b"null"), ChargebeeUnavailable, "chargebee_unavailable"),
    ("no customer in it", json_reply({"card": {}}), ChargebeeUnavailable, "chargebee_unavailable"),
    ("no code", json_reply({"message": "?"}, 400), ChargebeeUnavailable, "chargebee_unavailable"),
    (
        "redirect",
        Reply(302, b"", {"location": "https://elsewhere.example"}),
        ChargebeeUnavailable,
        "chargebee_unavailable",
    ),
    (
        "key rejected",
        refusal(401, api_error_code="api_authentication_failed", type="untyped"),
        ChargebeeRejectedKey,
        "chargebee_authentication_failed",
    ),
    (
        "key not enough",
        refusal(403, api_error_code="api_authorization_failed", type="untyped"),
        ChargebeeRejectedKey,
        "chargebee_authentication_failed",
    ),
    (
        "not found",
        refusal(404, api_error_code="resource_not_found", type="invalid_request"),
        ChargebeeNotFound,
        "chargebee_not_found",
    ),
    (
        "duplicate",
        refusal(400, api_error_code="duplicate_entry", param="id"),
        ChargebeeDuplicate,
        "chargebee_duplicate",
    ),
    (
        "duplicate by its finer code",
        refusal(400, api_error_code="invalid_request", error_code="duplicate_entry"),
        ChargebeeDuplicate,
        "chargebee_duplicate",
    ),
    (
        "blocked",
        refusal(403, api_error_code="request_blocked", type="operation_failed"),
        ChargebeeBlocked,
        "chargebee_request_blocked",
    ),
    (
        "site not ready",
        refusal(503, api_error_code="site_not_ready", type="invalid_request"),
        ChargebeeSiteNotReady,
        "chargebee_site_not_ready",
    ),
    (
        "site read-only",
        refusal(503, api_error_code="site_read_only_mode", type="operation_failed"),
        ChargebeeSiteReadOnly,
        "chargebee_site_read_only",
    ),
    (
        "held by another request",
        refusal(429, api_error_code="lock_timeout", type="operation_failed"),
        ChargebeeBusy,
        "chargebee_busy",
    ),
    (
        "too many at once",
        refusal(429, api_error_code="api_request_limit_exceeded", message="Too many concurrent requests."),
        ChargebeeBusy,
        "chargebee_busy",
    ),
    (
        "too many in a minute",
        refusal(429, api_error_code="api_request_limit_exceeded", type="operation_failed"),
        ChargebeeRateLimited,
        "chargebee_rate_limited",
    ),
    (
        "its gateway is asked too often",
        refusal(429, api_error_code="third_party_api_request_limit_exceeded"),
        ChargebeeThirdPartyLimited,
        "chargebee_third_party_limited",
    ),
    (
        "one key for two requests",
        refusal(422, api_error_code="unable_to_process_request", param=KEY),
        ChargebeeKeyReused,
        "chargebee_key_reused",
    ),
    (
        "an endpoint of the first product catalog",
        refusal(400, api_error_code="configuration_incompatible", type="invalid_request"),
        ChargebeeMisconfigured,
        "configuration_incompatible",
    ),
    (
        "no gateway for the currency",
        refusal(400, api_error_code="payment_gateway_currency_incompatible", type="invalid_request"),
        ChargebeeMisconfigured,
        "payment_gateway_currency_incompatible",
    ),
    (
        "item price not set up",
        refusal(400, api_error_code="resource_not_found", param="subscription_items[item_price_id][0]"),
        ChargebeeMisconfigured,
        "resource_not_found",
    ),
    (
        "gateway account not set up",
        refusal(404, api_error_code="resource_not_found", param="card[gateway_account_id]"),
        ChargebeeMisconfigured,
        "resource_not_found",
    ),
    (
        "state",
        refusal(400, api_error_code="invalid_state_for_request", type="invalid_request"),
        ChargebeeRefused,
        "invalid_state_for_request",
    ),
    (
        "payment",
        refusal(402, api_error_code="payment_processing_failed", type="payment"),
        ChargebeeDeclined,
        "payment_processing_failed",
    ),
    (
        "unheard of",
        refusal(400, api_error_code="a_code_of_next_year", type="?"),
        ChargebeeRefused,
        "a_code_of_next_year",
    ),
]


@pytest.mark.parametrize(
    ("reply", "kind", "code"), [row[1:] for row in TABLE], ids=[row[0].replace(" ", "-") for row in TABLE]
)
def test_every_answer_that_is_no_success_is_one_error_that_says_what_to_do(
    api: ChargebeeApi, server: ScriptedServer, reply: Reply, kind: type[ChargebeeError], code: str
) -> None:
    server.script(reply)
    with pytest.raises(ChargebeeError) as caught:
        api.customer("org_1")
    assert type(caught.value) is kind
    assert caught.value.code == code


@pytest.mark.parametrize("kind", [ChargebeeUnavailable, ChargebeeRejectedKey, ChargebeeRateLimited])
def test_what_went_wrong_inside_is_not_repeated_to_the_caller(kind: type[ChargebeeError]) -> None:
    statuses = {ChargebeeUnavailable: 500, ChargebeeRejectedKey: 401, ChargebeeRateLimited: 429}
    body = {"message": "key test_abc of host db-7", "api_error_code": "x"}
    error = explained(statuses[kind], body, httpx.Headers())
    assert type(error) is kind
    assert "test_abc" not in str(error)


def test_the_api_key_is_in_no_error(api: ChargebeeApi, server: ScriptedServer) -> None:
    server.script(refusal(401, api_error_code="api_authentication_failed"))
    with pytest.raises(ChargebeeRejectedKey) as caught:
        api.customer("org_1")
    assert "test_key" not in repr(caught.value)


def test_calls_from_several_threads_do_not_mix(api: ChargebeeApi, server: ScriptedServer) -> None:
    server.script(CUSTOMER)
    threads = [threading.Thread(target=api.customer, args=(f"org_{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {asked.path for asked in server.asked} == {f"/api/v2/customers/org_{number}" for number in range(8)}


def test_the_sdk_of_this_version_still_makes_its_calls_where_we_replace_them() -> None:
    """Read with the SDK's source at hand when its pin moves: the connection replaces this one function."""
    import chargebee.http_request

    assert "_make_request" in chargebee.http_request._process_response.__code__.co_names
    assert Sdk.idempotency_header == KEY


# --- answers that say nothing we know --------------------------------------------------------------


@pytest.mark.parametrize("strange", [{"id": 7}, {"customer_id": None}, {"customer_id": ""}], ids=str)
def test_a_subscription_that_is_not_understood_is_no_mistake_of_the_caller(
    api: ChargebeeApi, server: ScriptedServer, strange: dict[str, Any]
) -> None:
    customer = {"id": "org_1"}
    server.script(json_reply({"subscription": subscription_json(), "customer": customer}))
    assert api.subscription("cb1").id == "cb1"
    server.script(json_reply({"subscription": subscription_json() | strange, "customer": customer}))
    with pytest.raises(ChargebeeUnavailable, match="not understood"):
        api.subscription("cb1")


# --- a key that is rotated ------------------------------------------------------------------------


REVOKED = refusal(401, api_error_code="api_authentication_failed")


def keys_asked_with(server: ScriptedServer) -> list[str]:
    return [base64.b64decode(each.headers["authorization"].removeprefix("Basic ")).decode() for each in server.asked]


def test_a_call_whose_key_was_revoked_is_made_once_more_with_the_new_one_which_is_kept(server: ScriptedServer) -> None:
    server.script(REVOKED, CUSTOMER)
    api = ChargebeeApi(connect("site", "old", server.url, renew=lambda: "new"), Retry(), Moment())
    assert [api.customer("org_1").id for _ in range(2)] == ["org_1", "org_1"]
    assert keys_asked_with(server) == ["old:", "new:", "new:"]


def test_a_key_that_is_still_the_same_is_not_tried_again(server: ScriptedServer) -> None:
    server.script(REVOKED)
    api = ChargebeeApi(connect("site", "old", server.url, renew=lambda: "old"), Retry(), Moment())
    with pytest.raises(ChargebeeRejectedKey):
        api.customer("org_1")
    assert keys_asked_with(server) == ["old:"]


def test_a_new_key_that_is_rejected_too_is_not_tried_for_ever(server: ScriptedServer) -> None:
    server.script(REVOKED)
    api = ChargebeeApi(connect("site", "old", server.url, renew=lambda: "new"), Retry(), Moment())
    with pytest.raises(ChargebeeRejectedKey):
        api.customer("org_1")
    assert keys_asked_with(server) == ["old:", "new:"]
