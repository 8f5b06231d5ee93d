"""Chargebee says what a subscription has of a feature: from its event to the gate."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from billing.app import wiring
from billing.subscriptions.services.read_levels import LISTED_SOON
from tests.deployment.gateway import failed, http_event, sqs_event
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.metering import BACKEND, calls, entitlement, used
from tests.deployment.subscriptions import apply, create, deliver_everything, subscribed, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import ORG
from tests.yours import YOURS, put_in_place

HEAD = '[features.api-calls]\nsource = "chargebee"\nchargebee_id = "fea-calls"\n[features.sso]\nsource = "chargebee"\n'
READ = "/subscription_entitlements"
LEVELS = ("2000", "20000", "50000")


@contextmanager
def leaving_levels(directory: Path) -> Iterator[None]:
    """A catalog that leaves two features to Chargebee."""
    (directory / "plans.toml").write_text((YOURS / "plans.toml").read_text() + HEAD)
    wiring.CATALOG_FILE = directory / "plans.toml"
    forget_warm_state()
    yield
    put_in_place(YOURS)
    forget_warm_state()


@pytest.fixture
def theirs(world: World, tmp_path: Path) -> Iterator[World]:
    """It, and a site that has both."""
    with leaving_levels(tmp_path):
        site(world)
        yield world


def site(world: World) -> None:
    """The plan Starter gives 2,000 calls and no more, and Growth 20,000 and the switch."""
    levels = {f"levels[value][{number}]": value for number, value in enumerate(LEVELS)}
    unlimited = {f"levels[is_unlimited][{len(LEVELS)}]": "true"}
    kinds: dict[str, dict[str, str]] = {"fea-calls": {"type": "quantity", **levels, **unlimited}, "sso": {}}
    for feature, fields in kinds.items():
        world.chargebee.ask("POST", "/features", id=feature, name=feature, **fields)
        world.chargebee.ask("POST", f"/features/{feature}/activate_command")
    entitle(
        world,
        ("starter-plan", "fea-calls", "2000"),
        ("growth-plan", "fea-calls", "20000"),
        ("growth-plan", "sso", "true"),
    )


def entitle(world: World, *rows: tuple[str, str, str]) -> None:
    """Plans, each to so much of a feature."""
    names = ("entity_id", "feature_id", "value")
    sent = {
        f"entitlements[{name}][{number}]": told
        for number, row in enumerate(rows)
        for name, told in zip(names, row, strict=True)
    }
    world.chargebee.ask("POST", "/entitlements", action="upsert", **sent)


def override(world: World, subscription_id: str, value: str, feature: str = "fea-calls", **fields: str) -> None:
    row = {"feature_id": feature, "value": value, **fields}
    rows = {f"entitlement_overrides[{name}][0]": told for name, told in row.items()}
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/entitlement_overrides", action="upsert", **rows)


def sync(world: World) -> None:
    event = http_event(f"POST /api/organizations/{ORG}/sync", claims=BACKEND) | {"pathParameters": {"id": ORG}}
    assert world.call("organizations/sync", event).status == 200


def limit(world: World) -> Any:
    balance = entitlement(world).body["balance"]
    return "unlimited" if balance["unlimited"] else balance["limit"]


def switched_on(world: World) -> bool:
    return bool(entitlement(world, feature="sso").body["allowed"])


def reads(world: World) -> int:
    return sum(READ in each for each in world.chargebee.called())


def told(world: World, event_type: str) -> list[dict[str, Any]]:
    return [each for each in world.chargebee.events() if each["event_type"] == event_type]


def test_the_plans_level_and_then_the_override_is_what_may_be_used(theirs: World) -> None:
    subscription_id = subscribed(theirs)
    assert (limit(theirs), switched_on(theirs)) == (20_000, True)
    theirs.chargebee.forget_calls()
    theirs.account.calls.clear()
    assert limit(theirs) == 20_000
    assert (theirs.account.calls, theirs.chargebee.calls()) == (["dynamodb.Query"], []), "the gate is one read"
    override(theirs, subscription_id, "50000")
    override(theirs, subscription_id, "false", "sso")
    deliver_everything(theirs)
    assert (limit(theirs), switched_on(theirs)) == (50_000, False)
    assert used(theirs, calls("e1", 30_000))[0]["billed"] == {"fromAllowance": 30_000, "beyondAllowance": 0}


def test_the_events_may_come_in_any_order_and_twice(theirs: World) -> None:
    page = create(theirs).body
    theirs.chargebee.pay(page["id"])
    override(theirs, page["subscriptionId"], "unlimited")
    news = theirs.chargebee.events()
    entitlements = [each for each in news if "entitlement" in each["event_type"]]
    apply(theirs, *entitlements)
    work_off(theirs)
    assert limit(theirs) == "unlimited", "the subscription is read as nobody has told of it"
    apply(theirs, *reversed(news), *entitlements)
    work_off(theirs)
    assert limit(theirs) == "unlimited"


def test_a_lost_event_is_made_up_for_by_a_sync(theirs: World) -> None:
    subscription_id = subscribed(theirs)
    override(theirs, subscription_id, "50000")
    assert limit(theirs) == 20_000
    sync(theirs)
    assert limit(theirs) == 50_000


def test_a_smaller_plan_takes_the_level_of_before_away_at_once(theirs: World) -> None:
    subscription_id = subscribed(theirs)
    row = {"subscription_items[item_price_id][0]": "starter", "subscription_items[quantity][0]": "1"}
    changed = theirs.chargebee.ask(
        "POST", f"/subscriptions/{subscription_id}/update_for_items", replace_items_list="true", **row
    )
    assert changed["subscription"]["subscription_items"][0]["item_price_id"] == "starter"
    apply(theirs, *told(theirs, "subscription_changed"))
    assert (limit(theirs), switched_on(theirs)) == (1_000, False), "no more than the catalog's own"
    work_off(theirs)
    assert limit(theirs) == 2_000


def test_an_override_gives_nothing_after_its_time(theirs: World) -> None:
    subscription_id = subscribed(theirs)
    now = theirs.chargebee.events()[-1]["occurred_at"]
    override(theirs, subscription_id, "50000", expires_at=str(now + 60))
    deliver_everything(theirs)
    assert limit(theirs) == 50_000
    theirs.freeze(now + 60)
    assert limit(theirs) == 10_000, "the plan's own, until Chargebee says otherwise"
    assert [each["type"] for each in theirs.messages("ProvisioningQueue")] == ["billing.verify"]


def test_a_level_that_is_no_number_leaves_the_plans_own_and_alarms(
    theirs: World, capfd: pytest.CaptureFixture[str]
) -> None:
    theirs.chargebee.ask("POST", "/features", id="tier", name="Tier", type="custom", **{"levels[value][0]": "gold"})
    theirs.chargebee.ask("POST", "/features/tier/activate_command")
    entitle(theirs, ("growth-plan", "tier", "gold"))
    wiring.CATALOG_FILE.write_text(wiring.CATALOG_FILE.read_text().replace("fea-calls", "tier"))
    forget_warm_state()
    subscribed(theirs)
    assert limit(theirs) == 10_000
    lines = [json.loads(each) for each in capfd.readouterr().out.splitlines() if each.startswith("{")]
    assert [each["level_unreadable"] for each in lines if "level_unreadable" in each] == [[1.0]]
    [said] = [each for each in lines if each.get("message") == "level_unreadable"]
    assert said["feature"] == "api-calls"
    assert "gold" not in str(said)


def test_what_chargebee_does_not_answer_leaves_the_level_and_is_tried_again(theirs: World) -> None:
    subscription_id = subscribed(theirs)
    override(theirs, subscription_id, "50000")
    apply(theirs, *theirs.chargebee.events())
    theirs.hasten("ProvisioningQueue")
    theirs.chargebee.fail(f"/subscriptions/{subscription_id}/subscription_entitlements", status=503, count=9)
    messages = theirs.messages("ProvisioningQueue")
    assert failed(theirs.invoke("organizations/provision", sqs_event(*messages))) != []
    assert limit(theirs) == 20_000
    theirs.chargebee.recover()
    assert failed(theirs.invoke("organizations/provision", sqs_event(*messages))) == []
    assert limit(theirs) == 50_000


def test_a_team_that_leaves_nothing_to_chargebee_reads_nothing_until_it_does(world: World, tmp_path: Path) -> None:
    subscription_id = subscribed(world)
    site(world)
    override(world, subscription_id, "50000")
    apply(world, *told(world, "entitlement_overrides_updated"))
    assert (world.messages("ProvisioningQueue"), limit(world), reads(world)) == ([], 10_000, 0)
    with leaving_levels(tmp_path):
        assert limit(world) == 10_000, "never read: the plan's own"
        work_off(world)
        assert limit(world) == 50_000, "the gate had it read"


def test_an_empty_list_of_what_was_just_bought_takes_nothing_away(world: World, tmp_path: Path) -> None:
    with leaving_levels(tmp_path):
        subscription_id = subscribed(world)
        bought_at = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]["created_at"]
        world.freeze(bought_at + 1)
        sync(world)
        assert (limit(world), switched_on(world)) == (10_000, True), "the list may be of before the purchase"
        assert world.messages("ProvisioningQueue") != [], "and Chargebee is asked again"
        world.freeze(bought_at + LISTED_SOON)
        sync(world)
        assert (entitlement(world).body["balance"], switched_on(world)) == (None, False), "by now it has nothing"
