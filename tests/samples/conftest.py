import pytest

from tests.deployment.fixtures import *

pytest.register_assert_rewrite("tests.samples.expectation", "tests.metering.functions.samples")
