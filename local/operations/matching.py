"""Which organization each existing Chargebee customer belongs to: decided row by row, over what both vendors list."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

SHARED_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com"}
    | {"me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "mail.com", "proton.me", "protonmail.com", "yandex.ru"}
    | {"mail.ru", "qq.com", "163.com"}
)
"""Domains of everybody: an address there says nothing of an organization."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Chargebee's. `domain` is its e-mail address', `organization_id` what its `meta_data` names; empty for none."""

    id: str
    name: str = ""
    domain: str = ""
    organization_id: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """Scalekit's. `domains` are its members', `customer_id` is the customer that it has here; empty for none."""

    id: str
    name: str = ""
    external_id: str = ""
    domains: frozenset[str] = frozenset()
    customer_id: str = ""


class Fate(StrEnum):
    """What is known of a row."""

    MAPPED = "already mapped"
    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"
    DONE = "mapped now"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """A customer and its organization, empty where none is known. `by` is what told, `note` what to look at."""

    customer_id: str
    customer_name: str
    fate: Fate
    organization_id: str = ""
    by: str = ""
    note: str = ""


def match(customers: Iterable[Customer], organizations: Sequence[Organization], given: Mapping[str, str]) -> list[Row]:
    """A row for each customer. `given` are organizations by customer, as the team says: they win over everything.

    Then the `meta_data`, the customer's id as the organization's own or external one, and the e-mail domain are asked
    in this order; the first that names anybody decides. An organization that two customers match is ambiguous for both:
    it has one.
    """
    index = _Index(organizations)
    rows = [_row(customer, index, given) for customer in customers]
    wanted = Counter(row.organization_id for row in rows if row.fate is Fate.MATCHED)
    return [_alone(row, wanted, rows) for row in rows]


class _Index:
    """The organizations by everything that may name them."""

    def __init__(self, organizations: Sequence[Organization]) -> None:
        self.by_id = {each.id: each for each in organizations}
        self.by_customer = {each.customer_id: each.id for each in organizations if each.customer_id}
        self.by_external_id: dict[str, list[str]] = defaultdict(list)
        self.by_domain: dict[str, list[str]] = defaultdict(list)
        for each in organizations:
            self.by_external_id[each.external_id].append(each.id)
            for domain in each.domains - SHARED_DOMAINS:
                self.by_domain[domain].append(each.id)

    def candidates(self, customer: Customer, given: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
        """What tells, and whom it names."""
        yield "file", [given[customer.id]] if given.get(customer.id) else []
        yield "meta_data", [customer.organization_id] if customer.organization_id else []
        yield "id", [customer.id] if customer.id in self.by_id else []
        yield "external id", self.by_external_id.get(customer.id, [])
        yield "e-mail domain", self.by_domain.get(customer.domain, []) if customer.domain else []


def _row(customer: Customer, index: _Index, given: Mapping[str, str]) -> Row:
    row = Row(customer.id, customer.name, Fate.MISSING)
    if customer.id in index.by_customer:
        return replace(row, fate=Fate.MAPPED, organization_id=index.by_customer[customer.id])
    for by, named in index.candidates(customer, given):
        if len(named) > 1:
            return replace(row, fate=Fate.AMBIGUOUS, by=by, note=f"one of {', '.join(sorted(named))}")
        if named and named[0] not in index.by_id:
            return replace(row, by=by, note=f"Scalekit has no organization {named[0]}")
        if named:
            return replace(row, fate=Fate.MATCHED, organization_id=named[0], by=by)
    return replace(row, note="nothing names its organization")


def _alone(row: Row, wanted: Mapping[str, int], rows: Sequence[Row]) -> Row:
    if row.fate is not Fate.MATCHED or wanted[row.organization_id] == 1:
        return row
    others = [each.customer_id for each in rows if each.organization_id == row.organization_id and each != row]
    return replace(row, fate=Fate.AMBIGUOUS, organization_id="", note=f"{row.organization_id} fits {others[0]} too")
