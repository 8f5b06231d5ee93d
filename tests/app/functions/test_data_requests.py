"""An organization asks for its data, and then to be forgotten, of the table and of Chargebee."""

import io
import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.chargebee.listing import list_resources
from local.operations.exporting import export
from local.operations.failure import OperationFailed
from local.operations.forgetting import forget
from local.operations.record_kinds import KINDS, Fate, kind_of
from local.operations.target import Target
from tests.deployment.gateway import MACHINE, http_event, sqs_event
from tests.deployment.metering import adjust, calls, entitlement, hold, used
from tests.deployment.payments import CASHIER, add_card, call
from tests.deployment.subscriptions import apply, deliver_everything, listed, subscribed, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import organization_event_json
from tests.table.records import KINDS as RECORDS

ORDER: dict[str, Any] = {"key": "k1", "amount": 1999, "currency": "USD", "description": "Ada's files"}
SECRETS = ("Ada", "for Grace")
"""What people wrote, which nobody may find afterwards."""


LINES = [{"id": f"li_{number}", "description": "A feature's use of a day" * 20} for number in range(150)]
LARGEST_ANSWER = 6 * 1024 * 1024
"""Bytes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


class Died(BaseException):
    """The operator's machine was closed."""


class Operator:
    """The clients of an operator, whose machine may be closed after some deletions."""

    def __init__(self, world: World, deletions: int = 1_000) -> None:
        self.world, self.deletions = world, deletions
        self.held: set[str] = set()

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        answer = json.dumps(self.world.invoke(FunctionName, json.loads(Payload))).encode()
        if len(answer) > LARGEST_ANSWER:
            answer = json.dumps({"errorType": "Function.ResponseSizeTooLarge"}).encode()
            return {"Payload": io.BytesIO(answer), "FunctionError": "Unhandled"}
        return {"Payload": io.BytesIO(answer)}

    def delete_item(self, **arguments: Any) -> Any:
        self.deletions -= 1
        if self.deletions < 0:
            raise Died
        return self._unless_held(self.world.account.dynamodb.delete_item, arguments)

    def update_item(self, **arguments: Any) -> Any:
        return self._unless_held(self.world.account.dynamodb.update_item, arguments)

    def _unless_held(self, write: Any, arguments: Any) -> Any:
        """Somebody's transaction holds each row once."""
        if str(arguments["Key"]) not in self.held:
            self.held.add(str(arguments["Key"]))
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "Write")
        return write(**arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world.account.dynamodb, name)

    @property
    def target(self) -> Target:
        outputs = {"ReconcileFunction": "app/reconcile", "TableName": self.world.values["Table"]}
        return Target("a stack", outputs, lambda service: self)


@pytest.fixture
def customer(world: World) -> str:
    """One that has used, paid and been given something; the subscription's id."""
    subscription_id = subscribed(world)
    world.chargebee.ask("POST", "/customers/org_1", first_name="Ada", email="ada@acme.example")
    add_card(world)
    used(world, calls("e1", 30), calls("e2", 1, dimensions={"person": "Ada"}))
    adjust(world, "gift", 500, reason="for Grace")
    hold(world, "h1", 2)
    paid = call(world, "payments/charge", "POST /api/organizations/org_1/charges", ORDER, CASHIER, id="org_1")
    assert paid.status == 200, paid.text
    deliver_everything(world)
    return subscription_id


def cancel(world: World, subscription_id: str) -> None:
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="immediately")


def kinds(world: World) -> set[str]:
    rows = world.account.dynamodb.scan(TableName=world.values["Table"])["Items"]
    return {kind_of(row).name for row in rows}


def document(world: World, path: Path) -> dict[str, Any]:
    export(Operator(world).target, "org_1", path)
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_all_that_is_known_is_in_one_file_that_its_owner_alone_reads(
    world: World, customer: str, tmp_path: Path
) -> None:
    world.put(pk="USE#org_10#e1", sk="USE")
    found = document(world, tmp_path / "org_1.json")
    rows = [row for rows in found["table"].values() for row in rows]
    everybodys = [item for item in world.items() if not item["pk"].startswith("EVENT#")]
    assert {(row["pk"], row["sk"]) for row in rows} == {
        (item["pk"], item["sk"]) for item in everybodys if "org_10" not in item["pk"]
    }
    assert [use["dimensions"] for use in found["table"]["uses"]] == [{}, {"person": "Ada"}]
    assert [each["email"] for each in found["chargebee"]["customers"]] == ["ada@acme.example"]
    assert [each["id"] for each in found["chargebee"]["subscriptions"]] == [customer]
    assert len(found["chargebee"]["invoices"]) == 1
    assert stat.S_IMODE((tmp_path / "org_1.json").stat().st_mode) == 0o600


def test_invoices_of_very_many_lines_are_exported_too(
    world: World, customer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_years(invoices: Iterable[Any], *more: Any) -> Any:
        long = [each | {"id": f"{each['id']}-{month}", "line_items": LINES} for each in invoices for month in range(90)]
        return list_resources(long, *more)

    monkeypatch.setattr("local.chargebee.invoices.list_resources", of_years)
    found = document(world, tmp_path / "org_1.json")["chargebee"]["invoices"]
    assert len({each["id"] for each in found}) == len(found) == 90


def test_every_kind_of_row_is_exported(world: World, tmp_path: Path) -> None:
    for record in RECORDS.values():
        world.account.dynamodb.put_item(TableName=world.values["Table"], Item=record.item(record.record))
    world.deployment.used = True
    found = document(world, tmp_path / "org_1.json")["table"]
    assert set(found) == {kind_of(record.item(record.record)).name for record in RECORDS.values()}


def test_who_has_a_subscription_now_is_nothing_for_whoever_had_it(world: World, customer: str, tmp_path: Path) -> None:
    event = organization_event_json(id="org_2") | {"id": "evt_2"}
    assert world.invoke("organizations/provision", sqs_event(event))
    world.chargebee.ask("POST", f"/subscriptions/{customer}/move", to_customer_id="org_2")
    apply(world, *world.chargebee.events())
    found = document(world, tmp_path / "org_1.json")
    assert [row["status"] for row in found["table"]["subscriptions"]] == ["transferred"]
    assert [each["id"] for each in found["chargebee"]["customers"]] == ["org_1"]
    assert "org_2" not in json.dumps(found)


def test_a_private_plan_tells_nobody_who_else_may_buy_it(world: World, customer: str, tmp_path: Path) -> None:
    world.put(pk="PLAN", sk="bespoke", item_price_id="bespoke", organizations=["org_2", "org_1"])
    [plan] = document(world, tmp_path / "org_1.json")["table"]["plans"]
    assert plan["organizations"] == ["org_1"]


def test_nobody_who_pays_is_forgotten(world: World, customer: str) -> None:
    before = world.items("ORG#org_1")
    with pytest.raises(OperationFailed, match=rf"not forgotten \(still_billed\).*{customer} \(in_trial\)"):
        forget(Operator(world).target, "org_1", "org_1")
    assert world.items("ORG#org_1") == before
    assert listed(world)[0]["status"] == "in_trial"


def test_what_nobody_confirmed_is_not_done(world: World, customer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cancel(world, customer)
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    for confirmed in ("", "org_2"):
        with pytest.raises(OperationFailed, match="Nothing was erased"):
            forget(Operator(world).target, "org_1", confirmed)
    assert world.items("USE#org_1")


def test_a_run_that_died_is_begun_again_and_only_the_books_stay_without_anybodys_words(
    world: World, customer: str
) -> None:
    world.put(pk="USE#org_10#e1", sk="USE")
    cancel(world, customer)
    with pytest.raises(Died):
        forget(Operator(world, 2).target, "org_1", "org_1")
    said = forget(Operator(world).target, "org_1", "org_1")
    assert "Chargebee's customer org_1: cleared" in said
    assert kinds(world) <= {kind.name for kind in KINDS if kind.fate is not Fate.DELETED} | {"uses"}
    assert [item["pk"] for item in world.items("USE#")] == ["USE#org_10#e1"]
    left = world.items()
    books = str([item for item in left if not item["pk"].startswith("OUTBOX#")])
    assert [word for word in SECRETS if word in books] == []
    assert world.item("ORG#org_1", "WALLET#USD")["balance"] == 5_000_000
    assert [line["micros"] for line in world.items("LEDGER#org_1")] == [5_000_000]
    [charge] = world.items("CHARGE#org_1")
    assert (charge["order"]["amount"], charge["state"]) == (1999, "succeeded")
    found = world.chargebee.ask("GET", "/customers/org_1")["customer"]
    assert (found["pii_cleared"], "email" in found, "company" in found) == ("cleared", False, False)
    forget(Operator(world).target, "org_1", "org_1")
    assert [item for item in world.items() if item["sk"] != "ORG"] == [item for item in left if item["sk"] != "ORG"]


def test_late_webhooks_bring_nothing_back(world: World, customer: str) -> None:
    cancel(world, customer)
    forget(Operator(world).target, "org_1", "org_1")
    left = [item for item in world.items() if not item["pk"].startswith("EVENT#")]
    deliver_everything(world)
    work_off(world)
    assert [item for item in world.items() if not item["pk"].startswith("EVENT#")] == left
    assert used(world, calls("late"))[0]["code"] == "not_in_plan"
    assert entitlement(world).body["allowed"] is False


def test_a_charge_that_a_bank_takes_back_later_is_followed_in_the_books(world: World, customer: str) -> None:
    [before] = world.items("CHARGE#org_1")
    cancel(world, customer)
    forget(Operator(world).target, "org_1", "org_1")
    world.chargebee.ask("POST", f"/invoices/{before['invoice_id']}/refund", refund_amount="500")
    deliver_everything(world)
    [after] = world.items("CHARGE#org_1")
    assert after["receipts"] != before["receipts"]
    assert "description" not in after["order"] or after["order"]["description"] == ""


def test_a_customer_that_gave_way_to_another_is_cleared_too(world: World, customer: str) -> None:
    """The first was deleted at Chargebee, and the second was never used when one from before was named."""
    world.chargebee.ask("POST", "/customers/org_1/delete")
    deliver_everything(world)
    world.chargebee.ask("POST", "/customers", id="acme", first_name="Ada")
    for named in ({"displayName": "Acme"}, {"customerId": "acme"}):
        event = http_event("PUT /api/organizations/org_1", claims=MACHINE, body=named)
        saved = world.call("organizations/save", event | {"pathParameters": {"id": "org_1"}})
        assert saved.status == 200, saved.text
    said = forget(Operator(world).target, "org_1", "org_1")
    assert "Chargebee's customer acme: cleared" in said
    assert world.chargebee.ask("GET", "/customers/org_1-2")["customer"]["pii_cleared"] == "cleared"
    assert "Chargebee's customer org_1-2: cleared" in said


@pytest.mark.parametrize("end", ["delete", "forget"])
def test_another_organization_that_bears_the_id_of_the_next_customer_pays_on(
    world: World, customer: str, end: str
) -> None:
    event = organization_event_json(id="org_1-2") | {"id": "evt_2"}
    assert world.invoke("organizations/provision", sqs_event(event))
    row = {"subscription_items[item_price_id][0]": "starter"}
    world.chargebee.ask("POST", "/customers/org_1-2/subscription_for_items", id="theirs", auto_collection="off", **row)
    world.chargebee.ask("POST", "/customers/org_1/delete")
    deliver_everything(world)
    if end == "forget":
        forget(Operator(world).target, "org_1", "org_1")
    else:
        event = http_event("DELETE /api/organizations/org_1", claims=MACHINE)
        assert world.call("organizations/delete", event | {"pathParameters": {"id": "org_1"}}).status == 200
    assert world.chargebee.ask("GET", "/subscriptions/theirs")["subscription"]["status"] == "active"
    assert world.chargebee.ask("GET", "/customers/org_1-2")["customer"]["pii_cleared"] == "active"


@pytest.mark.parametrize("stamped", [True, False])
def test_whoever_bears_the_id_of_anothers_customer_has_no_share_in_it(
    world: World, tmp_path: Path, stamped: bool
) -> None:
    for customer_id in ("acme", "own"):
        world.chargebee.ask("POST", "/customers", id=customer_id, first_name="Ada")
    row = {"subscription_items[item_price_id][0]": "starter"}
    world.chargebee.ask("POST", "/customers/acme/subscription_for_items", id="theirs", auto_collection="off", **row)
    for organization_id, customer_id in (("org_2", "acme"), ("acme", "own")):
        route = f"PUT /api/organizations/{organization_id}"
        event = http_event(route, claims=MACHINE, body={"customerId": customer_id})
        saved = world.call("organizations/save", event | {"pathParameters": {"id": organization_id}})
        assert saved.status == 200, saved.text
    if not stamped:
        world.chargebee.ask("POST", "/customers/acme", meta_data="{}")
    export(Operator(world).target, "acme", tmp_path / "acme.json")
    chargebee = json.loads((tmp_path / "acme.json").read_text())["chargebee"]
    assert ([each["id"] for each in chargebee["customers"]], chargebee["subscriptions"]) == (["own"], [])
    forget(Operator(world).target, "acme", "acme")
    assert world.chargebee.ask("GET", "/customers/acme")["customer"]["pii_cleared"] == "active"


def test_an_organization_without_a_customer_is_told_of_as_such(world: World) -> None:
    world.put(pk="ORG#org_9", sk="ORG", id="org_9", version=1)
    assert "Chargebee has no customer of org_9." in forget(Operator(world).target, "org_9", "org_9")


def test_an_organization_that_nobody_told_of_may_be_a_typo(world: World, tmp_path: Path) -> None:
    world.deployment.used = True
    with pytest.raises(OperationFailed, match="organization_not_found"):
        forget(Operator(world).target, "org_typo", "org_typo")
    with pytest.raises(OperationFailed, match="Nothing is known of org_typo"):
        export(Operator(world).target, "org_typo", tmp_path / "typo.json")
