import json
import ssl
import urllib.request

import pytest

from tests.local.scalekit.simulator import Simulator

PATH = "/api/v1/organizations"


def test_an_organization_is_created_read_changed_listed_and_deleted(simulator: Simulator) -> None:
    bearer = simulator.bearer
    acme = simulator.create("Acme", external_id="acme-1", metadata={"plan": "growth"})
    assert simulator.get(f"{PATH}/{acme['id']}", **bearer).json() == {"organization": acme}
    assert simulator.get(f"{PATH}:external/acme-1", **bearer).json() == {"organization": acme}
    changed = simulator.send("PATCH", f"{PATH}/{acme['id']}", {"display_name": "Acme Inc"}, **bearer).json()
    assert (changed["organization"]["display_name"], changed["organization"]["metadata"]) == (
        "Acme Inc",
        {"plan": "growth"},
    )
    assert [row["id"] for row in simulator.get(PATH, **bearer).json()["organizations"]] == [acme["id"]]
    assert simulator.call("DELETE", f"{PATH}/{acme['id']}", **bearer).status == 200
    assert simulator.get(f"{PATH}/{acme['id']}", **bearer).status == 404


def test_every_route_needs_a_token(simulator: Simulator) -> None:
    acme = simulator.create("Acme")["id"]
    answers = [
        simulator.get(PATH),
        simulator.send("POST", PATH, {"display_name": "Globex"}),
        simulator.send("PATCH", f"{PATH}/{acme}", {"display_name": "Globex"}),
        simulator.call("DELETE", f"{PATH}/{acme}"),
        simulator.get(f"{PATH}/{acme}/users"),
        simulator.send("POST", f"{PATH}/{acme}/clients", {"name": "Importer"}),
    ]
    assert [answer.status for answer in answers] == [401] * len(answers)
    assert [row["display_name"] for row in simulator.get(PATH, **simulator.bearer).json()["organizations"]] == ["Acme"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"client_id": "skc_local", "expires_in": -1},
        {"organization_id": "org_1"},
        {"scopes": ["billing:admin"]},
        {"client_id": "skc_local", "claims": {"sub": "usr_1"}},
    ],
    ids=["expired", "a user's", "a machine's", "not its own"],
)
def test_only_a_live_token_of_the_environment_is_accepted(simulator: Simulator, wanted: dict[str, object]) -> None:
    assert simulator.get(PATH, authorization=f"Bearer {simulator.token(client_id='skc_local')}").status == 200
    assert simulator.get(PATH, authorization=f"Bearer {simulator.token(**wanted)}").status == 401


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
    answer = simulator.send("POST", PATH, body, **simulator.bearer)
    assert (answer.status, answer.json()["code"]) == (400, 3)
    assert simulator.get(PATH, **simulator.bearer).json()["organizations"] == []


@pytest.mark.parametrize("body", [b"{", b"[]"])
def test_a_body_that_is_no_json_object_is_refused(simulator: Simulator, body: bytes) -> None:
    assert simulator.call("POST", PATH, body, **simulator.bearer).status == 400


def test_an_external_id_is_unique(simulator: Simulator) -> None:
    simulator.create("Acme", external_id="taken")
    again = {"display_name": "Globex", "external_id": "taken"}
    assert simulator.send("POST", PATH, again, **simulator.bearer).status == 409


@pytest.mark.parametrize("query", ["page_size=9", "page_size=101", "page_token=!", "unknown=1"])
def test_a_wrong_page_is_refused(simulator: Simulator, query: str) -> None:
    assert simulator.get(f"{PATH}?{query}", **simulator.bearer).status == 400


def test_a_test_may_choose_an_organizations_id(simulator: Simulator) -> None:
    wanted = {"id": "org_42", "display_name": "Chosen"}
    assert simulator.send("POST", "/_sim/organizations", wanted).json()["organization"]["id"] == "org_42"
    assert simulator.send("POST", "/_sim/organizations", wanted).status == 409
    assert simulator.get(f"{PATH}/org_42", **simulator.bearer).status == 200


@pytest.mark.parametrize("status", [429, 502])
def test_an_api_fault_is_the_status_asked_for_and_is_used_up(simulator: Simulator, status: int) -> None:
    simulator.send("PUT", "/_sim/faults", {"api": [{"path": PATH, "status": status, "count": 2}]})
    bearer = simulator.bearer
    assert [simulator.get(PATH, **bearer).status for _ in range(3)] == [status, status, 200]


def test_the_same_port_serves_https(simulator: Simulator) -> None:
    simulator.create("Acme")
    context = ssl.create_default_context(cafile=simulator.authority)
    request = urllib.request.Request(simulator.url.replace("http://", "https://") + PATH, headers=simulator.bearer)
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:
        assert json.load(answer)["total_size"] == 1
