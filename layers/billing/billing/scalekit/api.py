"""Scalekit's API through its own SDK: the organizations, for reconciling."""

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict
from scalekit import ScalekitClient
from scalekit.common.exceptions import ScalekitNotFoundException, ScalekitServerException

from billing.subscriptions.services.ports import Page

PAGE_SIZE = 100
SMALLEST_PAGE = 10


class ScalekitApi:
    """`ScalekitLists` over the official SDK. Making one asks Scalekit for a token."""

    def __init__(self, environment_url: str, client_id: str, client_secret: str) -> None:
        self._client = ScalekitClient(environment_url, client_id, client_secret)

    def organizations(self, offset: str | None) -> Page[Mapping[str, Any]]:
        """https://docs.scalekit.com/apis/#tag/organizations"""
        answer, _ = self._client.organization.list_organizations(page_size=PAGE_SIZE, page_token=offset or "")
        found = [MessageToDict(each, preserving_proto_field_name=True) for each in answer.organizations]
        return Page(found, answer.next_page_token or None)

    def count_members(self, organization_id: str) -> int:
        """https://docs.scalekit.com/apis/#tag/users"""
        try:
            answer, _ = self._client.users.list_organization_users(organization_id, page_size=SMALLEST_PAGE)
        except ScalekitNotFoundException:
            return 0
        return int(answer.total_size)


def sign_in(environment_url: str, client_id: str, client_secret: str, renew: Callable[[], str]) -> ScalekitApi:
    """Scalekit, with a fresh token. A secret that is refused is none any more, if `renew` gives another one."""
    try:
        return ScalekitApi(environment_url, client_id, client_secret)
    except ScalekitServerException:
        if (renewed := renew()) == client_secret:
            raise
        return ScalekitApi(environment_url, client_id, renewed)
