"""Events as API Gateway's HTTP API and SQS hand them to Lambda.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html (format 2.0),
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

ADMIN: dict[str, Any] = {
    "sub": "usr_1",
    "sid": "ses_1",
    "client_id": "skc_1",
    "iss": "https://example.scalekit.com",
    "aud": ["skc_1"],
    "exp": 4_102_444_800,
    "jti": "tkn_1",
    "oid": "org_1",
    "email": "ada@example.com",
    "roles": ["admin", "owner"],
    "permissions": [],
}
MEMBER = ADMIN | {"roles": ["member"]}
MACHINE: dict[str, Any] = {
    "sub": "m2morg_backend",
    "client_id": "m2morg_backend",
    "iss": "https://example.scalekit.com",
    "aud": ["billing"],
    "exp": 4_102_444_800,
    "jti": "tkn_2",
    "oid": "org_backend",
    "scopes": ["billing:admin"],
}
"""The team's backend, which a deployment under test lists by its client id."""
OWN_MACHINE = MACHINE | {"sub": "m2morg_1", "client_id": "m2morg_1", "oid": "org_1"}
"""A client of the organization, which no deployment lists."""


def http_event(
    route: str,
    *,
    claims: Mapping[str, Any] | None = None,
    body: bytes | str | object = None,
    headers: Mapping[str, str] | None = None,
    query: str = "",
    cookies: Sequence[str] = (),
    base64_encoded: bool = False,
) -> dict[str, Any]:
    """A call of `route` (`POST /api/...`). `claims` are those of the token that the gateway's authorizer verified."""
    method, path = route.split(" ")
    bearer = {} if claims is None else {"authorization": f"Bearer {unsigned(claims)}"}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "abc.execute-api.eu-central-1.amazonaws.com", **bearer, **(headers or {})},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc",
            "domainName": "abc.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "abc",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "Mozilla/5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": route,
            "stage": "$default",
            "time": "21/Sep/2026:14:13:20 +0000",
            "timeEpoch": 1_790_000_000_000,
        },
        "isBase64Encoded": base64_encoded,
    }
    if query:
        event["queryStringParameters"] = dict(parse_qsl(query, keep_blank_values=True))
    if cookies:
        event["cookies"] = list(cookies)
    if claims is not None:
        event["requestContext"]["authorizer"] = {"jwt": {"claims": flattened(claims), "scopes": None}}
    if body is not None:
        event["body"] = _text(body, base64_encoded)
    return event


def unsigned(claims: Mapping[str, Any]) -> str:
    """A token that says so, for whoever does not check its signature."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "RS256"}, claims)]
    return b".".join([*parts, b"c2lnbmF0dXJl"]).decode()


def flattened(claims: Mapping[str, Any]) -> dict[str, str]:
    """The claims as the gateway writes them: text, and a list as `[one two]`."""
    return {
        name: f"[{' '.join(map(str, value))}]" if isinstance(value, list) else str(value)
        for name, value in claims.items()
    }


def _text(body: object, base64_encoded: bool) -> str:
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return base64.b64encode(raw).decode() if base64_encoded else raw.decode()


def sqs_event(*bodies: object, group: str | None = None) -> dict[str, Any]:
    """A batch of messages, `message-1` and on; a body that is text travels as it is."""
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": "1790000000000"}
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": f"receipt-{number}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {**attributes, **({"MessageGroupId": group} if group else {})},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:queue",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies, 1)
        ]
    }


def failed(response: Mapping[str, Any]) -> list[str]:
    """The messages that a batch response gives back to the queue."""
    return [each["itemIdentifier"] for each in response["batchItemFailures"]]
