"""What a route answers is what its record in the route table says, in every test that calls it."""

from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from billing.app.routes import ROUTES
from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import InvalidCatalog
from billing.runtime.route import Route, Who
from tests.deployment.lambda_runtime import Answer

OURS = frozenset({"internal_error", InvalidCatalog.code})
"""What any route may answer, and no caller can help."""
CHARGEBEES = frozenset({409, 502, 503, 504})
ROUTED: dict[str, Route[Any]] = {route.function: route for route in ROUTES}


def check(function: str, answer: Answer) -> None:
    """A success has exactly the fields of the answer's type, and a refusal is one of the route's."""
    route = ROUTED[function]
    if route.who is Who.BROWSER:
        assert answer.status == 302
    elif answer.status == 200:
        _adapter(function).validate_python([answer.body])
    elif answer.code not in OURS:
        assert answer.code in {each.code for each in route.refusals} or _of_chargebee(route, answer), (
            f"{route} does not name {answer.code}"
        )


def _of_chargebee(route: Route[Any], answer: Answer) -> bool:
    """Chargebee's own codes are not ours to list."""
    return ChargebeeError in route.refusals and answer.status in CHARGEBEES


@cache
def _adapter(function: str) -> TypeAdapter[Any]:
    answers: Any = list[ROUTED[function].answer]  # type: ignore[misc]
    return TypeAdapter(answers, config=ConfigDict(extra="forbid", strict=True))
