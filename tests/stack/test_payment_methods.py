"""Saved ways to pay: added on a hosted page, chosen, removed; nobody else's are ever found."""

from typing import Any

from tests.stack.api import Member, answered, opened, refused
from tests.stack.world import Cloud, fresh

type Json = dict[str, Any]


def methods(member: Member) -> list[Json]:
    found: list[Json] = answered(member.get("/api/payment-methods"))["paymentMethods"]
    return found


def defaults(member: Member) -> dict[str, bool]:
    return {each["id"]: each["default"] for each in methods(member)}


def test_an_organization_without_a_customer_has_no_payment_methods(world: Cloud, admin: Member) -> None:
    assert methods(admin) == []
    refused(admin.put("/api/payment-methods/pm_1/default"), 404, "payment_method_not_found")
    refused(admin.delete("/api/payment-methods/pm_1"), 404, "payment_method_not_found")
    world.untouched(admin.organization_id)


def test_one_is_added_on_a_page_and_every_member_sees_it(world: Cloud, admin: Member) -> None:
    with world.listening() as bus:
        page = opened(admin.post("/api/payment-methods", {"returnUrl": "/cards?added=1"}))
        assert page.keys() == {"mode", "url", "id"}
        with world.browser() as browser:
            assert "Save card" in browser.get(page["url"]).text
        back = world.chargebee.pay(page["id"])
        [attached] = bus.news(admin.organization_id, "payment_method.attached")

    assert back.startswith(f"{world.stack.app}/cards?added=1&")
    member = world.member(admin.organization_id, roles=["member"])
    [method] = methods(member)
    assert method == {
        "id": method["id"],
        "type": "card",
        "status": "valid",
        "brand": "visa",
        "last4": "1111",
        "expiryMonth": 12,
        "expiryYear": 2050,
        "default": True,
    }
    assert attached["paymentMethod"] | {"default": True} == method


def test_the_default_is_the_one_that_is_chosen_and_a_removed_one_is_gone(world: Cloud, admin: Member) -> None:
    with world.listening() as bus:
        first, second = world.save_card(admin), world.save_card(admin, "declined")
        assert defaults(admin) == {first: True, second: False}

        assert answered(admin.put(f"/api/payment-methods/{second}/default")) == {"id": second, "default": True}
        assert defaults(admin) == {first: False, second: True}

        assert answered(admin.delete(f"/api/payment-methods/{second}")) == {"id": second, "removed": True}
        assert defaults(admin) == {first: True}
        *_, detached = bus.news(
            admin.organization_id, "payment_method.attached", "payment_method.attached", "payment_method.detached"
        )

    assert detached["paymentMethod"]["id"] == second
    refused(admin.delete(f"/api/payment-methods/{second}"), 404, "payment_method_not_found")
    assert answered(admin.delete(f"/api/payment-methods/{first}"))["removed"] is True
    assert methods(admin) == []


def test_another_organizations_are_not_found(world: Cloud, admin: Member) -> None:
    mine = world.save_card(admin)
    theirs = world.save_card(world.member(fresh("org")))

    for method_id in (theirs, "pm_nobody"):
        refused(admin.put(f"/api/payment-methods/{method_id}/default"), 404, "payment_method_not_found")
        refused(admin.delete(f"/api/payment-methods/{method_id}"), 404, "payment_method_not_found")

    assert defaults(admin) == {mine: True}
    assert world.chargebee.calls(theirs, "POST", f"/payment_sources/{theirs}/delete") == []


def test_a_way_back_to_somewhere_else_is_refused(world: Cloud, admin: Member) -> None:
    for url in ("https://evil.example.com", "//evil.example.com", "/\\evil.example.com"):
        refused(admin.post("/api/payment-methods", {"returnUrl": url}), 400, "invalid_url")
    world.untouched(admin.organization_id)


def test_while_chargebee_is_away_the_answer_says_so(world: Cloud, admin: Member) -> None:
    world.save_card(admin)
    world.chargebee.faults({"path": "/payment_sources*", "status": 500}, {"path": "/customers/*", "status": 500})
    refused(admin.get("/api/payment-methods"), 502, "chargebee_unavailable")
    world.chargebee.faults({"path": "/customers/*", "status": 429, "retry_after": 61})
    limited = admin.get("/api/payment-methods")
    refused(limited, 503, "chargebee_rate_limited")
    assert limited.headers["retry-after"] == "61"
