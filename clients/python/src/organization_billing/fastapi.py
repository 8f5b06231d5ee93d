"""A gate for FastAPI: `Depends(require("exports", billing=billing, organization=organization_of))`."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException

from organization_billing.client import AsyncBilling
from organization_billing.gate import AWAY, Closed, closed, shut
from organization_billing.types import EntitlementView


def require(
    feature: str, quantity: int | str = 1, *, billing: AsyncBilling, organization: Callable[..., str | Awaitable[str]]
) -> Callable[[str], Awaitable[EntitlementView]]:
    """A dependency that answers the entitlement, or 402, or 503 while billing cannot be asked.

    `organization` is a dependency of yours: the organization of the request, as your session has proved it.
    """

    async def gate(organization_id: Annotated[str, Depends(organization)]) -> EntitlementView:
        try:
            view = await billing.metering.entitlement(feature, required=quantity, organization_id=organization_id)
        except AWAY as failure:
            raise _answer(shut(failure)) from failure
        if no := closed(view):
            raise _answer(no)
        return view

    return gate


def _answer(no: Closed) -> HTTPException:
    return HTTPException(no.status, no.body, no.headers)
