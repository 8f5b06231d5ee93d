"""The levels of features that Chargebee says: who reads them, when, and who hears of those that nobody can read."""

from collections.abc import Iterable

from billing.app import wiring
from billing.app.chargebee_wiring import chargebee_entitlements
from billing.app.plan_wiring import says_levels
from billing.plans.levels import asked, unreadable
from billing.runtime.logs import count
from billing.subscriptions.domain.transaction import WRITTEN_SOON, Command, Task
from billing.subscriptions.services import read_levels as service


def ask_for_levels(subscription_ids: Iterable[str]) -> None:
    """Have the levels read, once what Chargebee tells of can be read: its entitlements are eventually consistent."""
    if says_levels():
        for subscription_id in subscription_ids:
            command = Command(Task.READ_LEVELS, "", subscription_id, delay=WRITTEN_SOON)
            wiring.provisioning_queue().command(command)


def read_levels_of(subscription_id: str) -> bool:
    """Whether it is somebody's here, and the catalog leaves any level to Chargebee. Raises the ChargebeeError."""
    holder = service.holder_of(subscription_id, wiring.ports()) if says_levels() else None
    if holder is not None:
        read_levels(holder)
    return holder is not None


def read_levels(organization_id: str) -> None:
    """Read those of all live subscriptions. Raises the ChargebeeError, or LostEveryRace."""
    catalog = wiring.catalog()
    ids = asked(catalog)
    for row in service.read_levels(organization_id, ids.values(), chargebee_entitlements(), wiring.ports()):
        found = {each.feature_id: each.value for each in row.levels.found} if row.levels else {}
        for name in unreadable({name: found[feature_id] for name, feature_id in ids.items()}, catalog):
            count("level_unreadable", feature=name, organization_id=organization_id, id=row.id)
