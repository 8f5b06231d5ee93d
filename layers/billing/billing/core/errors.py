"""Every way the system says no, in one small tree: `code` is stable and part of the API, the message may change."""


class BillingError(Exception):
    """The root. Anything else that escapes a handler is a defect of ours."""

    code = "billing_error"


class Unauthenticated(BillingError):
    """No valid token, signature or password."""

    code = "unauthenticated"


class Forbidden(BillingError):
    """The caller is known, and is not allowed to do this."""

    code = "forbidden"


class CrossSite(Forbidden):
    """A write with a session cookie that a page of another site may have sent."""

    code = "cross_site"


class OrganizationRequired(Forbidden):
    """The token names no organization (`oid`), so there is nothing to bill."""

    code = "organization_required"


class InvalidRequest(BillingError):
    """The request itself is wrong; repeating it unchanged can never succeed."""

    code = "invalid_request"


class UnknownCustomer(InvalidRequest):
    """A customer that Chargebee does not have."""

    code = "unknown_customer"


class UnknownPlan(InvalidRequest):
    """An item price that the plan catalog does not sell."""

    code = "unknown_plan"


class NoSuchPlan(UnknownPlan):
    """A gate on a plan that nobody knows: neither yes nor no would be true."""


class InvalidSeats(InvalidRequest):
    """Seats outside 1 to the plan's limit."""

    code = "invalid_seats"


class InvalidUrl(InvalidRequest):
    """A return URL that is not a relative path on the application's own origin."""

    code = "invalid_url"


class PayloadTooLarge(BillingError):
    """A body over the webhook limit."""

    code = "payload_too_large"


class RateLimited(BillingError):
    """The organization has used up a budget of its own: nothing was done. `retry_after` is in seconds."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotFound(BillingError):
    """The organization has nothing of that id. A room says in its own code what was looked for."""

    code = "not_found"


class UnknownFeature(BillingError):
    """No plan has the feature. It is refused, and never given for free."""

    code = "unknown_feature"


class EventConflict(BillingError):
    """An id that was used before, for something else."""

    code = "id_conflict"


class HoldNotFound(NotFound):
    """The organization has no such hold."""

    code = "hold_not_found"


class UsageNotFound(NotFound):
    """The organization has no such recorded use."""

    code = "usage_not_found"


class Exhausted(BillingError):
    """Neither the allowance nor the wallet covers it."""

    code = "exhausted"


class SubscriptionExists(BillingError):
    """The organization already has a live subscription; a second one would bill it twice."""

    code = "subscription_exists"


class SubscriptionNotFound(BillingError):
    """The organization has no such subscription. One that belongs to another is not found either."""

    code = "subscription_not_found"


class NothingToChange(InvalidRequest):
    """An update to the plan, seats and add-ons that the subscription already has."""

    code = "nothing_to_change"


class InvalidState(BillingError):
    """The subscription's state does not allow the operation."""

    code = "invalid_state"


class SubscriptionAmbiguous(InvalidState):
    """Several subscriptions are live and the request names none: the sentence lists their ids."""

    code = "subscription_ambiguous"


class ChangesScheduled(InvalidState):
    """Something is scheduled for the subscription already, and a change now would drop it."""

    code = "changes_scheduled"


class ChangeNotSupported(InvalidState):
    """The subscription holds something that this system cannot carry through a change."""

    code = "change_not_supported"


class PlanRequired(BillingError):
    """The organization does not have the plan that a feature needs."""

    code = "plan_required"


class OrganizationDeleted(BillingError):
    """The organization was deleted; nothing can be bought for it."""

    code = "organization_deleted"


class OrganizationNotFound(BillingError):
    """The organization is not known here."""

    code = "organization_not_found"


class UnknownOrganization(OrganizationNotFound):
    """Nobody ever told of the organization, so that its id is taken for a typo: nothing is used or paid for it."""

    code = "unknown_organization"


class CustomerConflict(BillingError):
    """The organization has another customer, or the customer another organization: neither is ever taken over."""

    code = "customer_conflict"


class NotConfigured(BillingError):
    """A required secret or setting is missing. The door stays closed."""

    code = "not_configured"


class InvalidCatalog(BillingError):
    """The plan catalog, in its file or in the table, is not what it promises to be."""

    code = "invalid_catalog"


class Conflict(BillingError):
    """Somebody else wrote first: read again, and decide again."""

    code = "conflict"


class HeldElsewhere(Conflict):
    """Another organization is recorded as the subscription's holder: read that one too, and decide again."""


class Throttled(BillingError):
    """The table is asked more than it takes right now: nothing was done. `retry_after` is in seconds."""

    code = "throttled"
    retry_after = 1


class DaySealed(BillingError):
    """The day that would bill the use has been reported to Chargebee: the use goes to a later day."""

    code = "day_sealed"


class AlreadyProcessed(BillingError):
    """The event log already holds this event: a duplicate delivery, to be acknowledged."""

    code = "already_processed"
