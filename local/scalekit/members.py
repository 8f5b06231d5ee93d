"""The users of each organization: who may sign in, and as what."""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from local.scalekit.refusal import Refused


@dataclass(frozen=True)
class Member:
    """A user in one organization; `joined_at` is an RFC 3339 timestamp."""

    id: str
    email: str
    name: str
    roles: tuple[str, ...]
    joined_at: str

    @property
    def given_name(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def family_name(self) -> str:
        return self.name.partition(" ")[2]

    @property
    def profile_id(self) -> str:
        return self.id.replace("usr_", "usp_")


@dataclass
class Members:
    """Each organization starts with an admin and a member, so that every permission's sides can be tried."""

    timestamp: Callable[[], str]
    _by_organization: dict[str, dict[str, Member]] = field(default_factory=dict)

    def found(self, organization_id: str, display_name: str) -> None:
        domain = re.sub(r"[^a-z0-9]+", "-", display_name.lower()).strip("-") or "organization"
        self._by_organization[organization_id] = {}
        self.add(organization_id, f"admin@{domain}.example", ("admin",))
        self.add(organization_id, f"member@{domain}.example", ("member",))

    def add(self, organization_id: str, email: str, roles: tuple[str, ...]) -> Member:
        members = self._of(organization_id)
        if any(member.email == email for member in members.values()):
            raise Refused("ALREADY_EXISTS", "user is already a member of this organization")
        identifier = f"usr_{secrets.randbelow(9 * 10**17) + 10**17}"
        name = email.partition("@")[0].replace(".", " ").title()
        members[identifier] = Member(identifier, email, name, roles, self.timestamp())
        return members[identifier]

    def remove(self, organization_id: str, user_id: str) -> Member:
        member = self.get(organization_id, user_id)
        del self._by_organization[organization_id][user_id]
        return member

    def get(self, organization_id: str, user_id: str) -> Member:
        member = self._of(organization_id).get(user_id)
        if member is None:
            raise Refused("NOT_FOUND", "user not found")
        return member

    def of(self, organization_id: str) -> list[Member]:
        return list(self._of(organization_id).values())

    def put(self, organization_id: str, members: Iterable[Member]) -> None:
        """Those that an organization had before."""
        self._by_organization[organization_id] = {member.id: member for member in members}

    def disband(self, organization_id: str) -> None:
        self._by_organization.pop(organization_id, None)

    def clear(self) -> None:
        self._by_organization.clear()

    def _of(self, organization_id: str) -> dict[str, Member]:
        members = self._by_organization.get(organization_id)
        if members is None:
            raise Refused("NOT_FOUND", "organization not found")
        return members
