"""The gateway's authorizer for session cookies: whose token a cookie carries."""

import json
from typing import NotRequired, TypedDict

from billing.core.errors import Unauthenticated
from billing.runtime.authentication import Event, KeysUnreachable, verified
from billing.runtime.session_cookie import cookie_of


class Decision(TypedDict):
    """What API Gateway takes from a Lambda authorizer as a simple response (payload format 2.0).

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
    """

    isAuthorized: bool
    context: NotRequired[dict[str, str]]


def decide(event: Event) -> Decision:
    """Let the holder of a token in the session cookie in, and hand its claims to the function, as JSON.

    Whether a write comes from the application's own page is for the function to say: the gateway remembers this answer
    for the cookie. An answer with an error it forgets, so raises KeysUnreachable while Scalekit's keys cannot be had.
    """
    try:
        claims = verified(cookie_of(event))
    except KeysUnreachable:
        raise
    except Unauthenticated:
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": {"claims": json.dumps(claims)}}
