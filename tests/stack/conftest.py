"""What the tests of a deployed stack are given."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.local_stack import Stack
from tests.stack.account import Account, mapped
from tests.stack.api import Member
from tests.stack.backend import Backend
from tests.stack.clock import back_to_today
from tests.stack.world import Cloud, connected, fresh

QUEUES = ("EventsQueue", "ProvisioningQueue", "ImportsQueue", "HooksQueue")


@pytest.fixture(scope="session")
def world(stack: Stack) -> Iterator[Cloud]:
    """The stack when it has come to rest. Its queues offer again after seconds, not minutes, what a busy machine did
    not get to run."""
    with connected(stack) as everything, ExitStack() as put_back:
        for name in QUEUES:
            everything.queues.drained(name)
            put_back.enter_context(everything.queues.impatient(name, 15))
        yield everything


@pytest.fixture(autouse=True)
def fair_weather(world: Cloud) -> Iterator[None]:
    """Every test begins with vendors that work, and leaves them so."""
    world.chargebee.forget_requests()
    yield
    world.chargebee.faults()
    world.scalekit.faults()


@pytest.fixture
def admin(world: Cloud) -> Member:
    """A billing admin of an organization that nobody has told us of yet."""
    return world.member(fresh("org"))


@pytest.fixture
def stranger(world: Cloud, admin: Member) -> Backend:
    """The team's own backend, with every scope, about the admin's organization."""
    return Backend(world.machine("usage:write", "charges:write", "billing:admin"), admin.organization_id)


@pytest.fixture
def backend(world: Cloud, stranger: Backend) -> Backend:
    """The same when somebody has told of the organization."""
    world.table.put(
        {"pk": f"ORG#{stranger.organization_id}", "sk": "ORG", "id": stranger.organization_id, "version": 1}
    )
    return stranger


@pytest.fixture
def advance(world: Cloud) -> Iterator[Callable[[int], None]]:
    """Let Chargebee's time pass; afterwards it is today again for everybody, and the simulator is empty."""
    yield world.chargebee.advance
    world.chargebee.told()
    world.queues.drained("EventsQueue")
    back_to_today(world.stack)
    world.chargebee.reset()


@pytest.fixture
def assumed(world: Cloud, request: pytest.FixtureRequest) -> Iterator[str]:
    """The answer that Chargebee gives to one of the open questions: see `under_both_answers`."""
    question, answer = request.param
    before = world.chargebee.assumptions()
    world.chargebee.assume(**{question: answer})
    yield str(answer)
    world.chargebee.assume(**before)


@pytest.fixture
def account(world: Cloud) -> Account:
    """An organization that is mapped to a customer with an id of its own."""
    return mapped(world)
