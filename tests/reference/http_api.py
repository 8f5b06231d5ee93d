"""The reference of the HTTP API, made from the route table: who may call, what is sent, answered and refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from billing.app.routes import ROUTES
from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import BillingError
from billing.runtime.http import status_of
from billing.runtime.route import Route
from tests.reference.events import DOCS
from tests.reference.tables import documented, link, section

type AnyRoute = Route[Any]

INTRODUCTION = """\
# HTTP API

JSON in and out, camelCase; times are UTC seconds, money is integer minor units. A member is somebody with a Scalekit
access token for an organization, in `Authorization: Bearer`; a billing admin has one of `BillingAdminRoles` or
`BillingAdminPermissions`; a machine is a client of an organization, whose token has the scope. URLs that a caller gives
are relative paths on `AppUrl`. Bodies are read strictly: a field that is not listed is refused by name.

An organization's id is 1 to 100 letters, digits or any of `_ . : @ + ~ -`, and a feature's name the same without
`@ + ~`. An id that a caller chooses (of a use, a cost, a hold, a charge, an adjustment) is 1 to 100 visible characters
but `/`, `\\` and `%`, and does not begin with `#`. None of them is `.` or `..`. So each can be named in a path.

A field that is named twice is refused. Amounts in micros are exact to 64 bits: beyond 9,007,199,254,740,991 (nine
billion of a currency) JavaScript's numbers round them, so read those with a decoder for big integers. A use may be
reported, and reported again, until 35 days after it occurred; older ones are refused, also those that were recorded.
Each use of a batch is judged by itself: the batch is a 200 with each one's own result and code, and a 400 only where it
is no batch (no JSON, no list, more than a hundred, a use without an id).

A session is about its own organization. `referenceId` may name it; naming another is refused. So is a machine, unless
`ScalekitBackendClientIds` names it: then it acts for every organization. Routes without `{id}` in their path that are a
machine's are about all of them, and for those clients alone.

Where `SessionCookieName` lets a cookie carry the session, a write by it is sent with `Content-Type: application/json`
and from a page of the application: its `Origin` is `AppUrl`, or, without an `Origin`, its `Sec-Fetch-Site` is
`same-origin`.

Chargebee's calls are limited for all organizations together, so each has budgets of its own: in a minute, 30 hosted
pages, 30 reads of payment methods, and 30 cancellations, restorations, changes of payment methods and rules for
top-ups. Beyond them the answer is 429 `rate_limited` with `Retry-After`. A link by which a browser comes back syncs
once a day, and always leads on.

Errors are `{"error": "a sentence", "code": "stable_snake_case", "requestId": "..."}`, with the statuses
[below](#errors). Keep the `requestId`: `make trace ID=...` shows an operator what became of that request. A token that
the gateway itself refuses gets its plain `{"message": "Unauthorized"}`. Every route may answer 500 `internal_error`,
and `invalid_catalog` while the plans cannot be read.

`id` of create and update is the hosted page's; `subscriptionId` is the subscription's, known before it is paid. In the
list of organizations `plan` is the current item price; without a subscription it is the default plan, or `none`.

`requiredActions` say what has to be done so that billing goes on: pay what is due, also of a subscription that was
cancelled for it; give a card (after a failed payment, or before a trial ends without one), unless Chargebee collects by
invoice; top a wallet up that is below zero; finish a checkout, for three hours after it was asked for. Each link is the
page that is open, or a fresh one when that has expired. It is null for a top-up, for a member who is no billing admin,
while Chargebee is away, and once the organization has had thirty pages in a minute this way. To wait for a change, poll
the list or the entitlements instead.

This page is made from the route table and its types by `make reference`, and so is the same for machines, for OpenAPI
3.1: [openapi.json](openapi.json), which `GET /api/openapi.json` serves to anybody. The local stack shows it at `/docs`,
once `make viewer` has installed what that takes.
"""


WHAT_TO_DO = """\
- 400: change the request. 401: sign in. 403: ask an admin. 402: buy the plan, or top up.
- 409: an id or a key was used for something else, or the state, or Chargebee's configuration, does not allow it.
- 422: no plan has it: a typo, or a plan that is still to be written.
- 429: too fast. With `Retry-After`, wait as many seconds; that is a budget of the organization's own. Without one, and
  without a `code`, it is the gateway's limit for the route (`RouteRate` and `RouteBurst` of the deployment): wait a
  second, then two, four, up to a minute, each with some chance in it. Nothing was done, so that repeating is safe. Send
  uses in batches, and poll no more often than every few seconds.
- 502, 503 (with `Retry-After`), 504: repeat the same request, it is safe. 500: the operator's."""


def page() -> str:
    """The whole page."""
    answers = definitions(each.answer for each in ROUTES)
    bodies = definitions(each.body_model() for each in ROUTES if each.body)
    lines = [INTRODUCTION, "| Route | Who | Body | Answer |", "|---|---|---|---|", *map(_row, ROUTES)]
    lines += ["", "## Routes", *(line for route in ROUTES for line in _route(route))]
    lines += ["", "## Bodies"]
    for name, shape in bodies.items():
        lines += section(name, shape, shape["properties"], level="###")
    lines += ["", "## Answers"]
    for name, shape in answers.items():
        lines += section(name, documented(name, shape), shape["properties"], level="###")
    return "\n".join([*lines, *_errors(), ""])


def _row(route: AnyRoute) -> str:
    body = link(route.body_model().__name__) if route.body else ""
    return f"| `{route}` | {who(route)} | {body} | {link(route.answer.__name__)} |"


def _route(route: AnyRoute) -> Iterator[str]:
    yield from ("", f"### `{route}`", "", f"- For: {who(route)}")
    if route.query:
        yield f"- Query: {', '.join(f'`{name}`' for name in route.query)}"
    if route.body:
        yield f"- Body: {link(route.body_model().__name__)}"
    yield f"- Answer: {link(route.answer.__name__)}"
    if route.refusals:
        yield f"- Errors: {', '.join(_code(each) for each in route.refusals)}"


def who(route: AnyRoute) -> str:
    """Whom it is for, and with which scope."""
    scopes = " or ".join(f"`{scope}`" for scope in sorted(route.scopes, reverse=True))
    return f"{route.who}, {scopes}" if route.scope else str(route.who)


def _code(error: type[BillingError]) -> str:
    return "[Chargebee's](#chargebees-errors)" if error is ChargebeeError else f"`{error.code}`"


def definitions(types: Iterable[Any]) -> dict[str, Any]:
    """Every shape that one of the types is made of, in the order in which the routes need them."""
    named = list(dict.fromkeys(types))
    adapters = [(each.__name__, "validation", TypeAdapter(each)) for each in named]
    _, made = TypeAdapter.json_schemas(adapters)  # type: ignore[arg-type]
    return dict(made["$defs"])


def _errors() -> Iterator[str]:
    yield from ("", "## Errors", "", WHAT_TO_DO, "", "| Code | Status | |", "|---|---|---|")
    named = dict.fromkeys(error for route in ROUTES for error in route.refusals if error is not ChargebeeError)
    for error in sorted(named, key=lambda each: (status_of(each), each.code)):
        yield _error(error)
    yield from ("", "## Chargebee's errors", "")
    yield "A refusal may also carry a code of Chargebee's own, such as `configuration_incompatible`, with status 409."
    yield from ("", "| Code | Status | |", "|---|---|---|")
    for error in sorted(children(ChargebeeError), key=lambda each: (status_of(each), each.code)):
        yield _error(error)


def children(error: type[BillingError]) -> Iterator[type[BillingError]]:
    """Those with a code of ours."""
    for child in error.__subclasses__():
        if "code" in vars(child):
            yield child
        yield from children(child)


def _error(error: type[BillingError]) -> str:
    told = " ".join((error.__doc__ or "").split())
    return f"| `{error.code}` | {status_of(error)} | {told} |"


PAGES: Mapping[Path, Callable[[], str]] = {DOCS / "http-api.md": page}
