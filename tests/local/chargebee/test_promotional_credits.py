import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import Vendor


def test_credits_are_added_and_deducted_and_the_customer_follows(world: Vendor) -> None:
    world.customer("org_1")
    added = world.sdk.PromotionalCredit.add(
        {"customer_id": "org_1", "amount": 1000, "description": "Welcome", "reference": "ref-1"}
    )
    assert (added.customer.promotional_credits, added.promotional_credit.closing_balance) == (1000, 1000)
    (balance,) = added.customer.balances
    assert (balance.promotional_credits, balance.currency_code) == (1000, "USD")
    deducted = world.sdk.PromotionalCredit.deduct({"customer_id": "org_1", "amount": 300, "description": "Oops"})
    assert (deducted.promotional_credit.type, deducted.customer.promotional_credits) == ("decrement", 700)
    assert world.event_types()[-2:] == ["promotional_credits_added", "promotional_credits_deducted"]
    with pytest.raises(InvalidRequestError):
        world.sdk.PromotionalCredit.deduct({"customer_id": "org_1", "amount": 701, "description": "Too much"})
    rest = world.sdk.PromotionalCredit.deduct({"customer_id": "org_1", "description": "All of it"})
    assert (rest.promotional_credit.amount, rest.customer.promotional_credits) == (700, 0)
    asked = {"customer_id": {"is": "org_1"}, "type": {"is": "increment"}}
    (entry,) = world.sdk.PromotionalCredit.list(asked).list
    found = world.sdk.PromotionalCredit.retrieve(entry.promotional_credit.id).promotional_credit
    assert (found.amount, found.reference, found.description) == (1000, "ref-1", "Welcome")


@pytest.mark.parametrize(("credit", "paid_by_card"), [(400, 1100), (1500, 0), (2000, 0)], ids=["part", "exact", "more"])
def test_the_next_invoice_takes_the_credits_first(world: Vendor, credit: int, paid_by_card: int) -> None:
    world.customer("org_1", "ok" if paid_by_card else None)
    world.sdk.PromotionalCredit.add({"customer_id": "org_1", "amount": credit, "description": "Welcome"})
    charge = {"customer_id": "org_1", "charges": [{"amount": 1500, "description": "Migration"}]}
    invoice = world.sdk.Invoice.create_for_charge_items_and_charges(charge).invoice
    assert (invoice.status, invoice.sub_total, invoice.total) == ("paid", 1500, paid_by_card)
    assert (invoice.discounts[0].entity_type, invoice.discounts[0].amount) == (
        "promotional_credits",
        1500 - paid_by_card,
    )
    left = world.sdk.Customer.retrieve("org_1").customer.promotional_credits
    assert left == credit - (1500 - paid_by_card)
