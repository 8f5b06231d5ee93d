"""What the samples of reconciling do."""

from billing.core.errors import InvalidRequest
from tests.app.functions.scalekit import Scalekit
from tests.deployment.subscriptions import subscribed
from tests.deployment.world import World
from tests.samples.expectation import Expectation, raises, returns

NOTHING = {"read": 0, "queued": 0}
UNHEARD_OF = (
    "unknown_organization: Nobody has told of an organization 'org_unheard_of'. If that is its id, create it: "
    "PUT /api/organizations/org_unheard_of, with its displayName."
)


def scalekit_is_empty(world: World) -> None:
    world.environment.setattr("billing.app.wiring.scalekit", Scalekit)


def one_from_before(world: World) -> None:
    world.deployment.used = True
    world.chargebee.ask("POST", "/customers", id="legacy-1", company="Legacy", email="ada@legacy.example")


def unknown_organizations_are_refused(world: World) -> None:
    world.values["AcceptUnknownOrganizations"] = "false"


def one_without_a_customer(world: World) -> None:
    world.put(pk="ORG#org_1", sk="ORG", id="org_1", version=1)


SAMPLES: dict[str, Expectation] = {
    "app/reconcile.assign": returns(organizationId="org_1", customerId="legacy-1", refused=None).after(one_from_before),
    "app/reconcile.judge_balances": returns(rows=[{"fate": "new", "note": ""}]).after(subscribed),
    "app/reconcile.bring_balances": returns(
        rows=[{"fate": "brought now", "note": ""}, {"fate": "refused", "note": UNHEARD_OF}]
    ).after(unknown_organizations_are_refused, subscribed),
    "app/reconcile.billed": returns(billed=[], next=None),
    "app/reconcile.billed_strangely": raises(InvalidRequest),
    "app/reconcile.customers": returns(
        customers=[{"id": "legacy-1", "name": "Legacy", "domain": "legacy.example", "organizationId": None}], next=None
    ).after(one_from_before),
    "app/reconcile.forget": returns(organizationId="org_1", refused=None, reason="", cleared={}).after(
        one_without_a_customer
    ),
    "app/reconcile.forget_unheard_of": returns(
        organizationId="org_unheard_of",
        refused="organization_not_found",
        reason="There is no organization 'org_unheard_of'.",
        cleared={},
    ),
    "app/reconcile.organizations": returns(organizations=[], next=None).after(scalekit_is_empty),
    "app/reconcile.no_such_task": raises(InvalidRequest),
    "app/reconcile.replay": returns(events=NOTHING),
    "app/reconcile.replay_one_organization": returns(events=NOTHING),
    "app/reconcile.schedule": returns(
        events=NOTHING, subscriptions=NOTHING, customers=NOTHING, organizations=NOTHING
    ).after(scalekit_is_empty),
    "app/reconcile.sync_one_organization": returns(organizationId="org_1", subscriptions=1, changed=0).after(
        subscribed
    ),
}
