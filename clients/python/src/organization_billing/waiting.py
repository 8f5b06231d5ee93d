"""The uses that wait until the API has answered for them, and how they get there."""

import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from organization_billing.call import Call, segment
from organization_billing.errors import (
    BillingError,
    ClockAhead,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    RateLimited,
    ServerError,
)
from organization_billing.journal import Journal
from organization_billing.types import EventRequest, RecordedList, UsageRequest
from organization_billing.use import Use

BATCH = 100
"""Events that one request takes."""
UNKNOWN_FOR = 86_400
"""Seconds for which a use waits until somebody tells the API of its organization."""
AHEAD = 86_400
"""Seconds that a use may lie ahead of this machine's clock. It waits for the API's; what lies further is no time."""
TOO_LONG = 413
OF_ONE_ORGANIZATION = (Conflict, Forbidden, NotFound)
"""Failures that say nothing of the others."""
PERHAPS_OF_ONE = (RateLimited, ServerError)
"""Failures that do so where the API itself answers, with a code: one organization's rows alone may meet a defect."""


class BufferFull(Exception):
    """Too many uses wait already; this one was not taken."""


class BufferClosed(Exception):
    """Nobody would deliver this use any more; it was not taken."""


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """A use that is given back, with the code of its refusal: `exhausted`, `id_conflict`, `organization_deleted`.

    It waits no longer. One of an organization that the API does not know is given back when it is old.
    """

    organization_id: str
    event: EventRequest
    code: str


@dataclass(frozen=True, slots=True)
class Flushed:
    """What came of a flush: how many uses are recorded, which ones are refused, and why others still wait."""

    recorded: int
    refused: tuple[NotRecorded, ...]
    failures: tuple[BillingError, ...]


type Delivery[Result] = Generator[Call[RecordedList], RecordedList, Result]


@dataclass(slots=True)
class Waiting:
    """In the order in which they came. Threads may share it."""

    capacity: int
    journal: Journal | None = None
    _uses: dict[tuple[str, str], Use] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False

    def __post_init__(self) -> None:
        self._uses |= {use.key: use for use in (self.journal.waiting() if self.journal else ())}

    def add(self, use: Use) -> None:
        """The same use again is one. Raises ValueError for its id with something else, BufferFull, and BufferClosed."""
        with self._lock:
            if self._closed:
                raise BufferClosed("The buffer is closed.")
            known = self._uses.get(use.key)
            if known is not None and use.repeats(known):
                self._uses[use.key] = known.again()
                return
            if known is not None:
                raise ValueError(f"The id {use.event['id']!r} waits with another use.")
            if len(self._uses) >= self.capacity:
                raise BufferFull(f"{self.capacity} uses wait already.")
            if self.journal:
                self.journal.add(use)
            self._uses[use.key] = use

    def settle(self, uses: Sequence[Use]) -> None:
        """These wait no longer: they are recorded, or somebody was told that they are not.

        One that was added again meanwhile goes on waiting: whoever is told of a refusal may add it once more.
        """
        with self._lock:
            settled = [use for use in uses if (waits := self._uses.get(use.key)) and waits.event is use.event]
            for use in settled:
                del self._uses[use.key]
            if self.journal and settled:
                self.journal.settle(settled, left=self._uses.values())

    def close(self) -> None:
        """Take no more. What waits is still to be delivered."""
        with self._lock:
            self._closed = True

    def all(self) -> tuple[Use, ...]:
        with self._lock:
            return tuple(self._uses.values())

    def batches(self) -> Iterator[tuple[Use, ...]]:
        """What waits now, as requests take it: of one organization and idempotency each."""
        alike: dict[tuple[str, str], list[Use]] = {}
        for use in self.all():
            alike.setdefault((use.organization_id, use.idempotency), []).append(use)
        for uses in alike.values():
            yield from (tuple(uses[start : start + BATCH]) for start in range(0, len(uses), BATCH))


def flushing(waiting: Waiting, now: float) -> Delivery[Flushed]:
    """Deliver what waits now. What is recorded leaves, what is refused stays until it is told of.

    A failure of all organizations ends the flush; one of an organization is that organization's alone.
    A use that is too old, `now` (UTC seconds), does not wait any longer for an organization that is unknown.
    """
    recorded, failures = 0, list[BillingError]()
    refused: list[NotRecorded] = []
    held_up: set[str] = set()
    for uses in waiting.batches():
        organization_id = uses[0].organization_id
        if organization_id in held_up:
            continue
        try:
            turned_down = yield from _deliver(uses)
        except BillingError as failure:
            if isinstance(failure, NotFound):
                given_back = [use for use in uses if _is_hopeless(use, failure, now)]
                refused += [NotRecorded(*_said(use), failure.code) for use in given_back]
                if given_back == list(uses):
                    continue
            failures.append(failure)
            if not _is_of_one_organization(failure):
                break
            held_up.add(organization_id)
            continue
        told = {(each.organization_id, each.event["id"]) for each in turned_down}
        waiting.settle([use for use in uses if use.key not in told])
        early = [each for each in turned_down if _is_early(each, now)]
        if early:
            failures.append(ClockAhead(f"{len(early)} uses of {organization_id} lie in the API's future."))
        refused += [each for each in turned_down if each not in early]
        recorded += len(uses) - len(turned_down)
    return Flushed(recorded, tuple(refused), tuple(failures))


def _is_hopeless(use: Use, failure: NotFound, now: float) -> bool:
    """An organization that was deleted stays so; one that is unknown may be told of later.

    Without one of these codes it is the path that nobody knows, which tells nothing of the use.
    """
    is_old = use.event["occurredAt"] < now - UNKNOWN_FOR
    return failure.code == "organization_deleted" or (failure.code == "unknown_organization" and is_old)


def _is_early(refused: NotRecorded, now: float) -> bool:
    """A use that the API takes when it is so late there, too."""
    return refused.code == "in_the_future" and refused.event["occurredAt"] <= now + AHEAD


def _is_of_one_organization(failure: BillingError) -> bool:
    """The gateway limits all calls together and says no code; the API limits those about one organization."""
    return isinstance(failure, OF_ONE_ORGANIZATION) or (isinstance(failure, PERHAPS_OF_ONE) and failure.code != "")


def _deliver(uses: Sequence[Use]) -> Delivery[list[NotRecorded]]:
    """Record uses of one organization, and answer those that were refused.

    The API refuses a batch whole when one event in it is wrong, so such a batch is halved until that one is alone.
    Whatever was recorded on the way is answered as recorded when it is sent again: the ids are the same.
    """
    path = f"/api/organizations/{segment(uses[0].organization_id)}/usage"
    try:
        answer = yield Call("POST", path, body=_body(uses))
    except (InvalidRequest, Conflict) as refused:
        if not _is_about_a_use(refused):
            raise
        if len(uses) == 1:
            return [NotRecorded(*_said(uses[0]), refused.code)]
        half = len(uses) // 2
        first = yield from _deliver(uses[:half])
        return first + (yield from _deliver(uses[half:]))
    by_id = {use.event["id"]: use for use in uses}
    turned_down = [each for each in answer["events"] if each["result"] == "refused"]
    return [NotRecorded(*_said(by_id[each["id"]]), each.get("code", "")) for each in turned_down]


def _is_about_a_use(refused: InvalidRequest | Conflict) -> bool:
    """A refusal without a code is not the API's, but for the gateway's of a body that is too long."""
    if isinstance(refused, Conflict):
        return refused.code == "id_conflict"
    return refused.code != "" or refused.status == TOO_LONG


def _body(uses: Sequence[Use]) -> UsageRequest:
    body: UsageRequest = {"events": [use.event for use in uses]}
    if uses[0].idempotency == "id":
        body["idempotency"] = "id"
    return body


def _said(use: Use) -> tuple[str, EventRequest]:
    return use.organization_id, use.event
