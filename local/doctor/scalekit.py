"""The Scalekit environment of `.env`."""

import base64
from collections.abc import Iterator
from http import HTTPStatus

import httpx

from local.doctor.finding import Finding, good, wrong
from local.launcher.options import ScalekitSandbox

PREFIX = "whsec_"


def examine(environment: ScalekitSandbox, http: httpx.Client) -> Iterator[Finding]:
    """Whether the client may sign in, and whether the webhook's secret can be one."""
    yield _client(environment, http)
    yield _webhook_secret(environment.webhook_secret)


def _client(environment: ScalekitSandbox, http: httpx.Client) -> Finding:
    form = {
        "grant_type": "client_credentials",
        "client_id": environment.client_id,
        "client_secret": environment.client_secret,
    }
    try:
        answer = http.post("/oauth/token", data=form)
    except httpx.HTTPError as silent:
        return wrong("Scalekit", f"SCALEKIT_ENVIRONMENT_URL {environment.environment_url} does not answer: {silent}")
    if answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
        return wrong("Scalekit", f"the environment refuses SCALEKIT_CLIENT_ID with its secret: {answer.text[:200]}")
    if answer.status_code != HTTPStatus.OK:
        return wrong("Scalekit", f"{answer.url} answers {answer.status_code}: is it an environment of Scalekit?")
    return good("Scalekit", f"{environment.environment_url} lets {environment.client_id} sign in")


def _webhook_secret(secret: str) -> Finding:
    try:
        base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:  # no base64, or no ASCII
        secret = ""
    if not secret.startswith(PREFIX):
        return wrong(
            "Scalekit's webhook", "SCALEKIT_WEBHOOK_SECRET is none: whsec_ and base64, as its endpoint shows it"
        )
    return good("Scalekit's webhook", "the secret is well formed")
