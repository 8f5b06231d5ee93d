"""How a grant looks to the organization that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.metering.domain.published import published_grant

if TYPE_CHECKING:
    from billing.metering.api.answers import GrantView
    from billing.metering.domain.grant import Grant


def grant_view(grant: Grant) -> GrantView:
    """What it gives, from when until when. The id, who gave it and why are the operators' own words."""
    told = published_grant(grant)
    return {
        "feature": told["feature"],
        "units": told["units"],
        "limit": told["limit"],
        "startsAt": told["startsAt"],
        "endsAt": told["endsAt"],
    }
