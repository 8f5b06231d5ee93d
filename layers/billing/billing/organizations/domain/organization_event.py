"""What one of Scalekit's events says about an organization."""

from dataclasses import dataclass

CREATED = "organization.created"
UPDATED = "organization.updated"
DELETED = "organization.deleted"
JOINED = "user.organization_membership_created"
CHANGED = "user.organization_membership_updated"
"""Whoever is invited is a member from then on; a change of role is one of these too."""
LEFT = "user.organization_membership_deleted"

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class OrganizationEvent:
    """One event about one organization. `updated_at` is UTC nanoseconds, 0 when the event does not say."""

    id: str
    type: str
    organization_id: str
    display_name: str
    updated_at: int
