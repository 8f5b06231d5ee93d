"""What may be given to an organization, changed and taken away: every decision about its grants."""

from collections.abc import Iterable
from dataclasses import replace

from billing.core.clock import DAY
from billing.core.errors import EventConflict, InvalidRequest
from billing.core.quantity import exact
from billing.core.until_won import Outdated
from billing.metering.domain.grant import (
    MOST_CHANGES,
    MOST_KEPT,
    MOST_LIVE,
    REMEMBERED,
    Earlier,
    Gift,
    Grant,
    GrantDeletion,
    GrantNotFound,
    GrantWish,
    TooManyGrants,
)
from billing.plans.feature import Counted, Switch
from billing.plans.plan import Catalog


def wished(known: Grant | None, wish: GrantWish, catalog: Catalog, now: int) -> Grant:
    """The grant as it is wished for at `now` (UTC seconds): the very same one when it is that already.

    Raises UnknownFeature, InvalidRequest for what the feature cannot be given, Conflict for another version,
    TooManyGrants for more changes than are remembered, or EventConflict for one that was deleted: it does not come back
    by a request that was sent again.
    """
    _check_gift(wish, catalog)
    if known is not None and known.deleted:
        raise gone(wish.id)
    starts_at = wish.starts_at if wish.starts_at is not None else (known.starts_at if known else now)
    if wish.ends_at is not None and wish.ends_at <= starts_at:
        raise InvalidRequest("A grant ends after it begins.")
    counted = catalog.counted(wish.feature)
    decimals = counted.decimals if counted else 0
    amount = None if wish.amount is None else exact(wish.amount).at(decimals)
    new = Grant(wish.id, wish.feature, wish.gift, amount, starts_at, wish.ends_at, wish.by, wish.reason, now)
    new = replace(new, decimals=decimals)
    if known is None:
        if wish.version:
            raise Outdated("There is no such grant any more.")
        return new
    same = replace(new, at=known.at, version=known.version, earlier=known.earlier)
    if same == known:
        return known
    if wish.version is not None and wish.version != known.version:
        raise Outdated(f"The grant has version {known.version} by now.")
    return replace(same, at=now, version=known.version + 1, earlier=_remembered(known, new, now))


def _remembered(known: Grant, new: Grant, now: int) -> tuple[Earlier, ...]:
    """What uses of before a change still count by."""
    gave = known.until(now)
    recent = tuple(each for each in known.earlier if each.until > now - REMEMBERED)
    if gave == new.until(now):
        return recent
    if len(recent) >= MOST_CHANGES:
        raise TooManyGrants(
            f"A grant changes at most {MOST_CHANGES} times in {REMEMBERED // DAY} days: give another one."
        )
    return (*recent, gave)


def gone(grant_id: str) -> EventConflict:
    """What a wish for the id of a deleted grant is answered."""
    return EventConflict(f"The id {grant_id!r} was used for a grant that is gone.")


def taken_away(known: Grant | None, deletion: GrantDeletion, now: int) -> Grant:
    """The grant as its deletion leaves it: the very same one when it is deleted already. Raises GrantNotFound."""
    if known is None:
        raise GrantNotFound(f"There is no grant {deletion.id!r}.")
    if known.deleted:
        return known
    return replace(known, by=deletion.by, reason=deletion.reason, at=now, version=known.version + 1, deleted=True)


def check_room(kept: Iterable[Grant], grant: Grant, now: int) -> None:
    """Raises TooManyGrants when one more would be more than an organization may have."""
    others = [each for each in kept if each.id != grant.id]
    live = [each for each in others if not each.ended(now)]
    if not grant.ended(now) and len(live) >= MOST_LIVE:
        raise TooManyGrants(f"An organization has at most {MOST_LIVE} grants that have not ended.")
    if len(others) >= MOST_KEPT:
        raise TooManyGrants(f"An organization has at most {MOST_KEPT} grants, with those that ended lately.")


def _check_gift(wish: GrantWish, catalog: Catalog) -> None:
    catalog.check_feature(wish.feature)
    kind = Switch if wish.gift is Gift.FEATURE else Counted
    if not any(isinstance(sold.features.get(wish.feature), kind) for sold in catalog.subscribable):
        told = "is counted: give units or a limit" if kind is Switch else "is on or off: it has no units and no limit"
        raise InvalidRequest(f"The feature {wish.feature!r} {told}.")
