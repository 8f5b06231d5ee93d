"""Reading the catalog's entries, one strict field at a time. Each refusal names the place."""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from billing.core.errors import InvalidCatalog, InvalidRequest
from billing.core.quantity import one, read_quantity

HEAD = frozenset({"entitlements", "features"})
"""The fields of the whole catalog: whose levels of a feature count."""

LARGEST = 10**19
"""More than any machine counts to. The table keeps 38 digits, and seats and decimals multiply."""


def fields(entry: Mapping[str, Any], where: str, required: Iterable[str], optional: Iterable[str]) -> None:
    """Refuse a field that is unknown or missing."""
    known = {*required, *optional}
    if unknown := entry.keys() - known:
        refuse(f"{where} has an unknown field {min(unknown)!r}; known are {', '.join(sorted(known))}")
    if missing := set(required) - entry.keys():
        refuse(f"{where} lacks {min(missing)!r}")


def text(value: object, where: str) -> str:
    """Refuse anything but text."""
    if not isinstance(value, str) or not value.strip():
        refuse(f"{where} must be text")
    return value


def whole(value: object, least: int, where: str) -> int:
    """Refuse anything but a whole number from `least`, which every store keeps."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        refuse(f"{where} must be a whole number from {least}")
    return value if value <= LARGEST else refuse(f"{where} must be {LARGEST} at most")


def flag(value: object, where: str) -> bool:
    """Refuse anything but true and false."""
    if not isinstance(value, bool):
        refuse(f"{where} must be true or false")
    return value


def table(value: object, of: str, where: str) -> Mapping[str, Any]:
    """Refuse anything but a table, and in it a name that no store keeps."""
    if not isinstance(value, Mapping):
        refuse(f"{where} must be a table of {of}")
    if "" in value:
        refuse(f"{where} has an empty name")
    return value


def limit(value: object, where: str) -> int | None:
    """A whole number, or None for "unlimited"."""
    return None if value == "unlimited" else whole(value, 0, where)


def steps(value: object, decimals: int, where: str) -> int:
    """A quantity in steps of 10^-decimals: a whole number, or text where it has decimals."""
    if not isinstance(value, str) or not decimals:
        return whole(value, 0, where) * one(decimals)
    try:
        return read_quantity(value).at(decimals)
    except (ValueError, InvalidRequest) as wrong:
        return refuse(f"{where}: {str(wrong).removesuffix('.')}")


def currency_code(value: object, where: str) -> str:
    """An ISO 4217 code, such as USD."""
    code = text(value, f"{where}: currency")
    if len(code) != len("USD") or not (code.isascii() and code.isupper()):
        refuse(f"{where}: currency must be an ISO 4217 code such as 'USD', not {code!r}")
    return code


def choice(kind: Any, value: object, where: str) -> Any:
    """A member of the enumeration `kind`."""
    try:
        return kind(value)
    except ValueError:
        return refuse(f"{where} must be one of {', '.join(sorted(kind))}")


def refuse(what: str) -> NoReturn:
    """Raises InvalidCatalog."""
    raise InvalidCatalog(f"The plan catalog is not valid: {what}.")
