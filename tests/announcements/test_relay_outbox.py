import pytest

from billing.announcements.announcement import HOOKS, HookEvent
from billing.announcements.relay_outbox import RelayFailed, relay_outbox
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.domain.transition import Transition
from tests.subscriptions.examples import NOW, ORG

LOW = {"auto_top_up": False, "currency": "USD"}
EVENTS = [
    HookEvent(f"{ORG}#1#{number}", transition, ORG, ORG, NOW, details=LOW)
    for number, transition in enumerate(Transition)
]


class Sink:
    """Both the bus and the hooks' queue; `refuses` is the key at which it raises."""

    def __init__(self, refuses: str = "") -> None:
        self.taken: list[HookEvent] = []
        self.refuses = refuses

    def publish(self, event: HookEvent) -> None:
        if event.key == self.refuses:
            raise RuntimeError("not now")
        self.taken.append(event)

    enqueue = publish


class Commands:
    """The queue of our own tasks."""

    def __init__(self) -> None:
        self.given: list[Command] = []

    def send(self, body: str) -> None:
        raise AssertionError("nothing of a vendor's is queued here")

    def command(self, command: Command) -> None:
        self.given.append(command)


def test_the_bus_gets_everything_and_the_hooks_what_has_a_hook() -> None:
    bus, hooks = Sink(), Sink()
    relay_outbox(EVENTS, bus, hooks, Commands())
    assert bus.taken == EVENTS
    assert hooks.taken == [event for event in EVENTS if event.transition in HOOKS]


@pytest.mark.parametrize("number", [0, 3])
@pytest.mark.parametrize("bus_refuses", [True, False], ids=["bus", "hooks"])
def test_the_first_refusal_stops_and_names_where_to_begin_again(number: int, bus_refuses: bool) -> None:
    key = EVENTS[number].key
    bus, hooks = Sink(key if bus_refuses else ""), Sink("" if bus_refuses else key)
    with pytest.raises(RelayFailed) as caught:
        relay_outbox(EVENTS, bus, hooks, Commands())
    assert caught.value.key == key
    assert bus.taken == EVENTS[: number + (not bus_refuses)]
    assert hooks.taken == EVENTS[:number]


def test_a_low_wallet_with_a_rule_is_also_filled_up() -> None:
    commands = Commands()
    details = {"auto_top_up": True, "currency": "USD"}
    low = HookEvent(f"{ORG}#1#0", Transition.WALLET_LOW, ORG, ORG, NOW, details=details)
    relay_outbox([low], Sink(), Sink(), commands)
    assert commands.given == [Command(Task.AUTO_TOP_UP, ORG, currency="USD")]
