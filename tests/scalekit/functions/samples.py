"""What the samples of Scalekit's webhook do."""

from tests.samples.expectation import Expectation, answers, queues

SAMPLES: dict[str, Expectation] = {
    "scalekit/webhook.organization_created": queues("ProvisioningQueue", "organization.created"),
    "scalekit/webhook.organization_deleted": queues("ProvisioningQueue", "organization.deleted"),
    "scalekit/webhook.organization_updated": queues("ProvisioningQueue", "organization.updated"),
    "scalekit/webhook.stale_signature": answers(401, code="unauthenticated"),
    "scalekit/webhook.unsigned": answers(401, code="unauthenticated"),
}
