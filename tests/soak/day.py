"""A day of renewals in a hurry: webhooks out of order and repeated, while people use what they bought."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random

import httpx

from tests.soak.memory import held
from tests.soak.sample import Sample, grown
from tests.soak.throttled_table import Throttle, throttled_table
from tests.stack.api import Json, Member, answered
from tests.stack.backend import Backend, calls
from tests.stack.chargebee import customer_of, plan
from tests.stack.waiting import TookTooLong, until
from tests.stack.world import Cloud, fresh

QUEUES = ("EventsQueue", "ProvisioningQueue", "ImportsQueue", "HoldsQueue", "HooksQueue")
DEAD = ("EventsDeadLetters", "ProvisioningDeadLetters", "HooksDeadLetters", "RelayDeadLetters")
THROTTLED = ("ApplyBillingEvent", "UsageRecord")
"""The functions that write meanwhile; of their writes one in so many is throttled."""
ONE_IN = 20
REPEATABLE, INSISTS = frozenset({502, 503, 504}), 120.0
"""What a backend asks again after, and for how many seconds."""
REPEATED = 0.1
AT_ONCE = 8
GIFT, MOST_GIFTS = 7, 50
"""Minor units, and how many each organization is given at most: a page of its ledger has all of them."""
SIGNED_IN = 86_400
"""Seconds that everybody's session lasts: as long as the day."""
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Size:
    """How many webhooks come, and of how many organizations they tell. The same seed is the same order.

    Chargebee answers so many calls in so many seconds: as a test site, unless it is said otherwise.
    https://apidocs.chargebee.com/docs/api/error-handling
    """

    webhooks: int
    organizations: int
    calls: int = 150
    seconds: int = 60
    seed: int = 1

    @property
    def gifts(self) -> int:
        """How often each organization uses something and is given money meanwhile."""
        return min(MOST_GIFTS, self.webhooks // self.organizations // 3)


@dataclass(slots=True)
class Day:
    """What happened. `took` are the seconds until each webhook was acknowledged; without `problems` all agrees.

    `calls` are the status codes of Chargebee's answers.
    """

    size: Size
    throttle: Throttle = field(default_factory=lambda: Throttle(ONE_IN))
    took: list[float] = field(default_factory=list)
    used: int = 0
    calls: list[int] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def run(world: Cloud, size: Size) -> Day:
    """Buy, let Chargebee change everything in silence, deliver it in disorder, and compare when all is quiet."""
    day, dice = Day(size), Random(size.seed)
    put_off = world.queues.unseen("ProvisioningQueue")
    dead = {name: world.queues.depth(name) for name in DEAD}
    members = [world.member(fresh("org"), expires_in=SIGNED_IN) for _ in range(size.organizations)]
    bought = {member.organization_id: world.subscribe(member) for member in members}
    deliveries = _told(world, bought, size, dice)
    with _trouble(world, day), _watched(world, day):
        _storm(world, members, deliveries, day)
        _settle(world, day, put_off)
    day.problems += grown(day.samples)
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
def _trouble(world: Cloud, day: Day) -> Iterator[None]:
    """The table throttles, and Chargebee answers no more than a test site does and says when to come back."""
    before, began = world.chargebee.assumptions()["retry_after"], time.time_ns() // 1_000_000
    with throttled_table(world.stack.aws, day.throttle) as url, ExitStack() as put_back:
        for name in THROTTLED:
            put_back.enter_context(world.functions.reconfigured(name, AWS_ENDPOINT_URL_DYNAMODB=url))
        world.chargebee.assume(retry_after="present")
        world.chargebee.limit(day.size.calls, day.size.seconds)
        try:
            yield
        finally:
            day.calls += world.chargebee.statuses(began)
            world.chargebee.faults()
            world.chargebee.assume(retry_after=before)


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
    repeated = dice.sample(news, int(len(news) * REPEATED))
    return dice.sample([*news, *repeated], len(news) + len(repeated))


def _deliver(world: Cloud, event: Json, day: Day) -> None:
    """As the vendor does: again until it is acknowledged."""
    began = time.monotonic()
    until(lambda: world.deliver(event).status_code, lambda status: status == 200, _patience(day.size))
    day.took.append(time.monotonic() - began)


def _use(world: Cloud, members: Sequence[Member], day: Day) -> None:
    """Every organization uses its feature and is given money, looks at what it has, and is read from Chargebee."""
    machine = world.machine("usage:write", "billing:admin")
    for number in range(day.size.gifts):
        for member in members:
            backend = Backend(machine, member.organization_id)
            _insisted(partial(backend.use, calls(f"use_{number}")))
            _insisted(partial(backend.adjust, f"gift_{number}", GIFT))
            _insisted(partial(member.get, "/api/access", plan="growth"))
            world.command("billing.resync", member.organization_id)
            day.used += 1


def _insisted(ask: Callable[[], httpx.Response]) -> None:
    """As a backend does: the same again while the table is busy, or nobody answers."""
    answered(until(ask, lambda answer: answer.status_code not in REPEATABLE, INSISTS))


def _watch(world: Cloud, day: Day, over: threading.Event) -> None:
    began = time.monotonic()
    while not over.wait(LOOK_SECONDS):
        waiting = sum(world.queues.depth(name) for name in QUEUES)
        day.samples.append(Sample(time.monotonic() - began, waiting, day.throttle.refused, held()))


def _settle(world: Cloud, day: Day, put_off: int) -> None:
    """Wait until nothing is on its way any more, nor put off for Chargebee's limit but what was before."""
    patience = _patience(day.size)
    try:
        until(partial(world.queues.unseen, "ProvisioningQueue"), lambda unseen: unseen <= put_off, patience)
        for name in QUEUES:
            until(partial(world.queues.depth, name), lambda depth: depth == 0, patience)
    except TookTooLong as late:
        day.problems.append(f"The queues did not become empty: {late}")


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
