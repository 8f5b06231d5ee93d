"""`/api/v2`: record the call, strike it with its fault, authenticate, check, answer."""

import asyncio
import base64
import binascii
import json
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.chargebee import schedule
from local.chargebee.assumptions import Assumptions
from local.chargebee.business_entities import entity_of_request
from local.chargebee.call import Call
from local.chargebee.concerned import concerned
from local.chargebee.errors import REFUSALS, ApiError, not_simulated, of_code, of_status, unauthenticated
from local.chargebee.faults import API_PREFIX, ApiFault
from local.chargebee.idempotency import HEADER, REPLAYED
from local.chargebee.operations import route
from local.chargebee.simulator import Simulator
from local.chargebee.wire import read_parameters

Pairs = list[tuple[str, str]]


async def serve(request: Request) -> Response:
    simulator: Simulator = request.app.state.simulator
    path = request.scope["raw_path"].decode().split("?")[0].removeprefix(API_PREFIX)
    sent = request.url.query if request.method == "GET" else (await request.body()).decode()
    pairs = parse_qsl(sent, keep_blank_values=True)
    call = _recorded(request, path, pairs)
    simulator.requests.append(call)
    answer = await _served(simulator, request, path, pairs)
    call["status"] = answer.status_code
    return answer


async def _served(simulator: Simulator, request: Request, path: str, pairs: Pairs) -> Response:
    if simulator.faults.limit is not None and (seconds := simulator.faults.limit.wait()):
        return _limited(seconds, simulator.site.assumptions)
    fault = simulator.faults.take(request.method, path, concerned(simulator.site, path, pairs))
    if fault is not None and fault.timeout_after is None:
        return await _strike(fault, simulator.site.assumptions)
    answer = _answer(simulator, request, path, pairs)
    if fault is not None and fault.timeout_after is not None:
        await asyncio.sleep(fault.timeout_after)
    return answer


def _recorded(request: Request, path: str, pairs: Pairs) -> dict[str, Any]:
    """`at` is the machine's time in milliseconds, whatever the site's clock says."""
    return {
        "at": time.time_ns() // 1_000_000,
        "method": request.method,
        "path": path,
        "params": dict(pairs),
        "headers": dict(request.headers),
        "api_key": _api_key(request),
    }


async def _strike(fault: ApiFault, assumptions: Assumptions) -> Response:
    if fault.timeout is not None:
        await asyncio.sleep(fault.timeout)
    status = fault.status or (REFUSALS[fault.code].status if fault.code else HTTPStatus.GATEWAY_TIMEOUT)
    if isinstance(fault.body, str):
        return Response(fault.body, status, media_type="text/html")
    if fault.body is not None:
        return JSONResponse(fault.body, status)
    headers = _retry_after(fault, assumptions) if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    return _refusal(of_code(fault.code, headers) if fault.code else of_status(status, headers))


def _limited(seconds: int, assumptions: Assumptions) -> Response:
    return _refusal(of_code("api_request_limit_exceeded", _coming_back(seconds, assumptions)))


def _retry_after(fault: ApiFault, assumptions: Assumptions) -> dict[str, str]:
    return _coming_back(1, assumptions) if fault.retry_after is None else {"retry-after": str(fault.retry_after)}


def _coming_back(seconds: int, assumptions: Assumptions) -> dict[str, str]:
    return {"retry-after": str(seconds)} if assumptions.retry_after == "present" else {}


def _refusal(error: ApiError) -> Response:
    return JSONResponse(error.body, error.status, headers=error.headers)


def _answer(simulator: Simulator, request: Request, path: str, pairs: Pairs) -> Response:
    try:
        if not _api_key(request):
            raise unauthenticated()
        schedule.catch_up(simulator.site)
        with entity_of_request(simulator.site, request.headers):
            return _once(simulator, request, path, pairs)
    except ApiError as error:
        return _refusal(error)


def _api_key(request: Request) -> str:
    """The user name of the Basic credentials; empty where there are none."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _once(simulator: Simulator, request: Request, path: str, pairs: Pairs) -> Response:
    """The operation, or with a known idempotency key its earlier answer."""
    key = request.headers.get(HEADER) if request.method == "POST" else None
    if not key:
        return Response(_perform(simulator, request.method, path, pairs), media_type="application/json")
    fingerprint, now = (request.method, path, sorted(pairs)), simulator.site.now()
    body = simulator.replays.find(key, fingerprint, now)
    if body is not None:
        return Response(body, media_type="application/json", headers={REPLAYED: "true"})
    body = _perform(simulator, request.method, path, pairs)
    simulator.replays.keep(key, fingerprint, body, now)
    return Response(body, media_type="application/json")


def _perform(simulator: Simulator, method: str, path: str, pairs: Pairs) -> bytes:
    match = route(method, path)
    params = read_parameters(match.operation.parameters, pairs)
    for name, _ in pairs:
        if match.operation.ignores(name):
            raise not_simulated(f"the parameter {name} here")
    return json.dumps(match.operation.handler(simulator.site, Call(params, match.id))).encode()
