"""Which organization each existing Chargebee customer belongs to: decided row by row, over what both vendors list."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

SHARED_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "icloud.com", "me.com", "mac.com", "web.de", "mail.com", "email.com", "mail.ru"}
    | {"proton.me", "protonmail.com", "pm.me", "tutanota.com", "fastmail.com", "hey.com", "zoho.com", "rocketmail.com"}
    | {"t-online.de", "freenet.de", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "libero.it"}
    | {"btinternet.com", "sky.com", "virginmedia.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net"}
    | {"bigpond.com", "rediffmail.com", "naver.com", "qq.com", "163.com", "126.com", "sina.com", "uol.com.br"}
    | {"bluewin.ch", "seznam.cz", "wp.pl", "o2.pl", "telenet.be", "ziggo.nl", "shaw.ca", "rogers.com", "cox.net"}
)
SHARED_NAMES = frozenset({"outlook", "hotmail", "live", "msn", "yahoo", "ymail", "aol", "gmx", "yandex"})
"""Domains of everybody, the second under any ending: an address there says nothing of an organization."""


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
    it has one. What a list has twice, because it changed while it was read, is there once, as it was last.
    """
    index = _Index(tuple({each.id: each for each in organizations}.values()))
    rows = [_row(customer, index, given) for customer in {each.id: each for each in customers}.values()]
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
            for domain in filter(_its_own, each.domains):
                self.by_domain[domain].append(each.id)

    def candidates(self, customer: Customer, given: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
        """What tells, and whom it names."""
        yield "file", [given[customer.id]] if given.get(customer.id) else []
        yield "meta_data", [customer.organization_id] if customer.organization_id else []
        yield "id", [customer.id] if customer.id in self.by_id else []
        yield "external id", self.by_external_id.get(customer.id, [])
        yield "e-mail domain", self.by_domain.get(customer.domain, []) if customer.domain else []


def _its_own(domain: str) -> bool:
    return domain not in SHARED_DOMAINS and domain.partition(".")[0] not in SHARED_NAMES


def _row(customer: Customer, index: _Index, given: Mapping[str, str]) -> Row:
    row = Row(customer.id, customer.name, Fate.MISSING)
    if customer.id in index.by_customer:
        mapped = index.by_customer[customer.id]
        other = given.get(customer.id, mapped)
        return replace(
            row,
            fate=Fate.MAPPED,
            organization_id=mapped,
            note="" if other == mapped else f"the file names {other}",
        )
    for by, named in index.candidates(customer, given):
        if len(named) > 1:
            return replace(row, fate=Fate.AMBIGUOUS, by=by, note=f"one of {', '.join(sorted(named))}")
        if named and named[0] not in index.by_id:
            return replace(row, by=by, note=f"Scalekit has no organization {named[0]}")
        if named:
            note = _in_the_way(customer, index.by_id[named[0]])
            return replace(row, fate=Fate.MATCHED, organization_id=named[0], by=by, note=note)
    return replace(row, note="nothing names its organization")


def _in_the_way(customer: Customer, organization: Organization) -> str:
    """What the mapping may be refused for: nobody's customer is taken over, and none that has bought gives way."""
    if customer.organization_id not in ("", organization.id):
        return f"its meta_data names {customer.organization_id}: correct that at Chargebee"
    return f"{organization.id} has the customer {organization.customer_id}" if organization.customer_id else ""


def _alone(row: Row, wanted: Mapping[str, int], rows: Sequence[Row]) -> Row:
    if row.fate is not Fate.MATCHED or wanted[row.organization_id] == 1:
        return row
    others = [each.customer_id for each in rows if each.organization_id == row.organization_id and each != row]
    return replace(row, fate=Fate.AMBIGUOUS, organization_id="", note=f"{row.organization_id} fits {others[0]} too")
