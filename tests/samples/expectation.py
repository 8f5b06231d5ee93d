"""The words in which a room says what its samples do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import pytest

from tests.deployment.gateway import failed
from tests.deployment.lambda_runtime import http_answer
from tests.deployment.world import World
from tests.samples import sample

type Response = dict[str, Any]
type Invocation = Callable[[], Response]
type Setup = Callable[[World], object]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What comes of a sample, what has to be there before it, and when it happens (UTC seconds; now if not told)."""

    check: Callable[[World, Invocation], None]
    before: tuple[Setup, ...] = ()
    time: int | None = None

    def after(self, *before: Setup) -> Self:
        return replace(self, before=before)

    def at(self, time: int) -> Self:
        return replace(self, time=time)

    def prove(self, world: World, invoke: Invocation) -> None:
        if self.time is not None:
            world.freeze(self.time)
        for setup in self.before:
            setup(world)
        self.check(world, invoke)


def sent(name: str) -> Setup:
    """Another sample comes first, and is answered 200."""

    def send(world: World) -> None:
        answer = http_answer(sample.invoke(world, name))
        assert answer.status == 200, answer.text

    return send


def answers(status: int, /, **fields: Any) -> Expectation:
    """An HTTP answer whose body has these fields."""

    def check(_: World, invoke: Invocation) -> None:
        answer = http_answer(invoke())
        assert answer.status == status, answer.text
        assert {name: answer.body[name] for name in fields} == fields

    return Expectation(check)


def redirects(location: str) -> Expectation:
    """A browser that proves nothing is only sent on."""

    def check(world: World, invoke: Invocation) -> None:
        answer = http_answer(invoke())
        assert (answer.status, answer.headers["location"]) == (302, location)
        assert world.chargebee.calls() == []

    return Expectation(check)


def queues(queue: str, *types: str) -> Expectation:
    """A webhook is accepted, and durable."""

    def check(world: World, invoke: Invocation) -> None:
        assert http_answer(invoke()).body == {"received": True}
        messages = world.messages(queue)
        assert [message.get("type") or message["event_type"] for message in messages] == list(types)

    return Expectation(check)


def applies(
    *announced: str, row: str | None = None, outcome: str = "applied", gives_back: tuple[str, ...] = ()
) -> Expectation:
    """A batch: what was announced, the row's state afterwards, the ledger's word, and the messages that failed."""

    def check(world: World, invoke: Invocation) -> None:
        assert failed(invoke()) == list(gives_back)
        assert [each.removeprefix("subscription.") for each in world.announced()] == list(announced)
        rows = {item["sk"]: item["status"] for item in world.items("ORG#") if item["sk"].startswith("SUB#")}
        assert rows.get("SUB#cb1") == row
        outcomes = [item["outcome"] for item in world.items("EVENT#")]
        assert outcome in outcomes or not outcomes

    return Expectation(check)


def succeeds() -> Expectation:
    """A batch of which no message fails."""

    def check(_: World, invoke: Invocation) -> None:
        assert failed(invoke()) == []

    return Expectation(check)


def decides(decision: Response) -> Expectation:
    """What an authorizer tells the gateway."""

    def check(world: World, invoke: Invocation) -> None:
        assert invoke() == decision
        assert world.untouched()

    return Expectation(check)


def does_nothing() -> Expectation:
    """A batch about nothing that there is: no message fails, and the table stays empty."""

    def check(world: World, invoke: Invocation) -> None:
        assert failed(invoke()) == []
        assert world.items() == []

    return Expectation(check)


def publishes(*transitions: str) -> Expectation:
    """Records of the stream reach the bus."""

    def check(world: World, invoke: Invocation) -> None:
        assert failed(invoke()) == []
        assert [event["DetailType"] for event in world.account.published] == list(transitions)

    return Expectation(check)


def returns(**parts: Any) -> Expectation:
    """The result of a function that an operator or the scheduler invokes."""

    def check(_: World, invoke: Invocation) -> None:
        assert invoke() == parts

    return Expectation(check)


def raises(error: type[Exception]) -> Expectation:
    def check(_: World, invoke: Invocation) -> None:
        with pytest.raises(error):
            invoke()

    return Expectation(check)
