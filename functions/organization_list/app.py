"""GET /api/organizations"""

from typing import Any

from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.organizations import organization_list


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """A page of the organizations, of one plan or of all."""
    return organization_list(request.query, wiring.directory(), wiring.catalog()())
