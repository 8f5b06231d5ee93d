"""Reading what units of a feature cost: `{ micros, currency }`, or `{ mode, currency, tiers }`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from billing.core.money import Money
from billing.core.quantity import one
from billing.plans.catalog_fields import choice, currency_code, fields, refuse, steps, table, whole
from billing.plans.feature import Counted, Overage, Reset, UnitPrice
from billing.plans.tiers import Mode, Tier, TieredPrice


def read_prices(value: Mapping[str, Any], decimals: int, where: str) -> tuple[UnitPrice, ...]:
    """The prices of a feature that is counted in steps of 10^-decimals, in the order in which they are tried."""
    listed = value.get("prices", [])
    if not isinstance(listed, list):
        refuse(f"{where}: prices must be a list of tables")
    whole_price = [value["price"]] if "price" in value else []
    return tuple(_read_price(each, decimals, f"{where}: price") for each in [*listed, *whole_price])


def check_prices(feature: Counted, where: str) -> None:
    """Whatever pays for the units, the wallet or an invoice, can do so by these prices."""
    if feature.overage is Overage.WALLET:
        _check_wallet(feature.prices, where)
    elif feature.overdraft_micros:
        refuse(f"{where} has an overdraft and is not paid by the wallet")
    by_tiers = [each.amount for each in feature.prices if isinstance(each.amount, TieredPrice)]
    listed = Counter(each.amount.currency for each in feature.prices)
    if beside := [each.currency for each in by_tiers if listed[each.currency] > 1]:
        refuse(f"{where} has a price by tiers in {beside[0]}, which must be its only one in {beside[0]}")
    if feature.overage is Overage.WALLET and any(each.mode is Mode.VOLUME for each in by_tiers):
        refuse(f"{where} is paid by the wallet, and a volume price would change what was paid already: use graduated")
    if by_tiers and feature.item_price_id is not None and feature.reset is not Reset.TERM:
        refuse(f"{where} has a price by tiers, which an invoice counts by the term: it needs reset = 'term'")


def _check_wallet(prices: tuple[UnitPrice, ...], where: str) -> None:
    """Whatever currency a wallet is in, every use must have a price."""
    lacking = {price.amount.currency for price in prices} - {
        price.amount.currency for price in prices if not price.when
    }
    if lacking or not prices:
        in_currency = f" in {min(lacking)}" if lacking else ""
        refuse(f"{where} is paid by the wallet and needs a price without 'when'{in_currency}")


def _read_price(entry: object, decimals: int, where: str) -> UnitPrice:
    if not isinstance(entry, Mapping):
        refuse(f"{where} must be a table")
    if "tiers" in entry:
        return UnitPrice(_read_tiers(entry, decimals, where))
    fields(entry, where, required=("micros", "currency"), optional=("when",))
    when = table(entry.get("when", {}), "text", f"{where}: when")
    if not all(isinstance(value, str) for value in when.values()):
        refuse(f"{where}: when must be a table of text")
    amount = Money(_micros(entry["micros"], decimals, where), currency_code(entry["currency"], where))
    return UnitPrice(amount, when=MappingProxyType(dict(when)))


def _read_tiers(entry: Mapping[str, Any], decimals: int, where: str) -> TieredPrice:
    fields(entry, where, required=("mode", "currency", "tiers"), optional=())
    listed = entry["tiers"]
    if not isinstance(listed, list) or not listed:
        refuse(f"{where}: tiers must be a list of tables, at least one")
    mode: Mode = choice(Mode, entry["mode"], f"{where}: mode")
    tiers = [_read_tier(each, decimals, f"{where}: tier {number}") for number, each in enumerate(listed, 1)]
    _check_ends(tiers, where)
    if mode is Mode.VOLUME and any(tier.micros < after.micros for tier, after in pairwise(tiers)):
        refuse(f"{where}: a volume price must not rise, or units would become dearer after their use")
    return TieredPrice(currency_code(entry["currency"], where), tuple(tiers), mode)


def _check_ends(tiers: Sequence[Tier], where: str) -> None:
    """Every number of units is in one tier."""
    *ended, last = [tier.up_to for tier in tiers]
    if last is not None or None in ended:
        refuse(f"{where}: every tier but the last must say up_to, and the last must not")
    ends = [end for end in ended if end is not None]
    if ends != sorted(set(ends)):
        refuse(f"{where}: up_to must rise from tier to tier")


def _read_tier(entry: object, decimals: int, where: str) -> Tier:
    if not isinstance(entry, Mapping):
        refuse(f"{where} must be a table")
    fields(entry, where, required=("micros",), optional=("up_to",))
    up_to = steps(entry["up_to"], decimals, f"{where}: up_to") if "up_to" in entry else None
    if up_to == 0:
        refuse(f"{where}: up_to must be more than 0")
    return Tier(_micros(entry["micros"], decimals, where), up_to)


def _micros(value: object, decimals: int, where: str) -> int:
    """Of one step: money is whole micros, however little is used."""
    micros, rest = divmod(whole(value, 0, f"{where}: micros (millionths of the currency)"), one(decimals))
    if rest:
        refuse(f"{where}: micros must be a multiple of {one(decimals)}, for the least quantity costs no part of one")
    return micros
