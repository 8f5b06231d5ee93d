import os
import sys
from typing import Any

import boto3
from greeting.word import WORD  # type: ignore[import-not-found]


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET"])["SecretString"]
    sys.stderr.write("echo was asked\n")
    return {"body": event.get("body"), "id": event["pathParameters"]["id"], "word": WORD, "secret": secret}
