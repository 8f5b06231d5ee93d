"""An invoice as a PDF, made on demand behind a link that is valid for an hour.

https://apidocs.chargebee.com/docs/api/invoices/retrieve-an-invoice-as-pdf
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from local.chargebee import invoices
from local.chargebee.call import Call, Operation
from local.chargebee.html import money
from local.chargebee.pdf import page
from local.chargebee.simulator import Simulator
from local.chargebee.site import Site
from local.chargebee.store import Download, Resource

_LIFETIME = 3600


def pdf(site: Site, call: Call) -> Resource:
    invoice = invoices.find(site, call.id)
    token, valid_till = site.new_id("dl_"), site.now() + _LIFETIME
    site.store.downloads[token] = Download(invoice["id"], valid_till)
    download = {"download_url": f"{site.base_url}/downloads/{token}", "valid_till": valid_till}
    return {"download": download | {"mime_type": "application/pdf", "object": "download"}}


async def show(request: Request) -> Response:
    simulator: Simulator = request.app.state.simulator
    site = simulator.site
    download = site.store.downloads.get(request.path_params["token"])
    if download is None or site.now() >= download.valid_till:
        return PlainTextResponse("This link is not valid any more.", 404)
    invoice = invoices.find(site, download.invoice_id)
    rows = [(each["description"], each["amount"]) for each in invoice["line_items"]] + [("Total", invoice["total"])]
    text = [f"Invoice {invoice['id']}", *(f"{name}: {money(of, invoice['currency_code'])}" for name, of in rows)]
    return Response(page(text), media_type="application/pdf")


OPERATIONS = (Operation("POST", "/invoices/{id}/pdf", "invoice.pdf", pdf, lacks=frozenset({"disposition_type"})),)
ROUTES = (Route("/downloads/{token}", show),)
