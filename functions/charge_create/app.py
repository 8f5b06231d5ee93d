"""POST /api/organizations/{id}/charges"""

from typing import Any

from billing.domain.charge import ChargeState
from billing.domain.return_url import relative_path
from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.payment_requests import ChargeRequest
from billing.entrypoints.payment_views import charge_view
from billing.services.charge_card import CardCharge, charge_card
from billing.services.open_action import open_action


@machine_route("charges:write")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Charge a saved card, once for every key."""
    body = request.body(ChargeRequest)
    return_url = wiring.site("").app_url + relative_path(body.return_url)
    order, ports = body.order(wiring.catalog()()), wiring.payment_ports()
    charge = charge_card(CardCharge(request.organization_id, body.key, order), ports)
    waiting = charge.state is ChargeState.ACTION_REQUIRED
    return charge_view(charge, open_action(charge, return_url, ports) if waiting else None)
