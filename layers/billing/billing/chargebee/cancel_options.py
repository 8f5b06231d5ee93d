"""How Chargebee is told when to cancel.

https://apidocs.chargebee.com/docs/api/subscriptions#cancel_subscription_for_items
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CancelOptions:
    """A contract has an option of its own, and takes no other."""

    of_term: Mapping[str, str]
    of_contract: Mapping[str, str]


AT_ONCE = CancelOptions({"cancel_option": "immediately"}, {"contract_term_cancel_option": "terminate_immediately"})
AT_TERM_END = CancelOptions({"cancel_option": "end_of_term"}, {"contract_term_cancel_option": "end_of_contract_term"})
