"""The organizations that a new local stack has, created as Scalekit's dashboard would."""

import http.client
import json
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from local.launcher.problem import StackProblem


def create_organizations(scalekit: str, names: Iterable[str]) -> None:
    """Each creation fires the signed webhook that provisions the organization's customer."""
    connection = http.client.HTTPConnection(str(urlsplit(scalekit).netloc), timeout=10)
    for name in names:
        body = json.dumps({"display_name": name})
        connection.request("POST", "/_sim/organizations", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED):
            raise StackProblem(f"The Scalekit simulator did not create {name}: {answer.status} {text}")
    connection.close()
