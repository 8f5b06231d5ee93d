"""A function of one's own that follows docs/how-to/gate-in-your-function.md, and has nothing else."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.subscriptions import subscribed
from tests.deployment.template import ROOT, read_template, resources, statements, template
from tests.deployment.world import World

HOUR = 3_600
PAGE = ROOT / "docs" / "how-to" / "gate-in-your-function.md"


@cache
def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def gate_environment(values: dict[str, str]) -> dict[str, str]:
    """The output as CloudFormation would fill it in."""
    text: str = template()["Outputs"]["GateEnvironment"]["Value"]["Fn::Sub"]
    known = {name: str(body.get("Default", "")) for name, body in template()["Parameters"].items()} | values
    environment: dict[str, str] = json.loads(re.sub(r"\$\{(\w+)\}", lambda name: known[name[1]], text))
    return environment


@pytest.fixture
def report(world: World) -> Callable[[str], Any]:
    """The page's function, cold, in an environment that has the gate's variables and no other of ours."""
    subscribed(world)
    forget_warm_state()
    for name in template()["Globals"]["Function"]["Environment"]["Variables"]:
        world.environment.delenv(name, raising=False)
    for name, value in gate_environment(world.values).items():
        world.environment.setenv(name, value)
    module: dict[str, Any] = {}
    exec(block("python"), module)
    world.account.start_over()
    world.chargebee.forget_calls()
    return lambda organization_id: module["handler"]({"organizationId": organization_id}, None)


def test_it_knows_who_has_the_plan(report: Callable[[str], Any]) -> None:
    assert report("org_1") == {"report": "..."}
    assert report("org_unheard_of")["code"] == "plan_required"


def test_one_answer_is_one_read_of_the_table_besides_the_plans(report: Callable[[str], Any], world: World) -> None:
    report("org_1")
    report("org_1")
    assert set(world.account.calls) == {"dynamodb.Query"}
    assert world.chargebee.calls() == []


def test_a_verification_in_the_background_needs_no_other_variable(report: Callable[[str], Any], world: World) -> None:
    [subscription] = [item for item in world.items("ORG#org_1") if item["sk"].startswith("SUB#")]
    world.messages("ProvisioningQueue")
    world.freeze(int(subscription["trial_end"]) + 2 * HOUR)
    assert report("org_1") == {"report": "..."}
    assert world.account.calls[-2:] == ["dynamodb.UpdateItem", "sqs.SendMessage"]
    assert len(world.messages("ProvisioningQueue")) == 1


def test_without_a_queue_as_in_a_second_region_it_only_reads(report: Callable[[str], Any], world: World) -> None:
    [subscription] = [item for item in world.items("ORG#org_1") if item["sk"].startswith("SUB#")]
    world.environment.delenv("PROVISIONING_QUEUE_URL")
    world.freeze(int(subscription["trial_end"]) + 2 * HOUR)
    assert report("org_1") == {"report": "..."}
    assert set(world.account.calls) == {"dynamodb.Query"}


def test_the_pages_template_gives_the_function_what_the_outputs_name() -> None:
    page = read_template(block("yaml"))
    function = page["Resources"]["Report"]["Properties"]
    assert (
        function["Environment"]["Variables"].keys()
        == gate_environment(dict.fromkeys(template()["Resources"], "")).keys()
    )
    assert {"GateLayers", "GatePolicy"} <= template()["Outputs"].keys() & page["Parameters"].keys()
    assert function["Runtime"] == template()["Globals"]["Function"]["Runtime"]


def test_the_policy_is_what_the_access_route_may_do() -> None:
    [policy] = resources("AWS::IAM::ManagedPolicy").values()
    assert policy["PolicyDocument"]["Statement"] == statements("subscriptions/access")
