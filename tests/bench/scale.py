"""What breaks first as organizations become more, by the units that this run measured."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.dollars import AWS_CALL, processor
from tests.bench.handlers import Measured
from tests.deployment.template import mappings, template

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
DAY, MONTH = 86_400, 30
WEBHOOKS, READS, USES = 6, 300, 1_000
"""Of an organization in a month: one renewal's webhooks, of which one is announced, reads of the gate, single uses."""
FIRST_USES = 600
"""Seconds after midnight in which everybody uses something for the first time that day."""
REPORTING = 10 / 15
"""Of the time, a run of the report makes calls: the first ten minutes of every fifteen."""
SHARDS, KEY_WRITES = 16, 1_000
"""Partitions of what is due, and the writes that DynamoDB takes of one key in a second:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"""
TEST_SITE = 150
"""Calls a minute: https://apidocs.chargebee.com/docs/api/error-handling"""
SCALEKIT_PAGE = 0.2
"""Seconds for a hundred organizations, assumed."""


@dataclass(frozen=True)
class Limit:
    """Something that is used up: `load` of one organization, in the unit of `most`, and what to do about it."""

    name: str
    load: float
    most: float
    then: str


def limits(flows: Mapping[str, Measured]) -> tuple[Limit, ...]:
    """With the parameters' defaults."""
    parameters = {name: each.get("Default") for name, each in template()["Parameters"].items()}
    applying = dict(mappings())["subscriptions/apply_event"]["ScalingConfig"]["MaximumConcurrency"]
    apply, relay = flows["apply news"], flows["relay ten announcements at once"]
    return (
        Limit(
            "metered days reported, a day (one feature each)",
            1,
            int(parameters["UsageCallsPerMinute"]) * DAY / 60 * REPORTING,
            "raise `UsageCallsPerMinute` to what the site allows",
        ),
        Limit("customers made for an import, in a day", 1, TEST_SITE * DAY / 60, "a higher limit of the site's"),
        Limit("pages of a full sweep, in a day", SCALEKIT_PAGE / 100, DAY, "it goes on the next day"),
        Limit("webhooks of a day on which all renew", WEBHOOKS, int(parameters["WebhookRate"]) * DAY, "`WebhookRate`"),
        Limit(
            "events applied on that day",
            WEBHOOKS,
            applying * DAY / _seconds(apply),
            "`MaximumConcurrency` in the template",
        ),
        Limit(
            "announcements relayed on that day, of one shard",
            1,
            10 * DAY / _seconds(relay),
            "the table has more shards",
        ),
        Limit("first uses of a day, a second", 1 / FIRST_USES, SHARDS * KEY_WRITES, "more shards of what is due"),
    )


def table(flows: Mapping[str, Measured]) -> str:
    """Each limit's part that is used, for each size; what is over it is bold. Then what all of it costs in a month."""
    head = f"| | {' | '.join(f'{size:,}' for size in SIZES)} | then |\n|---|{'---|' * (len(SIZES) + 1)}"
    rows = [
        f"| {each.name} | {' | '.join(_used(each, size) for size in SIZES)} | {each.then} |" for each in limits(flows)
    ]
    cost = [f"${_monthly(flows) * size:,.0f}" for size in SIZES]
    return "\n".join([head, *rows, f"| a month, at list prices | {' | '.join(cost)} | |"])


def _used(limit: Limit, size: int) -> str:
    percent = 100 * limit.load * size / limit.most
    told = f"{percent:,.0f} %" if percent >= 1 else "< 1 %"
    return f"**{told}**" if percent > 100 else told


def _seconds(flow: Measured) -> float:
    """That one call takes: its own time on its part of a processor, and its calls one after the other."""
    return flow.seconds / processor(flow.memory) + flow.aws_calls * AWS_CALL


def _monthly(flows: Mapping[str, Measured]) -> float:
    """Dollars of one organization: a renewal in full, its other webhooks, reads, uses."""
    price = {name: each.dollars / 1e6 for name, each in flows.items()}
    webhook = price["accept a webhook"] + price["apply news"]
    return WEBHOOKS * webhook + price["relay an announcement"] + READS * price["gate"] + USES * price["use"]
