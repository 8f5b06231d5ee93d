"""What a function does in AWS, as IAM sees it, and whether its role lets it.

What a call needs: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html, and for
transactions https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.deployment.template import statements

_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_ANYTHING = ["*"]
_UNKNOWN = "nothing of the template"

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One right that a call needed. `resource` is a logical id, and `Table/index/due` an index of the table.

    `partition` is how the keys begin that it concerned, up to their first `#`; empty for what has no keys.
    """

    action: str
    resource: str
    partition: str = ""


def uses(call: str, body: bytes | str, values: Mapping[str, str]) -> frozenset[Use]:
    """The rights that a call needs: `dynamodb.Query` with the request's body. `values` are the deployment's names."""
    service, _, operation = call.partition(".")
    request: Json = json.loads(body or "{}")
    names = {value: name for name, value in values.items()}
    match service:
        case "dynamodb":
            return frozenset(_of_table(operation, request))
        case "sqs":
            return frozenset(
                {
                    Use(
                        f"sqs:{operation.removesuffix('Batch')}",
                        names.get(request["QueueUrl"], _UNKNOWN),
                    )
                }
            )
        case "secrets-manager":
            return frozenset({Use(f"secretsmanager:{operation}", names.get(request["SecretId"], _UNKNOWN))})
        case _:
            return frozenset({Use(f"events:{operation}", "Bus")})


def allowed(function: str, use: Use) -> bool:
    """Whether the statements of the function's role grant it."""
    return any(grants(statement, use) for statement in statements(function))


def grants(statement: Json, use: Use) -> bool:
    """Whether this statement alone does."""
    conditions: Json = statement.get("Condition", {})
    [keys] = [each["dynamodb:LeadingKeys"] for each in conditions.values()] or [_ANYTHING]
    return (
        use.action in listed(statement["Action"])
        and use.resource in {logical_id(each) for each in listed(statement["Resource"])}
        and any(each in ("*", use.partition, f"{use.partition}#*") for each in listed(keys))
    )


def _of_table(operation: str, request: Json) -> Iterator[Use]:
    match operation:
        case "TransactWriteItems":
            for item in request["TransactItems"]:
                for write, arguments in item.items():
                    yield Use(f"dynamodb:{_WRITES[write]}", "Table", _partition(arguments))
        case "BatchGetItem" | "BatchWriteItem":
            for partition in _batched(request):
                yield Use(f"dynamodb:{operation}", "Table", partition)
        case "Query":
            index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
            values = request.get("ExpressionAttributeValues", {})
            yield Use("dynamodb:Query", f"Table{index}", _beginning(values.get(":pk", {}).get("S", "")))
        case _:
            yield Use(f"dynamodb:{operation}", "Table", _partition(request))


def _batched(request: Json) -> list[str]:
    """What the keys of a batch begin with, of reads and of writes."""
    [wanted] = request["RequestItems"].values()
    if isinstance(wanted, list):
        return [_partition(write["PutRequest"]) for write in wanted]
    return [_beginning(key["pk"]["S"]) for key in wanted["Keys"]]


def _partition(arguments: Json) -> str:
    return _beginning((arguments.get("Key") or arguments["Item"])["pk"]["S"])


def _beginning(key: str) -> str:
    """`EVENT#hook#1` is `EVENT#hook`, because hooks and vendors are told apart there; any other key its first word."""
    words = key.split("#")
    return "#".join(words[:2]) if words[0] == "EVENT" else words[0]


def listed(value: Any) -> list[Any]:
    """A statement names one or several."""
    return value if isinstance(value, list) else [value]


def logical_id(target: Any) -> str:
    """`!GetAtt Table.Arn`, `!Ref X` and `!Sub ${Table.Arn}/index/due` by logical id."""
    reference: str = target.get("Ref") or target.get("Fn::GetAtt") or target["Fn::Sub"]
    return reference.replace("${", "").replace(".Arn}", "").removesuffix(".Arn")
