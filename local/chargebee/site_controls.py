"""`/_sim`: how the site differs from the one that every test starts with."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.chargebee import coupons
from local.chargebee.catalog import set_item_price
from local.chargebee.control_request import body_of, changed, simulator_of


async def assumptions(request: Request) -> Response:
    """PUT changes those that it names."""
    site = simulator_of(request).site
    if request.method == "PUT":
        site.assumptions = changed(site.assumptions, await body_of(request))
    return JSONResponse(asdict(site.assumptions))


async def settings(request: Request) -> Response:
    """PUT changes those that it names."""
    site = simulator_of(request).site
    if request.method == "PUT":
        site.settings = changed(site.settings, await body_of(request))
    return JSONResponse(asdict(site.settings))


async def put_item_price(request: Request) -> Response:
    """The fields of an entry of the catalog file; of an item price that exists, only those that change."""
    site = simulator_of(request).site
    given = await body_of(request)
    return JSONResponse({"item_price": set_item_price(site.catalog, request.path_params["id"], given, site.now())})


async def archive_coupon(request: Request) -> Response:
    """Nobody else may redeem it."""
    site = simulator_of(request).site
    return JSONResponse({"coupon": coupons.archive(site, request.path_params["id"], "admin_console")})


async def emit_event(request: Request) -> Response:
    """An event of any type with any content, as if the site had sent it."""
    body = await body_of(request)
    if not isinstance(body.get("event_type"), str) or not isinstance(body.get("content"), dict):
        raise ValueError("event_type must be a text and content an object")
    site = simulator_of(request).site
    site.note(body["event_type"], body["content"], "admin_console")
    return JSONResponse({"event": list(site.store.events.values())[-1]})


ROUTES = [
    Route("/_sim/assumptions", assumptions, methods=["GET", "PUT"]),
    Route("/_sim/settings", settings, methods=["GET", "PUT"]),
    Route("/_sim/item_prices/{id}", put_item_price, methods=["PUT"]),
    Route("/_sim/coupons/{id}/archive", archive_coupon, methods=["POST"]),
    Route("/_sim/events", emit_event, methods=["POST"]),
]
