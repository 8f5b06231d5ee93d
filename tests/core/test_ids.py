import re
import time

import pytest

from billing.core.clock import utc_now
from billing.core.keys import mint_subscription_id

CHARGEBEES_LIMIT = 50


def test_a_minted_id_is_one_that_chargebee_takes() -> None:
    assert re.fullmatch(r"sub_[0-9a-z]{25}", mint_subscription_id())
    assert len(mint_subscription_id()) <= CHARGEBEES_LIMIT


def test_ids_sort_by_the_time_at_which_they_were_minted(monkeypatch: pytest.MonkeyPatch) -> None:
    minted = []
    for milliseconds in (0, 1, 31, 32, 1_000, 1_790_000_000_000, 1_790_000_000_001, 2**45 - 1):
        monkeypatch.setattr(time, "time_ns", lambda now=milliseconds: now * 1_000_000)
        minted.append(mint_subscription_id())
    assert minted == sorted(minted)


def test_ids_of_the_same_millisecond_share_nothing_that_could_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_790_000_000_000_000_000)
    random = {mint_subscription_id()[-16:] for _ in range(1_000)}
    assert len(random) == 1_000
    for place in range(16):
        assert len({each[place] for each in random}) == 32  # every character carries five random bits


def test_now_is_whole_utc_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_790_000_000.9)
    assert utc_now() == 1_790_000_000
