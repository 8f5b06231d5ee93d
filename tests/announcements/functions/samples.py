"""What the samples of the relay and of the hooks do."""

from tests.samples.expectation import Expectation, applies, publishes

SAMPLES: dict[str, Expectation] = {
    "announcements/relay.customer_created": publishes("customer.created"),
    "announcements/relay.subscription_created": publishes("subscription.created"),
    "announcements/run_hook.subscription_cancelled": applies(),
    "announcements/run_hook.subscription_created": applies(),
}
