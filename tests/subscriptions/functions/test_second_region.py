"""The stack of a second region answers as the first one's functions do, and can write nothing."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.deployment.gateway import MEMBER, http_event
from tests.deployment.lambda_runtime import Answer, Context, forget_warm_state, http_answer, load
from tests.deployment.subscriptions import subscribed
from tests.deployment.template import ROOT, STACK_NAME, read_template, template
from tests.deployment.world import World

HERE = read_template((ROOT / "examples" / "second-region" / "template.yaml").read_text())
HOUR = 3_600
ASKED = {
    "subscriptions/access": http_event("GET /api/access", claims=MEMBER, query="plan=growth"),
    "subscriptions/list": http_event("GET /api/subscription/list", claims=MEMBER),
}


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {name: body["Properties"] for name, body in HERE["Resources"].items() if body["Type"] == kind}


def filled(value: object, world: World) -> str:
    """A variable as CloudFormation would fill it in, with the parameters' defaults."""
    values = {"TableName": world.values["Table"], "AWS::StackName": STACK_NAME}
    if isinstance(value, Mapping) and "Ref" in value:
        parameter = HERE["Parameters"].get(value["Ref"], {})
        return values.get(value["Ref"], str(parameter.get("Default", "")))
    return "skc_1,billing"


def answered_here(world: World, function: str) -> Answer:
    """Its answer in the environment of the second region, and nothing else of ours in it."""
    forget_warm_state()
    for name in template()["Globals"]["Function"]["Environment"]["Variables"]:
        world.environment.delenv(name, raising=False)
    for name, value in HERE["Globals"]["Function"]["Environment"]["Variables"].items():
        world.environment.setenv(name, filled(value, world))
    world.account.start_over()
    world.chargebee.forget_calls()
    return http_answer(load(function)(ASKED[function], Context(function)))


@pytest.mark.parametrize("function", ASKED)
def test_it_answers_as_the_first_region_does(world: World, function: str) -> None:
    subscribed(world)
    first = world.call(function, ASKED[function])
    second = answered_here(world, function)
    assert (second.status, second.body) == (first.status, first.body) == (200, second.body)


@pytest.mark.parametrize("function", ASKED)
def test_it_queries_the_table_and_does_nothing_else_when_the_cache_has_no_news(world: World, function: str) -> None:
    subscribed(world)
    [subscription] = [item for item in world.items("ORG#org_1") if item["sk"].startswith("SUB#")]
    world.freeze(int(subscription["trial_end"]) + 2 * HOUR)
    assert answered_here(world, function).status == 200
    assert set(world.account.calls) == {"dynamodb.Query"}
    assert world.chargebee.calls() == []


def test_its_only_right_beside_its_logs_is_to_query_the_copy_of_its_own_region() -> None:
    [role] = of("AWS::IAM::Role").values()
    assert "ManagedPolicyArns" not in role
    logs, rights = (policy["PolicyDocument"]["Statement"] for policy in role["Policies"])
    arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"
    assert rights == [{"Effect": "Allow", "Action": "dynamodb:Query", "Resource": {"Fn::Sub": arn}}]
    assert [each["Action"] for each in logs] == [["logs:CreateLogStream", "logs:PutLogEvents"]]
    for function in of("AWS::Serverless::Function").values():
        assert function["Role"] == {"Fn::GetAtt": "Role.Arn"}
        assert "Policies" not in function


def test_its_functions_are_the_first_regions_code_behind_the_same_routes_and_authorizer() -> None:
    first = {name: body.get("Properties", {}) for name, body in template()["Resources"].items()}
    functions = of("AWS::Serverless::Function")
    assert set(functions) == {"Access", "SubscriptionList"}
    for name, function in functions.items():
        assert function["CodeUri"] == f"../../{first[name]['CodeUri']}"
        assert function["Description"] == first[name]["Description"]
        assert function["Events"] == first[name]["Events"]
    assert of("AWS::Serverless::HttpApi")["Api"]["Auth"] == first["Api"]["Auth"]


def test_its_layers_are_built_as_those_of_the_first_region_are() -> None:
    layers = {name: body for name, body in HERE["Resources"].items() if body["Type"] == "AWS::Serverless::LayerVersion"}
    assert layers.keys() == {"BillingLayer", "DependenciesLayer"}
    for name, layer in layers.items():
        versions = {"PublishLambdaVersion": True}  # of an alias, which these functions do not have
        here = {**layer, "Properties": layer["Properties"] | versions}
        assert json.loads(json.dumps(here).replace("../../", "")) == template()["Resources"][name]


def test_its_parameters_and_variables_are_those_of_the_first_region() -> None:
    parameters = {name: body for name, body in HERE["Parameters"].items() if name != "TableName"}
    assert parameters == {name: template()["Parameters"][name] for name in parameters}
    here, first = (each["Globals"]["Function"]["Environment"]["Variables"] for each in (HERE, template()))
    assert here == {**{name: first[name] for name in here}, "TABLE_NAME": {"Ref": "TableName"}}
    assert not {"PROVISIONING_QUEUE_URL", "CHARGEBEE_API_SECRET"} & set(here)
