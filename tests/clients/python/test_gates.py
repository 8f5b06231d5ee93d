"""A view behind a gate is called by who has the feature, and by nobody while billing cannot be asked."""

import importlib.util
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Header
from fastapi.testclient import TestClient
from flask import Flask, request

from organization_billing import InvalidRequest, MemberToken
from organization_billing.fastapi import require as fastapi_gate
from organization_billing.flask import require as flask_gate
from tests.clients.python.api import ALLOWED, ScriptedApi, no, ok
from tests.local_stack import ROOT

NOT_IN_PLAN: dict[str, Any] = {"allowed": False, "reason": "not_in_plan", "balance": None}
USED_UP: dict[str, Any] = {"allowed": False, "balance": {"balance": 0, "limit": 5, "usage": 5, "held": 0}}


def through_fastapi(api: ScriptedApi) -> tuple[int, Any, str | None]:
    def organization_of(organization: str = Header()) -> str:
        return organization

    app = FastAPI()
    gate = fastapi_gate("exports", 3, billing=api.async_billing(), organization=organization_of)

    @app.get("/export", dependencies=[Depends(gate)])
    def export() -> str:
        return "the export"

    answer = TestClient(app).get("/export", headers={"organization": "org_1"})
    body = answer.json()
    return answer.status_code, body["detail"] if isinstance(body, dict) else body, answer.headers.get("retry-after")


def through_flask(api: ScriptedApi) -> tuple[int, Any, str | None]:
    app = Flask("app")
    app.testing = True

    @app.get("/export")
    @flask_gate("exports", 3, billing=api.billing(), organization=lambda: request.headers["organization"])
    def export() -> str:
        return '"the export"'

    answer = app.test_client().get("/export", headers={"organization": "org_1"})
    return answer.status_code, answer.get_json(force=True), answer.headers.get("retry-after")


GATES = pytest.mark.parametrize("through", [through_fastapi, through_flask])


@GATES
def test_who_has_the_feature_passes(through: Any) -> None:
    api = ScriptedApi([ok(**ALLOWED)])
    assert through(api) == (200, "the export", None)
    assert str(api.requests[0].url.query, "ascii") == "required=3&organizationId=org_1"


@GATES
@pytest.mark.parametrize(("view", "code"), [(NOT_IN_PLAN, "not_in_plan"), (USED_UP, "exhausted")])
def test_who_does_not_have_it_or_has_used_it_up_is_told_so(through: Any, view: dict[str, Any], code: str) -> None:
    status, body, _ = through(ScriptedApi([ok(**view)]))
    assert (status, body["code"]) == (402, code)


@GATES
@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (lambda _: no(503, "throttled", retry_after="30"), "30"),
        (lambda _: no(500), "5"),
        (httpx.ConnectError("x"), "5"),
    ],
    ids=["throttled", "failed", "away"],
)
def test_nobody_passes_while_billing_cannot_be_asked(through: Any, answer: Any, seconds: str) -> None:
    status, body, retry_after = through(ScriptedApi([answer]))
    assert (status, body["code"], retry_after) == (503, "billing_unavailable", seconds)


@GATES
def test_a_gate_for_a_feature_that_no_plan_has_is_a_defect_that_shows(through: Any) -> None:
    with pytest.raises(InvalidRequest, match="unknown_feature"):
        through(ScriptedApi([no(422, "unknown_feature")]))


def test_a_members_own_token_opens_the_same_gate() -> None:
    api = ScriptedApi([ok(**ALLOWED)])
    assert api.billing(MemberToken("ada")).metering.entitlement("exports")["allowed"]
    assert api.bearers == ["ada"]


def test_the_example_lets_nobody_through_while_it_cannot_ask_who_calls() -> None:
    spec = importlib.util.spec_from_file_location("example", ROOT / "examples" / "fastapi" / "app.py")
    assert spec is not None and spec.loader is not None
    example: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    example.billing = ScriptedApi([httpx.ConnectError("down")]).async_billing()
    answer = TestClient(example.app).post("/calls", headers={"authorization": "Bearer ada"})
    assert (answer.status_code, answer.json()["detail"]["code"]) == (503, "billing_unavailable")
    assert answer.headers["retry-after"] == "5"
