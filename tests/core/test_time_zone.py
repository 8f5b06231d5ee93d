from datetime import UTC

import pytest

from billing.core.errors import NotConfigured
from billing.core.time_zone import time_zone


def test_utc_needs_no_time_zone_data() -> None:
    assert time_zone("UTC") is UTC


def test_a_zone_is_known_by_its_iana_name() -> None:
    assert str(time_zone("America/Los_Angeles")) == "America/Los_Angeles"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "/etc/localtime", "../UTC", "America"])
def test_a_name_of_no_zone_is_a_clear_error(name: str) -> None:
    with pytest.raises(NotConfigured, match="IANA"):
        time_zone(name)
