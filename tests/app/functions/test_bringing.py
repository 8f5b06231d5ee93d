"""Two hundred customers from before are brought to their organizations, by an operator's `make import`."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from billing.subscriptions.services.ports import Page
from local.operations.importing import Import, apply, plan
from local.operations.target import Target
from tests.app.functions.scalekit import Scalekit
from tests.deployment.world import World
from tests.model.store import MemoryStore

CUSTOMERS = 200
TWINS, STRANGERS, GONE = 4, 6, 5
"""Customers in pairs of one domain, that nothing names, and stamped for an organization that is gone."""


class Directory(Scalekit):
    """Organizations in pages of a hundred, whose members have addresses at one domain each."""

    def organizations(self, offset: str | None) -> Page[Mapping[str, Any]]:
        start = int(offset or 0)
        more = start + 100 < len(self.known)
        return Page(self.known[start : start + 100], str(start + 100) if more else None)

    def member_emails(self, organization_id: str) -> Sequence[str]:
        return [f"ada@{organization_id.removeprefix('org_')}.example"]


class InProcess:
    """The Lambda client, over the function itself; each kind of task is remembered, and may be made to fail."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[str] = []
        self.dies_at: int | None = None

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        task = json.loads(Payload)
        self.asked.append(task["task"])
        if self.dies_at is not None and self.asked.count("assign") >= self.dies_at:
            raise KeyboardInterrupt
        answer = self.world.invoke(FunctionName, task)
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    @property
    def target(self) -> Target:
        return Target("a stack", {"ReconcileFunction": "app/reconcile"}, {"lambda": self}.__getitem__)


def organization(name: str) -> Mapping[str, str]:
    return {"id": f"org_{name}", "display_name": name}


def legacy(world: World, number: int, **more: str) -> None:
    world.chargebee.ask("POST", "/customers", id=f"old-{number:03}", company=f"Old {number}", **more)


@pytest.fixture
def store(world: World) -> MemoryStore:
    """The table: moto copies all of its own for every transaction."""
    memory = MemoryStore()
    world.environment.setattr("billing.app.wiring.store", lambda: memory)
    return memory


@pytest.fixture
def function(world: World) -> InProcess:
    world.deployment.used = True
    return InProcess(world)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def before(world: World) -> Directory:
    """Those from before: most by the domain of their address, some by their stamp, and three kinds of trouble."""
    trouble = TWINS + STRANGERS + GONE
    for number in range(TWINS):
        legacy(world, number, email=f"ada@twin{number // 2}.example")
    for number in range(TWINS, TWINS + STRANGERS):
        legacy(world, number, email="ada@gmail.com")
    for number in range(TWINS + STRANGERS, trouble):
        legacy(world, number, meta_data=json.dumps({"organizationId": f"org_gone{number}"}))
    for number in range(trouble, CUSTOMERS):
        stamp = {"meta_data": json.dumps({"organizationId": f"org_{number}"})}
        legacy(world, number, **stamp if number % 3 == 0 else {"email": f"ada@{number}.example"})
    names = [*(f"twin{each}" for each in range(TWINS // 2)), *(str(each) for each in range(trouble, CUSTOMERS))]
    directory = Directory(*map(organization, names))
    world.environment.setattr("billing.app.wiring.scalekit", lambda: directory)
    return directory


def fates(report: Path) -> Counter[str]:
    with report.open(newline="") as lines:
        return Counter(row["fate"] for row in csv.DictReader(lines))


def test_two_hundred_customers_are_brought_and_their_troubles_told(
    before: Directory, store: MemoryStore, function: InProcess, tmp_path: Path, pauses: list[float]
) -> None:
    wanted, trouble = Import(tmp_path / "import.csv"), TWINS + STRANGERS + GONE
    clear = CUSTOMERS - trouble

    plan(function.target, wanted)
    told = {"matched": clear, "ambiguous": TWINS, "missing": STRANGERS + GONE}
    assert fates(wanted.report) == told
    assert set(function.asked) == {"customers", "organizations"}

    wanted = replace(wanted, given=wanted.report)
    function.dies_at = 60
    with pytest.raises(KeyboardInterrupt):
        apply(function.target, wanted, pauses.append)
    assert fates(wanted.report) == told | {"mapped now": 59, "matched": clear - 59}

    function.dies_at = None
    apply(function.target, wanted, pauses.append)
    del told["matched"]
    assert fates(wanted.report) == told | {"already mapped": 59, "mapped now": clear - 59}
    assert pauses == [1.0] * clear

    for number in range(trouble, CUSTOMERS):
        found = store.load(f"org_{number}").organization
        assert found is not None
        assert found.customer_id == f"old-{number:03}"
    made = [
        call for call in function.world.chargebee.calls() if (call["method"], call["path"]) == ("POST", "/customers")
    ]
    assert len(made) == CUSTOMERS


def test_a_customer_that_nobody_changed_since_chargebee_dates_changes_is_listed(
    world: World, store: MemoryStore, function: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://apidocs.chargebee.com/docs/api/customers/list-customers: `updated_at` "will be present only if the
    resource has been updated after 2016-09-28", so that no filter by it finds an older one."""
    with monkeypatch.context() as long_ago:
        long_ago.setattr("local.chargebee.site.Site.touch", lambda site, resource: None)
        legacy(world, 1, email="ada@acme.example")
    legacy(world, 2, email="ada@globex.example")
    directory = Directory(organization("acme"), organization("globex"))
    monkeypatch.setattr("billing.app.wiring.scalekit", lambda: directory)
    assert "matched: 2" in plan(function.target, Import(tmp_path / "import.csv"))


def test_a_customer_whose_stamp_contradicts_the_file_says_so_before_and_after(
    world: World, store: MemoryStore, function: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    legacy(world, 1, meta_data=json.dumps({"organizationId": "org_gone"}))
    monkeypatch.setattr("billing.app.wiring.scalekit", lambda: Directory(organization("acme")))
    given = tmp_path / "given.csv"
    given.write_text("customer_id,organization_id\nold-001,org_acme\n")
    wanted, why = Import(tmp_path / "import.csv", given), "its meta_data names org_gone: correct that at Chargebee"
    plan(function.target, wanted)
    assert f"matched,org_acme,file,{why}" in wanted.report.read_text()
    apply(function.target, wanted, lambda seconds: None)
    assert f"refused,org_acme,file,customer_conflict: {why}" in wanted.report.read_text()
