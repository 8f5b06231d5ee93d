"""Scalekit's events, read once into our own terms.

Shape: https://docs.scalekit.com/reference/webhooks/organization-events. There is no version field:
`data.update_time` orders them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from billing.core.errors import InvalidRequest
from billing.organizations.domain.organization_event import NANOSECONDS, OrganizationEvent

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?\d*(Z|[+-]\d\d:?\d\d)?$")


def read_organization_event(document: Mapping[str, object]) -> OrganizationEvent:
    """The name is the organization's own: the envelope has a `display_name` too, which is the event's.

    Raises InvalidRequest when the event names no organization.
    """
    data = document.get("data")
    data = data if isinstance(data, Mapping) else {}
    organization_id = _named(data.get("id") or document.get("organization_id"))
    name = data.get("display_name")
    return OrganizationEvent(
        id=str(document.get("id")),
        type=str(document.get("type")),
        organization_id=organization_id,
        display_name=name if isinstance(name, str) else "",
        updated_at=nanoseconds(data.get("update_time") or document.get("occurred_at")),
    )


def organization_of_membership(document: Mapping[str, object]) -> str:
    """The organization that somebody joined or left. Raises InvalidRequest when the event names none.

    https://docs.scalekit.com/reference/webhooks/user-events
    """
    data = document.get("data")
    organization = data.get("organization") if isinstance(data, Mapping) else None
    named = organization.get("id") if isinstance(organization, Mapping) else None
    return _named(named or document.get("organization_id"))


def _named(organization_id: object) -> str:
    if not isinstance(organization_id, str) or not organization_id:
        raise InvalidRequest("The event names no organization.")
    return organization_id


def nanoseconds(value: object) -> int:
    """Read either of Scalekit's two timestamp forms, `2024-01-15T10:30:00.123456789Z` and
    `2024-01-15 10:30:00.123456+00:00`, to the nanosecond. 0 when it is neither."""
    match = _TIME.match(value) if isinstance(value, str) else None
    if match is None:
        return 0
    date, time, fraction, zone = match.groups()
    offset = "+00:00" if zone in (None, "Z") else zone
    try:
        moment = datetime.fromisoformat(f"{date}T{time}{offset}").astimezone(UTC)
    except ValueError:
        return 0
    return int(moment.timestamp()) * NANOSECONDS + int((fraction or "").ljust(9, "0"))
