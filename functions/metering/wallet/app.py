"""Show the organization's prepaid money, and a page of its ledger."""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.metering.api import routes
from billing.metering.api.answers import WalletList
from billing.metering.api.queries import currency_named
from billing.metering.api.wallet_view import wallets_view
from billing.metering.services.read_wallets import read_wallets
from billing.runtime.http import Request, serve


@serve(routes.WALLET)
def handler(request: Request) -> WalletList:
    currency, cursor = currency_named(request.query), request.query.get("cursor")
    now = utc_now()
    return wallets_view(read_wallets(request.organization_id, currency, cursor, wiring.usage_store(), now), now)
