"""A day of renewals in a hurry: webhooks out of order and repeated, while people use what they bought."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.soak.memory import megabytes
from tests.stack.api import Json, Member, answered
from tests.stack.backend import Backend, calls
from tests.stack.chargebee import customer_of, plan
from tests.stack.waiting import TookTooLong, until
from tests.stack.world import Cloud, fresh

QUEUES = ("EventsQueue", "ProvisioningQueue", "ImportsQueue", "HoldsQueue", "HooksQueue")
DEAD = ("EventsDeadLetters", "ProvisioningDeadLetters", "HooksDeadLetters", "RelayDeadLetters")
REPEATED = 0.1
AT_ONCE = 8
GIFT, MOST_GIFTS = 7, 50
"""Minor units, and how many each organization is given at most: a page of its ledger has all of them."""
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Size:
    """How many webhooks come, and of how many organizations they tell. The same seed is the same order."""

    webhooks: int
    organizations: int
    seed: int = 1

    @property
    def gifts(self) -> int:
        """How often each organization uses something and is given money meanwhile."""
        return min(MOST_GIFTS, self.webhooks // self.organizations // 3)


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the stack: seconds since the first webhook, messages in its queues, memory of its processes."""

    second: float
    waiting: int
    megabytes: float


@dataclass(slots=True)
class Day:
    """What happened. `took` are the seconds until each webhook was acknowledged; without `problems` all agrees."""

    size: Size
    took: list[float] = field(default_factory=list)
    used: int = 0
    samples: list[Sample] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def run(world: Cloud, size: Size) -> Day:
    """Buy, let Chargebee change everything in silence, deliver it in disorder, and compare when all is quiet."""
    day, dice = Day(size), Random(size.seed)
    dead = {name: world.queues.depth(name) for name in DEAD}
    members = [world.member(fresh("org")) for _ in range(size.organizations)]
    bought = {member.organization_id: world.subscribe(member) for member in members}
    deliveries = _told(world, bought, size, dice)
    with _watched(world, day):
        _storm(world, members, deliveries, day)
        _settle(world, day)
    for member in members:
        day.problems += _disagreements(world, member, bought[member.organization_id], size)
    day.problems += [f"{name} has letters" for name in DEAD if world.queues.depth(name) > dead[name]]
    return day


def _storm(world: Cloud, members: Sequence[Member], deliveries: Sequence[Json], day: Day) -> None:
    """All webhooks while everybody uses something; half-way the function that applies them has been replaced."""
    with ThreadPoolExecutor(AT_ONCE + 1) as beside:
        using = beside.submit(_use, world, members, day)
        kept = [beside.submit(_deliver, world, event, day) for event in deliveries]
        with world.functions.reconfigured("ApplyBillingEvent", KILLED="in the middle"):
            kept[len(kept) // 2].result()
        for each in (*kept, using):
            each.result()


@contextmanager
def _watched(world: Cloud, day: Day) -> Iterator[None]:
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(world, day, over))
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _told(world: Cloud, bought: dict[str, str], size: Size, dice: Random) -> list[Json]:
    """So many changes' events, a tenth of them twice, in any order. Chargebee's own webhooks get lost meanwhile."""
    world.chargebee.told()
    world.chargebee.faults(drop=1.0)
    before = {event["id"] for event in world.chargebee.all_events()}
    owners = list(bought)
    for number in range(size.webhooks):
        subscription_id = bought[owners[number % len(owners)]]
        world.chargebee.command(subscription_id, "update_for_items", **plan("growth", dice.randint(1, 25)))
    world.chargebee.told()
    news = [each for each in world.chargebee.all_events() if each["id"] not in before and customer_of(each) in bought]
    world.chargebee.faults({"path": "/", "status": 429, "retry_after": 1, "count": size.webhooks // 20})
    repeated = dice.sample(news, int(len(news) * REPEATED))
    return dice.sample([*news, *repeated], len(news) + len(repeated))


def _deliver(world: Cloud, event: Json, day: Day) -> None:
    """As the vendor does: again until it is acknowledged."""
    began = time.monotonic()
    until(lambda: world.deliver(event).status_code, lambda status: status == 200)
    day.took.append(time.monotonic() - began)


def _use(world: Cloud, members: Sequence[Member], day: Day) -> None:
    """Every organization uses its feature and is given money, and looks at what it has."""
    machine = world.machine("usage:write", "billing:admin")
    for number in range(day.size.gifts):
        for member in members:
            backend = Backend(machine, member.organization_id)
            backend.used(calls(f"use_{number}"))
            answered(backend.adjust(f"gift_{number}", GIFT))
            member.allowed()
            day.used += 1


def _watch(world: Cloud, day: Day, over: threading.Event) -> None:
    began = time.monotonic()
    while not over.wait(LOOK_SECONDS):
        waiting = sum(world.queues.depth(name) for name in QUEUES)
        day.samples.append(Sample(time.monotonic() - began, waiting, megabytes()))


def _settle(world: Cloud, day: Day) -> None:
    """Wait until nothing is on its way any more."""
    world.chargebee.faults()
    for name in QUEUES:
        try:
            until(partial(world.queues.depth, name), lambda depth: depth == 0, patience=_patience(day.size))
        except TookTooLong:
            day.problems.append(f"{name} did not become empty")


def _disagreements(world: Cloud, member: Member, subscription_id: str, size: Size) -> list[str]:
    """Cache against Chargebee, wallet against ledger, and what was used against the allowance."""
    truth, row, wallet = world.chargebee.subscription(subscription_id), member.subscription(), member.wallet()
    cached, known = (row["status"], row["seats"]), (truth["status"], truth["subscription_items"][0]["quantity"])
    balance, ledger = wallet["wallets"][0]["balance"], [line["amount"] for line in wallet["ledger"]]
    checks = {
        f"the cache says {cached}, Chargebee {known}": cached == known,
        f"the wallet has {balance}, its ledger {sum(ledger)}": balance == sum(ledger) == GIFT * size.gifts,
        f"{member.balance()['usage']} uses are counted": member.balance()["usage"] == size.gifts,
    }
    return [f"{member.organization_id}: {problem}" for problem, holds in checks.items() if not holds]


def _patience(size: Size) -> float:
    """Seconds: a busy machine applies some five events in one, and what a killed function had is hidden for minutes."""
    return 400 + size.webhooks / 5
