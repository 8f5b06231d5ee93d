"""What the session routes accept."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr

from billing.core.errors import InvalidRequest
from billing.runtime.parsing import Body, Strict

MAX_SEATS = 1_000_000
ItemPriceId = Annotated[StrictStr, Field(min_length=1, max_length=100)]
SubscriptionId = Annotated[StrictStr, Field(min_length=1, max_length=50)]
Path = Annotated[StrictStr, Field(min_length=1, max_length=2_000)]
Locale = Annotated[StrictStr, Field(max_length=50, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")]
"""A language of Chargebee's pages, such as `fr` or `pt-BR`."""


Coupons = Annotated[list[Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_.:@+~-]{1,100}$")]], Field(max_length=5)]
"""Ids of Chargebee's coupons. Each costs a call before the page is opened."""


def _text(entry: dict[str, Any]) -> dict[str, Any]:
    """Half of a character is none that the table keeps."""
    try:
        json.dumps(entry, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("It has text that is no Unicode.") from None
    return entry


class PlanEntry(Strict):
    """`PUT /api/plans/{plan}`: one `[[plan]]` of the catalog, with the names of its file.

    With `version`, the one that `GET` told, it changes that one alone.
    """

    entry: Annotated[dict[str, Any], AfterValidator(_text)]
    version: Annotated[StrictStr, Field(min_length=1, max_length=50)] | None = None


class AddonRequest(Strict):
    """One add-on to buy beside the plan."""

    item_price_id: ItemPriceId
    quantity: StrictInt = 1

    @property
    def named(self) -> tuple[str, int]:
        """Its item price and its quantity."""
        return self.item_price_id, self.quantity


def _quantities(named: Sequence[tuple[str, int]]) -> dict[str, int]:
    """By item price. Raises InvalidRequest for one that is named twice."""
    if len(dict(named)) != len(named):
        raise InvalidRequest("An add-on is named twice.")
    return dict(named)


def _distinct(coupon_ids: Sequence[str]) -> tuple[str, ...]:
    """Raises InvalidRequest for one that is named twice."""
    if len(set(coupon_ids)) != len(coupon_ids):
        raise InvalidRequest("A coupon is named twice.")
    return tuple(sorted(coupon_ids))


class CreateSubscription(Body):
    """`POST /api/subscription/create`. The list form of `itemPriceId` names the plan first, then add-ons."""

    item_price_id: ItemPriceId | Annotated[list[ItemPriceId], Field(min_length=1, max_length=20)]
    seats: Annotated[StrictInt, Field(le=MAX_SEATS)] = 1
    addons: list[AddonRequest] = Field(default_factory=list)
    coupons: Coupons = Field(default_factory=list)
    success_url: Path = "/billing?success=1"
    cancel_url: Path = "/billing"
    locale: Locale | None = None

    @property
    def plan_id(self) -> str:
        """The plan's item price."""
        return self.item_price_id if isinstance(self.item_price_id, str) else self.item_price_id[0]

    @property
    def addon_quantities(self) -> dict[str, int]:
        """Every add-on with its quantity, whichever way it was named. Naming one twice is refused."""
        listed = [] if isinstance(self.item_price_id, str) else self.item_price_id[1:]
        return _quantities([*((each, 1) for each in listed), *(each.named for each in self.addons)])

    @property
    def coupon_ids(self) -> tuple[str, ...]:
        """Every coupon to redeem. Naming one twice is refused."""
        return _distinct(self.coupons)


class ChangeSubscription(Body):
    """`POST /api/subscription/update`: what is not named stays as it is.

    Where several subscriptions are live, `subscriptionId` says which is meant.
    `addons` are all the add-ons that the subscription shall have: without it they stay, and an empty list takes them
    off. A line that the catalog does not sell, such as a metered one, stays in any case.
    `coupons` are redeemed with the change, or alone; those that the subscription has stay.
    At the `term_end` it is made when the paid term, or the trial, is over, and can be withdrawn until then.
    A change that is scheduled already, and a scheduled cancellation, go only with `dropScheduledChanges`.

    `POST /api/subscription/preview` takes the same. Where it names no subscription, and none is live in the line of the
    plan, it is of a first purchase: of one seat and no add-on unless it says more.
    """

    item_price_id: ItemPriceId | None = None
    seats: Annotated[StrictInt, Field(le=MAX_SEATS)] | None = None
    addons: list[AddonRequest] | None = None
    coupons: Coupons = Field(default_factory=list)
    subscription_id: SubscriptionId | None = None
    at: Literal["now", "term_end"] = "now"
    drop_scheduled_changes: StrictBool = False
    success_url: Path = "/billing?updated=1"
    cancel_url: Path = "/billing"

    @property
    def addon_quantities(self) -> dict[str, int] | None:
        """Every wanted add-on with its quantity, None where none is named. Naming one twice is refused."""
        return None if self.addons is None else _quantities([each.named for each in self.addons])

    @property
    def coupon_ids(self) -> tuple[str, ...]:
        """Every coupon to redeem. Naming one twice is refused."""
        return _distinct(self.coupons)


class CancelSubscription(Body):
    """`POST /api/subscription/cancel`. `reasonCode` is one of the site's cancellation reason codes."""

    subscription_id: SubscriptionId | None = None
    at: Literal["term_end", "now"] = "term_end"
    reason_code: Annotated[StrictStr, Field(max_length=100)] = ""


class RestoreSubscription(Body):
    """`POST /api/subscription/restore`: the cancellation, or the change, that is scheduled is not made."""

    subscription_id: SubscriptionId | None = None
    scheduled: Literal["cancellation", "change"] = "cancellation"


class OpenPortal(Body):
    """`POST /api/subscription/portal`."""

    return_url: Path = "/billing"
