"""POST /api/organizations/{id}/sync"""

from billing.entrypoints.http import machine_route
from billing.entrypoints.reconciling import sync

handler = machine_route("billing:admin", lambda event: sync(event["pathParameters"]["id"]))
