"""What the samples of Chargebee's webhook do."""

from tests.samples.expectation import Expectation, answers, queues

SAMPLES: dict[str, Expectation] = {
    "chargebee/webhook.base64_body": queues("EventsQueue", "subscription_created"),
    "chargebee/webhook.no_credentials": answers(401, code="unauthenticated"),
    "chargebee/webhook.no_event_id": answers(400, code="invalid_request"),
    "chargebee/webhook.not_json": answers(400, code="invalid_request"),
    "chargebee/webhook.subscription_created": queues("EventsQueue", "subscription_created"),
    "chargebee/webhook.wrong_password": answers(401, code="unauthenticated"),
}
