"""Time zones by name."""

from datetime import UTC, tzinfo

from billing.core.errors import NotConfigured


def time_zone(name: str) -> tzinfo:
    """The time zone of an IANA name, such as `America/Los_Angeles`. Raises NotConfigured when there is none."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - most sites count in UTC

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as unknown:
        raise NotConfigured(f"There is no time zone {name!r}; use an IANA name such as 'Europe/Berlin'.") from unknown
