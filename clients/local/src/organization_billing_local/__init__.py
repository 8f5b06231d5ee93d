"""The organization billing system on this machine, for tests: emulated AWS and simulators of both vendors."""

from organization_billing_local.billing_stack import BillingStack, Organization, StackRefused
from organization_billing_local.starting import StackFailed, started

__all__ = ["BillingStack", "Organization", "StackFailed", "StackRefused", "started"]
