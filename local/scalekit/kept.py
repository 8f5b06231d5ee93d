"""The organizations of an environment with their members and machine clients, in a file for its next start."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from scalekit.v1.clients import clients_pb2
from scalekit.v1.organizations import organizations_pb2

from local.scalekit.members import Member
from local.scalekit.organizations import Organizations
from local.whole_file import whole_file


def save(organizations: Organizations, path: Path) -> None:
    """Written whole or not at all. Sessions and signing keys are not in it: whoever was signed in signs in again."""
    machines = organizations.machines
    content = {
        "organizations": [MessageToDict(each) for each in organizations.all()],
        "members": {
            each.id: [asdict(one) for one in organizations.members.of(each.id)] for each in organizations.all()
        },
        "clients": [MessageToDict(each) for each in machines.all()],
        "secrets": machines.plain_secrets,
    }
    with whole_file(path) as file:
        json.dump(content, file)


def load(organizations: Organizations, path: Path) -> None:
    """Nothing where nothing was saved."""
    if not path.exists():
        return
    content = json.loads(path.read_text())
    organizations.clear()
    for each in content["organizations"]:
        organizations.put(ParseDict(each, organizations_pb2.Organization()))
    for organization_id, members in content["members"].items():
        organizations.members.put(organization_id, map(_member, members))
    organizations.machines.put(
        [ParseDict(each, clients_pb2.M2MClient()) for each in content["clients"]], content["secrets"]
    )


def _member(values: dict[str, Any]) -> Member:
    return Member(**{**values, "roles": tuple(values["roles"])})
