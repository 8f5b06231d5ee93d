"""What the simulator says, held against the vendor's own SDK."""

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.local.scalekit.simulator import Simulator

PLAIN_CLIENT = """
import sys
from scalekit import ScalekitClient
client = ScalekitClient(sys.argv[1], "skc_local", "test_secret")
print(client.organization.list_organizations()[0].total_size)
"""


def messages() -> Any:
    from scalekit.v1.organizations import organizations_pb2

    return organizations_pb2


def create(sdk: Any, name: str, **fields: Any) -> Any:
    wanted = messages().CreateOrganization(display_name=name, **fields)
    return sdk.organization.create_organization(wanted)[0].organization


def test_an_organization_is_created_read_changed_and_deleted_over_grpc(sdk: Any) -> None:
    from scalekit.common.exceptions import ScalekitNotFoundException

    created = create(sdk, "Acme", external_id="acme-1", metadata={"plan": "growth"})
    assert created.id.startswith("org_")
    assert sdk.organization.get_organization_by_external_id("acme-1")[0].organization == created

    change = messages().UpdateOrganization(display_name="Acme Inc", metadata={"tier": "gold"})
    sdk.organization.update_organization(created.id, change)
    changed = sdk.organization.get_organization(created.id)[0].organization
    assert (changed.display_name, dict(changed.metadata), changed.external_id) == (
        "Acme Inc",
        {"tier": "gold"},
        "acme-1",
    )

    sdk.organization.delete_organization(created.id)
    with pytest.raises(ScalekitNotFoundException):
        sdk.organization.get_organization(created.id)


def test_a_list_is_paged_forwards_and_backwards(sdk: Any) -> None:
    names = [f"Organization {number}" for number in range(25)]
    for name in names:
        create(sdk, name)
    first = sdk.organization.list_organizations(page_size=10)[0]
    second = sdk.organization.list_organizations(page_size=10, page_token=first.next_page_token)[0]
    third = sdk.organization.list_organizations(page_size=10, page_token=second.next_page_token)[0]
    pages = [[row.display_name for row in page.organizations] for page in (first, second, third)]
    assert [name for page in pages for name in page] == names
    assert (first.total_size, first.prev_page_token, third.next_page_token) == (25, "", "")
    back = sdk.organization.list_organizations(page_size=10, page_token=third.prev_page_token)[0]
    assert back.organizations == second.organizations


def test_refusals_are_the_exceptions_that_the_sdk_has_for_them(sdk: Any) -> None:
    from scalekit.common import exceptions

    create(sdk, "Acme", external_id="taken")
    with pytest.raises(exceptions.ScalekitConflictException):
        create(sdk, "Globex", external_id="taken")
    with pytest.raises(exceptions.ScalekitBadRequestException, match="metadata"):
        create(sdk, "Globex", metadata={"no": "key is under three characters"})
    with pytest.raises(exceptions.ScalekitBadRequestException, match="page_size"):
        sdk.organization.list_organizations(page_size=101)
    with pytest.raises(exceptions.ScalekitNotImplementedException):
        sdk.organization.generate_portal_link("org_1")


@pytest.mark.parametrize(("status", "exception"), [(429, "TooManyRequests"), (404, "NotFound")])
def test_an_api_fault_reaches_the_sdk_and_is_used_up(
    sdk: Any, simulator: Simulator, status: int, exception: str
) -> None:
    from scalekit.common import exceptions

    fault = {"path": "/api/v1/organizations", "status": status, "count": 1}
    simulator.send("PUT", "/_sim/faults", {"api": [fault]})
    with pytest.raises(getattr(exceptions, f"Scalekit{exception}Exception")):
        sdk.organization.list_organizations()
    assert sdk.organization.list_organizations()[0].total_size == 0


def test_an_expired_token_makes_the_sdk_ask_for_a_new_one(
    sdk: Any, sdk_module: Any, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = sdk_module.core.CoreClient
    authenticate = core._CoreClient__authenticate_client
    expired = simulator.token(client_id="skc_local", expires_in=-60)

    def with_expired_token(self: Any) -> None:
        self.access_token = expired
        monkeypatch.setattr(core, "_CoreClient__authenticate_client", authenticate)

    monkeypatch.setattr(core, "_CoreClient__authenticate_client", with_expired_token)
    client = sdk_module.ScalekitClient(simulator.url, "skc_local", "test_secret")
    assert client.core_client.access_token == expired
    assert client.organization.list_organizations()[0].total_size == 0
    assert client.core_client.access_token != expired


def test_the_same_port_speaks_grpc_without_tls_as_nodes_sdk_does_at_a_plain_url(simulator: Simulator) -> None:
    import grpc
    from scalekit.v1.organizations.organizations_pb2_grpc import OrganizationServiceStub

    simulator.create("Acme")
    with grpc.insecure_channel(simulator.url.removeprefix("http://")) as channel:
        asked = messages().ListOrganizationsRequest()
        answer = OrganizationServiceStub(channel).ListOrganization(asked, metadata=tuple(simulator.bearer.items()))
    assert [row.display_name for row in answer.organizations] == ["Acme"]


def test_a_wrong_secret_is_refused_at_construction(sdk_module: Any, simulator: Simulator) -> None:
    from scalekit.common.exceptions import ScalekitUnauthorizedException

    with pytest.raises(ScalekitUnauthorizedException):
        sdk_module.ScalekitClient(simulator.url, "skc_local", "wrong")


def test_an_unmodified_client_needs_nothing_but_the_authority_in_its_environment(simulator: Simulator) -> None:
    simulator.create("Acme")
    environment = {**os.environ, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(simulator.authority)}
    command = [sys.executable, "-c", PLAIN_CLIENT, simulator.url]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.strip() == "1"
