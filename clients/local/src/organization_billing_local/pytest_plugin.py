"""Fixtures for pytest: a stack for the session, and the same stack emptied for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from organization_billing_local.billing_stack import BillingStack
from organization_billing_local.starting import started


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--billing-stack", type=Path, help="the JSON of a stack that runs already, instead of a new one")
    parser.addini("billing_plans", "the plans.toml that the billing stack sells, from the root directory on")
    parser.addini("billing_hooks", "the hooks.py that the billing stack calls, from the root directory on")


@pytest.fixture(scope="session")
def billing_stack(pytestconfig: pytest.Config) -> Iterator[BillingStack]:
    """One stack for all tests of the session: take an organization of its own in each."""
    if running := pytestconfig.getoption("--billing-stack"):
        yield BillingStack.read(running)
        return
    plans, hooks = (_file(pytestconfig, name) for name in ("billing_plans", "billing_hooks"))
    with started(plans=plans, hooks=hooks) as stack:
        yield stack


@pytest.fixture
def empty_billing_stack(billing_stack: BillingStack) -> BillingStack:
    """The session's stack when it has forgotten everybody."""
    billing_stack.reset()
    return billing_stack


def _file(config: pytest.Config, name: str) -> Path | None:
    given = config.getini(name)
    return config.rootpath / given if given else None
