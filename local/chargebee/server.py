"""The ASGI application: the API, the control routes and the pages that a browser opens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route

from local.chargebee import (
    api,
    control,
    downloads,
    kept,
    page_views,
    portal_views,
    record_controls,
    schedule,
    site_controls,
)
from local.chargebee.errors import ApiError
from local.chargebee.simulator import Settings, Simulator, build

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_TICK = 1.0


def create_app(settings: Settings) -> Starlette:
    simulator = build(settings)
    if settings.keep:
        kept.load(simulator.site, settings.keep)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as background:
            ticking = background.create_task(_keep_time(simulator))
            yield
            ticking.cancel()
        await simulator.courier.close()
        if settings.keep:
            kept.save(simulator.site, settings.keep)

    app = Starlette(
        routes=[
            Route("/api/v2/{path:path}", api.serve, methods=_METHODS),
            *control.ROUTES,
            *record_controls.ROUTES,
            *site_controls.ROUTES,
            *page_views.ROUTES,
            *downloads.ROUTES,
            *portal_views.ROUTES,
        ],
        exception_handlers={ApiError: control.refused, ValueError: control.refused, TypeError: control.refused},
        lifespan=lifespan,
    )
    app.state.simulator = simulator
    return app


async def _keep_time(simulator: Simulator) -> None:
    """What falls due while nobody calls still happens when it should."""
    while True:
        await asyncio.sleep(_TICK)
        schedule.catch_up(simulator.site)
