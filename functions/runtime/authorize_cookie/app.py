"""Tell the gateway whose session a cookie carries."""

from typing import Any

from billing.runtime.cookie_authorizer import Decision, decide
from billing.runtime.logs import invocation, of_request


def handler(event: dict[str, Any], context: Any) -> Decision:
    with invocation(context, **of_request(event)):
        return decide(event)
