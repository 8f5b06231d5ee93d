"""What the samples of the organizations' API, of their billing and of provisioning do."""

from tests.deployment.subscriptions import subscribed
from tests.samples.expectation import Expectation, answers, applies, does_nothing, succeeds

ACME = {"id": "org_1", "displayName": "Acme", "customerId": "org_1", "trialUsedAt": None}
FORBIDDEN = answers(403, code="forbidden")
NOT_FOUND = answers(404, code="organization_not_found")

SAMPLES: dict[str, Expectation] = {
    "organizations/save.new": answers(200, organization=ACME),
    "organizations/save.unknown_customer": answers(400, code="unknown_customer"),
    "organizations/save.browser_session": FORBIDDEN,
    "organizations/save.misspelt_field": answers(400, code="invalid_request"),
    "organizations/read.subscribed": answers(200, plan="growth", wallets=[]).after(subscribed),
    "organizations/read.unheard_of": NOT_FOUND,
    "organizations/delete.subscribed": answers(200, id="org_1", deleted=True).after(subscribed),
    "organizations/delete.unheard_of": NOT_FOUND,
    "organizations/list.first_page": answers(200, cursor=None).after(subscribed),
    "organizations/list.of_a_plan": answers(200, organizations=[], cursor=None),
    "organizations/list.foreign_cursor": answers(400, code="invalid_request"),
    "organizations/billing.admin": answers(200, plan="growth", requiredActions=[]).after(subscribed),
    "organizations/billing.member": answers(200, plan="free", subscriptions=[]),
    "organizations/billing.another_organization": FORBIDDEN,
    "organizations/sync.browser_session": FORBIDDEN,
    "organizations/sync.machine": answers(200, organizationId="org_1", subscriptions=1, changed=0).after(subscribed),
    "organizations/import.found": applies("customer.created"),
    "organizations/import.one_poisoned_message": applies("customer.created", gives_back=("message-1",)),
    "organizations/provision.adopt_customer": does_nothing(),
    "organizations/provision.auto_top_up": does_nothing(),
    "organizations/provision.cancel_orphan": applies(),
    "organizations/provision.created_then_deleted": applies("customer.created"),
    "organizations/provision.event_of_another_type": applies(),
    "organizations/provision.one_poisoned_message": applies("customer.created", gives_back=("message-1",)),
    "organizations/provision.organization_created": applies("customer.created"),
    "organizations/provision.organization_deleted": applies(),
    "organizations/provision.organization_updated": applies(),
    "organizations/provision.read_levels": does_nothing(),
    "organizations/provision.resolve_charge": does_nothing(),
    "organizations/provision.resync": succeeds().after(subscribed),
}
