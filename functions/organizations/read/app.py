"""Show an organization with its subscriptions, its entitlements and its wallets."""

from billing.app import wiring
from billing.organizations.api import routes
from billing.organizations.api.account_view import account_view
from billing.organizations.api.answers import AccountView
from billing.organizations.services.read_organization import read_organization
from billing.runtime.http import Request, serve


@serve(routes.READ)
def handler(request: Request) -> AccountView:
    metering = wiring.metering()
    return account_view(read_organization(request.organization_id, metering), metering.catalog)
