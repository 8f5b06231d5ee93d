"""What the samples of reconciling do."""

from billing.core.errors import InvalidRequest
from tests.app.functions.scalekit import Scalekit
from tests.deployment.subscriptions import subscribed
from tests.deployment.world import World
from tests.samples.expectation import Expectation, raises, returns

NOTHING = {"read": 0, "queued": 0}


def scalekit_is_empty(world: World) -> None:
    world.environment.setattr("billing.app.wiring.scalekit", Scalekit)


SAMPLES: dict[str, Expectation] = {
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
