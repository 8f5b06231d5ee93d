"""The users of an organization, as the management API shows them: the vendor's own messages.

Their shape is https://docs.scalekit.com/fsa/guides/manage-users; a membership here is always an active one.
"""

from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp
from scalekit.v1.commons import commons_pb2
from scalekit.v1.organizations import organizations_pb2
from scalekit.v1.users import users_pb2 as pb

from local.scalekit.members import Member
from local.scalekit.organizations import Organizations
from local.scalekit.paging import page_of


@dataclass(frozen=True)
class Users:
    organizations: Organizations

    def list_of_organization(self, request: pb.ListOrganizationUsersRequest) -> pb.ListOrganizationUsersResponse:
        organization = self.organizations.by_id(request.organization_id)
        members = self.organizations.members.of(organization.id)
        page = page_of(members, request.page_size, request.page_token)
        return pb.ListOrganizationUsersResponse(
            users=[_user(member, organization) for member in page.rows],
            total_size=page.total_size,
            next_page_token=page.next_page_token,
            prev_page_token=page.prev_page_token,
        )


def _user(member: Member, organization: organizations_pb2.Organization) -> pb.User:
    joined = Timestamp()
    joined.FromJsonString(member.joined_at)
    return pb.User(
        id=member.id,
        email=member.email,
        create_time=joined,
        update_time=joined,
        user_profile=commons_pb2.UserProfile(
            id=member.profile_id,
            name=member.name,
            given_name=member.given_name,
            family_name=member.family_name,
            email_verified=True,
        ),
        memberships=[
            commons_pb2.OrganizationMembership(
                organization_id=organization.id,
                name=organization.display_name,
                display_name=organization.display_name,
                membership_status=commons_pb2.ACTIVE,
                roles=[commons_pb2.Role(name=role, display_name=role.title()) for role in member.roles],
                join_time=joined,
                created_at=joined,
                accepted_at=joined,
            )
        ],
    )
