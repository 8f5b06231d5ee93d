from typing import Any

import pytest

from local.launcher.event_pattern import matches

INSERTED = {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "OUTBOX#org_1"}}, "NewImage": {"n": {"N": "1"}}}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({}, True),
        ({"eventName": ["INSERT"]}, True),
        ({"eventName": ["MODIFY", "INSERT"]}, True),
        ({"eventName": ["MODIFY"]}, False),
        ({"eventName": [{"anything-but": ["REMOVE"]}]}, True),
        ({"eventName": [{"anything-but": "INSERT"}]}, False),
        ({"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "OUTBOX#"}]}}}}, True),
        ({"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "ORG#"}]}}}}, False),
        ({"dynamodb": {"Keys": {"pk": {"S": [{"suffix": "_1"}]}}}}, True),
        ({"dynamodb": {"NewImage": {"n": {"N": ["1"]}}, "OldImage": {"n": {"N": ["1"]}}}}, False),
        ({"dynamodb": {"OldImage": [{"exists": False}]}}, True),
        ({"dynamodb": {"NewImage": [{"exists": True}]}}, True),
        ({"userIdentity": [None]}, False),
    ],
)
def test_a_pattern_matches_as_lambda_documents_it(pattern: dict[str, Any], expected: bool) -> None:
    assert matches(INSERTED, pattern) is expected


@pytest.mark.parametrize("rule", [{"wildcard": "*"}, {"prefix": "a", "suffix": "b"}])
def test_a_rule_that_is_not_known_is_refused_and_never_skipped(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="rule"):
        matches({"key": "value"}, {"key": [rule]})
