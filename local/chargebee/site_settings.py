"""What a team sets up on its site before anything is sold."""

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """None means that nothing is restricted. Currencies are codes, as `USD`; domains are host names."""

    # Settings > Smart Routing: without it a page has no gateway unless it was opened with one.
    smart_routing: Literal["on", "off"] = "on"
    # Settings > Checkout & Self-Serve > Allowed redirect domains.
    allowed_redirect_domains: tuple[str, ...] | None = None
    # https://www.chargebee.com/docs/billing/2.0/subscriptions/multi-plan-subscriptions
    multi_plan: Literal["on", "off"] = "off"
    # https://www.chargebee.com/docs/1.0/multi-decimal-support.html
    multi_decimal: Literal["on", "off"] = "off"
    # Billing terms end at the same time of day in this zone, so a day may have 23 or 25 hours.
    time_zone: str = "UTC"
    # Moves and merges are asynchronous at the vendor's, for a time that it does not say: at once, or a minute later.
    moves: Literal["at_once", "later"] = "at_once"
    # Settings > Billing LogIQ > Price Override: https://www.chargebee.com/docs/price-override.html
    price_override: Literal["on", "off"] = "on"
    # Settings > Reason Codes > Subscription Cancellation: those that there are, and whether one is needed.
    cancel_reason_codes: tuple[str, ...] | None = None
    cancel_reason: Literal["optional", "mandatory"] = "optional"
    currencies: tuple[str, ...] | None = None
    gateway_currencies: tuple[str, ...] | None = None
    # Several business entities on one site; the first one is the default.
    business_entities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError(f"time_zone: {self.time_zone} is no time zone") from unknown

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
