"""What an admin chose to buy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """What an admin chose to buy, and the coupons to redeem with it. Add-ons are `(item price id, quantity)`; only the
    plan carries the seats."""

    item_price_id: str
    seats: int
    addons: tuple[tuple[str, int], ...] = ()
    coupons: tuple[str, ...] = ()
