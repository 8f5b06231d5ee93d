"""What the samples of the session and of the API's description do."""

from tests.samples.expectation import Expectation, answers, decides

SAMPLES: dict[str, Expectation] = {
    "runtime/authorize_cookie.another_cookie": decides({"isAuthorized": False}),
    "runtime/document.anybody": answers(200, openapi="3.1.0"),
    "runtime/session.signed_in": answers(200, userId="usr_1", organizationId="org_1", roles=["admin"]),
    "runtime/session.signed_in_without_an_organization": answers(403, code="organization_required"),
    "runtime/session.signed_out": answers(401, code="unauthenticated"),
}
