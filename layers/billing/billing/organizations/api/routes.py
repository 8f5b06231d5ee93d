"""The routes about an organization as a whole."""

from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import Conflict, CustomerConflict, OrganizationDeleted, OrganizationNotFound, UnknownCustomer
from billing.organizations.api.answers import (
    AccountView,
    BillingView,
    DeletedOrganization,
    OrganizationList,
    SavedOrganization,
    SyncView,
)
from billing.runtime.route import Route, Who

_ORGANIZATION = "/api/organizations/{id}"
_READ, _ADMIN = "billing:read", "billing:admin"

BILLING = Route(
    "organizations/billing",
    "GET",
    "/api/billing",
    Who.MEMBER,
    BillingView,
    query=("referenceId",),
    errors=(OrganizationDeleted,),
)
LIST = Route(
    "organizations/list",
    "GET",
    "/api/organizations",
    Who.MACHINE,
    OrganizationList,
    scope=_READ,
    query=("plan", "cursor", "limit"),
)
READ = Route(
    "organizations/read",
    "GET",
    _ORGANIZATION,
    Who.MACHINE,
    AccountView,
    scope=_READ,
    errors=(OrganizationNotFound, OrganizationDeleted),
)
SAVE = Route(
    "organizations/save",
    "PUT",
    _ORGANIZATION,
    Who.MACHINE,
    SavedOrganization,
    scope=_ADMIN,
    body="billing.organizations.api.requests:OrganizationRequest",
    errors=(UnknownCustomer, CustomerConflict, OrganizationDeleted, Conflict, ChargebeeError),
)
DELETE = Route(
    "organizations/delete",
    "DELETE",
    _ORGANIZATION,
    Who.MACHINE,
    DeletedOrganization,
    scope=_ADMIN,
    errors=(OrganizationNotFound, Conflict, ChargebeeError),
)
SYNC = Route(
    "organizations/sync",
    "POST",
    f"{_ORGANIZATION}/sync",
    Who.MACHINE,
    SyncView,
    scope=_ADMIN,
    errors=(Conflict, ChargebeeError),
)

ROUTES = (BILLING, LIST, READ, SAVE, DELETE, SYNC)
