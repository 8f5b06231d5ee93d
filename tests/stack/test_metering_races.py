"""Fifty callers at once against the emulator's own transactions: what is the last of its kind is had once."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import boto3
import pytest
from botocore.config import Config

from billing.core.errors import BillingError
from billing.core.money import Money
from billing.metering.domain.hold import Reservation
from billing.metering.domain.usage import Cost, UsageEvent
from billing.metering.domain.wallet import WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.ports import Metering
from billing.metering.services.record_usage import record_usage
from billing.metering.services.usage_costs import attach_costs
from billing.metering.table.store import DynamoUsage
from billing.plans.feature import Counted, Overage, Reset, UnitPrice
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.access import Policy
from tests.local_stack import ACCOUNT, Stack
from tests.stack.api import Member
from tests.stack.backend import Backend
from tests.stack.world import fresh, now

CALLERS = 50
MICROS = 10_000
HOUR = 3_600
BUSY = (429, 502, 503, 504)
FREE = Plan(
    "free",
    "Free",
    default=True,
    features={
        "calls": Counted(
            "calls", limit=10, reset=Reset.NEVER, overage=Overage.WALLET, prices=(UnitPrice(Money(MICROS, "USD")),)
        )
    },
)


@pytest.fixture(scope="module")
def here(stack: Stack) -> Iterator[Metering]:
    """Metering straight on the deployed table, with a connection for each caller."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=stack.aws,
        region_name=stack.region,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="local",
        config=Config(max_pool_connections=CALLERS, read_timeout=60),
    )
    catalog = Catalog({"free": FREE}, {})
    yield Metering(DynamoUsage(client, stack.table), catalog, Policy(past_due_grace=0), lambda: int(time.time()))
    client.close()


@pytest.fixture
def organization() -> str:
    return fresh("org")


def calls(event_id: str, quantity: int = 1) -> UsageEvent:
    return UsageEvent(event_id, "calls", quantity, now())


def at_once(act: Callable[[int], str]) -> Counter[str]:
    """What as many callers are told who all begin at the same moment; a refusal by its code."""
    ready = Barrier(CALLERS)

    def call(number: int) -> str:
        ready.wait()
        try:
            return act(number)
        except BillingError as error:
            return error.code

    with ThreadPoolExecutor(CALLERS) as pool:
        return Counter(pool.map(call, range(CALLERS)))


def left(here: Metering, organization: str, units: int, in_wallet: int = 0) -> None:
    """Use up all but some of the allowance, and fill the wallet."""
    if units < 10:
        record_usage(organization, [calls("before", 10 - units)], here)
    if in_wallet:
        adjust_wallet(
            organization, WalletPosting("gift", "gift", Money(in_wallet * MICROS, "USD")), here.store, here.clock
        )


def used(here: Metering, organization: str) -> tuple[int, int, int]:
    """Units used and held, and the units that the wallet still pays."""
    account = here.store.account(organization)
    [meter] = account.meters.values()
    return meter.used, meter.held, account.wallet("USD").balance // MICROS


def test_of_fifty_who_want_the_last_unit_one_gets_it(here: Metering, organization: str) -> None:
    left(here, organization, 1)
    found = at_once(lambda number: record_usage(organization, [calls(f"e{number}")], here)[0].outcome)
    assert found == {"recorded": 1, "refused": CALLERS - 1}
    assert used(here, organization) == (10, 0, 0)


def test_fifty_share_an_allowance_and_a_wallet_to_the_last_micro(here: Metering, organization: str) -> None:
    left(here, organization, 10, in_wallet=13)
    found = at_once(lambda number: record_usage(organization, [calls(f"e{number}")], here)[0].outcome)
    assert found == {"recorded": 23, "refused": CALLERS - 23}
    assert used(here, organization) == (23, 0, 0)
    lines, _ = here.store.ledger(organization, "USD", None)
    assert [line.balance for line in lines] == [number * MICROS for number in range(14)]


def test_one_event_delivered_fifty_times_counts_once(here: Metering, organization: str) -> None:
    event = calls("e1", 7)
    found = at_once(lambda _: record_usage(organization, [event], here)[0].outcome)
    assert found == {"recorded": 1, "replayed": CALLERS - 1}
    assert used(here, organization)[0] == 7


def test_of_fifty_holds_on_the_last_units_as_many_are_made_as_there_are(here: Metering, organization: str) -> None:
    left(here, organization, 6)
    found = at_once(
        lambda number: str(reserve_usage(organization, Reservation(f"h{number}", "calls", 2, HOUR), here).state)
    )
    assert found == {"held": 3, "exhausted": CALLERS - 3}
    assert used(here, organization) == (4, 6, 0)


def test_a_hold_that_fifty_settle_and_release_is_finished_once(here: Metering, organization: str) -> None:
    reserve_usage(organization, Reservation("h1", "calls", 6, HOUR), here)

    def finish(number: int) -> str:
        if number % 2:
            return str(release_usage(organization, "h1", here).state)
        return str(settle_usage(organization, "h1", 4, here).state)

    found = at_once(finish)
    assert found in ({"settled": 25, "invalid_state": 25}, {"released": 25, "invalid_state": 25})
    assert used(here, organization) == (4 if found["settled"] else 0, 0, 0)


def test_a_credit_that_is_told_fifty_times_is_one_line(here: Metering, organization: str) -> None:
    posting = WalletPosting("invoice:1", "top_up", Money(5 * MICROS, "USD"))
    found = at_once(lambda _: str(adjust_wallet(organization, posting, here.store, here.clock).balance))
    assert found == {str(5 * MICROS): CALLERS}
    assert len(here.store.ledger(organization, "USD", None)[0]) == 1


def test_late_costs_from_fifty_sides_cover_their_use_once(here: Metering, organization: str) -> None:
    record_usage(organization, [calls("e1")], here)

    def attach(number: int) -> str:
        attach_costs(organization, "e1", [Cost(f"k{number % 5}", "openai", Money(3, "USD"))], here.store)
        return "attached"

    assert at_once(attach) == {"attached": CALLERS}
    [day] = here.store.days(organization, "2000-01-01", "2099-12-31")
    assert (day.events, day.costed, day.costs) == (1, 1, {"USD": 15})


def test_through_the_gateway_a_hard_limit_holds_too(admin: Member, backend: Backend) -> None:
    """The default plan has a hundred calls."""

    def use(number: int) -> Any:
        event = {"id": f"e{number}", "feature": "api-calls", "quantity": 13, "occurredAt": now()}
        while (answer := backend.use(event)).status_code in BUSY:
            pass
        assert answer.status_code == 200, answer.text
        return answer.json()["events"][0]["result"]

    with ThreadPoolExecutor(10) as pool:
        found = Counter(pool.map(use, range(15)))
    recorded = found["recorded"] + found["replayed"]
    assert (recorded, found["refused"]) == (7, 8)
    balance = admin.get("/api/entitlements/api-calls").json()["balance"]
    assert (balance["usage"], balance["balance"]) == (91, 9)
