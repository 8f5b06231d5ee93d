"""Two stacks live in one account and region, each with its own of everything."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.launcher.deployment import TEMPLATE_KEY
from local.launcher.sam import CODE_BUCKET
from tests.stack.world import Cloud

SECOND = "organization-billing-second"


@pytest.fixture
def second(world: Cloud) -> Iterator[str]:
    """The running stack's template and parameters once more, under another name."""
    cloudformation = world.stack.client("cloudformation")
    [first] = cloudformation.describe_stacks()["Stacks"]
    cloudformation.create_stack(
        StackName=SECOND,
        TemplateURL=f"{world.stack.aws}/{CODE_BUCKET}/{TEMPLATE_KEY}",
        Parameters=first["Parameters"],
        Capabilities=["CAPABILITY_IAM"],
    )
    yield SECOND
    cloudformation.delete_stack(StackName=SECOND)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=SECOND, WaiterConfig={"Delay": 1})


def test_a_second_stack_stands_beside_the_first(world: Cloud, second: str) -> None:
    cloudformation = world.stack.client("cloudformation")
    cloudformation.get_waiter("stack_create_complete").wait(StackName=second, WaiterConfig={"Delay": 1})
    made, beside = (_physical(cloudformation, each["StackName"]) for each in cloudformation.describe_stacks()["Stacks"])
    assert made.keys() == beside.keys()
    shared = {name: made[name] for name in made if made[name] == beside[name]}
    assert {name: at for name, at in shared.items() if not _is_within_another(name)} == {}


def _physical(cloudformation: Any, stack: str) -> dict[tuple[str, str], str]:
    """Where each resource is, by its type and its name in the template."""
    listed = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    return {(each["ResourceType"], each["LogicalResourceId"]): each["PhysicalResourceId"] for each in listed}


def _is_within_another(resource: tuple[str, str]) -> bool:
    """A stage's name is unique within its API alone."""
    return resource[0] == "AWS::ApiGatewayV2::Stage"
