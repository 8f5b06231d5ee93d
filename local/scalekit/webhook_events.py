"""Webhook payloads, field for field as documented.

https://docs.scalekit.com/apis, "Webhooks"
https://docs.scalekit.com/reference/webhooks/organization-events

The two differ about membership events: the page https://docs.scalekit.com/reference/webhooks/user-events calls their
object `OrgMembershipEvent` and gives them no `organization_id`. The API's own description is followed.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from scalekit.v1.commons import commons_pb2
from scalekit.v1.organizations import organizations_pb2 as pb

from local.scalekit.members import Member
from local.scalekit.organizations import timestamp


@dataclass(frozen=True)
class EventWriter:
    environment_id: str

    def organization_event(self, kind: str, organization: pb.Organization) -> dict[str, Any]:
        data = organization_data(organization)
        if kind == "organization.deleted":
            data["deleted_at"] = timestamp()
        return self._event(kind, "Organization", organization, data)

    def membership_event(self, kind: str, organization: pb.Organization, member: Member) -> dict[str, Any]:
        data = {"organization": organization_data(organization), "user": user_data(member)}
        return self._event(kind, "OrgMembership", organization, data)

    def _event(self, kind: str, subject: str, organization: pb.Organization, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "display_name": label(kind),
            "environment_id": self.environment_id,
            "id": f"evt_{secrets.randbelow(9 * 10**17) + 10**17}",
            "object": subject,
            "occurred_at": timestamp(),
            "organization_id": organization.id,
            "spec_version": "1",
            "type": kind,
            "data": data,
        }


def label(kind: str) -> str:
    """The event's own name in words, such as "Organization Created": never the organization's.

    Assumed for memberships, of which the vendor shows none.
    """
    return kind.removeprefix("user.").replace(".", " ").replace("_", " ").title()


def organization_data(organization: pb.Organization) -> dict[str, Any]:
    return {
        "create_time": organization.create_time.ToJsonString(),
        "display_name": organization.display_name,
        "external_id": organization.external_id or None,
        "id": organization.id,
        "metadata": dict(organization.metadata) or None,
        "region_code": commons_pb2.RegionCode.Name(organization.region_code),
        "update_time": organization.update_time.ToJsonString(),
        "settings": {
            "features": [
                {"enabled": feature.enabled, "name": feature.name} for feature in organization.settings.features
            ]
        },
    }


def user_data(member: Member) -> dict[str, Any]:
    return {
        "create_time": member.joined_at,
        "email": member.email,
        "external_id": "",
        "id": member.id,
        "metadata": {},
        "update_time": member.joined_at,
        "user_profile": {
            "custom_attributes": None,
            "email_verified": True,
            "external_identities": None,
            "family_name": member.family_name,
            "gender": "",
            "given_name": member.given_name,
            "groups": None,
            "id": member.profile_id,
            "locale": "",
            "metadata": {},
            "name": member.name,
            "phone_number": "",
            "phone_number_verified": False,
            "picture": "",
            "preferred_username": "",
        },
    }
