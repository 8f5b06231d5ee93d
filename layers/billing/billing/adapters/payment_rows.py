"""How charges, rules for top-ups and news look as DynamoDB items."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from billing.adapters.rows import OUTBOX_LIFETIME, Attributes, decode, encode
from billing.domain.auto_top_up import TopUpRule
from billing.domain.charge import Charge, ChargeState, OpenPage, Order, Purpose
from billing.domain.news import News


def charge_key(organization_id: str, charge_id: str) -> Attributes:
    """One charge."""
    return encode({"pk": f"CHARGE#{organization_id}#{charge_id}", "sk": "CHARGE"})


def charge_item(charge: Charge) -> Attributes:
    """The whole charge; it stays for ever, as its key counts for ever."""
    values = {
        **{each.name: getattr(charge, each.name) for each in fields(charge)},
        "purpose": str(charge.purpose),
        "state": str(charge.state),
        "order": _stored(charge.order),
        "page": asdict(charge.page) if charge.page else None,
    }
    return charge_key(charge.organization_id, charge.id) | encode(values)


def read_charge(item: Mapping[str, Any]) -> Charge:
    """The inverse of `charge_item`."""
    values = _known(Charge, decode(item))
    values["purpose"] = Purpose(values["purpose"])
    values["state"] = ChargeState(values["state"])
    values["order"] = Order(**_known(Order, values["order"]))
    if page := values.get("page"):
        values["page"] = OpenPage(**_known(OpenPage, page))
    return Charge(**values)


def rule_key(organization_id: str, currency: str) -> Attributes:
    """Sorts before the wallets, in the same query."""
    return encode({"pk": f"ORG#{organization_id}", "sk": f"TOPUP#{currency}"})


def rule_item(organization_id: str, rule: TopUpRule) -> Attributes:
    """The whole rule."""
    return rule_key(organization_id, rule.currency) | encode(asdict(rule))


def read_rule(item: Mapping[str, Any]) -> TopUpRule:
    """The inverse of `rule_item`."""
    return TopUpRule(**_known(TopUpRule, decode(item)))


def news_item(organization_id: str, customer_id: str | None, news: News) -> Attributes:
    """An outbox row, read as those of subscriptions are."""
    values = {
        "pk": f"OUTBOX#{organization_id}",
        "sk": news.name,
        "organization_id": organization_id,
        "customer_id": customer_id,
        "key": f"{organization_id}#{news.name}",
        "transition": str(news.transition),
        "at": news.at,
        "details": dict(news.details),
        "expires_at": news.at + OUTBOX_LIFETIME,
    }
    return encode(values)


def _stored(order: Order) -> dict[str, Any]:
    return {name: value for name, value in asdict(order).items() if value is not None}


def _known(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Only the fields of `kind`: a newer version of the code may have stored more."""
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in values.items() if name in names}
