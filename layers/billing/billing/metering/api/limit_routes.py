"""The routes that set the limits of one organization: grants, alerts, the spending cap."""

from billing.core.errors import Conflict, EventConflict, UnknownFeature, UnknownOrganization
from billing.metering.api.answers import AlertsView, GrantHistory, GrantList, OwnGrants
from billing.metering.domain.grant import GrantNotFound, TooManyGrants
from billing.metering.domain.published import PublishedGrant, PublishedSpendingCap
from billing.runtime.route import Route, Who

_REQUESTS = "billing.metering.api.limit_requests"
_ORGANIZATION = "/api/organizations/{id}"
_ADMIN = "billing:admin"

SPENDING_CAP = Route(
    "metering/spending_cap",
    "PUT",
    "/api/billing/spending-cap",
    Who.ADMIN,
    PublishedSpendingCap,
    body=f"{_REQUESTS}:SpendingCapRequest",
    errors=(Conflict,),
)
ALERTS = Route("metering/alerts", "GET", f"{_ORGANIZATION}/alerts", Who.MACHINE, AlertsView, scope=_ADMIN)
SAVE_ALERTS = Route(
    "metering/save_alerts",
    "PUT",
    f"{_ORGANIZATION}/alerts",
    Who.MACHINE,
    AlertsView,
    scope=_ADMIN,
    body=f"{_REQUESTS}:AlertsRequest",
    errors=(UnknownOrganization, UnknownFeature),
)
OWN_GRANTS = Route(
    "metering/own_grants",
    "GET",
    "/api/grants",
    Who.READER,
    OwnGrants,
    scope="billing:read",
    query=("referenceId", "organizationId"),
)
GRANTS = Route("metering/list_grants", "GET", f"{_ORGANIZATION}/grants", Who.MACHINE, GrantList, scope=_ADMIN)
GRANT = Route(
    "metering/read_grant",
    "GET",
    f"{_ORGANIZATION}/grants/{{grantId}}",
    Who.MACHINE,
    GrantHistory,
    scope=_ADMIN,
    errors=(GrantNotFound,),
)
SAVE_GRANT = Route(
    "metering/save_grant",
    "PUT",
    f"{_ORGANIZATION}/grants/{{grantId}}",
    Who.MACHINE,
    PublishedGrant,
    scope=_ADMIN,
    body=f"{_REQUESTS}:GrantRequest",
    errors=(UnknownOrganization, UnknownFeature, TooManyGrants, EventConflict, Conflict),
)
DELETE_GRANT = Route(
    "metering/delete_grant",
    "DELETE",
    f"{_ORGANIZATION}/grants/{{grantId}}",
    Who.MACHINE,
    PublishedGrant,
    scope=_ADMIN,
    query=("by", "reason"),
    errors=(GrantNotFound, Conflict),
)

ROUTES = (SPENDING_CAP, ALERTS, SAVE_ALERTS, OWN_GRANTS, GRANTS, GRANT, SAVE_GRANT, DELETE_GRANT)
