"""Random lives of a few organizations while the vendors misbehave; then the dust settles, and everything agrees.

A failure prints its seed with the test's name, and the history that it stands for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from tests.stack.api import Member
from tests.stack.aws import Row
from tests.stack.chargebee import plan
from tests.stack.world import Cloud, fresh, now

type Json = dict[str, Any]

STEPS = 30
FAULTS: tuple[Json, ...] = (
    {"path": "/", "status": 503, "count": 2},
    {"path": "/", "status": 429, "retry_after": 30, "count": 1},
    {"path": "/hosted_pages", "status": 500, "count": 3},
    {"path": "/customers", "status": 503, "count": 4},
    {"path": "/hosted_pages/checkout_new_for_items", "timeout_after": 9, "count": 1},
)
_BEGUN = {"subscription.activated", "subscription.cancelled"}
A_SECOND_OFFER = 420
"""What failed is offered again after at most six minutes, which is the longest that a queue waits for its consumer."""
STORM: Json = {"duplicate": 0.3, "drop": 0.3, "shuffle": True}


@dataclass
class Life:
    """One organization at the mercy of the dice. What a step is refused does not matter; what remains must agree."""

    world: Cloud
    admin: Member
    dice: Random
    done: list[str] = field(default_factory=list)
    sold: set[str] = field(default_factory=set)

    @property
    def customer_id(self) -> str:
        return self.admin.organization_id

    def step(self) -> None:
        deed = self.dice.choice(DEEDS)
        self.done.append(deed.__name__)
        deed(self)

    def create(self) -> None:
        """Ask for a page, sometimes twice, and pay one or both of them, and come back or not."""
        answers = [self._wish() for _ in range(self.dice.choice((1, 1, 2)))]
        for answer in answers:
            if answer is not None:
                self.sold.add(answer["subscriptionId"])
                paid = self.world.chargebee.http.post(f"/_sim/hosted_pages/{answer['id']}/pay", json={})
                if paid.is_success and self.dice.random() < 0.5:
                    self.world.come_back(paid.json()["redirect_url"])

    def _wish(self) -> Json | None:
        answer = self.admin.create(seats=self.dice.randint(1, 25))
        return answer.json() if answer.status_code == 200 else None

    def schedule(self) -> None:
        self.admin.cancel()

    def restore(self) -> None:
        self.admin.restore()

    def cancel_now(self) -> None:
        self.admin.cancel(at="now")

    def change_seats(self) -> None:
        self._command("update_for_items", **plan("growth", self.dice.randint(1, 25)))

    def pause_or_resume(self) -> None:
        self._command(self.dice.choice(("pause", "resume")))

    def cancel_in_chargebee(self) -> None:
        self._command("cancel_for_items", cancel_option=self.dice.choice(("immediately", "end_of_term")))

    def _command(self, command: str, **parameters: str) -> None:
        """An operator's deed at one of the live subscriptions, if there is one."""
        live = self._truth(live=True)
        if live:
            chosen = self.dice.choice(live)["id"]
            self.world.chargebee.http.post(f"/api/v2/subscriptions/{chosen}/{command}", data=parameters)

    def _truth(self, live: bool = False) -> list[Json]:
        found = [
            each["content"]["subscription"]
            for each in self.world.chargebee.events(self.customer_id)
            if "subscription" in each["content"]
        ]
        newest = {each["id"]: each for each in sorted(found, key=lambda each: int(each["resource_version"]))}
        return [each for each in newest.values() if not live or each["status"] != "cancelled"]


DEEDS: tuple[Callable[[Life], None], ...] = (
    Life.create,
    Life.create,
    Life.create,
    Life.schedule,
    Life.restore,
    Life.cancel_now,
    Life.change_seats,
    Life.pause_or_resume,
    Life.cancel_in_chargebee,
)


@pytest.fixture
def unhurried(world: Cloud) -> Iterator[None]:
    """What failed while the vendors misbehaved is over before the next test begins."""
    yield
    world.chargebee.faults()
    world.chargebee.told()
    for name in ("EventsQueue", "ProvisioningQueue"):
        world.queues.drained(name, patience=A_SECOND_OFFER)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("seed", [7, 11, 1795])
def test_after_any_history_the_list_is_chargebees_truth(world: Cloud, seed: int) -> None:
    dice, began = Random(seed), now() - 60
    lives = [Life(world, world.member(fresh("org")), dice) for _ in range(3)]
    with world.listening() as bus:
        for _ in range(STEPS):
            world.chargebee.faults(*dice.sample(FAULTS, dice.choice((0, 0, 1))), seed=dice.randrange(2**32), **STORM)
            dice.choice(lives).step()
        world.chargebee.faults()
        world.chargebee.told()
        world.functions.reconcile(task="replay", since=began)
        world.queues.drained("EventsQueue")

        assert any(life.sold for life in lives)
        for life in lives:
            _agrees(world, life)
            announced = world.hooks_ran(life.customer_id)
            keys = [row["key"] for row in announced]
            assert len(set(keys)) == len(keys)
            heard = bus.details(life.customer_id, world.table.transitions(life.customer_id))
            assert [each["key"] for each in heard] == keys


def _agrees(world: Cloud, life: Life) -> None:
    truth = world.chargebee.subscriptions(life.customer_id)
    assert sorted(map(_told, truth), key=str) == sorted(map(_listed, life.admin.subscriptions()), key=str), life.done
    assert len(world.chargebee.live(life.customer_id)) <= 1, life.done
    assert {each["id"] for each in truth} <= life.sold
    assert sum("trial_start" in each for each in truth) <= 1
    _legal(world.table.announced(life.customer_id))


def _told(subscription: Json) -> Json:
    """What Chargebee says, in the words of the list."""
    live = subscription["status"] != "cancelled"
    return {
        "id": subscription["id"],
        "status": subscription["status"],
        "seats": subscription["subscription_items"][0]["quantity"],
        "periodStart": subscription.get("current_term_start"),
        "periodEnd": subscription.get("current_term_end"),
        "trialEnd": subscription.get("trial_end"),
        "cancelAt": subscription.get("cancelled_at") if live else None,
        "endedAt": None if live else subscription["cancelled_at"],
        "pastDue": live and subscription["due_invoices_count"] > 0,
    }


def _listed(row: Json) -> Json:
    names = ("id", "status", "seats", "periodStart", "periodEnd", "trialEnd", "cancelAt", "endedAt", "pastDue")
    return {name: row[name] for name in names}


def _legal(announced: list[Row]) -> None:
    """What begins comes before what ends, one at a time; what was over when it was first heard of never began."""
    transitions = [row["transition"] for row in announced]
    assert transitions.count("customer.created") <= 1
    assert transitions.count("subscription.trial_started") <= 1
    live: set[str] = set()
    told: dict[str, list[str]] = defaultdict(list)
    for row in announced:
        if "subscription" not in row:
            continue
        transition, subscription_id = row["transition"], row["subscription"]["id"]
        if transition == "subscription.activated":
            assert subscription_id not in live, transitions
            live.add(subscription_id)
        if transition == "subscription.cancelled":
            assert subscription_id in live or not _BEGUN & set(told[subscription_id]), transitions
            live.discard(subscription_id)
        told[subscription_id].append(transition)
        assert len(live) <= 1, transitions
