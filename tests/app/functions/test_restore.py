"""The rehearsal of docs/how-to/restore.md: the table is lost, and a copy of it from before is all there is."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from local.operations.migrating import migrate
from local.operations.restoring import restore
from local.operations.target import Target
from tests.app.functions.scalekit import Scalekit
from tests.deployment.gateway import failed, sqs_event
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.metering import adjust, calls, entitlement, hold, used
from tests.deployment.payments import CASHIER, add_card, call
from tests.deployment.subscriptions import deliver_everything, listed, subscribed, work_off
from tests.deployment.template import resources
from tests.deployment.world import World

ORDER: dict[str, Any] = {"key": "k1", "amount": 1999, "currency": "USD", "description": "Import of 3 files"}


class Died(BaseException):
    """The operator's machine was closed."""


class Dying:
    """The table's client, that dies once it has put some rows."""

    def __init__(self, client: Any, lives: int) -> None:
        self.client, self.lives = client, lives

    def put_item(self, **arguments: Any) -> Any:
        self.lives -= 1
        if self.lives < 0:
            raise Died
        return self.client.put_item(**arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.app.wiring.scalekit", Scalekit)


def charge(world: World) -> dict[str, Any]:
    answer = call(world, "payments/charge", "POST /api/organizations/org_1/charges", ORDER, CASHIER, id="org_1")
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.body
    return body


def held(world: World) -> int:
    [meter] = [item for item in world.items("ORG#org_1") if item["sk"].startswith("METER#")]
    return int(meter["held"])


def copy_of(world: World) -> str:
    """What DynamoDB restores: the rows of now, and no deletion of what expires."""
    [shape] = resources("AWS::DynamoDB::Table").values()
    name = f"{world.values['Table']}-restored"
    world.account.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        **{each: shape[each] for each in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")},
    )
    for item in rows(world):
        world.account.dynamodb.put_item(TableName=name, Item=item)
    return name


def rows(world: World) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = world.account.dynamodb.scan(TableName=world.values["Table"])["Items"]
    return found


def lose_everything(world: World) -> None:
    for item in rows(world):
        key = {name: item[name] for name in ("pk", "sk")}
        world.account.dynamodb.delete_item(TableName=world.values["Table"], Key=key)
    for queue in ("HoldsQueue", "ProvisioningQueue"):
        world.account.sqs.purge_queue(QueueUrl=world.values[queue])


def stack(world: World, dynamodb: Any) -> Target:
    outputs = {"TableName": world.values["Table"]}
    outputs |= {f"{name}Url": world.values[name] for name in ("HoldsQueue", "ProvisioningQueue")}
    return Target("a stack in memory", outputs, {"dynamodb": dynamodb, "sqs": world.account.sqs}.__getitem__)


def bring_back(world: World, copy: str) -> None:
    """Cut off in the middle, and then once more."""
    with pytest.raises(Died):
        restore(stack(world, Dying(world.account.dynamodb, 3)), copy, None)
    target = stack(world, world.account.dynamodb)
    restore(target, copy, "org_1")
    migrate(target)


def replay(world: World, since: int) -> None:
    forget_warm_state()
    world.invoke("app/reconcile", {"task": "replay", "since": since})
    while messages := world.messages("EventsQueue"):
        assert failed(world.invoke("subscriptions/apply_event", sqs_event(*messages))) == []
    work_off(world)


def test_what_was_known_and_what_chargebee_tells_again_is_back_after_a_restore_and_a_replay(world: World) -> None:
    began = int(time.time()) - 1
    subscription_id = subscribed(world)
    add_card(world)
    use = calls("e1", 30)
    used(world, use)
    assert adjust(world, "gift", 500).status == 200
    paid = charge(world)
    copy = copy_of(world)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="end_of_term")
    deliver_everything(world)
    before, allowance, wallet = listed(world), entitlement(world).body, world.item("ORG#org_1", "WALLET#USD")
    lose_everything(world)
    bring_back(world, copy)
    assert listed(world) != before
    replay(world, began)
    assert listed(world) == before
    assert entitlement(world).body == allowance
    assert world.item("ORG#org_1", "WALLET#USD") == wallet
    assert [each["result"] for each in used(world, use)] == ["replayed"]
    assert entitlement(world).body == allowance
    assert charge(world) == paid
    invoices = world.chargebee.ask("GET", "/invoices", limit="100")["list"]
    assert [each["invoice"].get("po_number") for each in invoices].count(paid["id"]) == 1


def test_nothing_is_announced_again_by_a_restore_alone(world: World) -> None:
    subscribed(world)
    copy = copy_of(world)
    lose_everything(world)
    bring_back(world, copy)
    assert world.items("OUTBOX#") == []


def test_a_reservation_that_was_open_ends_when_it_is_due(world: World) -> None:
    subscribed(world)
    assert hold(world, "h1", 30, seconds=3_600).status == 200
    copy = copy_of(world)
    lose_everything(world)
    bring_back(world, copy)
    assert held(world) == 30
    world.freeze(int(time.time()) + 7_200)
    world.hasten("HoldsQueue")
    assert failed(world.invoke("metering/expire_hold", sqs_event(*world.messages("HoldsQueue")))) == []
    assert held(world) == 0


def test_a_charge_that_was_paid_after_the_copy_is_not_taken_a_second_time(world: World) -> None:
    subscribed(world)
    add_card(world)
    paid = charge(world)
    row = world.item(f"CHARGE#org_1#{paid['id']}", "CHARGE")
    known = {name: row[name] for name in ("pk", "sk", "key", "organization_id", "customer_id", "purpose", "order")}
    world.put(**known, created_at=row["created_at"], version=1, state="created")
    copy = copy_of(world)
    lose_everything(world)
    bring_back(world, copy)
    world.freeze(int(time.time()) + 7_200)
    work_off(world)
    assert world.item(row["pk"], "CHARGE")["state"] == "succeeded"
    assert charge(world)["invoiceId"] == paid["invoiceId"]
