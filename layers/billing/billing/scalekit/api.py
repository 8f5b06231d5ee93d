"""Scalekit's API through its own SDK: the organizations, for reconciling."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict

from billing.core.errors import InvalidRequest, NotConfigured
from billing.runtime.on_demand import lazily, on_demand
from billing.subscriptions.services.ports import Page

PAGE_SIZE = 100


class ScalekitApi:
    """`ScalekitLists` over the official SDK. Making one asks Scalekit for a token."""

    def __init__(self, environment_url: str, client_id: str, client_secret: str) -> None:
        core_client, organization_client, user_client = used_of_the_sdk()
        core = core_client(environment_url, client_id, client_secret)
        self._organizations, self._users = organization_client(core), user_client(core)

    def organizations(self, offset: str | None) -> Page[Mapping[str, Any]]:
        """https://docs.scalekit.com/apis/#tag/organizations. Raises InvalidRequest for a page that it does not know."""
        from scalekit.common.exceptions import ScalekitBadRequestException  # noqa: PLC0415

        try:
            answer, _ = self._organizations.list_organizations(page_size=PAGE_SIZE, page_token=offset or "")
        except ScalekitBadRequestException as refusal:
            raise InvalidRequest("Scalekit does not know that page of its list.") from refusal
        found = [MessageToDict(each, preserving_proto_field_name=True) for each in answer.organizations]
        return Page(found, answer.next_page_token or None)

    def count_members(self, organization_id: str) -> int:
        """Those who may sign in, page by page: the list has whoever is invited too, and whose invitation has expired.

        https://docs.scalekit.com/fsa/guides/manage-users
        """
        from scalekit.common.exceptions import ScalekitNotFoundException  # noqa: PLC0415

        token, members = "", 0
        try:
            while True:
                answer, _ = self._users.list_organization_users(organization_id, PAGE_SIZE, token)
                members += sum(not _outside(user, organization_id) for user in answer.users)
                if not (token := answer.next_page_token):
                    return members
        except ScalekitNotFoundException:
            return 0

    def member_emails(self, organization_id: str) -> Sequence[str]:
        """Of a hundred members at most. https://docs.scalekit.com/apis/#tag/users"""
        answer, _ = self._users.list_organization_users(organization_id, page_size=PAGE_SIZE)
        return [each.email for each in answer.users]


def _outside(user: Any, organization_id: str) -> bool:
    """Whether the user's membership says that nobody signs in with it. One that says nothing is as good as any."""
    from scalekit.v1.commons.commons_pb2 import INACTIVE, INVITE_EXPIRED, PENDING_INVITE  # noqa: PLC0415

    own = [each for each in user.memberships if each.organization_id == organization_id]
    return any(each.membership_status in (INACTIVE, PENDING_INVITE, INVITE_EXPIRED) for each in own)


def used_of_the_sdk() -> tuple[Any, Any, Any]:
    """Its core, and of its twenty clients the two that are used. What checks users' tokens would be loaded when one is
    checked (docs/explanation/decisions/2026-11-28-lean-sdks.md).
    """
    on_demand("scalekit")
    with lazily("jwt"):
        from scalekit.core import CoreClient  # noqa: PLC0415 - on demand
    from scalekit.organization import OrganizationClient  # noqa: PLC0415
    from scalekit.users import UserClient  # noqa: PLC0415

    return CoreClient, OrganizationClient, UserClient


def sign_in(environment_url: str, client_id: str, client_secret: str, renew: Callable[[], str]) -> ScalekitApi:
    """Scalekit, with a fresh token. A secret that is refused is none any more, if `renew` gives another one.

    Raises NotConfigured when it gives none, and what the SDK raises when Scalekit has another reason.
    """
    on_demand("scalekit")
    from scalekit.common.exceptions import ScalekitServerException, ScalekitUnauthorizedException  # noqa: PLC0415

    try:
        return ScalekitApi(environment_url, client_id, client_secret)
    except ScalekitServerException as refusal:
        if (renewed := renew()) != client_secret:
            return sign_in(environment_url, client_id, renewed, lambda: renewed)
        if isinstance(refusal, ScalekitUnauthorizedException):
            raise NotConfigured(
                "Scalekit refuses its client's secret: make another one, and run `make secrets`."
            ) from refusal
        raise
