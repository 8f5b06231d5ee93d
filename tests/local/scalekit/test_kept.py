"""The organizations of an environment outlive its process."""

from pathlib import Path
from typing import Any


def test_organizations_members_and_machine_clients_are_there_again_and_nobody_is_told(
    sdk_module: Any, tmp_path: Path
) -> None:
    from scalekit.v1.clients import clients_pb2
    from scalekit.v1.organizations import organizations_pb2

    from local.scalekit import kept
    from local.scalekit.machines import BACKEND, BACKEND_SECRET, Machines
    from local.scalekit.members import Members
    from local.scalekit.organizations import Organizations, timestamp

    told: list[str] = []
    before, after = (
        Organizations(Members(timestamp), Machines(), lambda kind, organization: told.append(kind)) for _ in range(2)
    )
    wanted = organizations_pb2.CreateOrganization(display_name="Acme", external_id="a1", metadata={"tier": "1"})
    acme = before.add(wanted, "org_acme")
    before.members.add("org_acme", "ada@acme.example", ("admin", "owner"))
    client = clients_pb2.M2MClient(client_id="m2morg_1", organization_id="org_acme", scopes=["usage:write"])
    before.machines.add(client)
    before.machines.add_secret(client, "test_plain")
    told.clear()

    kept.save(before, tmp_path / "scalekit.json")
    kept.load(after, tmp_path / "scalekit.json")

    assert after.machines.of("org_acme") == [client]
    assert after.all() == (acme,)
    assert after.members.of("org_acme") == before.members.of("org_acme")
    assert after.machines.proven("m2morg_1", "test_plain") is not None
    assert after.machines.proven(BACKEND.client_id, BACKEND_SECRET) is not None
    assert told == []
