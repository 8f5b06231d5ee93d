"""Balances and uses from before are brought by an operator's `make import-balances`."""

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest

from local.operations.bringing_balances import BRING, JUDGE, bring_balances
from local.operations.failure import OperationFailed
from local.operations.target import Target
from tests.deployment.gateway import MACHINE, http_event
from tests.deployment.metering import adjust, entitlement
from tests.deployment.subscriptions import subscribed
from tests.deployment.world import World
from tests.metering.functions.test_fractions import FREE

NOBODY: dict[str, Any] = {}
NOW = int(time.time())
FILE = f"""organization_id,id,amount,currency,reason,feature,quantity,occurred_at
org_1,,2500,USD,,,,
org_1,before-eur,100,EUR,by hand,,,
org_1,,,,,api-calls,40,{NOW}
org_1,future,,,,api-calls,40,2100-01-01T00:00Z
org_typo,,2500,USD,,,,
org_1,,twenty,USD,,,,
org_1,,1,USD,,api-calls,1,{NOW}
"""


class InProcess:
    """The Lambda client, over the function itself; it may die after a call."""

    def __init__(self, world: World) -> None:
        self.world, self.dies = world, False

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        answer = self.world.invoke(FunctionName, json.loads(Payload))
        if self.dies:
            raise KeyboardInterrupt
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    @property
    def target(self) -> Target:
        return Target("a stack", {"ReconcileFunction": "app/reconcile"}, {"lambda": self}.__getitem__)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "before.csv"
    path.write_text(FILE)
    return path


def fates(report: Path) -> list[str]:
    with report.open(newline="") as lines:
        return [row["fate"] for row in csv.DictReader(lines)]


def kept(world: World) -> dict[str, Any]:
    wallets = {row["currency"]: row["balance"] for row in world.items("ORG#org_1") if row["sk"].startswith("WALLET#")}
    return {**wallets, "used": entitlement(world).body["balance"]["usage"]}


def test_every_row_is_told_before_and_brought_once_however_often_it_is_given(
    world: World, given: Path, tmp_path: Path
) -> None:
    world.values["AcceptUnknownOrganizations"] = "false"
    subscribed(world)
    function, report = InProcess(world), tmp_path / "import-balances.csv"
    troubles = ["refused", "refused", "wrong", "wrong"]

    bring_balances(function.target, JUDGE, given, report)
    assert fates(report) == ["new"] * 3 + troubles
    assert kept(world) == {"used": 0}

    function.dies = True
    with pytest.raises(KeyboardInterrupt):
        bring_balances(function.target, BRING, given, report)
    function.dies = False
    said = bring_balances(function.target, BRING, report, report)
    assert fates(report) == ["there already"] * 3 + troubles
    assert kept(world) == {"USD": 25_000_000, "EUR": 1_000_000, "used": 40}
    assert "refused: 2\nthere already: 3\nwrong: 2\n" in said
    told = report.read_text()
    assert "in_the_future: It lies in the future." in told
    assert "unknown_organization: Nobody has told of an organization 'org_typo'" in told
    assert "amount is 'twenty', and must be a whole number" in told


def test_an_id_that_was_given_another_amount_is_refused(world: World, given: Path, tmp_path: Path) -> None:
    subscribed(world)
    function, report = InProcess(world), tmp_path / "import-balances.csv"
    bring_balances(function.target, BRING, given, report)
    assert fates(report)[:3] == ["brought now"] * 3
    report.write_text(report.read_text().replace("2500,USD", "2600,USD"))
    for task in (JUDGE, BRING):
        bring_balances(function.target, task, report, report)
        assert fates(report)[:2] == ["refused", "there already"]
    assert kept(world)["USD"] == 25_000_000


def test_an_id_that_was_given_money_of_another_kind_is_refused(world: World, given: Path, tmp_path: Path) -> None:
    """As the API refuses it: the money is there, and it is not what the file says."""
    subscribed(world)
    assert adjust(world, "before-eur", 100, currency="EUR", kind="promotional").status == 200
    function, report = InProcess(world), tmp_path / "import-balances.csv"
    for task in (JUDGE, BRING):
        bring_balances(function.target, task, given, report)
        assert fates(report)[1] == "refused"


@pytest.mark.parametrize("task", [JUDGE, BRING])
def test_no_money_is_brought_to_an_organization_that_is_deleted(
    world: World, given: Path, tmp_path: Path, task: str
) -> None:
    world.put(pk="ORG#org_1", sk="ORG", id="org_1", version=2, deleted_at=NOW)
    report = tmp_path / "import-balances.csv"
    bring_balances(InProcess(world).target, task, given, report)
    assert fates(report)[:2] == ["refused", "refused"]
    assert "organization_deleted: This organization has been deleted." in report.read_text()
    assert [row["sk"] for row in world.items("ORG#org_1")] == ["ORG"]


def test_nothing_is_brought_that_no_report_could_tell(world: World, given: Path, tmp_path: Path) -> None:
    subscribed(world)
    with pytest.raises(FileNotFoundError):
        bring_balances(InProcess(world).target, BRING, given, tmp_path / "lost" / "report.csv")
    assert kept(world) == {"used": 0}


def test_two_rows_without_ids_are_not_taken_for_one(world: World, tmp_path: Path) -> None:
    """The second of two like balances would be there already, and never have been brought."""
    subscribed(world)
    function, report, given = InProcess(world), tmp_path / "import-balances.csv", tmp_path / "before.csv"
    given.write_text("organization_id,id,amount,currency\norg_1,,2500,USD\norg_1,,2500,USD\norg_1,third,2500,USD\n")
    for task, told in ((JUDGE, "new"), (BRING, "brought now"), (BRING, "there already")):
        bring_balances(function.target, task, given, report)
        assert fates(report) == [told, "wrong", told]
        assert "an earlier row is from-before-USD: give this one an id of its own" in report.read_text()
    report.write_text(report.read_text().replace("org_1,,2500,USD,,,,,wrong", "org_1,second,2500,USD,,,,,wrong"))
    bring_balances(function.target, BRING, report, report)
    assert fates(report) == ["there already", "brought now", "there already"]
    assert kept(world)["USD"] == 75_000_000


def test_a_use_has_the_decimals_of_its_feature(world: World, tmp_path: Path) -> None:
    event = http_event("PUT /api/plans/{plan}", claims=MACHINE, body={"entry": FREE})
    assert world.call("plans/save", event | {"pathParameters": {"plan": "free"}}).status == 200
    function, report, given = InProcess(world), tmp_path / "import-balances.csv", tmp_path / "before.csv"
    rows = ("storage,1.25", "api-calls,1.25", "api-calls,0.5x", "storage,1.000")
    lines = [f"org_1,b{number},{row},{NOW}" for number, row in enumerate(rows)]
    given.write_text("\n".join(["organization_id,id,feature,quantity,occurred_at", *lines, ""]))
    bring_balances(function.target, BRING, given, report)
    assert fates(report) == ["brought now", "refused", "wrong", "wrong"]
    assert entitlement(world, feature="storage").body["balance"]["usage"] == "1.250"


def test_a_file_that_says_nothing_of_organizations_is_none(tmp_path: Path) -> None:
    path = tmp_path / "before.csv"
    path.write_text("customer_id,amount\n")
    with pytest.raises(OperationFailed, match="no column organization_id"):
        bring_balances(Target("nowhere", {}, NOBODY.__getitem__), JUDGE, path, path)
