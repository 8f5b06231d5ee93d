"""What the demo's own pages ask of the stack behind them, under `/_local/`: never a part of what is deployed."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.backstage import time as time_of_stack
from local.backstage import vendor
from local.backstage.emptying import empty
from local.backstage.failures import FAILURES, run
from local.backstage.overview import overview
from local.backstage.reading import RunningStack, known_ids, read
from local.backstage.resting import come_to_rest
from local.backstage.timeline import timeline
from local.launcher.front import BACKSTAGE
from local.operations.command import ALL_QUEUES
from local.operations.dead_letters import discard, letters_in, redrive_one
from local.operations.failure import OperationFailed

LOOK_BACK = 1_800
MOST_ROWS = 150

type Query = Mapping[str, str]
type Endpoint = Callable[[RunningStack, Query], Any]
type Answer = tuple[HTTPStatus, bytes]


def answer(stack: RunningStack, method: str, path: str) -> Answer:
    """The endpoint's answer as JSON. What goes wrong behind it is a 502 with a sentence."""
    asked = urlsplit(path)
    endpoint = ENDPOINTS.get((method, asked.path.removeprefix(BACKSTAGE)))
    query = {name: values[0] for name, values in parse_qs(asked.query).items()}
    if endpoint is None:
        return _json(HTTPStatus.NOT_FOUND, {"error": "There is nothing here."})
    try:
        return _json(HTTPStatus.OK, endpoint(stack, query))
    except KeyError as missing:
        return _json(HTTPStatus.BAD_REQUEST, {"error": f"The query has no {missing}."})
    except (OperationFailed, BotoCoreError, ClientError, OSError) as failure:
        return _json(HTTPStatus.BAD_GATEWAY, {"error": str(failure)})


def _json(status: HTTPStatus, content: Any) -> Answer:
    return status, json.dumps(content).encode()


def show_timeline(stack: RunningStack, query: Query) -> Any:
    """The newest rows of `organization`."""
    organization_id = query["organization"]
    ids = known_ids(stack, organization_id)
    rows = timeline(read(stack, ids, organization_id, int(time.time()) - LOOK_BACK), ids)
    return {"rows": [asdict(row) for row in rows[:MOST_ROWS]]}


def list_failures(stack: RunningStack, _query: Query) -> Any:
    """What may be made to fail; nothing where the real Chargebee stands."""
    can_fail = FAILURES if stack.chargebee else ()
    return {"failures": [{"name": it.name, "label": it.label, "promise": it.promise} for it in can_fail]}


def fail(stack: RunningStack, query: Query) -> Any:
    """Make `name` happen to `organization`."""
    return {"done": run(stack, query["name"], query["organization"])}


def make_coupon(stack: RunningStack, query: Query) -> Any:
    """One of this `id`, of so much `percent`."""
    vendor.make_coupon(stack, query["id"], query["percent"])
    return {"done": f"Chargebee has the coupon {query['id']}."}


def show_clock(stack: RunningStack, _query: Query) -> Any:
    return time_of_stack.show(stack)


def let_time_pass(stack: RunningStack, query: Query) -> Any:
    """So many `seconds`, for the functions and both vendors at once."""
    if not query["seconds"].isdecimal():
        raise OperationFailed(f"seconds is {query['seconds']!r}, and must be a whole number.")
    return time_of_stack.advance(stack, int(query["seconds"]))


def show_overview(stack: RunningStack, _query: Query) -> Any:
    return overview(stack)


def list_dead_letters(stack: RunningStack, _query: Query) -> Any:
    """Listing hides them from others for a moment, so nobody polls this."""
    return {"letters": [asdict(each) for each in letters_in(stack.target, ALL_QUEUES)]}


def redrive_letter(stack: RunningStack, query: Query) -> Any:
    """Move `id` back to its queue."""
    return {"done": redrive_one(stack.target, query["id"], ALL_QUEUES)}


def discard_letter(stack: RunningStack, query: Query) -> Any:
    """Throw `id` away, for a `reason` that the log keeps."""
    return {"done": discard(stack.target, query["id"], query["reason"], ALL_QUEUES)}


def rest(stack: RunningStack, _query: Query) -> Any:
    """Answers when nothing moves any more."""
    come_to_rest(stack)
    return {"done": "Nothing moves."}


def reset(stack: RunningStack, _query: Query) -> Any:
    """Answers when the stack knows nobody."""
    empty(stack)
    return {"done": "The stack is empty."}


ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    ("GET", "timeline"): show_timeline,
    ("GET", "failures"): list_failures,
    ("POST", "failures"): fail,
    ("POST", "coupons"): make_coupon,
    ("GET", "clock"): show_clock,
    ("POST", "clock"): let_time_pass,
    ("GET", "overview"): show_overview,
    ("GET", "dead-letters"): list_dead_letters,
    ("POST", "dead-letters/redrive"): redrive_letter,
    ("POST", "dead-letters/discard"): discard_letter,
    ("POST", "rest"): rest,
    ("POST", "reset"): reset,
}
