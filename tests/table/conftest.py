"""The one table in memory."""

from collections.abc import Iterator
from typing import Any

import pytest

from billing.table.dynamodb import Table
from tests.aws_in_memory import client_in_memory


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with client_in_memory("dynamodb") as client:
        yield client


@pytest.fixture
def table(client: Any) -> Iterator[Table]:
    client.create_table(
        TableName="billing",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
    )
    yield Table(client, "billing")
    client.delete_table(TableName="billing")
