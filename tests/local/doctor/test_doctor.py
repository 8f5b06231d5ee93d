"""The doctor says of each thing whether it is right, and what to do about what is not."""

import json
import socket
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.bootstrap import PathEntry
from local.doctor import chargebee, scalekit
from local.doctor.examination import examine
from local.doctor.finding import Finding, Verdict
from local.doctor.machine import installed, interpreter
from local.doctor.stack import stack
from local.launcher.layout import StateDirectory
from local.launcher.options import ChargebeeSandbox, Ports, ScalekitSandbox, read_options
from organization_billing_local.starting import FREE_PORTS

SITE = ChargebeeSandbox("acme-test", "test_key", "gw_1")
SOLD = json.dumps({"item_prices": [{"id": "growth"}, {"id": "scale"}]})
PRICES = {"list": [{"item_price": {"id": "growth"}}, {"item_price": {"id": "scale"}}]}
ENDPOINT = {"url": "https://api.acme.com/api/webhooks/chargebee", "disabled": False}

type Answers = dict[str, httpx.Response]


def client(answers: Answers) -> httpx.Client:
    """A vendor that answers by the path that is asked, with the right time unless it is given."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path, httpx.Response(404))
        found.headers.setdefault("date", format_datetime(datetime.now(UTC), usegmt=True))
        return found

    return httpx.Client(base_url="https://vendor.test", transport=httpx.MockTransport(answer))


def about(findings: Iterable[Finding]) -> dict[str, Finding]:
    return {each.about: each for each in findings}


def site(prices: object = PRICES, endpoint: object = ENDPOINT, **changes: str) -> dict[str, Finding]:
    """What is found on a site where all is well but for what a test changes."""
    answers = {
        "/api/v2/item_prices": httpx.Response(200, json=prices, headers=changes),
        "/api/v2/webhook_endpoints": httpx.Response(200, json={"list": [{"webhook_endpoint": endpoint}]}),
    }
    with client(answers) as http:
        return about(chargebee.examine(SITE, SOLD, http))


def test_of_a_site_where_all_is_well_only_the_dashboard_s_part_is_left_to_look_at() -> None:
    found = site()
    assert {name for name, each in found.items() if each.verdict is not Verdict.GOOD} == {
        "Chargebee's redirects",
        "gateway",
    }
    assert Verdict.WRONG not in {each.verdict for each in found.values()}


def test_an_item_price_that_the_site_lacks_is_named() -> None:
    found = site(prices={"list": PRICES["list"][:1]})["item prices"]
    assert (found.verdict, found.said[-7:]) == (Verdict.WRONG, ": scale")


TIERED: dict[str, Any] = {
    "id": "calls",
    "pricing_model": "tiered",
    "free_quantity": 10,
    "tiers": [{"starting_unit": 1, "ending_unit": 5, "price": 2}, {"starting_unit": 6, "price": 1}],
}


@pytest.mark.parametrize(
    ("there", "verdict"),
    [
        ({}, Verdict.GOOD),
        ({"pricing_model": "volume"}, Verdict.WRONG),
        ({"free_quantity": 0}, Verdict.WRONG),
        ({"tiers": [{"starting_unit": 1, "price": 2}]}, Verdict.WRONG),
        ({"pricing_model": "per_unit", "tiers": []}, Verdict.WRONG),
        ({"tiers": [each | {"pricing_type": "per_unit"} for each in TIERED["tiers"]]}, Verdict.GOOD),
        ({"tiers": [each | {"pricing_type": "package", "package_size": 2} for each in TIERED["tiers"]]}, Verdict.WRONG),
        ({"tiers": [each | {"pricing_type": "flat_fee"} for each in TIERED["tiers"]]}, Verdict.WRONG),
    ],
)
def test_tiers_that_the_site_has_otherwise_are_told(there: dict[str, object], verdict: Verdict) -> None:
    sold, prices = json.dumps({"item_prices": [TIERED]}), {"list": [{"item_price": TIERED | there}]}
    with client({"/api/v2/item_prices": httpx.Response(200, json=prices)}) as http:
        found = about(chargebee.examine(SITE, sold, http))["item prices"]
    assert found.verdict is verdict
    assert verdict is Verdict.GOOD or found.said.endswith(": calls")


def test_a_clock_that_is_off_is_told_in_seconds() -> None:
    found = site(date=format_datetime(datetime.now(UTC) - timedelta(minutes=10), usegmt=True))["clock"]
    assert found.verdict is Verdict.WRONG
    assert "+600 s" in found.said or "+601 s" in found.said


@pytest.mark.parametrize(
    ("change", "verdict"),
    [({"disabled": True}, Verdict.WRONG), ({"url": "https://else.where/hook"}, Verdict.UNKNOWN)],
)
def test_a_webhook_that_does_not_come_is_told(change: dict[str, object], verdict: Verdict) -> None:
    assert site(endpoint=ENDPOINT | change)["Chargebee's webhook"].verdict is verdict


@pytest.mark.parametrize(("status", "names"), [(401, "CHARGEBEE_API_KEY"), (404, "CHARGEBEE_SITE"), (500, "500")])
def test_a_site_that_refuses_is_one_line(status: int, names: str) -> None:
    with client({"/api/v2/item_prices": httpx.Response(status)}) as http:
        [only] = chargebee.examine(SITE, SOLD, http)
    assert only.verdict is Verdict.WRONG
    assert names in only.said


@pytest.mark.parametrize(
    "answers",
    [
        {"/api/v2/item_prices": httpx.Response(200, text="<html>Sign in to this network</html>")},
        {"/api/v2/item_prices": httpx.Response(200, json=PRICES), "/api/v2/webhook_endpoints": httpx.Response(200)},
    ],
)
def test_a_site_that_ceases_to_answer_is_one_line(answers: Answers) -> None:
    with client(answers) as http:
        found = about(chargebee.examine(SITE, SOLD, http))
    assert found["Chargebee"].verdict is Verdict.WRONG
    assert "and then did not" in found["Chargebee"].said


def test_what_is_no_address_is_one_line(tmp_path: Path) -> None:
    names = {"SCALEKIT_ENVIRONMENT_URL": "http://[::1", "SCALEKIT_CLIENT_ID": "skc_1", "SCALEKIT_CLIENT_SECRET": "s"}
    settings = names | {"SCALEKIT_WEBHOOK_SECRET": "whsec_YQ==", "CHARGEBEE_SITE": "acme", "CHARGEBEE_API_KEY": "k"}
    settings["CHARGEBEE_API_URL"] = "http://vendor:port"
    options = read_options([f"--state={tmp_path}", *FREE_PORTS], settings)
    found = about(examine(options, settings))
    assert [found[vendor].verdict for vendor in ("Chargebee", "Scalekit")] == [Verdict.WRONG, Verdict.WRONG]
    assert all("is no address" in found[vendor].said for vendor in ("Chargebee", "Scalekit"))


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route")


def test_a_vendor_that_does_not_answer_is_one_line() -> None:
    with httpx.Client(base_url="https://vendor.test", transport=httpx.MockTransport(unreachable)) as http:
        [only] = chargebee.examine(SITE, SOLD, http)
        first, _ = scalekit.examine(ScalekitSandbox("https://vendor.test", "skc_1", "s", "whsec_YQ=="), http)
    assert [only.verdict, first.verdict] == [Verdict.WRONG, Verdict.WRONG]


@pytest.mark.parametrize(
    ("status", "secret", "verdicts"),
    [
        (200, "whsec_YSBrZXk=", (Verdict.GOOD, Verdict.GOOD)),
        (401, "whsec_YSBrZXk=", (Verdict.WRONG, Verdict.GOOD)),
        (200, "a key", (Verdict.GOOD, Verdict.WRONG)),
        (404, "whsec_*", (Verdict.WRONG, Verdict.WRONG)),
        (200, "whsec_ключ", (Verdict.GOOD, Verdict.WRONG)),
    ],
)
def test_scalekit_s_client_and_secret_are_tried(status: int, secret: str, verdicts: tuple[Verdict, ...]) -> None:
    with client({"/oauth/token": httpx.Response(status, json={})}) as http:
        found = scalekit.examine(ScalekitSandbox("https://vendor.test", "skc_1", "s", secret), http)
        assert tuple(each.verdict for each in found) == verdicts


def test_before_a_start_every_port_is_tried(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = list(stack(StateDirectory(tmp_path), Ports(taken.getsockname()[1], 0, 0, 0)))
    assert [each.verdict for each in found] == [Verdict.WRONG, Verdict.GOOD, Verdict.GOOD, Verdict.GOOD]
    assert "APP_PORT" in found[0].said


def test_a_stack_that_was_killed_is_told_by_what_it_left(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        gone = f"http://127.0.0.1:{server.getsockname()[1]}"
    (tmp_path / "stack.json").write_text(json.dumps({"app": gone, "aws": gone, "chargebee": None, "scalekit": None}))
    found = list(stack(StateDirectory(tmp_path), Ports(0, 0, 0, 0)))
    assert [each.verdict for each in found] == [Verdict.WRONG, Verdict.WRONG]
    assert "make run" in found[0].said


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PathEntry:
    monkeypatch.setattr("local.bootstrap.ROOT", tmp_path)
    (tmp_path / "lock.txt").write_text("one==1\n")
    return PathEntry(tmp_path / "made", tmp_path / "lock.txt")


@pytest.mark.parametrize(
    ("leave", "verdict"), [(lambda path: None, Verdict.UNKNOWN), (lambda path: path.mkdir(), Verdict.WRONG)]
)
def test_an_environment_that_was_interrupted_is_told_from_one_that_is_not_there_yet(
    environment: PathEntry, leave: Callable[[Path], None], verdict: Verdict
) -> None:
    leave(environment.directory)
    _, found = installed([environment])
    assert (found.verdict, found.about) == (verdict, "made")


def test_the_interpreter_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert interpreter().verdict is Verdict.GOOD
    monkeypatch.setattr("sys.version_info", (3, 12, 1))
    assert interpreter().verdict is Verdict.WRONG
