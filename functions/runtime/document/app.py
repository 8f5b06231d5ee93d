"""Serve the description of this API, for OpenAPI 3.1."""

from pathlib import Path
from typing import Any

HEADERS = {"content-type": "application/json", "cache-control": "public, max-age=300"}
DOCUMENT = Path(__file__).with_name("openapi.json")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"statusCode": 200, "headers": HEADERS, "body": DOCUMENT.read_text(encoding="utf-8")}
