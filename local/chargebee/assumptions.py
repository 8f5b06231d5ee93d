"""What the vendor's documents leave open, one answer at a time.

Each field has both answers. The default is the one that asks more of a caller, so that code which is right here is
right under either.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Assumptions:
    # What becomes of the keys of `meta_data` that an update does not name. The pages on updates say nothing.
    meta_data: Literal["replaced", "merged"] = "replaced"
    # A charge of a saved card that fails. Documented only for the older `POST /invoices`, where nothing is left.
    failed_charge: Literal["leaves_due_invoice", "leaves_nothing"] = "leaves_due_invoice"
    # Two pages for one subscription id, the second one paid: is the card charged before the id is found to be taken?
    duplicate_at_page: Literal["charged_first", "refused_first"] = "charged_first"
    # Do `updated_at` and `resource_version` of a subscription move when its invoice is voided or written off?
    subscription_of_voided_invoice: Literal["untouched", "touched"] = "untouched"
    # The price of an item that an update names without one: the catalog's, or the one agreed with this subscription.
    agreed_unit_price: Literal["forgotten", "kept"] = "forgotten"
    # A quantity that is given for a metered item.
    metered_quantity: Literal["refused", "ignored"] = "refused"
    # A trial end from a caller whose own clock nobody advanced: taken as it is, or moved along with the site's clock.
    callers_trial_end: Literal["as_given", "shifted"] = "as_given"
    # Whether a 429 says when to come back. https://apidocs.chargebee.com/docs/api/error-handling names no such header.
    retry_after: Literal["absent", "present"] = "absent"
    # Whether a merge of customers is told of each subscription that it moves; the page on merging names no event.
    merge_of_customers: Literal["untold", "told"] = "untold"
    # How a declined payment says why: in its gateway's own words, or by Chargebee's `error_cause_id`, the same for all
    # gateways. https://apidocs.chargebee.com/docs/api/errors has it as optional, and no list of those that send it.
    error_cause: Literal["absent", "named"] = "absent"
