"""Changes at the end of the term: confirmed now, shown until then, and withdrawable."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN
from tests.deployment.lambda_runtime import Answer
from tests.deployment.subscriptions import apply, deliver_everything, listed, post, subscribed
from tests.deployment.world import World

STARTER = {"itemPriceId": "starter", "seats": 3}
LATER = {"itemPriceId": "growth", "seats": 2, "addons": [{"itemPriceId": "priority-support"}], "at": "term_end"}
NOTHING_READ = {"itemPriceId": None, "plan": None, "seats": None, "items": None}


def withdraw(world: World, claims: dict[str, Any] | None = None, **named: str) -> Answer:
    return post(world, "subscriptions/restore", {"scheduled": "change", **named}, claims)


def confirm(world: World, body: dict[str, Any]) -> None:
    answer = post(world, "subscriptions/update", body)
    assert answer.status == 200, answer.text
    world.chargebee.pay(answer.body["id"])


def scheduled(world: World) -> str:
    """org_1 has confirmed a change for later, and everybody has heard of it: the subscription's id."""
    subscription_id = subscribed(world, STARTER)
    confirm(world, LATER)
    deliver_everything(world)
    return subscription_id


def test_a_change_for_later_is_shown_and_changes_nothing_until_then(world: World) -> None:
    scheduled(world)
    [row] = listed(world)
    assert (row["itemPriceId"], row["seats"], row["hasScheduledChanges"]) == ("starter", 3, True)
    change = row["scheduledChange"]
    assert (change["at"], change["itemPriceId"], change["plan"], change["seats"]) == (
        row["periodEnd"],
        "growth",
        "Growth",
        2,
    )
    assert [each["itemPriceId"] for each in change["items"]] == ["growth", "priority-support"]


def test_it_is_announced_when_it_is_scheduled_and_when_it_is_withdrawn(world: World) -> None:
    scheduled(world)
    assert world.announced()[-1] == "subscription.updated"
    withdraw(world)
    deliver_everything(world)
    assert world.announced().count("subscription.updated") == 2


def test_when_the_term_ends_it_is_made(world: World) -> None:
    scheduled(world)
    world.chargebee.advance(32 * 86_400)
    deliver_everything(world)
    [row] = listed(world)
    assert (row["itemPriceId"], row["seats"], row["scheduledChange"]) == ("growth", 2, None)


def test_the_list_asks_chargebee_nothing(world: World) -> None:
    scheduled(world)
    world.chargebee.forget_calls()
    world.account.calls.clear()
    listed(world)
    assert (world.chargebee.called(), world.account.calls) == ([], ["dynamodb.Query"])


def test_until_it_is_read_only_the_day_is_shown_and_whoever_looks_has_it_read(world: World) -> None:
    subscribed(world, STARTER)
    confirm(world, LATER)
    apply(world, *world.chargebee.events())
    [row] = listed(world)
    assert row["scheduledChange"] == {"at": row["changesScheduledAt"], **NOTHING_READ}
    deliver_everything(world)
    assert listed(world)[0]["scheduledChange"]["seats"] == 2


def test_another_change_in_its_place_is_read_anew(world: World) -> None:
    scheduled(world)
    confirm(world, LATER | {"seats": 4, "dropScheduledChanges": True})
    apply(world, *world.chargebee.events())
    assert listed(world)[0]["scheduledChange"]["seats"] is None
    deliver_everything(world)
    assert listed(world)[0]["scheduledChange"]["seats"] == 4


def test_the_same_news_again_keeps_what_was_read(world: World) -> None:
    scheduled(world)
    before = listed(world)
    apply(world, *({**event, "id": f"again-{event['id']}"} for event in world.chargebee.events()))
    assert listed(world) == before


def test_what_was_scheduled_is_dropped_only_by_whoever_says_so(world: World) -> None:
    scheduled(world)
    assert post(world, "subscriptions/update", {"seats": 5, "at": "term_end"}).code == "changes_scheduled"
    assert post(world, "subscriptions/preview", {"seats": 5, "at": "term_end"}).code == "changes_scheduled"


def test_what_ends_has_no_next_term_to_change(world: World) -> None:
    subscribed(world, STARTER)
    post(world, "subscriptions/cancel", {"at": "term_end"})
    answer = post(world, "subscriptions/update", LATER | {"dropScheduledChanges": True})
    assert (answer.status, answer.code) == (409, "invalid_state")


def test_a_preview_of_a_change_for_later_costs_nothing_now(world: World) -> None:
    subscribed(world, STARTER)
    world.chargebee.advance(10 * 86_400)
    answer = post(world, "subscriptions/preview", LATER)
    assert (answer.body["dueNow"], answer.body["nextInvoice"]["total"]) == (None, 2 * 4900 + 9900)


@pytest.mark.parametrize("at", ["tomorrow", None, 1_790_000_000])
def test_there_are_two_times_for_a_change(world: World, at: object) -> None:
    assert post(world, "subscriptions/update", {"seats": 4, "at": at}).code == "invalid_request"


# --- withdraw -------------------------------------------------------------------------------------


def test_a_scheduled_change_is_withdrawn_and_the_cache_knows_at_once(world: World) -> None:
    subscription_id = scheduled(world)
    answer = withdraw(world)
    assert (answer.status, answer.body) == (200, {"id": subscription_id, "status": "active"})
    [row] = listed(world)
    assert (row["hasScheduledChanges"], row["scheduledChange"]) == (False, None)
    world.chargebee.advance(32 * 86_400)
    deliver_everything(world)
    assert listed(world)[0]["itemPriceId"] == "starter"


def test_withdrawing_twice_says_that_there_is_nothing(world: World) -> None:
    scheduled(world)
    withdraw(world)
    answer = withdraw(world)
    assert (answer.status, answer.code) == (409, "invalid_state")


def test_who_takes_a_cancellation_back_leaves_the_change_alone(world: World) -> None:
    scheduled(world)
    answer = post(world, "subscriptions/restore")
    assert (answer.status, answer.code) == (409, "invalid_state")
    assert listed(world)[0]["hasScheduledChanges"] is True


def test_what_chargebee_has_made_meanwhile_is_learned(world: World) -> None:
    scheduled(world)
    world.chargebee.advance(32 * 86_400)
    answer = withdraw(world)
    assert (answer.status, answer.code) == (409, "invalid_state")
    assert listed(world)[0]["itemPriceId"] == "growth"


def test_another_organizations_change_is_not_found(world: World) -> None:
    theirs = scheduled(world)
    world.chargebee.forget_calls()
    answer = withdraw(world, ADMIN | {"oid": "org_2"}, subscriptionId=theirs)
    assert (answer.status, answer.code, world.chargebee.called()) == (404, "subscription_not_found", [])


def test_while_chargebee_is_away_nothing_is_said_to_be_withdrawn(world: World) -> None:
    scheduled(world)
    world.chargebee.fail("/subscriptions", status=503)
    assert withdraw(world).status == 502
    world.chargebee.recover()
    assert withdraw(world).status == 200
