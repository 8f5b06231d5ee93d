"""What the route accepts that adjusts a meter."""

from typing import Annotated

from pydantic import Field, PlainValidator, StrictStr, WithJsonSchema

from billing.core.quantity import LARGEST, TEXT, Quantity
from billing.metering.api.requests import Dimensions, Name, read_some
from billing.metering.domain.adjustment import Adjustment
from billing.runtime.parsing import Id, Moment, Strict


def read_signed(value: object) -> Quantity:
    """A quantity of more or less than nothing. Raises ValueError for any other."""
    if isinstance(value, str) and value.startswith("-"):
        return _negative(read_some(value[1:]))
    return _negative(read_some(-value)) if type(value) is int and value < 0 else read_some(value)


def _negative(quantity: Quantity) -> Quantity:
    return Quantity(-quantity.steps, quantity.decimals)


Signed = Annotated[
    Quantity,
    PlainValidator(read_signed),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST},
                {"type": "string", "pattern": f"^-?{TEXT}$"},
            ]
        }
    ),
]
"""A quantity, or one below zero: a whole number, or text with as many decimals as the feature has."""


class MeterAdjustmentRequest(Strict):
    """`POST .../usage/adjustments`: so many more units, or fewer below zero, once for every `key`.

    They count in the period of `occurredAt` (UTC seconds), or else in the one that runs. Units beyond the allowance
    have the price of the `dimensions`.
    """

    key: Id
    feature: Name
    quantity: Signed
    by: Annotated[StrictStr, Field(min_length=1, max_length=200)]
    reason: Annotated[StrictStr, Field(min_length=1, max_length=500)]
    occurred_at: Moment | None = None
    dimensions: Dimensions = Field(default_factory=dict)

    def adjustment(self) -> Adjustment:
        """In the domain's terms."""
        quantity, decimals = self.quantity.steps, self.quantity.decimals
        told = self.by, self.reason, self.occurred_at, self.dimensions
        return Adjustment(self.key, self.feature, quantity, *told, decimals)
