"""What the routes about money accept."""

from billing.entrypoints.parsing import Body
from billing.entrypoints.requests import Path


class PaymentMethodRequest(Body):
    """`POST /api/payment-methods`."""

    return_url: Path = "/billing"
