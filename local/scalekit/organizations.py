"""The organizations, behind both protocols: requests and answers are the vendor's own messages.

Assumed where the vendor's documents are silent: an update replaces metadata whole.
"""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from google.protobuf import empty_pb2, timestamp_pb2
from scalekit.v1.commons import commons_pb2
from scalekit.v1.organizations import organizations_pb2 as pb

from local.scalekit.machines import Machines
from local.scalekit.members import Members
from local.scalekit.paging import check_size, page_of
from local.scalekit.refusal import Refused

LONGEST_EXTERNAL_ID = 255
UNIQUE_FIELDS = ("external_id", "slug")
FEATURES = (("sso", True), ("dir_sync", False))

type Wanted = pb.CreateOrganization | pb.UpdateOrganization
type Identified = pb.GetOrganizationRequest | pb.UpdateOrganizationRequest | pb.DeleteOrganizationRequest
type Announce = Callable[[str, pb.Organization], None]


@dataclass
class Organizations:
    """`announce` is told of every change, with the event's type and the organization as it then is."""

    members: Members
    machines: Machines
    announce: Announce
    _by_id: dict[str, pb.Organization] = field(default_factory=dict)

    def create(self, request: pb.CreateOrganizationRequest) -> pb.CreateOrganizationResponse:
        return pb.CreateOrganizationResponse(organization=self.add(request.organization, _new_id()))

    def add(self, wanted: pb.CreateOrganization, organization_id: str) -> pb.Organization:
        """Create an organization under an id that the caller chose."""
        if not re.fullmatch(r"org_[A-Za-z0-9_]{1,28}", organization_id):
            raise Refused(
                "INVALID_ARGUMENT", "id: an organization's id is org_ and at most 28 letters, digits or underscores"
            )
        if organization_id in self._by_id:
            raise Refused("ALREADY_EXISTS", "id already exists")
        organization = pb.Organization(id=organization_id, region_code=commons_pb2.US)
        organization.settings.features.extend(
            pb.OrganizationSettingsFeature(name=name, enabled=enabled) for name, enabled in FEATURES
        )
        organization.create_time.GetCurrentTime()
        self._apply(organization, wanted)
        self._by_id[organization.id] = organization
        self.members.found(organization.id, organization.display_name)
        self.announce("organization.created", organization)
        return organization

    def get(self, request: pb.GetOrganizationRequest) -> pb.GetOrganizationResponse:
        return pb.GetOrganizationResponse(organization=self._find(request))

    def by_id(self, organization_id: str) -> pb.Organization:
        return self._find(pb.GetOrganizationRequest(id=organization_id))

    def update(self, request: pb.UpdateOrganizationRequest) -> pb.UpdateOrganizationResponse:
        if request.HasField("update_mask"):
            raise Refused("UNIMPLEMENTED", "update_mask is not simulated")
        organization = self._find(request)
        self._apply(organization, request.organization)
        self.announce("organization.updated", organization)
        return pb.UpdateOrganizationResponse(organization=organization)

    def delete(self, request: pb.DeleteOrganizationRequest) -> empty_pb2.Empty:
        organization = self._find(request)
        del self._by_id[organization.id]
        self.members.disband(organization.id)
        self.machines.disband(organization.id)
        self.announce("organization.deleted", organization)
        return empty_pb2.Empty()

    def list(self, request: pb.ListOrganizationsRequest) -> pb.ListOrganizationsResponse:
        check_size(request.page_size)
        rows = [
            row
            for row in self._by_id.values()
            if not request.HasField("external_id") or row.external_id == request.external_id
        ]
        page = page_of(rows, request.page_size, request.page_token)
        return pb.ListOrganizationsResponse(
            organizations=page.rows,
            total_size=page.total_size,
            next_page_token=page.next_page_token,
            prev_page_token=page.prev_page_token,
        )

    def all(self) -> tuple[pb.Organization, ...]:
        return tuple(self._by_id.values())

    def put(self, organization: pb.Organization) -> None:
        """One that was here before: nobody is told."""
        self._by_id[organization.id] = organization

    def clear(self) -> None:
        self._by_id.clear()
        self.members.clear()
        self.machines.clear()

    def _find(self, request: Identified) -> pb.Organization:
        field_name = request.WhichOneof("identities") or "id"
        for organization in self._by_id.values():
            if getattr(organization, field_name) == getattr(request, field_name):
                return organization
        raise Refused("NOT_FOUND", "organization not found")

    def _apply(self, organization: pb.Organization, wanted: Wanted) -> None:
        self._check_unique(organization.id, wanted)
        values = {descriptor.name: value for descriptor, value in wanted.ListFields()}
        metadata = values.pop("metadata", None)
        for name, value in values.items():
            setattr(organization, name, value)
        if metadata is not None:
            organization.metadata.clear()
            organization.metadata.update(metadata)
        organization.update_time.GetCurrentTime()

    def _check_unique(self, organization_id: str, wanted: Wanted) -> None:
        if len(wanted.external_id) > LONGEST_EXTERNAL_ID:
            raise Refused("INVALID_ARGUMENT", "external_id: value length must be at most 255 characters")
        for name in UNIQUE_FIELDS:
            value = getattr(wanted, name)
            taken = any(row.id != organization_id and getattr(row, name) == value for row in self._by_id.values())
            if value and taken:
                raise Refused("ALREADY_EXISTS", f"{name} already exists")


def timestamp() -> str:
    """Now, in RFC 3339."""
    now = timestamp_pb2.Timestamp()
    now.GetCurrentTime()
    text: str = now.ToJsonString()
    return text


def _new_id() -> str:
    return f"org_{time.time_ns() // 1000}{secrets.randbelow(100):02d}"
