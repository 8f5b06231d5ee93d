"""Client of the organization billing API."""

from organization_billing.buffer import StillWaiting
from organization_billing.call import Call, new_key
from organization_billing.client import AsyncBilling, Billing
from organization_billing.credentials import MachineClient, MemberToken
from organization_billing.errors import (
    BillingError,
    ClockAhead,
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    ServerError,
    TokenRefused,
    Unauthenticated,
    Unavailable,
    Unreachable,
)
from organization_billing.exchange import Patience
from organization_billing.journal import JournalTaken
from organization_billing.usage_buffer import AsyncUsageBuffer, UsageBuffer
from organization_billing.waiting import BufferClosed, BufferFull, Flushed, NotRecorded

__all__ = [
    "AsyncBilling",
    "AsyncUsageBuffer",
    "Billing",
    "BillingError",
    "BufferClosed",
    "BufferFull",
    "Call",
    "ClockAhead",
    "Conflict",
    "Flushed",
    "Forbidden",
    "InvalidRequest",
    "JournalTaken",
    "MachineClient",
    "MemberToken",
    "NotFound",
    "NotRecorded",
    "Patience",
    "PaymentRequired",
    "RateLimited",
    "Refused",
    "ServerError",
    "StillWaiting",
    "TokenRefused",
    "Unauthenticated",
    "Unavailable",
    "Unreachable",
    "UsageBuffer",
    "new_key",
]
