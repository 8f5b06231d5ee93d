import pytest

from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.subscription import Status
from tests.subscriptions.examples import ORG, a_subscription, an_organization

OLD = a_subscription(id="cb_old", checkout_id="cb_old", status=Status.CANCELLED, created_at=10)
OLDER = a_subscription(id="cb_older", checkout_id="sub_1", status=Status.CANCELLED, created_at=5)
NEW = a_subscription(id="cb_new", checkout_id="cb_old", created_at=3)
PARTITION = OrganizationState(an_organization(), (OLDER, OLD, NEW))


def test_the_live_subscriptions_come_before_the_ended_and_the_new_before_the_old() -> None:
    assert PARTITION.newest_first == (NEW, OLD, OLDER)
    assert PARTITION.live == (NEW,)


def test_chargebees_id_is_looked_for_before_the_promised_one() -> None:
    assert PARTITION.subscription("cb_old") is OLD
    assert PARTITION.subscription("sub_1") is OLDER
    assert PARTITION.subscription("cb_nobody") is None


@pytest.mark.parametrize(
    ("retired", "expected"), [([], ORG), ([ORG], f"{ORG}-2"), ([ORG, f"{ORG}-2"], f"{ORG}-3")], ids=str
)
def test_a_deleted_customers_id_is_never_used_again(retired: list[str], expected: str) -> None:
    assert an_organization(retired_customers=frozenset(retired)).next_customer_id == expected
