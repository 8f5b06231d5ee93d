"""The route table holds together: with the handlers, the request models, and what who may do."""

import ast
import importlib.util
import typing
from types import ModuleType

import pytest
from pydantic import TypeAdapter

from billing.app.routes import ROUTES
from billing.runtime.parsing import Body, BuyerBody, Strict
from billing.runtime.route import Who
from tests.deployment.routes import BODIES, SCOPES, SERVED, SESSIONS, AnyRoute, body_of
from tests.deployment.template import ROOT

ADMINS_READ = {"payments/list_invoices"}
"""What the organization paid is not for every member."""

WITH_BODY = tuple(each for each in ROUTES if each.body)


def loaded(function: str) -> ModuleType:
    path = ROOT / "functions" / function / "app.py"
    spec = importlib.util.spec_from_file_location("app", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def served(module: ModuleType, function: str) -> object:
    """What stands in `@serve(routes.USE)`, or `@serve(USE)`."""
    tree = ast.parse((ROOT / "functions" / function / "app.py").read_text())
    [handler] = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "handler"]
    [decorator] = handler.decorator_list
    assert isinstance(decorator, ast.Call)
    [route] = decorator.args
    found: object = module
    for name in ast.unparse(route).split("."):
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("route", SERVED, ids=str)
def test_a_handler_serves_its_own_route_with_the_body_and_the_answer_of_the_table(route: AnyRoute) -> None:
    module = loaded(route.function)
    assert served(module, route.function) is route
    hints = typing.get_type_hints(module.handler.__wrapped__)
    assert hints["return"] is route.answer
    assert hints.get("body") is (route.body_model() if route.body else None)


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_a_body_is_read_strictly_and_a_sessions_names_its_organization(route: AnyRoute) -> None:
    wanted = {Who.MACHINE: Strict, Who.ADMIN: Body, Who.BUYER: BuyerBody}[route.who]
    assert issubclass(route.body_model(), wanted)
    assert issubclass(route.body_model(), Body) == (route.who is not Who.MACHINE)


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_the_example_of_a_body_is_one(route: AnyRoute) -> None:
    route.body_model().model_validate(body_of(route))


def test_every_example_belongs_to_a_route_with_a_body() -> None:
    assert set(BODIES) <= {each.function for each in WITH_BODY}


def test_a_function_has_one_route_and_a_route_one_function() -> None:
    assert len({each.function for each in ROUTES}) == len({str(each) for each in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_an_answer_is_a_type_that_can_be_checked(route: AnyRoute) -> None:
    assert typing.is_typeddict(route.answer)
    assert TypeAdapter(route.answer)


@pytest.mark.parametrize("route", SERVED, ids=str)
def test_a_machines_is_what_names_an_organization_or_a_plan_in_its_path_and_nothing_else(route: AnyRoute) -> None:
    assert (route.who is Who.MACHINE) == route.path.startswith(("/api/organizations", "/api/plans/"))


@pytest.mark.parametrize("route", SESSIONS, ids=str)
def test_a_member_only_reads_and_whatever_changes_is_an_admins(route: AnyRoute) -> None:
    shown_to_all = route.method == "GET" and route.function not in ADMINS_READ
    assert (route.who in (Who.MEMBER, Who.READER)) == shown_to_all


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_scope_is_asked_for_exactly_where_machines_call(route: AnyRoute) -> None:
    called = route.who in (Who.MACHINE, Who.BUYER, Who.READER)
    assert (route.scope in SCOPES) == called
    assert bool(route.scope) == called


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_scope_that_reads_opens_nothing_that_writes(route: AnyRoute) -> None:
    assert "billing:read" not in route.scopes or route.method == "GET"
