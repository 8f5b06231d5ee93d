import json
import ssl
import urllib.request

import pytest

from tests.local.scalekit.simulator import Simulator

PATH = "/api/v1/organizations"


def test_the_routes_answer_without_a_token_as_a_human_at_the_dashboard(simulator: Simulator) -> None:
    acme = simulator.create("Acme", external_id="acme-1", metadata={"plan": "growth"})
    assert simulator.get(f"{PATH}/{acme['id']}").json() == {"organization": acme}
    assert simulator.get(f"{PATH}:external/acme-1").json() == {"organization": acme}
    changed = simulator.send("PATCH", f"{PATH}/{acme['id']}", {"display_name": "Acme Inc"}).json()["organization"]
    assert (changed["display_name"], changed["metadata"]) == ("Acme Inc", {"plan": "growth"})
    assert [row["id"] for row in simulator.get(PATH).json()["organizations"]] == [acme["id"]]
    assert simulator.call("DELETE", f"{PATH}/{acme['id']}").status == 200
    assert simulator.get(f"{PATH}/{acme['id']}").status == 404


@pytest.mark.parametrize("expires_in", [3600, -1])
def test_a_bearer_is_checked_when_there_is_one(simulator: Simulator, expires_in: int) -> None:
    token = simulator.token(scopes=["organizations:read"], expires_in=expires_in)
    assert simulator.get(PATH, authorization=f"Bearer {token}").status == (200 if expires_in > 0 else 401)


def test_a_foreign_bearer_is_refused_in_the_vendors_words(simulator: Simulator) -> None:
    answer = simulator.get(PATH, authorization="Bearer nonsense")
    assert answer.status == 401
    assert answer.json()["code"] == 16
    assert answer.json()["details"][0]["error_code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"display_name": ""},
        {"display_name": 7},
        {"display_name": "A" * 201},
        {"display_name": "Acme", "displayname": "Acme"},
        {"display_name": "Acme", "metadata": {"no": "short key"}},
        {"display_name": "Acme", "metadata": {f"key{n}": "v" for n in range(11)}},
        {"display_name": "Acme", "external_id": "x" * 256},
        {"display_name": "Acme", "slug": "Not A Slug"},
    ],
)
def test_what_the_vendor_refuses_is_refused(simulator: Simulator, body: dict[str, object]) -> None:
    answer = simulator.send("POST", PATH, body)
    assert (answer.status, answer.json()["code"]) == (400, 3)
    assert simulator.get(PATH).json()["organizations"] == []


@pytest.mark.parametrize("body", [b"{", b"[]"])
def test_a_body_that_is_no_json_object_is_refused(simulator: Simulator, body: bytes) -> None:
    assert simulator.call("POST", PATH, body).status == 400


def test_an_external_id_is_unique(simulator: Simulator) -> None:
    simulator.create("Acme", external_id="taken")
    assert simulator.send("POST", PATH, {"display_name": "Globex", "external_id": "taken"}).status == 409


@pytest.mark.parametrize("query", ["page_size=9", "page_size=101", "page_token=!", "unknown=1"])
def test_a_wrong_page_is_refused(simulator: Simulator, query: str) -> None:
    assert simulator.get(f"{PATH}?{query}").status == 400


def test_a_test_may_choose_an_organizations_id(simulator: Simulator) -> None:
    wanted = {"id": "org_42", "display_name": "Chosen"}
    assert simulator.send("POST", "/_sim/organizations", wanted).json()["organization"]["id"] == "org_42"
    assert simulator.send("POST", "/_sim/organizations", wanted).status == 409
    assert simulator.get(f"{PATH}/org_42").status == 200


@pytest.mark.parametrize("status", [429, 502])
def test_an_api_fault_is_the_status_asked_for_and_is_used_up(simulator: Simulator, status: int) -> None:
    simulator.send("PUT", "/_sim/faults", {"api": [{"path": PATH, "status": status, "count": 2}]})
    assert [simulator.get(PATH).status for _ in range(3)] == [status, status, 200]


def test_the_same_port_serves_https(simulator: Simulator) -> None:
    simulator.create("Acme")
    context = ssl.create_default_context(cafile=simulator.authority)
    url = simulator.url.replace("http://", "https://") + PATH
    with urllib.request.urlopen(url, context=context, timeout=10) as answer:
        assert json.load(answer)["total_size"] == 1
