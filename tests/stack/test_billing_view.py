"""One read of an organization's billing, with a link that works for everything that has to be done."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.stack.api import Member, answered, opened
from tests.stack.backend import Backend, calls
from tests.stack.chargebee import page_of
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh

type Json = dict[str, Any]
type Advance = Callable[[int], None]

HOUR = 3_600
DAY = 86_400


def billing(member: Member) -> Json:
    return answered(member.get("/api/billing"))


def actions(member: Member) -> list[Json]:
    found: list[Json] = billing(member)["requiredActions"]
    return found


def shown(world: Cloud, url: str) -> str:
    """What a browser sees behind a link."""
    with world.browser() as browser:
        answer = browser.get(url)
        assert answer.status_code == 200, answer.text
        return answer.text


def past_due(world: Cloud, admin: Member, advance: Advance) -> None:
    """The card begins to be declined, and the second month is due."""
    world.subscribe(admin, itemPriceId="starter", seats=2)
    world.chargebee.set_card(admin.organization_id, "declined")
    advance(32 * DAY)
    until(admin.subscription, lambda row: row["pastDue"] is True)


@pytest.fixture
def together(world: Cloud, advance: Advance) -> Advance:
    """Let time pass for the functions too; `advance` brings everybody back to today."""

    def later(seconds: int) -> None:
        answered(world.http.post(f"/_local/clock?seconds={seconds}", json={}))

    return later


def test_grace_ends_when_time_passes_for_the_whole_stack(world: Cloud, admin: Member, together: Advance) -> None:
    past_due(world, admin, together)
    assert admin.subscription()["access"] == {"allowed": True, "reason": "past_due_grace"}
    together(8 * DAY)
    assert admin.subscription()["access"]["allowed"] is False
    latecomer = fresh("org")
    world.scalekit.create_organization(latecomer, "Latecomer")
    until(lambda: world.table.organization(latecomer))


def test_everything_is_one_read(world: Cloud, admin: Member, stranger: Backend) -> None:
    assert billing(admin) == {
        "billingAdmin": True,
        "organization": {"id": admin.organization_id, "displayName": "", "customerId": None, "trialUsedAt": None},
        "subscriptions": [],
        **answered(admin.get("/api/entitlements")),
        "wallets": [],
        "autoTopUp": [],
        "requiredActions": [],
    }
    world.untouched(admin.organization_id)
    subscription_id = world.subscribe(admin)
    answered(stranger.adjust("gift", 500))
    stranger.used(calls("e1", 10))
    world.chargebee.forget_requests()

    found = billing(admin)

    assert found == answered(stranger.get()) | {"billingAdmin": True, "requiredActions": []}
    assert [row["id"] for row in found["subscriptions"]] == [subscription_id]
    assert found["subscriptions"] == answered(admin.listing())["subscriptions"]
    assert found["entitlements"]["api-calls"]["balance"]["usage"] == 10
    assert world.chargebee.requests(admin.organization_id) == []


def test_a_checkout_is_finished_on_the_page_that_is_open(world: Cloud, admin: Member) -> None:
    page = opened(admin.create())

    [action] = actions(admin)

    assert action == {
        "type": "finish_checkout",
        "subscriptionId": page["subscriptionId"],
        "url": page["url"],
        "expiresAt": action["expiresAt"],
        "itemPriceId": "growth",
        "seats": 5,
    }
    assert "Growth" in shown(world, action["url"])
    assert (billing(admin)["plan"], billing(admin)["subscriptions"]) == ("free", [])
    member = world.member(admin.organization_id, roles=["member"])
    assert actions(member) == [action | {"url": None, "expiresAt": None}]

    world.come_back(world.chargebee.pay(page["id"]))

    found = billing(admin)
    assert (found["plan"], found["requiredActions"]) == ("growth", [])


def test_a_page_that_expired_is_a_fresh_page_of_the_same_checkout(
    world: Cloud, admin: Member, advance: Advance
) -> None:
    page = opened(admin.create())
    advance(4 * HOUR)

    [action] = actions(admin)

    assert action["subscriptionId"] == page["subscriptionId"]
    assert action["url"] != page["url"]
    assert action["expiresAt"] > world.chargebee.now()
    assert actions(admin) == [action]
    world.come_back(world.chargebee.pay(page_of(action["url"])))
    assert [row["id"] for row in billing(admin)["subscriptions"]] == [page["subscriptionId"]]


def test_what_is_unpaid_is_paid_on_one_page_and_the_card_replaced_on_another(
    world: Cloud, admin: Member, advance: Advance
) -> None:
    past_due(world, admin, advance)
    subscription = admin.subscription()

    pay, card = actions(admin)

    assert pay == {
        "type": "pay",
        "subscriptionId": subscription["id"],
        "url": pay["url"],
        "expiresAt": pay["expiresAt"],
        "amountDue": 3_800,
        "currency": "USD",
        "dueSince": pay["dueSince"],
    }
    assert card == {
        "type": "update_card",
        "subscriptionId": subscription["id"],
        "url": card["url"],
        "expiresAt": card["expiresAt"],
        "dueSince": pay["dueSince"],
    }
    assert world.chargebee.now() < pay["expiresAt"]
    assert "USD 38.00" in shown(world, pay["url"])
    assert "Save card" in shown(world, card["url"])
    assert actions(admin) == [pay, card]
    member = world.member(admin.organization_id, roles=["member"])
    assert actions(member) == [each | {"url": None, "expiresAt": None} for each in (pay, card)]

    back = world.chargebee.pay(page_of(pay["url"]))

    assert back.startswith(f"{world.stack.app}/")
    until(lambda: actions(admin), lambda found: found == [])
    assert admin.subscription()["pastDue"] is False


def test_a_link_that_was_used_is_not_handed_out_again(world: Cloud, admin: Member, advance: Advance) -> None:
    past_due(world, admin, advance)
    pay, card = actions(admin)
    world.chargebee.pay(page_of(card["url"]), "declined")

    again, fresh_card = actions(admin)

    assert again["url"] == pay["url"]
    assert fresh_card["url"] != card["url"]
    assert "Save card" in shown(world, fresh_card["url"])


def test_a_trial_without_a_card_asks_for_one_before_it_ends(world: Cloud, admin: Member) -> None:
    page = opened(admin.create())
    world.come_back(world.chargebee.pay(page["id"], "none"))
    world.caught_up(admin.organization_id)

    [action] = actions(admin)

    assert (action["type"], action["trialEnd"]) == ("update_card", admin.subscription()["trialEnd"])
    world.chargebee.pay(page_of(action["url"]))
    until(lambda: actions(admin), lambda found: found == [])


def test_while_chargebee_is_away_everything_is_said_but_the_links(world: Cloud, admin: Member) -> None:
    page = opened(admin.create())
    world.chargebee.faults({"path": "/*", "status": 503})

    found = billing(admin)

    [action] = found["requiredActions"]
    assert (action["type"], action["subscriptionId"]) == ("finish_checkout", page["subscriptionId"])
    assert (action["url"], action["expiresAt"]) == (None, None)
    assert found["plan"] == "free"
    world.chargebee.faults()
    assert actions(admin)[0]["url"] == page["url"]
