"""The docstrings of fields: a string below each, which Python itself throws away."""

import ast
import inspect
from functools import cache
from typing import Any

import billing.announcements.published
import billing.metering.api.answers
import billing.metering.domain.published
import billing.organizations.api.answers
import billing.payments.api.answers
import billing.payments.domain.published
import billing.published
import billing.runtime.route
import billing.runtime.routes
import billing.subscriptions.api.answers
import billing.subscriptions.domain.published

MODULES: tuple[Any, ...] = (
    billing.announcements.published,
    billing.subscriptions.domain.published,
    billing.metering.domain.published,
    billing.payments.domain.published,
    billing.published,
    billing.subscriptions.api.answers,
    billing.metering.api.answers,
    billing.payments.api.answers,
    billing.organizations.api.answers,
    billing.runtime.route,
    billing.runtime.routes,
)


@cache
def _classes() -> dict[str, ast.ClassDef]:
    trees = (ast.parse(inspect.getsource(module)) for module in MODULES)
    return {node.name: node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}


def field_docstrings(name: str) -> dict[str, str]:
    """Of the published type of that name and of those that it is made from, by field; a line each."""
    told: dict[str, str] = {}
    definition = _classes().get(name)
    if definition is None:
        return told
    for base in definition.bases:
        told |= field_docstrings(ast.unparse(base))
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=field_name)), ast.Expr(value=ast.Constant(value=str(text))):
                told[field_name] = " ".join(text.split())
    return told
