from tests.deployment.gateway import ADMIN, http_event
from tests.deployment.world import World

ROUTE = "GET /api/session"


def test_a_session_is_who_is_signed_in_for_which_organization(world: World) -> None:
    answer = world.call("runtime/session", http_event(ROUTE, claims=ADMIN))
    assert (answer.status, answer.body) == (
        200,
        {
            "userId": "usr_1",
            "email": "ada@example.com",
            "organizationId": "org_1",
            "roles": ["admin", "owner"],
            "permissions": [],
        },
    )
    assert answer.headers["cache-control"] == "no-store"


def test_a_token_without_an_organization_is_refused(world: World) -> None:
    homeless = {name: value for name, value in ADMIN.items() if name != "oid"}
    answer = world.call("runtime/session", http_event(ROUTE, claims=homeless))
    assert (answer.status, answer.code) == (403, "organization_required")
