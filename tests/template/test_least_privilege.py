"""What roles may do once SAM has added its own: the template alone does not show it."""

import json
from typing import Any

import pytest

from tests.deployment.template import mappings, resources
from tests.template.translated import translated

VENDORS_POLICIES = {
    "Traced": "arn:${AWS::Partition}:iam::aws:policy/AWSXrayWriteOnlyAccess",
    "Signalled": "arn:${AWS::Partition}:iam::aws:policy/CloudWatchLambdaApplicationSignalsExecutionRolePolicy",
}
"""X-Ray's actions take no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html"""

READ = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "dynamodb:GetRecords"}


@pytest.fixture(scope="module")
def roles() -> dict[str, dict[str, Any]]:
    resources = translated({})["Resources"].items()
    return {name: body["Properties"] for name, body in resources if body["Type"] == "AWS::IAM::Role"}


def policy_statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for policy in role.get("Policies", []) for each in policy["PolicyDocument"]["Statement"]]


def test_sam_adds_no_role_to_those_of_the_template(roles: dict[str, dict[str, Any]]) -> None:
    assert roles.keys() == resources("AWS::IAM::Role").keys()


def test_only_tracing_needs_a_policy_of_the_vendors_and_only_while_it_is_on(roles: dict[str, dict[str, Any]]) -> None:
    given = {json.dumps(arn) for role in roles.values() for arn in role.get("ManagedPolicyArns", [])}
    nothing = {"Ref": "AWS::NoValue"}
    options = ({"Fn::If": [switch, {"Fn::Sub": arn}, nothing]} for switch, arn in VENDORS_POLICIES.items())
    assert given == {json.dumps(option) for option in options}


def test_a_function_writes_lines_to_its_stacks_log_group_alone(roles: dict[str, dict[str, Any]]) -> None:
    for name, role in roles.items():
        [logs] = [policy for policy in role["Policies"] if policy["PolicyName"] == "logs"] or [None]
        assert (logs is None) == (name in ("SchedulesRole", "CookieApiRole")), name
        for statement in logs["PolicyDocument"]["Statement"] if logs else []:
            assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
            assert statement["Resource"] == {"Fn::GetAtt": ["FunctionLogs", "Arn"]}


def test_no_statement_is_for_every_resource_or_every_action(roles: dict[str, dict[str, Any]]) -> None:
    found = [statement for role in roles.values() for statement in policy_statements(role)]
    assert len(found) > len(roles)
    for statement in found:
        assert not {"*"} & {*_listed(statement["Resource"])}, statement
        assert not any("*" in action for action in _listed(statement["Action"])), statement


def test_a_queue_and_the_stream_are_read_by_their_own_consumer_alone(roles: dict[str, dict[str, Any]]) -> None:
    sources = sorted(json.dumps(_named(mapping["EventSourceArn"])) for _, mapping in mappings())
    read = [
        (name, json.dumps(statement["Resource"]))
        for name, role in roles.items()
        for statement in policy_statements(role)
        if READ & {*_listed(statement["Action"])}
    ]
    assert sorted(resource for _, resource in read) == sources
    assert len({name for name, _ in read}) == len(sources)


def _named(reference: dict[str, str]) -> dict[str, list[str]]:
    """As SAM spells it out."""
    return {"Fn::GetAtt": reference["Fn::GetAtt"].split(".")}


def _listed(value: Any) -> list[str]:
    return [json.dumps(each).strip('"') for each in (value if isinstance(value, list) else [value])]
