"""Run services one port call at a time, in every order.

A service is a function of what its port calls answer. So an actor is carried on by running it again from the start
with the answers that it had, up to its next call, which is made for real; nothing needs a thread, and any state can be
returned to. A state is the world and every actor's answers so far: two schedules that lead to equal states have the
same futures, of which only one is explored. Nothing else is pruned, so what holds at every state holds for every
schedule.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from billing.core.errors import BillingError
from billing.subscriptions.services.ports import Ports
from tests.model.world import ModelWorld, minting

_PLAIN = frozenset({str, int, tuple})


class _Suspended(BaseException):
    """The next port call is not to be made yet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one port call gave or raised."""

    value: Any = None
    error: BillingError | None = None

    def give(self) -> Any:
        """Give it again."""
        if self.error is not None:
            raise self.error
        return self.value


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who runs a service, or does one thing to the world without any port.

    `ready` lets it begin. Who has a twin, and so does just what another does, begins behind it: the schedules in which
    it is the first are the same ones with the names exchanged.
    """

    name: str
    run: Callable[[ModelWorld, Ports], object]
    ready: Callable[[ModelWorld], bool] = lambda world: True
    twin: "Actor | None" = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an actor has come. A refusal of ours ends it as an answer would."""

    answers: tuple[Answer, ...] = ()
    done: bool = False

    @property
    def begun(self) -> bool:
        return self.done or bool(self.answers)


_DONE = Progress(done=True)
"""Whatever it was answered, it asks nothing more: those that got here on different ways are equal."""


@dataclass(slots=True)
class Exploration:
    """How many states there are, and at how many ends each label was given."""

    states: int = 0
    ends: Counter[str] = field(default_factory=Counter)


def explore(
    world: ModelWorld,
    actors: Sequence[Actor],
    always: Callable[[ModelWorld], None],
    at_end: Callable[[ModelWorld], str],
) -> Exploration:
    """Visit every state that any schedule of the actors can reach. `at_end` may spend its world, and labels it."""
    found = Exploration()
    number = _Numbers()
    visited: set[tuple[object, ...]] = set()
    pending = [(world, (Progress(),) * len(actors))]
    while pending:
        world, progress = pending.pop()
        state = _state(world, progress, number)
        if state in visited:
            continue
        visited.add(state)
        always(world)
        begun = [actor for actor, come in zip(actors, progress, strict=True) if come.begun]
        movable = [
            mover
            for mover, actor in enumerate(actors)
            if not progress[mover].done
            and (progress[mover].begun or (actor.ready(world) and (actor.twin is None or actor.twin in begun)))
        ]
        for mover in movable:
            after = world.copy()
            moved = _step(actors[mover], progress[mover], after)
            pending.append((after, (*progress[:mover], moved, *progress[mover + 1 :])))
        if not movable:
            found.ends[at_end(world)] += 1
    found.states = len(visited)
    return found


def _step(actor: Actor, progress: Progress, world: ModelWorld) -> Progress:
    """Make the actor's next port call on `world`, and let it run on to the one after."""
    given = iter(progress.answers)
    made: list[Answer] = []

    def intercept(name: str, effect: Callable[[], Any]) -> Any:
        if (known := next(given, None)) is not None:
            return known.give()
        if made:
            raise _Suspended
        try:
            made.append(Answer(effect()))
        except BillingError as error:
            made.append(Answer(error=error))
        return made[0].give()

    try:
        actor.run(world, world.ports(intercept, minting(actor.name)))
    except _Suspended:
        return Progress((*progress.answers, *made))
    except BillingError:
        return _DONE
    return _DONE


@dataclass(slots=True)
class _Numbers:
    """A number for every different record, found at once for one that was seen before: worlds share most of theirs."""

    by_identity: dict[int, tuple[object, int]] = field(default_factory=dict)
    by_text: dict[str, int] = field(default_factory=dict)

    def __call__(self, record: object) -> int:
        held = self.by_identity.get(id(record))
        if held is None:
            number = self.by_text.setdefault(repr(record), len(self.by_text))
            held = self.by_identity[id(record)] = (record, number)  # the record stays, so that its id stays its own
        return held[1]


def _state(world: ModelWorld, progress: tuple[Progress, ...], number: _Numbers) -> tuple[object, ...]:
    """Equal for equal worlds in which the actors have been answered equally."""
    parts = [part if type(part) in _PLAIN else number(part) for part in world.parts()]
    answers = [number(answer) for each in progress for answer in (each.done, len(each.answers), *each.answers)]
    return (*parts, *answers)
