"""Whoever runs billing at this team may not buy for the one organization that pays by contract."""

from collections.abc import Mapping
from typing import Any

PAYS_BY_CONTRACT = "org_999999999999999999"


def authorize_reference(caller: Any, reference_id: str) -> bool:
    return bool(caller.organization_id == reference_id != PAYS_BY_CONTRACT)


def customer_create_params(organization: Any, caller: Any) -> Mapping[str, Any]:
    return {"locale": "de"}
