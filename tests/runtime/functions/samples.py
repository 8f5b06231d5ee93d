"""What the samples of the session do."""

from tests.samples.expectation import Expectation, answers

SAMPLES: dict[str, Expectation] = {
    "runtime/session.signed_in": answers(200, userId="usr_1", organizationId="org_1", roles=["admin"]),
    "runtime/session.signed_in_without_an_organization": answers(403, code="organization_required"),
    "runtime/session.signed_out": answers(401, code="unauthenticated"),
}
