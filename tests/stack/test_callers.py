"""Who is not who they say, or may not do what they ask, is refused before anything happens."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.runtime.route import Who
from billing.subscriptions.api import routes
from tests.deployment.routes import SESSIONS
from tests.stack.api import Member, ask, refused
from tests.stack.tokens import (
    claims_of,
    signed_by_somebody_else,
    signed_with_the_public_key,
    tampered,
    unsigned,
)
from tests.stack.world import Cloud, fresh

type Json = dict[str, Any]
type Forgery = Callable[[Cloud, str], str]


def _claims(world: Cloud, organization_id: str) -> Json:
    return claims_of(world.scalekit.token(organization_id))


def _expired(world: Cloud, organization_id: str) -> str:
    return world.scalekit.token(organization_id, expires_in=-60)


def _other_issuer(world: Cloud, organization_id: str) -> str:
    return world.scalekit.token(organization_id, claims={"iss": "https://evil.example.com"})


def _other_audience(world: Cloud, organization_id: str) -> str:
    return world.scalekit.token(organization_id, claims={"aud": ["skc_other"]})


def _never_expires(world: Cloud, organization_id: str) -> str:
    return world.scalekit.token(organization_id, claims={"exp": None})


def _no_subject(world: Cloud, organization_id: str) -> str:
    return world.scalekit.token(organization_id, claims={"sub": None})


def _tampered(world: Cloud, organization_id: str) -> str:
    return tampered(world.scalekit.token(fresh("org")), oid=organization_id)


def _unsigned(world: Cloud, organization_id: str) -> str:
    return unsigned(_claims(world, organization_id))


def _public_key(world: Cloud, organization_id: str) -> str:
    return signed_with_the_public_key(_claims(world, organization_id), world.scalekit.public_keys()[0])


def _other_key(world: Cloud, organization_id: str) -> str:
    return signed_by_somebody_else(_claims(world, organization_id), world.scalekit.public_keys()[0]["kid"])


def _unknown_kid(world: Cloud, organization_id: str) -> str:
    return signed_by_somebody_else(_claims(world, organization_id), "snk_nobody")


def _words(world: Cloud, organization_id: str) -> str:
    return "let-me-in"


FORGERIES: tuple[Forgery, ...] = (
    _expired,
    _other_issuer,
    _other_audience,
    _never_expires,
    _no_subject,
    _tampered,
    _unsigned,
    _public_key,
    _other_key,
    _unknown_kid,
    _words,
)


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_token_that_scalekit_would_not_stand_for_opens_nothing(world: Cloud, forge: Forgery) -> None:
    organization_id = fresh("org")
    intruder = world.bearer(forge(world, organization_id), organization_id)

    for answer in (intruder.create(), intruder.listing()):
        assert answer.status_code == 401, answer.text
    world.untouched(organization_id)


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_a_good_token_under_another_scheme_is_no_session(world: Cloud, scheme: str) -> None:
    """The emulated gateway passes a bare token; ours to refuse are the other schemes, which a gateway never passes."""
    organization_id = fresh("org")
    token = world.scalekit.token(organization_id)
    headers = {"authorization": f"{scheme} {token}"} if scheme else {"x-authorization": f"Bearer {token}"}

    answer = world.http.post("/api/subscription/create", json={"itemPriceId": "growth"}, headers=headers)

    assert answer.status_code == 401, answer.text
    world.untouched(organization_id)


def test_without_a_token_every_billing_route_is_closed(world: Cloud) -> None:
    nobody = world.bearer(None)

    assert {ask(route, nobody, "").status_code for route in SESSIONS} == {401}


def test_a_token_without_an_organization_is_refused_everywhere(world: Cloud) -> None:
    homeless = world.bearer(world.scalekit.token(None))

    for route in SESSIONS:
        refused(ask(route, homeless, ""), 403, "organization_required")


def test_a_session_is_no_machine_and_a_machine_no_session(world: Cloud, admin: Member) -> None:
    path = f"/api/organizations/{admin.organization_id}/sync"
    refused(admin.post(path), 403, "forbidden")
    smuggler = world.member(admin.organization_id, scopes=["billing:admin"])
    refused(smuggler.post(path), 403, "forbidden")
    refused(world.machine("usage:write").post(path), 403, "forbidden")
    refused(world.machine("billing:admin").create(), 403, "forbidden")
    refused(world.own_machine(admin.organization_id, "billing:admin").create(), 403, "forbidden")


def test_a_users_token_without_an_organization_is_no_machine(world: Cloud, admin: Member) -> None:
    """The claim `scope` is what OAuth calls a user's own."""
    scopes = {"scope": "openid billing:admin", "scopes": ["billing:admin"]}
    user = world.bearer(world.scalekit.token(None, claims=scopes))

    refused(user.post(f"/api/organizations/{admin.organization_id}/sync"), 403, "forbidden")
    world.untouched(admin.organization_id)


@pytest.mark.parametrize("roles", [["support admin"], ["not admin"], ["[admin]"], "admin"], ids=repr)
def test_a_word_in_a_roles_name_makes_no_billing_admin(world: Cloud, roles: object) -> None:
    member = world.member(fresh("org"), roles=roles)

    refused(member.create(), 403, "forbidden")
    world.untouched(member.organization_id)


@pytest.mark.parametrize("oid", [False, True, 5, ["org_1"], {"org": 1}], ids=repr)
def test_an_organization_that_is_no_text_is_401(world: Cloud, oid: object) -> None:
    assert world.bearer(world.scalekit.token(None, claims={"oid": oid})).listing().status_code == 401


@pytest.mark.parametrize("claims", [{"sid": None}, {"client_id": "usr_1", "sub": "usr_1"}], ids=str)
def test_a_token_that_is_neither_a_sessions_nor_a_machines_is_401(world: Cloud, claims: Json) -> None:
    member = world.member(fresh("org"), claims=claims)

    assert member.listing().status_code == 401


def test_only_a_billing_admin_changes_anything(world: Cloud, admin: Member) -> None:
    member = world.member(admin.organization_id, roles=["member"], permissions=["billing:read"])

    for answer in (member.create(), member.update(seats=2), member.cancel(), member.restore(), member.portal()):
        refused(answer, 403, "forbidden")
    assert member.listing().status_code == 200
    world.untouched(admin.organization_id)


def test_a_permission_opens_what_a_role_does(world: Cloud, admin: Member) -> None:
    clerk = world.member(admin.organization_id, roles=["member"], permissions=["billing:manage"])

    assert clerk.create().status_code == 200


def test_another_organization_is_nobodys_business(world: Cloud, admin: Member) -> None:
    victim = world.member(fresh("org"))
    theirs = victim.organization_id
    subscription_id = world.subscribe(victim)
    world.caught_up(theirs)
    world.chargebee.forget_requests()

    for answer in (
        admin.create(referenceId=theirs),
        admin.update(referenceId=theirs, seats=6),
        admin.cancel(referenceId=theirs),
        admin.restore(referenceId=theirs),
        admin.portal(referenceId=theirs),
        admin.listing(referenceId=theirs),
        admin.create(referenceId=""),
    ):
        refused(answer, 403, "forbidden")
    for answer in (
        admin.update(subscriptionId=subscription_id, seats=6),
        admin.cancel(subscriptionId=subscription_id),
        admin.restore(subscriptionId=subscription_id),
    ):
        refused(answer, 404, "subscription_not_found")
    world.untouched(admin.organization_id)
    assert world.chargebee.requests(theirs) == []
    assert world.chargebee.requests(subscription_id) == []


def test_create_without_a_session_is_401_and_calls_nobody(world: Cloud) -> None:
    world.chargebee.told()
    world.chargebee.forget_requests()

    assert world.bearer(None).create().status_code == 401

    assert world.chargebee.requests("") == []


def test_an_expired_or_tampered_token_or_an_empty_cookie_is_401(world: Cloud) -> None:
    organization_id = fresh("org")
    expired = world.scalekit.token(organization_id, expires_in=-1)
    forged = tampered(world.scalekit.token(fresh("org")), oid=organization_id)

    assert world.bearer(expired).create().status_code == 401
    assert world.bearer(forged).create().status_code == 401
    for cookie in ("scalekit_session={}", "session={}", "scalekit_session=%7B%7D"):
        answer = world.http.post("/api/subscription/create", json={}, headers={"cookie": cookie})
        assert answer.status_code == 401
    world.untouched(organization_id)


def test_a_token_without_oid_is_403_on_every_billing_route(world: Cloud) -> None:
    homeless = world.bearer(world.scalekit.token(None))

    for route in routes.ROUTES:
        if route.who in (Who.MEMBER, Who.READER, Who.ADMIN):
            refused(ask(route, homeless, ""), 403, "organization_required")


def test_another_organizations_reference_is_403_and_calls_nobody(world: Cloud) -> None:
    admin, other = world.member(fresh("org")), fresh("org")

    for answer in (
        admin.create(referenceId=other),
        admin.update(referenceId=other),
        admin.cancel(referenceId=other),
        admin.portal(referenceId=other),
        admin.listing(referenceId=other),
    ):
        refused(answer, 403, "forbidden")
    for organization_id in (admin.organization_id, other):
        world.untouched(organization_id)


def test_a_member_without_a_billing_role_is_403(world: Cloud) -> None:
    member = world.member(fresh("org"), roles=["member"])

    refused(member.create(), 403, "forbidden")
    world.untouched(member.organization_id)
