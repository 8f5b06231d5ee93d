"""What leaves on the bus and for the hooks. Whoever changes a golden file changes what consumers rely on."""

import json
from pathlib import Path
from typing import Any

import pytest

from billing.announcements.published import catalog_or_none, published
from billing.core.errors import InvalidCatalog
from billing.plans.plan import Catalog
from billing.subscriptions.domain.access import Policy, access
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.published import published_subscription
from billing.subscriptions.domain.transition import Transition, transitions
from billing.subscriptions.table.rows import outbox_item, read_announcement
from billing.table.codec import decode
from tests.announcements.examples import ACTIVE, ANNOUNCEMENTS, CATALOG, CHANGES, PURCHASE, publish
from tests.subscriptions.examples import NOW

GOLDEN = Path(__file__).parent / "golden"
CASES: dict[str, Announcement] = {
    **{str(each): told for each, told in ANNOUNCEMENTS.items()},
    f"{PURCHASE.transition}.purchase": PURCHASE,
}


@pytest.mark.parametrize("case", CASES)
def test_each_transition_is_published_to_the_letter(case: str) -> None:
    assert publish(CASES[case]) == json.loads((GOLDEN / f"{case}.json").read_text())


def test_there_is_a_golden_file_for_every_transition_and_no_other() -> None:
    assert set(ANNOUNCEMENTS) == set(Transition)
    assert {path.stem for path in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("transition", CHANGES)
def test_every_example_is_of_a_change_that_makes_its_transition(transition: Transition) -> None:
    assert transition in transitions(*CHANGES[transition])


@pytest.mark.parametrize("case", CASES)
def test_what_was_kept_in_the_outbox_is_published_as_what_was_announced(case: str) -> None:
    row: dict[str, Any] = decode(outbox_item(CASES[case], NOW))
    assert publish(read_announcement(row)) == publish(CASES[case])


def test_a_subscription_is_published_as_the_api_answers_with_it() -> None:
    event: Any = publish(ANNOUNCEMENTS[Transition.ACTIVATED])
    policy = Policy(past_due_grace=0)
    assert event["subscription"] == published_subscription(ACTIVE, CATALOG, access(ACTIVE, policy, NOW))


def test_without_a_catalog_a_plan_is_called_by_its_item_price_and_an_operator_hears_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken() -> Catalog:
        raise InvalidCatalog("There is no such reset.")

    announcement = ANNOUNCEMENTS[Transition.ACTIVATED]
    policy = Policy(past_due_grace=0)
    event: Any = published(announcement, lambda: catalog_or_none(broken), policy)
    assert (event["subscription"]["plan"], event["subscription"]["limits"]) == ("growth", {})
    assert "announced_without_catalog" in capsys.readouterr().out


def test_what_names_no_plan_needs_no_catalog() -> None:
    def unread() -> Catalog:
        raise AssertionError("nobody asked for the catalog")

    policy = Policy(past_due_grace=0)
    told = published(ANNOUNCEMENTS[Transition.WALLET_LOW], unread, policy)
    assert told == publish(ANNOUNCEMENTS[Transition.WALLET_LOW])
