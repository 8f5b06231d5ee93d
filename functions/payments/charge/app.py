"""Charge a saved card, once for every key."""

from billing.app import wiring
from billing.links.site import relative_path
from billing.payments.api import routes
from billing.payments.api.answers import ChargeView
from billing.payments.api.requests import ChargeRequest
from billing.payments.api.views import charge_view
from billing.payments.services.charge_card import CardCharge, charge_card
from billing.payments.services.open_authentication import open_authentication
from billing.runtime.http import Request, serve


@serve(routes.CHARGE)
def handler(request: Request, body: ChargeRequest) -> ChargeView:
    return_url = wiring.site("").page_url(relative_path(body.return_url))
    order, ports = body.order(wiring.catalog()), wiring.payment_ports()
    charge = charge_card(CardCharge(request.organization_id, body.key, order), ports)
    page = open_authentication(charge, return_url, ports) if charge.asks_its_holder else None
    return charge_view(charge, page)
