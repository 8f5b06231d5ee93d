"""A gate for Flask: `@require("exports", billing=billing, organization=organization_of)`."""

from collections.abc import Callable
from functools import wraps

from flask import Response, abort, jsonify, make_response

from organization_billing.client import Billing
from organization_billing.gate import AWAY, Closed, closed, shut


def require[**Arguments, Answer](
    feature: str, quantity: int | str = 1, *, billing: Billing, organization: Callable[[], str]
) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Let a view be called by who has the feature; others get 402, or 503 while billing cannot be asked.

    `organization` names the organization of the request, as your session has proved it.
    """

    def decorate(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(view)
        def gated(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            try:
                told = billing.metering.entitlement(feature, required=quantity, organization_id=organization())
            except AWAY as failure:
                abort(_answer(shut(failure)))
            if no := closed(told):
                abort(_answer(no))
            return view(*args, **kwargs)

        return gated

    return decorate


def _answer(no: Closed) -> Response:
    response = make_response(jsonify(no.body), no.status)
    response.headers.update(no.headers)
    return response
