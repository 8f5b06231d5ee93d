"""A service that does work for organizations whose plan covers it, and meters what it did."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException

from organization_billing import AsyncBilling, AsyncUsageBuffer, MachineClient, Refused, Unreachable
from organization_billing.fastapi import require

FEATURE = "api-calls"

backend = MachineClient(
    os.environ.get("SCALEKIT_ENVIRONMENT_URL", "http://127.0.0.1:4568"),
    os.environ.get("BILLING_CLIENT_ID", "m2morg_local_backend"),
    os.environ.get("BILLING_CLIENT_SECRET", "test_secret"),
)
billing = AsyncBilling(os.environ.get("BILLING_API_URL", "http://127.0.0.1:3000"), backend)
journal = os.environ.get("USAGE_JOURNAL")
usage = AsyncUsageBuffer(billing, journal=Path(journal) if journal else None)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with billing, usage:
        yield


app = FastAPI(lifespan=lifespan)


async def organization_of(authorization: Annotated[str, Header()] = "") -> str:
    """The organization that the caller is signed in to, as the token proves it."""
    try:
        session = await billing.acting_as(authorization.removeprefix("Bearer ")).runtime.session()
    except Refused as no:
        raise HTTPException(no.status, {"error": no.message, "code": no.code}) from no
    except Unreachable as away:
        told = {"error": "Billing could not be asked. Try again.", "code": "billing_unavailable"}
        raise HTTPException(503, told, {"Retry-After": "5"}) from away
    return session["organizationId"]


@app.post("/calls", dependencies=[Depends(require(FEATURE, billing=billing, organization=organization_of))])
async def call(organization_id: Annotated[str, Depends(organization_of)]) -> dict[str, str]:
    """Do the work, and meter it once it is done."""
    return {"use": usage.add(organization_id, FEATURE)}
