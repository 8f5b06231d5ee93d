"""What the routes about money accept."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, StrictStr

from billing.core.errors import InvalidRequest
from billing.metering.domain.top_up_rule import TopUpSettings
from billing.payments.domain.charge import Order
from billing.plans.plan import Catalog
from billing.runtime.parsing import Body, BuyerBody, Currency, Id, Strict
from billing.subscriptions.api.requests import ItemPriceId, Locale, Path

Money = Annotated[StrictInt, Field(ge=1, le=1_000_000_000)]
Description = Annotated[StrictStr, Field(min_length=1, max_length=250)]
Quantity = Annotated[StrictInt, Field(ge=1, le=1_000)]


class PaymentMethodRequest(Body):
    """`POST /api/payment-methods`."""

    return_url: Path = "/billing"


class PricedRequest(Strict):
    """What is paid for: a charge item of the catalog, or an amount in minor units with its currency and description."""

    item_price_id: ItemPriceId | None = None
    quantity: Quantity = 1
    amount: Money | None = None
    currency: Currency | None = None
    description: Description | None = None

    def order(self, catalog: Catalog) -> Order:
        """Raises UnknownPlan for what is not sold, InvalidRequest for neither or both."""
        if self.item_price_id is not None:
            if self.amount is not None or self.currency is not None or self.description is not None:
                raise InvalidRequest("Name an itemPriceId or an amount, not both: an item has its own price.")
            item = catalog.charge_item(self.item_price_id, self.quantity)
            return Order(item.currency, item_price_id=item.item_price_id, quantity=self.quantity)
        if self.amount is None or self.currency is None or self.description is None:
            raise InvalidRequest("Name an itemPriceId, or an amount with its currency and description.")
        if self.quantity != 1:
            raise InvalidRequest("An amount has no quantity.")
        return Order(self.currency, self.amount, self.description)


class ChargeRequest(PricedRequest):
    """`POST .../charges`: once for every `key`. Without a `paymentMethodId` the default one is charged."""

    key: Id
    payment_method_id: Annotated[StrictStr, Field(min_length=1, max_length=50)] | None = None
    return_url: Path = "/billing"

    def order(self, catalog: Catalog) -> Order:
        """The order, with the payment method that is to pay it."""
        return replace(super().order(catalog), payment_method_id=self.payment_method_id)


class PurchaseRequest(PricedRequest, BuyerBody):
    """`POST /api/checkout`. An amount, and the `organizationId`, are for machine callers only."""

    key: Id | None = None
    success_url: Path = "/billing?paid=1"
    cancel_url: Path = "/billing"
    locale: Locale | None = None


class TopUpRequest(Body):
    """`POST /api/wallet/top-ups`: an amount in minor units, for the wallet of its currency."""

    amount: Money
    currency: Currency
    key: Id | None = None
    success_url: Path = "/billing?toppedUp=1"
    cancel_url: Path = "/billing"
    locale: Locale | None = None


class AutoTopUpRequest(Body):
    """`PUT /api/wallet/auto-top-up`: minor units. The cap holds for a calendar month (UTC)."""

    currency: Currency
    threshold: Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]
    amount: Money
    monthly_cap: Money
    enabled: StrictBool = True

    def settings(self) -> TopUpSettings:
        """Raises InvalidRequest for a cap that one top-up would pass."""
        if self.monthly_cap < self.amount:
            raise InvalidRequest("monthlyCap must be at least the amount of one top-up.")
        return TopUpSettings(self.currency, self.threshold, self.amount, self.monthly_cap, self.enabled)
