"""What the machine routes for metering accept."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PlainValidator, StrictInt, StrictStr, WithJsonSchema

from billing.core.clock import DAY, HOUR
from billing.core.errors import InvalidRequest
from billing.core.money import Money, of_minor
from billing.core.names import FEATURE
from billing.core.quantity import LARGEST, TEXT, Quantity, read_quantity
from billing.metering.domain.hold import Reservation
from billing.metering.domain.usage import Correction, Cost, Idempotency, UsageEvent
from billing.metering.domain.wallet import LotKind, WalletPosting
from billing.runtime.parsing import Currency, Id, Moment, Strict, described, named, parse

Name = Annotated[StrictStr, named(FEATURE), described(FEATURE)]


def read_some(value: object) -> Quantity:
    """A quantity of more than nothing. Raises ValueError for any other."""
    found = read_quantity(value)
    if found.steps == 0:
        raise ValueError("It is more than 0.")
    return found


def _quantity(least: int) -> WithJsonSchema:
    """For readers of the API's description."""
    number = {"type": "integer", "minimum": least, "maximum": LARGEST}
    return WithJsonSchema({"anyOf": [number, {"type": "string", "pattern": f"^{TEXT}$"}]})


Some = Annotated[Quantity, PlainValidator(read_some), _quantity(1)]
"""A quantity: a whole number, or text with as many decimals as the feature has."""

NoneOrSome = Annotated[Quantity, PlainValidator(read_quantity), _quantity(0)]
"""The same, nothing included."""

Amount = Annotated[StrictInt, Field(ge=0, le=1_000_000_000_000)]
Dimensions = Annotated[dict[Name, Annotated[StrictStr, Field(max_length=200)]], Field(max_length=10)]


class CostRequest(Strict):
    """What a vendor charges for a use: `amount` in minor units, or `amountMicros`, millionths of the currency."""

    vendor: Name
    currency: Currency
    amount: Amount | None = None
    amount_micros: Amount | None = None
    id: Id | None = None

    def cost(self, place: int) -> Cost:
        """The cost; without an id of its own it is known by its place. Raises InvalidRequest."""
        match self.amount, self.amount_micros:
            case int(amount), None:
                money = of_minor(amount, self.currency)
            case None, int(micros):
                money = Money(micros, self.currency)
            case _:
                raise InvalidRequest("A cost has either an amount or amountMicros.")
        return Cost(self.id or f"{place}", self.vendor, money)


class EventRequest(Strict):
    """One use. `occurredAt` is UTC seconds."""

    id: Id
    feature: Name
    quantity: Some
    occurred_at: StrictInt
    dimensions: Dimensions = Field(default_factory=dict)
    costs: Annotated[list[CostRequest], Field(max_length=10)] = Field(default_factory=list)

    def event(self) -> UsageEvent:
        """In the domain's terms. Raises InvalidRequest for costs that could not be told apart."""
        costs = tuple(cost.cost(place) for place, cost in enumerate(self.costs))
        if len({cost.id for cost in costs}) != len(costs):
            raise InvalidRequest("Every cost of an event needs an id of its own, or none.")
        quantity, decimals = self.quantity.steps, self.quantity.decimals
        return UsageEvent(self.id, self.feature, quantity, self.occurred_at, self.dimensions, costs, decimals=decimals)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event of a batch that is none, but for its id; `told` says why."""

    id: str
    told: str


class _Named(BaseModel):
    id: Id


def read_event(document: object) -> UsageEvent | Unreadable:
    """Read one event of a batch, which spoils no other. Raises ValueError for one without an id to answer it by."""
    try:
        return parse(EventRequest, document).event()
    except InvalidRequest as wrong:
        return Unreadable(_Named.model_validate(document).id, str(wrong))


IDEMPOTENCY = (
    "`id` where `occurredAt` is the sender's clock: an event sent again at another time, with the same content, is "
    "replayed, and not a conflict."
)


class UsageRequest(Strict):
    """`POST .../usage`: a batch, recorded in its order. One event without an id spoils it; any other stands alone."""

    events: Annotated[
        list[
            Annotated[
                UsageEvent | Unreadable,
                PlainValidator(read_event, json_schema_input_type=EventRequest),
            ]
        ],
        Field(min_length=1, max_length=100),
    ]
    idempotency: Annotated[Idempotency, Field(description=IDEMPOTENCY)] = "content"

    @property
    def readable(self) -> list[UsageEvent]:
        """The events that may be recorded."""
        return [replace(each, idempotency=self.idempotency) for each in self.events if isinstance(each, UsageEvent)]


class EstimateRequest(Strict):
    """`POST .../usage/estimate`."""

    feature: Name
    quantity: Some
    dimensions: Dimensions = Field(default_factory=dict)


class HoldRequest(Strict):
    """`POST .../holds`: reserved for `seconds`, an hour unless said otherwise, a week at most."""

    id: Id
    feature: Name
    quantity: Some
    seconds: Annotated[StrictInt, Field(ge=1, le=7 * DAY)] = HOUR
    dimensions: Dimensions = Field(default_factory=dict)

    def reservation(self) -> Reservation:
        """In the domain's terms."""
        quantity, decimals = self.quantity.steps, self.quantity.decimals
        return Reservation(self.id, self.feature, quantity, self.seconds, self.dimensions, decimals)


class SettleRequest(Strict):
    """`POST .../holds/{holdId}/settle`: what it really took, nothing included."""

    quantity: NoneOrSome


class VoidRequest(Strict):
    """`POST .../usage/{eventId}/void`: it should not have counted, once for every `key`."""

    key: Id
    reason: Annotated[StrictStr, Field(min_length=1, max_length=500)]

    def correction(self, event_id: str) -> Correction:
        """In the domain's terms."""
        return Correction(self.key, event_id, 0, self.reason)


class CorrectRequest(VoidRequest):
    """`POST .../usage/{eventId}/correct`: the units that it is really of."""

    quantity: NoneOrSome

    def correction(self, event_id: str) -> Correction:
        """In the domain's terms."""
        quantity, decimals = self.quantity.steps, self.quantity.decimals
        return replace(super().correction(event_id), quantity=quantity, decimals=decimals)


class CostsRequest(Strict):
    """`POST .../usage/{eventId}/costs`: late costs, each with an id of its own."""

    costs: Annotated[list[CostRequest], Field(min_length=1, max_length=10)]

    def with_ids(self) -> list[Cost]:
        """Raises InvalidRequest for a cost without an id: it could not be told from the same one sent again."""
        if not all(cost.id for cost in self.costs) or len({cost.id for cost in self.costs}) != len(self.costs):
            raise InvalidRequest("Every late cost needs an id of its own.")
        return [cost.cost(place) for place, cost in enumerate(self.costs)]


class AdjustmentRequest(Strict):
    """`POST .../wallet/adjustments`: minor units, negative for a debit, once for every `id`.

    What is `promotional` is spent before what is `paid`; what has an `expiresAt` (UTC seconds) is gone from then on.
    """

    id: Id
    amount: Annotated[StrictInt, Field(ge=-1_000_000_000_000, le=1_000_000_000_000)]
    currency: Currency
    reason: Annotated[StrictStr, Field(min_length=1, max_length=500)]
    kind: Literal["promotional", "paid"] = "paid"
    expires_at: Moment | None = None

    def posting(self) -> WalletPosting:
        """In the service's terms. Raises InvalidRequest for an amount of nothing, or a debit of a kind."""
        if self.amount == 0:
            raise InvalidRequest("amount must not be 0.")
        if self.amount < 0 and (self.kind != "paid" or self.expires_at is not None):
            raise InvalidRequest("Only a credit has a kind or an expiresAt: a debit takes what is spent first.")
        amount = of_minor(self.amount, self.currency)
        return WalletPosting(
            f"adjustment:{self.id}", "adjustment", amount, self.reason, LotKind(self.kind), self.expires_at
        )
