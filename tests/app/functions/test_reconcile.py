"""What no webhook brought is fetched: on a schedule, by an operator, or for one organization."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from billing.app import wiring
from billing.chargebee.site_lists import SiteLists
from billing.core.chargebee_errors import ChargebeeUnavailable
from billing.core.errors import InvalidRequest
from billing.subscriptions.services.ports import Page
from tests.app.functions.scalekit import Scalekit
from tests.deployment.gateway import MACHINE, failed, http_event, sqs_event
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.subscriptions import apply, create, listed, subscribed, work_off
from tests.deployment.template import resources
from tests.deployment.world import World
from tests.subscriptions.examples import ORG, organization_event_json

WINDOW = 432_000
CONNECT_TO_SCALEKIT = wiring.scalekit


@pytest.fixture(autouse=True)
def scalekit(monkeypatch: pytest.MonkeyPatch) -> Scalekit:
    """Its SDK asks for a token over the network before anything else: the port is filled in instead."""
    empty = Scalekit()
    monkeypatch.setattr("billing.app.wiring.scalekit", lambda: empty)
    return empty


@pytest.fixture(autouse=True)
def everybody_is_mapped(world: World) -> None:
    world.values["ProvisionExisting"] = "true"


def later(world: World) -> None:
    """Long enough after the news for it to be overdue."""
    world.freeze(int(time.time()) + 3_600)


def reconcile(world: World) -> dict[str, Any]:
    forget_warm_state()
    return world.invoke("app/reconcile", {"task": "reconcile", "window": WINDOW})


def absorb(world: World) -> None:
    """Deliver what reconciling queued."""
    while messages := world.messages("EventsQueue"):
        assert failed(world.invoke("subscriptions/apply_event", sqs_event(*messages))) == []
    work_off(world)


def test_events_that_never_arrived_are_fetched_and_the_cache_is_right(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.chargebee.pay(create(world).body["id"])
    later(world)
    result = reconcile(world)
    assert result["events"]["queued"] == len(world.chargebee.events())
    assert f'"missing_events":[{float(result["events"]["queued"])}]' in capfd.readouterr().out
    absorb(world)
    assert [row["status"] for row in listed(world)] == ["in_trial"]


def test_what_is_known_is_not_queued_again(world: World) -> None:
    subscribed(world)
    later(world)
    reconcile(world)
    absorb(world)
    before = world.items()
    result = reconcile(world)
    assert (result["events"]["queued"], result["subscriptions"]["queued"]) == (0, 0)
    absorb(world)
    assert world.items() == before


def test_news_that_may_still_be_on_its_way_is_left_alone(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    assert reconcile(world)["events"]["queued"] == 0


def test_a_subscription_is_repaired_even_when_chargebee_has_forgotten_the_event(world: World) -> None:
    subscription_id = subscribed(world)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="immediately")
    apply(world, *(event for event in world.chargebee.events() if event["event_type"] != "subscription_cancelled"))
    later(world)
    reconcile(world)
    queued = [
        message for message in world.messages("EventsQueue") if message["event_type"] == "subscription_reconciled"
    ]
    assert [message["content"]["subscription"]["id"] for message in queued] == [subscription_id]
    apply(world, *queued)
    assert listed(world) == []


def test_repaired_drift_is_alarmed(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    subscribed(world)
    [subscription] = world.chargebee.ask("GET", "/subscriptions")["list"]
    drifted = {**subscription["subscription"], "resource_version": subscription["subscription"]["resource_version"] + 1}
    drifted["status"] = "cancelled"
    content = {"subscription": drifted, "customer": subscription["customer"]}
    apply(world, {"id": "reconciled_1", "event_type": "subscription_reconciled", "occurred_at": 1, "content": content})
    assert '"drift_repaired":[1.0]' in capfd.readouterr().out


def test_organizations_that_never_arrived_are_created(world: World, scalekit: Scalekit) -> None:
    names = ("org_1", "org_2", "org_3")
    scalekit.known = [organization_event_json(id=name, display_name=name.upper())["data"] for name in names]
    assert failed(world.invoke("organizations/provision", sqs_event(organization_event_json()))) == []
    result = reconcile(world)
    assert result["organizations"] == {"read": 3, "queued": 2}
    work_off(world)
    assert {world.item(f"ORG#{name}", "ORG")["customer_id"] for name in names} == set(names)
    assert reconcile(world)["organizations"] == {"read": 3, "queued": 0}


def test_a_deleted_organization_is_not_created_again(world: World, scalekit: Scalekit) -> None:
    scalekit.known = [organization_event_json()["data"]]
    world.put(pk=f"ORG#{ORG}", sk="ORG", id=ORG, version=2, deleted_at=1)
    assert reconcile(world)["organizations"] == {"read": 1, "queued": 0}


def test_a_replay_queues_everything_again_and_changes_nothing(world: World) -> None:
    subscribed(world)
    before = world.items()
    forget_warm_state()
    result = world.invoke("app/reconcile", {"task": "replay", "since": 0})
    assert result["events"]["queued"] == len(world.chargebee.events())
    absorb(world)
    assert world.items() == before


def test_a_replay_of_one_organization_queues_its_events_alone(world: World) -> None:
    subscribed(world)
    world.chargebee.ask("POST", "/customers", id="org_2")
    forget_warm_state()
    world.invoke("app/reconcile", {"task": "replay", "since": 0, "organizationId": "org_2"})
    assert [message["content"]["customer"]["id"] for message in world.messages("EventsQueue")] == ["org_2"]


@pytest.mark.parametrize(
    "request_",
    [{}, {"task": "everything"}, {"task": "reconcile"}, {"task": "reconcile", "window": "1"}, {"task": "replay"}],
)
def test_what_is_no_task_is_refused(world: World, request_: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        world.invoke("app/reconcile", request_)
    assert world.untouched()


def test_a_failure_is_not_reported_as_success(world: World) -> None:
    world.chargebee.fail("/events", status=503)
    with pytest.raises(ChargebeeUnavailable):
        reconcile(world)


# --- what a run leaves for the next -----------------------------------------------------------------


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every list has a page of two, and every run has time for one of them."""
    monkeypatch.setattr("billing.chargebee.site_lists.PAGE_SIZE", 2)
    monkeypatch.setattr("billing.app.parts.PAGE_SECONDS", 900)
    yield


@pytest.mark.usefixtures("hurried")
def test_a_run_that_is_too_short_goes_on_in_the_next_and_says_so_until_all_is_read(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    later(world)
    first = reconcile(world)
    assert first["events"]["read"] == 2
    assert int(first["events"]["stoppedAt"]) > 0
    for _ in range(len(world.chargebee.events())):
        absorb(world)
        world.environment.setattr("billing.chargebee.site_lists.PAGE_SIZE", 100)
        if "stoppedAt" not in reconcile(world)["events"]:
            break
    assert [row["status"] for row in listed(world)] == ["in_trial"]
    assert world.item("RECONCILE", "events")["stopped_at"] == ""


@pytest.mark.usefixtures("hurried")
def test_a_replay_that_is_too_short_says_where_it_stopped(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    forget_warm_state()
    first = world.invoke("app/reconcile", {"task": "replay", "since": 0})["events"]
    assert (first["read"], first["queued"]) == (2, 2)
    world.environment.setattr("billing.chargebee.site_lists.PAGE_SIZE", 100)
    rest = world.invoke("app/reconcile", {"task": "replay", "since": int(first["stoppedAt"])})["events"]
    assert "stoppedAt" not in rest
    told = {message["id"] for message in world.messages("EventsQueue")}
    while more := world.messages("EventsQueue"):
        told |= {message["id"] for message in more}
    assert told == {event["id"] for event in world.chargebee.events()}


def test_a_run_that_stopped_before_the_window_goes_on_there(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    started = int(time.time()) - 60
    world.put(pk="RECONCILE", sk="events", whole_at=started, stopped_at=str(started))
    later(world)
    forget_warm_state()
    result = world.invoke("app/reconcile", {"task": "reconcile", "window": 1_920})
    assert result["events"]["queued"] == len(world.chargebee.events())
    assert result["subscriptions"]["queued"] == 0


def _ages(capfd: pytest.CaptureFixture[str]) -> dict[str, list[float]]:
    """What was told last of each part."""
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    return {line["part"]: line["reconcile_age_seconds"] for line in lines if "reconcile_age_seconds" in line}


def test_the_age_of_the_last_whole_run_is_told_for_each_part(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    now = int(time.time())
    for part in ("events", "subscriptions"):
        world.put(pk="RECONCILE", sk=part, whole_at=now - 7_200)
    world.freeze(now)
    world.chargebee.fail("/events", method="GET", status=503, count=99)
    with pytest.raises(ChargebeeUnavailable):
        reconcile(world)
    assert _ages(capfd) == {"events": [7_200.0], "subscriptions": [0.0], "customers": [0.0], "organizations": [0.0]}


def test_a_part_that_was_never_whole_is_as_old_as_its_first_run(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    began = world.freeze(int(time.time()))
    world.chargebee.fail("/events", method="GET", status=503, count=99)
    for hours in (0, 31):
        world.freeze(began + hours * 3_600)
        with pytest.raises(ChargebeeUnavailable):
            reconcile(world)
    assert _ages(capfd)["events"] == [31 * 3_600.0]


@pytest.mark.parametrize(("existing", "organizations"), [("true", "new"), ("true", "all"), ("false", "all")])
def test_an_organization_whose_webhook_may_still_be_on_its_way_is_not_missing_yet(
    world: World, scalekit: Scalekit, existing: str, organizations: str, capfd: pytest.CaptureFixture[str]
) -> None:
    world.values["ProvisionExisting"] = existing
    created = world.freeze(1_767_225_600)
    newest = organization_event_json(id="org_9")["data"] | {"create_time": "2026-01-01T00:00:00.9Z"}
    scalekit.known = [newest]
    counted = "missing_organizations" if existing == "true" else "organizations_without_customer"
    for age, expected in ((119, 0), (120, 1)):
        world.freeze(created + age)
        look(world, organizations)
        told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        assert [line[counted] for line in told if counted in line] == [[float(expected)]]
    world.freeze(created)
    scalekit.known = [newest | {"id": "org_10"}]
    forget_warm_state()
    world.invoke("app/reconcile", {"task": "reconcile", "window": 600, "inFlight": 0})
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line[counted] for line in told if counted in line] == [[1.0]], "by hand all are taken"


def test_by_hand_the_last_two_minutes_are_taken_too(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    forget_warm_state()
    result = world.invoke("app/reconcile", {"task": "reconcile", "window": 600, "inFlight": 0})
    assert result["events"]["queued"] == len(world.chargebee.events())


# --- which organizations ------------------------------------------------------------------------


def found(*names: str) -> list[dict[str, Any]]:
    """As Scalekit lists them, the newest first."""
    return [
        {**organization_event_json(id=name, display_name=name)["data"], "create_time": f"2026-01-{31 - number:02}"}
        for number, name in enumerate(names)
    ]


def look(world: World, which: str) -> dict[str, Any]:
    forget_warm_state()
    return world.invoke("app/reconcile", {"task": "reconcile", "window": 600, "organizations": which})


def test_often_only_new_organizations_are_read_and_once_a_day_all(world: World, scalekit: Scalekit) -> None:
    scalekit.known = found("org_5", "org_4", "org_3", "org_2", "org_1")
    assert look(world, "new")["new_organizations"] == {"read": 5, "queued": 5}
    work_off(world)
    assert look(world, "new")["new_organizations"] == {"read": 2, "queued": 0}
    assert look(world, "all")["organizations"] == {"read": 5, "queued": 0}
    scalekit.known = found("org_6", *(each["id"] for each in scalekit.known))
    assert look(world, "new")["new_organizations"] == {"read": 4, "queued": 1}


def test_what_waits_for_its_import_is_not_queued_again_until_a_day_has_passed(world: World, scalekit: Scalekit) -> None:
    scalekit.known = found("org_3", "org_2", "org_1")
    began = world.freeze(int(time.time()))
    assert look(world, "all")["organizations"]["queued"] == 3
    scalekit.known = found("org_4", "org_3", "org_2", "org_1")
    assert look(world, "new")["new_organizations"]["queued"] == 1
    assert look(world, "all")["organizations"]["queued"] == 0
    world.freeze(began + 24 * 3_600 - 1)
    assert look(world, "all")["organizations"]["queued"] == 0
    world.freeze(began + 24 * 3_600)
    assert look(world, "all")["organizations"]["queued"] == 4


def test_a_run_that_dies_before_it_noted_what_it_queued_queues_it_once_more(
    world: World, scalekit: Scalekit, monkeypatch: pytest.MonkeyPatch
) -> None:
    scalekit.known = found("org_1")
    with monkeypatch.context() as dying, pytest.raises(InterruptedError):
        dying.setattr("billing.app.imports.DynamoImports.asked", dies)
        look(world, "all")
    assert look(world, "all")["organizations"]["queued"] == 1
    assert len(world.messages("ImportsQueue")) == 2


def dies(*_: object) -> None:
    raise InterruptedError


@pytest.mark.parametrize("existing", ["true", "false"])
def test_an_organization_that_has_its_customer_and_no_name_at_scalekit_either_lacks_nothing(
    world: World, scalekit: Scalekit, existing: str
) -> None:
    nameless = {name: value for name, value in found("org_1")[0].items() if name != "display_name"}
    scalekit.known = [nameless]
    assert look(world, "all")["organizations"]["queued"] == 1
    work_off(world)
    world.values["ProvisionExisting"] = existing
    world.freeze(int(time.time()) + 24 * 3_600)
    assert look(world, "all")["organizations"] == {"read": 1, "queued": 0}


def test_an_organization_without_a_name_keeps_no_run_from_stopping_where_all_are_known(
    world: World, scalekit: Scalekit
) -> None:
    scalekit.known = found("org_5", "org_4", "org_3", "org_2", "org_1")
    scalekit.known = [
        {name: value for name, value in each.items() if name != "display_name"} for each in scalekit.known
    ]
    look(world, "new")
    work_off(world)
    world.account.calls.clear()
    assert look(world, "new")["new_organizations"] == {"read": 2, "queued": 0}
    assert world.account.calls.count("dynamodb.Query") == 0


def test_many_are_queued_ten_at_a_time(world: World, scalekit: Scalekit) -> None:
    scalekit.known = found(*(f"org_{number}" for number in range(25, 0, -1)))
    scalekit.page = 25
    assert look(world, "all")["organizations"]["queued"] == 25
    assert world.account.calls.count("sqs.SendMessageBatch") == 3
    assert world.account.calls.count("dynamodb.BatchWriteItem") == 1


def test_an_organization_that_is_listed_twice_holds_up_nobody(world: World, scalekit: Scalekit) -> None:
    """A list by pages may show one again when another is made meanwhile."""
    scalekit.known = found("org_2", "org_1", "org_1")
    scalekit.page = 3
    assert look(world, "all")["organizations"]["read"] == 3
    assert [each["pk"] for each in world.items("IMPORT#")] == ["IMPORT#org_1", "IMPORT#org_2"]


def test_a_list_in_another_order_is_read_to_its_end(world: World, scalekit: Scalekit) -> None:
    scalekit.known = found("org_3", "org_2", "org_1")[::-1]
    look(world, "new")
    work_off(world)
    assert look(world, "new")["new_organizations"] == {"read": 3, "queued": 0}


def test_a_sweep_that_is_too_short_goes_on_at_its_page(
    world: World, scalekit: Scalekit, monkeypatch: pytest.MonkeyPatch
) -> None:
    scalekit.known = found("org_5", "org_4", "org_3", "org_2", "org_1")
    monkeypatch.setattr("billing.app.parts.PAGE_SECONDS", 900)
    assert look(world, "all")["organizations"] == {"read": 2, "queued": 2, "stoppedAt": "2"}
    assert look(world, "new")["organizations"] == {"read": 2, "queued": 2, "stoppedAt": "4"}
    assert look(world, "new")["organizations"] == {"read": 1, "queued": 1}
    assert "organizations" not in look(world, "new")


def test_a_sweep_whose_page_scalekit_does_not_know_any_more_begins_anew(
    world: World, scalekit: Scalekit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page's token is Scalekit's, and a restored table brings back one of days ago."""
    scalekit.known = found("org_3", "org_2", "org_1")
    with monkeypatch.context() as short:
        short.setattr("billing.app.parts.PAGE_SECONDS", 900)
        assert look(world, "all")["organizations"]["stoppedAt"] == "2"
    scalekit.refused = "2"
    assert look(world, "all")["organizations"] == {"read": 3, "queued": 1}
    assert "organizations" not in look(world, "new")


def test_a_sweep_keeps_its_page_while_scalekit_is_away(
    world: World, scalekit: Scalekit, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(pk="RECONCILE", sk="organizations", whole_at=1, stopped_at="2")
    monkeypatch.setattr(scalekit, "organizations", lambda offset: int("away"))
    with pytest.raises(ValueError, match="away"):
        look(world, "all")
    assert world.item("RECONCILE", "organizations")["stopped_at"] == "2"


def test_organizations_that_scalekit_no_longer_has_are_counted_and_named_and_none_is_deleted(
    world: World, scalekit: Scalekit, capfd: pytest.CaptureFixture[str]
) -> None:
    scalekit.known = found("org_3", "org_2", "org_1")
    look(world, "all")
    work_off(world)
    scalekit.known = found("org_3")
    capfd.readouterr()
    look(world, "all")
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    [counted] = [each["vanished_organizations"] for each in lines if "vanished_organizations" in each]
    [named] = [each["organizations"] for each in lines if each.get("message") == "vanished_organizations"]
    assert (counted, named) == ([2.0], ["org_1", "org_2"])
    assert world.messages("ImportsQueue") == world.messages("ProvisioningQueue") == []
    assert "deleted_at" not in world.item("ORG#org_1", "ORG")


# --- what stands in nobody's way ------------------------------------------------------------------


@pytest.mark.parametrize("list_", ["/events", "/subscriptions", "/customers"])
def test_a_list_that_fails_keeps_no_other_from_being_read(world: World, scalekit: Scalekit, list_: str) -> None:
    world.chargebee.pay(create(world).body["id"])
    scalekit.known = [organization_event_json(id="org_2")["data"]]
    later(world)
    world.chargebee.fail(list_, method="GET", status=503, count=99)
    with pytest.raises(ChargebeeUnavailable):
        reconcile(world)
    assert {"GET /events", "GET /subscriptions", "GET /customers"} <= {*world.chargebee.called()}
    assert world.messages("EventsQueue")
    assert [message["type"] for message in world.messages("ImportsQueue")] == ["organization.created"]


def test_without_scalekits_secret_chargebee_is_read_all_the_same_and_one_warning_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("billing.app.wiring.scalekit", CONNECT_TO_SCALEKIT)
    world.chargebee.pay(create(world).body["id"])
    later(world)
    world.keep_secret("ScalekitApiSecret", client_secret="")
    result = reconcile(world)
    assert result["events"]["queued"] == len(world.chargebee.events())
    assert result["organizations"] == {"read": 0, "queued": 0}
    lines = capfd.readouterr().out.splitlines()
    [warning] = [each for each in map(json.loads, lines) if each.get("message") == "scalekit_not_asked"]
    assert "make secrets" in warning["reason"]


@pytest.mark.parametrize(("existing", "waiting"), [("false", 2), ("true", 0)])
def test_organizations_that_get_no_customer_are_counted_and_named_while_existing_ones_are_left_alone(
    world: World, scalekit: Scalekit, existing: str, waiting: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """One that has its customer and one that was deleted wait for nothing."""
    world.values["ProvisionExisting"] = existing
    subscribed(world)
    gone = organization_event_json("organization.deleted", id="org_gone")
    assert failed(world.invoke("organizations/provision", sqs_event(gone))) == []
    listed = (ORG, "org_gone", "org_new", "org_old")
    scalekit.known = [organization_event_json(id=each, display_name=each)["data"] for each in listed]
    reconcile(world)
    out = capfd.readouterr().out
    assert f'"organizations_without_customer":[{float(waiting)}]' in out
    named = [each["organizations"] for each in map(json.loads, out.splitlines()) if "organizations" in each]
    assert named == ([["org_new", "org_old"]] if waiting else [])


@pytest.mark.parametrize("schedule", ["Often", "Daily"])
def test_every_run_of_a_schedule_tells_of_organizations_that_get_no_customer(
    world: World, scalekit: Scalekit, schedule: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Their alarm waits for two runs: one that has just been created gets its customer by its webhook."""
    world.values["ProvisionExisting"] = "false"
    scalekit.known = found("org_new", "org_old")
    events = resources("AWS::Serverless::Function")["Reconcile"]["Events"]
    world.invoke("app/reconcile", json.loads(events[schedule]["Properties"]["Input"]))
    out = capfd.readouterr().out
    assert '"organizations_without_customer":[2.0]' in out
    named = [each["organizations"] for each in map(json.loads, out.splitlines()) if "organizations" in each]
    assert named == [["org_new", "org_old"]]


def huge(world: World) -> str:
    """A subscription of 1.4 MB, in every event and list."""
    subscription_id = subscribed(world)
    world.chargebee.http.post(f"/_sim/subscriptions/{subscription_id}/padding", json={"bytes": 1_400_000})
    assert max(len(json.dumps(each)) for each in world.chargebee.events()) > 1_400_000
    return subscription_id


def test_an_event_above_a_mebibyte_is_reconciled_like_any_other(world: World) -> None:
    huge(world)
    later(world)
    result = reconcile(world)
    assert (result["events"]["queued"], result["subscriptions"]["queued"]) == (1, 1)
    absorb(world)
    assert world.item(f"EVENT#chargebee#{world.chargebee.events()[-1]['id']}", "EVENT")["outcome"] == "applied"


@pytest.mark.parametrize("bad", [{}, {"id": None}, {"subscription": None}, {"subscription": {"status": "active"}}])
def test_a_document_that_cannot_be_read_is_counted_and_the_next_one_is_queued(
    world: World, bad: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    world.chargebee.pay(create(world).body["id"])
    later(world)
    for name in ("events", "updated_subscriptions", "updated_customers"):
        monkeypatch.setattr(f"billing.chargebee.site_lists.SiteLists.{name}", preceded(bad, name))
    result = reconcile(world)
    assert result["events"]["queued"] == len(world.chargebee.events())
    assert result["subscriptions"]["queued"] == 1
    assert capfd.readouterr().out.count('"document_refused":[1.0]') == 3


def preceded(bad: dict[str, Any], name: str) -> Any:
    """Chargebee's list with a document in front that nobody can read."""
    listed = getattr(SiteLists, name)

    def page(self: SiteLists, since: int, offset: str | None) -> Page[Any]:
        found = listed(self, since, offset)
        return Page([bad, *found.resources], found.next_offset)

    return page


# --- the row of an organization is lost -----------------------------------------------------------


def lose_the_row(world: World) -> dict[str, Any]:
    row = world.item(f"ORG#{ORG}", "ORG")
    world.account.dynamodb.delete_item(
        TableName=world.values["Table"], Key={"pk": {"S": f"ORG#{ORG}"}, "sk": {"S": "ORG"}}
    )
    return row


def restored(world: World) -> dict[str, Any]:
    """The row, but for what is no state: its version, and what only it knew."""
    row = world.item(f"ORG#{ORG}", "ORG")
    return {name: value for name, value in row.items() if name not in ("version", "named_at")}


@pytest.mark.parametrize("repair", ["sync", "reconcile"])
def test_a_lost_row_comes_back_with_its_customer_its_subscription_its_plan_and_its_trial(
    world: World, scalekit: Scalekit, repair: str
) -> None:
    subscribed(world)
    scalekit.known = [organization_event_json(display_name="")["data"]]
    before = restored(world)
    lost = lose_the_row(world)
    later(world)
    if repair == "sync":
        assert sync(world).status == 200
    else:
        world.values["ProvisionExisting"] = "false"
        reconcile(world)
        work_off(world)
    dropped = (
        {}
        if repair == "sync"
        else {"card_status": before["card_status"], "customer_version": before["customer_version"]}
    )
    assert {**restored(world), **dropped} == before
    assert world.item(f"ORG#{ORG}", "ORG")["version"] > lost["version"]


def test_without_its_row_an_organization_is_sold_no_second_subscription_and_reads_as_ever(world: World) -> None:
    subscribed(world)
    lose_the_row(world)
    assert create(world).code == "subscription_exists"
    assert [row["status"] for row in listed(world)] == ["in_trial"]


def test_news_of_the_subscription_brings_the_row_back(world: World) -> None:
    subscription_id = subscribed(world)
    lose_the_row(world)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="end_of_term")
    apply(world, world.chargebee.events()[-1])
    assert world.item(f"ORG#{ORG}", "ORG")["live"] == {subscription_id}


def test_what_is_announced_after_a_loss_has_keys_of_its_own(world: World) -> None:
    subscription_id = subscribed(world)
    told = len(world.items("OUTBOX#"))
    lose_the_row(world)
    later(world)
    sync(world)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items", cancel_option="immediately")
    apply(world, *world.chargebee.events())
    assert len(world.items("OUTBOX#")) == told + 2  # under a key of before, an announcement would replace that one
    assert world.announced()[-2:] == ["subscription.trial_ended", "subscription.cancelled"]


def test_an_organization_whose_row_is_lost_can_still_be_deleted(world: World) -> None:
    subscription_id = subscribed(world)
    lose_the_row(world)
    deleted = organization_event_json("organization.deleted")
    assert failed(world.invoke("organizations/provision", sqs_event(deleted))) == []
    assert world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]["status"] == "cancelled"
    assert [item["sk"] for item in world.items(f"ORG#{ORG}")] == ["ORG"]


# --- one organization -----------------------------------------------------------------------------


def sync(world: World, organization_id: str = ORG) -> Any:
    route = f"POST /api/organizations/{organization_id}/sync"
    event = http_event(route, claims=MACHINE) | {"pathParameters": {"id": organization_id}}
    return world.call("organizations/sync", event)


def test_a_sync_reads_one_organization_now(world: World) -> None:
    world.chargebee.pay(create(world).body["id"])
    answer = sync(world)
    assert (answer.status, answer.body) == (200, {"organizationId": ORG, "subscriptions": 1, "changed": 1})
    assert sync(world).body["changed"] == 0
    assert json.loads(json.dumps(listed(world)))[0]["status"] == "in_trial"


def test_an_organization_without_a_customer_cannot_be_synced_yet(world: World) -> None:
    answer = sync(world, "org_unheard_of")
    assert answer.status in (404, 409)
    assert world.chargebee.called() == ["GET /customers/org_unheard_of"]


def test_while_chargebee_is_away_a_sync_says_so(world: World) -> None:
    create(world)
    world.chargebee.fail("/", status=429, retry_after=30)
    answer = sync(world)
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
