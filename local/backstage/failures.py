"""What may go wrong, at the press of a button, with the promise that holds."""

from collections.abc import Callable
from dataclasses import dataclass

from local.backstage import time, vendor
from local.backstage.reading import Json, RunningStack
from local.backstage.workers import kill_workers
from local.operations import reconciling
from local.operations.failure import OperationFailed

SLOW_SECONDS = 9
"""More than a call to Chargebee is waited for."""
RETRY_AFTER_SECONDS = 10
RECONCILED_SECONDS = 7_200
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Failure:
    """`cause` makes it happen to one organization, and says what was done."""

    name: str
    label: str
    promise: str
    cause: Callable[[RunningStack, str], str]


def duplicate(stack: RunningStack, organization_id: str) -> str:
    event = _last_event(stack, organization_id)
    vendor.resend(stack, event)
    return f"{event['event_type']} was sent a second time."


def shuffle(stack: RunningStack, organization_id: str) -> str:
    """Three changes whose webhooks are held back, and sent when all are made: the newest first."""
    before = len(vendor.events_of(stack, organization_id))
    subscription = vendor.live_subscription(stack, organization_id)
    seats = vendor.plan_item(subscription)["quantity"]
    vendor.set_faults(stack, webhooks={"drop": 1.0})
    for each in (seats + 1, seats + 2, seats):
        vendor.set_seats(stack, subscription, each)
    vendor.set_faults(stack)
    held = vendor.events_of(stack, organization_id)[before:]
    for event in reversed(held):
        vendor.resend(stack, event)
    return f"The seats went to {seats + 1}, {seats + 2} and back to {seats}; {len(held)} events came the newest first."


def lose(stack: RunningStack, organization_id: str) -> str:
    subscription = vendor.live_subscription(stack, organization_id)
    seats = vendor.plan_item(subscription)["quantity"] + 1
    vendor.set_faults(stack, webhooks={"drop": 1.0})
    vendor.set_seats(stack, subscription, seats)
    vendor.set_faults(stack)
    return f"Chargebee has {seats} seats now, and told nobody. Reconcile, and watch the page find it."


def reconcile(stack: RunningStack, _organization_id: str) -> str:
    return reconciling.readable(reconciling.run(reconciling.reconcile(RECONCILED_SECONDS), stack.target))


def down(stack: RunningStack, _organization_id: str) -> str:
    vendor.set_faults(stack, [{"path": "/", "status": 503}])
    return "Every call to Chargebee is answered with 503, until it works again."


def slow(stack: RunningStack, _organization_id: str) -> str:
    vendor.set_faults(stack, [{"path": "/", "timeout_after": SLOW_SECONDS}])
    return f"Every call to Chargebee takes {SLOW_SECONDS} seconds, until it works again."


def limited(stack: RunningStack, _organization_id: str) -> str:
    vendor.set_faults(stack, [{"path": "/", "status": 429, "retry_after": RETRY_AFTER_SECONDS}])
    return "Every call to Chargebee is one too many, until it works again."


def well(stack: RunningStack, _organization_id: str) -> str:
    vendor.set_faults(stack)
    return "Chargebee works again."


def kill_worker(stack: RunningStack, organization_id: str) -> str:
    event = _last_event(stack, organization_id)
    killed = kill_workers(stack.workers, "ApplyBillingEvent")
    vendor.resend(stack, event)
    return f"Workers killed: {killed}, and {event['event_type']} sent again."


def end_trial(stack: RunningStack, organization_id: str) -> str:
    return _advance_to(stack, organization_id, "trial_end")


def renew(stack: RunningStack, organization_id: str) -> str:
    return _advance_to(stack, organization_id, "next_billing_at")


def a_week_later(stack: RunningStack, _organization_id: str) -> str:
    time.advance(stack, 7 * DAY)
    return "It is a week later, for Chargebee and for the functions."


FAILURES = (
    Failure(
        "duplicate",
        "Send the last webhook again",
        "One event, one effect: the second delivery is a duplicate and changes nothing.",
        duplicate,
    ),
    Failure(
        "shuffle",
        "Deliver out of order",
        "The newest snapshot wins, in whatever order webhooks come: the older ones are stale.",
        shuffle,
    ),
    Failure(
        "lose",
        "Lose a webhook",
        "What is lost is not lost for good: reconcile finds it, every 15 minutes by itself.",
        lose,
    ),
    Failure("reconcile", "Reconcile now", "What both vendors know and we do not is found, and applied.", reconcile),
    Failure(
        "down",
        "Chargebee is down",
        "Access goes on from what is known here, and a change says so beside its button.",
        down,
    ),
    Failure("slow", "Chargebee is slow", "What takes too long is given up, and never done twice.", slow),
    Failure("limited", "Chargebee limits us", "Nothing is lost: work waits for as long as Chargebee asks.", limited),
    Failure("well", "Chargebee works again", "What was waiting is done now, without anybody's help.", well),
    Failure(
        "kill",
        "Kill the workers",
        "A webhook is durable before it is acknowledged: another worker takes its message.",
        kill_worker,
    ),
    Failure("trial", "To the end of the trial", "The trial becomes a paid subscription, or ends.", end_trial),
    Failure("renewal", "To the next renewal", "The next term is invoiced; a card that fails makes it past due.", renew),
    Failure(
        "week",
        "A week later",
        "Grace, grants, alerts' periods and what was bought end by themselves: no webhook has to tell.",
        a_week_later,
    ),
)


def run(stack: RunningStack, name: str, organization_id: str) -> str:
    """Raises OperationFailed when it cannot be made to happen."""
    found = next((each for each in FAILURES if each.name == name), None)
    if found is None:
        raise OperationFailed(f"There is no failure {name!r}.")
    return found.cause(stack, organization_id)


def _advance_to(stack: RunningStack, organization_id: str, moment: str) -> str:
    subscription = vendor.live_subscription(stack, organization_id)
    now = vendor.control(stack, "GET", "/clock")["now"]
    ahead = subscription.get(moment, 0) - now
    if ahead <= 0:
        raise OperationFailed("The subscription has none ahead of it.")
    time.advance(stack, ahead + 1)
    return f"It is {ahead // DAY + 1} days later, for Chargebee and for the functions."


def _last_event(stack: RunningStack, organization_id: str) -> Json:
    events = vendor.events_of(stack, organization_id)
    if not events:
        raise OperationFailed("Chargebee has told nothing of this organization yet.")
    return events[-1]
