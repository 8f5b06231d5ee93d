"""The claims of a token that the gateway's JWT authorizer has verified, as the token has them.

The gateway hands every claim over as text, a list as `[one two]`: a name with a space in it is two names there. So the
claims are read from the token itself.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

import base64
import json
import re
from collections.abc import Mapping

from billing.core.errors import Unauthenticated

_TOKEN = re.compile(r"(?:bearer +)?[\w-]+\.([\w-]+)\.[\w-]+", re.ASCII | re.IGNORECASE)
_ONE_NAME = re.compile(r"\[([^\s\[\]]+)\]")
_IDENTITY = ("iss", "sub", "jti", "oid", "sid", "client_id")
"""Text, and therefore handed over as it is; how the gateway writes a number is documented nowhere."""


def claims_of(flattened: Mapping[str, object], authorization: str) -> Mapping[str, object]:
    """The claims of the token in the header, which must be the one that the gateway tells of in `flattened`.

    Without a header (a sample event under `sam local`) they are made of `flattened`, in which a list of one name is a
    list and any other none. Raises Unauthenticated.
    """
    if not authorization:
        return {name: _unflattened(name, value) for name, value in flattened.items()}
    claims = _payload(authorization)
    if any(claims.get(name) != flattened.get(name) for name in _IDENTITY if isinstance(claims.get(name), str)):
        raise Unauthenticated("The access token is not the one that the gateway has verified.")
    return claims


def _payload(authorization: str) -> dict[str, object]:
    """What a token says. Raises Unauthenticated for a header that is not one token: two of them are none."""
    token = _TOKEN.fullmatch(authorization.strip())
    try:
        encoded = token[1] if token else ""
        claims = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise Unauthenticated("The Authorization header carries no access token.")
    return claims


def _unflattened(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if name == "exp" and value.isdecimal():
        return int(value)
    one = _ONE_NAME.fullmatch(value)
    return [one[1]] if one else value
