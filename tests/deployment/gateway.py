"""Events as API Gateway's HTTP API and SQS hand them to Lambda.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html (format 2.0),
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

ADMIN: dict[str, str] = {
    "sub": "usr_1",
    "iss": "https://example.scalekit.com",
    "aud": "[skc_1]",
    "exp": "4102444800",
    "oid": "org_1",
    "email": "ada@example.com",
    "roles": "[admin owner]",
    "permissions": "[]",
}
MEMBER = ADMIN | {"roles": "[member]"}
MACHINE: dict[str, str] = {
    "sub": "skc_machine",
    "iss": "https://example.scalekit.com",
    "aud": "[billing]",
    "exp": "4102444800",
    "scopes": "[billing:admin]",
}


def http_event(
    route: str,
    *,
    claims: Mapping[str, str] | None = None,
    body: bytes | str | object = None,
    headers: Mapping[str, str] | None = None,
    query: str = "",
    cookies: Sequence[str] = (),
    base64_encoded: bool = False,
) -> dict[str, Any]:
    """A call of `route` (`POST /api/...`). `claims` are what the gateway's authorizer verified, as it writes them."""
    method, path = route.split(" ")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "abc.execute-api.eu-central-1.amazonaws.com", **(headers or {})},
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
        event["requestContext"]["authorizer"] = {"jwt": {"claims": dict(claims), "scopes": None}}
    if body is not None:
        event["body"] = _text(body, base64_encoded)
    return event


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
