"""GET /api/organizations/{id}"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.organizations import one_organization


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """An organization with its subscriptions, its entitlements and its wallets."""
    return one_organization(request.organization_id, wiring.metering())
