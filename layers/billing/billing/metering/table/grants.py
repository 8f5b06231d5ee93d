"""Grants in the one table: the row that gates and uses read, and beside it every version that there ever was."""

from billing.metering.domain.grant import Grant
from billing.metering.table.rows import GRANT, grant_item, grant_version_key, grants_key
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.table.rows import outbox_item
from billing.table.codec import encode
from billing.table.writes import Write, put, put_once, put_version


def grant_writes(organization_id: str, seen: int, grant: Grant, announcement: Announcement) -> list[Write]:
    """One row counts the writes of all grants, so that of two at once the second sees the first, and none is too many.

    A version is written once: a grant whose row is gone has its versions still, and does not begin again.
    """
    counted = grants_key(organization_id) | encode({"version": seen + 1})
    version = grant_version_key(organization_id, grant.id, grant.version) | encode(GRANT.values(grant))
    return [
        put_version(counted, seen),
        put(grant_item(organization_id, grant)),
        put_once(version),
        put(outbox_item(announcement, grant.at)),
    ]
