"""The organizations of Scalekit, through its own SDK, against the simulator."""

import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from billing.core.errors import InvalidRequest, NotConfigured
from billing.runtime.on_demand import on_demand
from billing.scalekit.read_event import read_organization_event
from tests.deployment.template import ROOT
from tests.local.scalekit.conftest import trust_simulator
from tests.local.scalekit.receiver import Receiver, running_receiver
from tests.local.scalekit.simulator import Simulator, running_simulator

if TYPE_CHECKING:
    from billing.scalekit.api import ScalekitApi


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def scalekit(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("scalekit"), receiver.url) as (simulator, _):
        yield simulator


@pytest.fixture
def api(scalekit: Simulator, monkeypatch: pytest.MonkeyPatch) -> "ScalekitApi":
    from billing.scalekit.api import ScalekitApi

    on_demand("scalekit")
    assert scalekit.send("POST", "/_sim/reset").status == 201
    trust_simulator(scalekit, monkeypatch)
    return ScalekitApi(scalekit.url, "skc_local", "test_secret")


def everything(api: "ScalekitApi") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    offset = None
    while True:
        page = api.organizations(offset)
        found += map(dict, page.resources)
        if not (offset := page.next_offset):
            return found


def test_a_page_that_scalekit_does_not_know_is_no_page(api: "ScalekitApi") -> None:
    with pytest.raises(InvalidRequest):
        api.organizations("of another day")


def test_an_empty_environment_has_no_organizations(api: "ScalekitApi") -> None:
    assert everything(api) == []


def test_an_organization_is_listed_as_its_webhooks_tell_of_it(api: "ScalekitApi", scalekit: Simulator) -> None:
    created = scalekit.create("Acme", external_id="acme-1")
    [listed] = everything(api)
    event = read_organization_event({"id": "x", "type": "organization.created", "data": listed})
    assert (event.organization_id, event.display_name) == (created["id"], "Acme")
    told = read_organization_event({"id": "x", "type": "organization.created", "data": created})
    assert event.updated_at == told.updated_at > 0


def test_a_long_list_is_read_to_its_end(
    api: "ScalekitApi", scalekit: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = {scalekit.create(f"Company {number}")["id"] for number in range(23)}
    monkeypatch.setattr("billing.scalekit.api.PAGE_SIZE", 10)
    listed = [organization["id"] for organization in everything(api)]
    assert sorted(listed) == sorted(created)


def test_the_members_of_an_organization_are_counted(
    api: "ScalekitApi", scalekit: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.scalekit.api.PAGE_SIZE", 10)
    organization = scalekit.create("Acme")["id"]
    before = api.count_members(organization)
    for number in range(12):  # more than one page of them
        scalekit.send("POST", f"/_sim/organizations/{organization}/members", {"email": f"user{number}@example.com"})
    assert api.count_members(organization) == before + 12


def test_nobody_is_a_member_who_is_only_invited(
    api: "ScalekitApi", scalekit: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scalekit.v1.commons.commons_pb2 import ACTIVE, INACTIVE, INVITE_EXPIRED, PENDING_INVITE, OrganizationMembership
    from scalekit.v1.users.users_pb2 import ListOrganizationUsersResponse, User

    def user(status: Any) -> User:
        elsewhere = OrganizationMembership(organization_id="org_2", membership_status=PENDING_INVITE)
        return User(memberships=[elsewhere, OrganizationMembership(organization_id="org_1", membership_status=status)])

    users = [user(status) for status in (ACTIVE, None, PENDING_INVITE, INVITE_EXPIRED, INACTIVE)]
    answer = ListOrganizationUsersResponse(users=users, total_size=len(users))
    monkeypatch.setattr(api._users, "list_organization_users", lambda *_, **__: (answer, None))
    assert api.count_members("org_1") == 2


def test_an_organization_that_is_gone_has_no_members(api: "ScalekitApi") -> None:
    assert api.count_members("org_1") == 0


def test_a_secret_that_was_rotated_meanwhile_is_tried_once(api: "ScalekitApi", scalekit: Simulator) -> None:
    from billing.scalekit.api import sign_in

    scalekit.create("Acme")
    assert len(everything(sign_in(scalekit.url, "skc_local", "revoked", lambda: "test_secret"))) == 1


@pytest.mark.parametrize("renewed", ["revoked", "revoked_too"])
def test_a_secret_that_is_refused_is_as_good_as_none_and_says_what_to_do(
    api: "ScalekitApi", scalekit: Simulator, renewed: str
) -> None:
    from billing.scalekit.api import sign_in

    with pytest.raises(NotConfigured, match="make secrets"):
        sign_in(scalekit.url, "skc_local", "revoked", lambda: renewed)


def test_a_failure_of_scalekits_own_is_not_taken_for_a_refused_secret(scalekit: Simulator) -> None:
    from scalekit.common.exceptions import ScalekitServerException

    from billing.scalekit.api import sign_in

    with pytest.raises(ScalekitServerException):
        sign_in(f"{scalekit.url}/elsewhere", "skc_local", "test_secret", lambda: "test_secret")


def test_what_checks_users_tokens_is_loaded_when_one_is_checked_and_not_before() -> None:
    code = """
import sys
from billing.scalekit.api import used_of_the_sdk
used_of_the_sdk()
assert "jwt.api_jwt" not in sys.modules
import scalekit.core
assert scalekit.core.jwt.decode.__module__ == "jwt.api_jwt"
"""
    environment = {"PYTHONPATH": str(ROOT / "layers" / "billing"), "PATH": ""}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
