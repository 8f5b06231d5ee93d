"""`template.yaml` as data: the functions, their settings and their rights, as they will be deployed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
STACK_NAME = "organization-billing"


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads `!Ref X` as `{"Ref": "X"}`, `!Sub`, `!GetAtt` and the others as `{"Fn::...": ...}`."""


def _short_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


@cache
def template() -> dict[str, Any]:
    return read_template((ROOT / "template.yaml").read_text())


def read_template(text: str) -> dict[str, Any]:
    """Any template, its short forms spelt out."""
    document: dict[str, Any] = yaml.load(text, _Loader)
    return document


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by logical id."""
    found = template()["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in found if resource["Type"] == kind}


def functions() -> dict[str, dict[str, Any]]:
    """The properties of every function, by its folder's name, with what the globals add, and options left off.

    Lists are added to: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
    """
    shared = template()["Globals"]["Function"]
    return {
        properties["CodeUri"].removeprefix("functions/").rstrip("/"): {
            **shared,
            **properties,
            "Layers": [each for each in (*shared["Layers"], *properties.get("Layers", [])) if "Fn::If" not in each],
        }
        for properties in resources("AWS::Serverless::Function").values()
    }


def statements(function: str) -> list[dict[str, Any]]:
    """What a function may do beside writing its lines and traces."""
    policies = resources("AWS::IAM::Role")[role(functions()[function])]["Policies"]
    rights = (policy["PolicyDocument"] for policy in policies if policy["PolicyName"] == "rights")
    return [statement for each in rights for statement in each["Statement"]]


def role(function: Mapping[str, Any]) -> str:
    """The logical id of a function's role, which others may have too."""
    name: str = function["Role"]["Fn::GetAtt"].removesuffix(".Arn")
    return name


def mappings() -> list[tuple[str, dict[str, Any]]]:
    """The properties of every event source mapping, with the folder of the function that it calls."""
    code = {name: properties["CodeUri"] for name, properties in resources("AWS::Serverless::Function").items()}
    return [
        (code[mapping["FunctionName"]["Ref"].removesuffix(".Alias")].removeprefix("functions/").rstrip("/"), mapping)
        for mapping in resources("AWS::Lambda::EventSourceMapping").values()
    ]


def environment(function: str, values: Mapping[str, str]) -> dict[str, str]:
    """The variables of one function, its `!Ref`s looked up in `values`, parameters falling back to their defaults, and
    options left off."""
    own = functions()[function].get("Environment", {}).get("Variables", {})
    variables = template()["Globals"]["Function"]["Environment"]["Variables"] | own
    return {name: _resolved(value, values) for name, value in variables.items() if "Fn::If" not in value}


def _resolved(value: Any, values: Mapping[str, str]) -> str:
    if isinstance(value, str | int):
        return str(value)
    if "Ref" in value:
        return _value(value["Ref"], values)
    text: str = value["Fn::Sub"]
    for name in [*template()["Parameters"], *values]:
        if f"${{{name}}}" in text:
            text = text.replace(f"${{{name}}}", _value(name, values))
    return text


def _value(name: str, values: Mapping[str, str]) -> str:
    if name in values:
        return values[name]
    if name == "AWS::StackName":
        return STACK_NAME
    return str(template()["Parameters"][name]["Default"])
