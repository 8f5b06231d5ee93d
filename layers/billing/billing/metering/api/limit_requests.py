"""What the routes accept that set the limits of one organization: grants, alerts, the spending cap."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StrictStr

from billing.core.errors import InvalidRequest
from billing.core.money import of_minor
from billing.core.quantity import Quantity
from billing.metering.api.requests import Amount, Name, NoneOrSome, Some
from billing.metering.domain.grant import Gift, GrantWish
from billing.runtime.parsing import Body, Currency, Moment, Strict


class SpendingCapRequest(Body):
    """`PUT /api/billing/spending-cap`: minor units of a month, null for any amount."""

    amount: Amount | None
    currency: Currency

    def limit(self) -> int | None:
        """In micros."""
        return None if self.amount is None else of_minor(self.amount, self.currency).micros


class AlertsRequest(Strict):
    """`PUT .../alerts`: percentages of the limit, by feature; none is no alert, whatever the plan says."""

    thresholds: Annotated[
        dict[Name, Annotated[list[Annotated[StrictInt, Field(ge=1, le=100)]], Field(max_length=10)]],
        Field(max_length=50),
    ]

    def alerts(self) -> dict[str, list[int]]:
        """Each once, in their order."""
        return {name: sorted(set(each)) for name, each in self.thresholds.items()}


class GrantRequest(Strict):
    """`PUT .../grants/{grantId}`: `units` once, at least a `limit` in every period, or neither for what is on or off.

    Times are UTC seconds; it begins now and has no end unless it says so. With `version` it changes that one alone.
    """

    feature: Name
    units: Some | None = None
    limit: NoneOrSome | Literal["unlimited"] | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    by: Annotated[StrictStr, Field(min_length=1, max_length=200)]
    reason: Annotated[StrictStr, Field(min_length=1, max_length=500)]
    version: Annotated[StrictInt, Field(ge=1)] | None = None

    def wish(self, grant_id: str) -> GrantWish:
        """In the domain's terms. Raises InvalidRequest for two gifts in one."""
        gift, amount = self._gift()
        return GrantWish(
            grant_id, self.feature, gift, amount, self.starts_at, self.ends_at, self.by, self.reason, self.version
        )

    def _gift(self) -> tuple[Gift, Quantity | None]:
        match self.units, self.limit:
            case None, None:
                return Gift.FEATURE, None
            case Quantity() as units, None:
                return Gift.UNITS, units
            case None, limit:
                return Gift.LIMIT, limit if isinstance(limit, Quantity) else None
        raise InvalidRequest("A grant has either units or a limit.")
