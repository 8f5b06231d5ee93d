"""Each existing customer's organization is found by what names it surest, and never guessed."""

import pytest

from local.operations.matching import Customer, Fate, Organization, Row, match

ACME = Organization("org_1", "Acme", external_id="crm-7", domains=frozenset({"acme.com"}))
GLOBEX = Organization("org_2", "Globex", domains=frozenset({"globex.com", "gmail.com"}))


def only(customer: Customer, *organizations: Organization, given: dict[str, str] | None = None) -> Row:
    [row] = match([customer], organizations or (ACME, GLOBEX), given or {})
    return row


@pytest.mark.parametrize(
    ("customer", "given", "by", "organization"),
    [
        (Customer("c1", organization_id="org_1", domain="globex.com"), {}, "meta_data", "org_1"),
        (Customer("org_1", domain="globex.com"), {}, "id", "org_1"),
        (Customer("crm-7", domain="globex.com"), {}, "external id", "org_1"),
        (Customer("c1", domain="globex.com"), {}, "e-mail domain", "org_2"),
        (Customer("crm-7", organization_id="org_1"), {"crm-7": "org_2"}, "file", "org_2"),
    ],
)
def test_the_surest_that_names_anybody_decides(
    customer: Customer, given: dict[str, str], by: str, organization: str
) -> None:
    row = only(customer, given=given)
    assert (row.fate, row.by, row.organization_id) == (Fate.MATCHED, by, organization)


def test_a_customer_that_an_organization_has_is_mapped_already_whatever_else_names_it() -> None:
    mapped = Organization("org_1", customer_id="c1")
    row = only(Customer("c1", organization_id="org_2"), mapped, GLOBEX, given={"c1": "org_2"})
    assert (row.fate, row.organization_id, row.note) == (Fate.MAPPED, "org_1", "the file names org_2")


def test_an_organization_that_has_another_customer_is_named_with_it() -> None:
    taken = Organization("org_1", domains=frozenset({"acme.com"}), customer_id="c9")
    row = only(Customer("c1", domain="acme.com"), taken)
    assert (row.fate, row.note) == (Fate.MATCHED, "org_1 has the customer c9")


def test_a_stamp_of_an_organization_that_is_not_there_is_no_reason_to_look_further() -> None:
    row = only(Customer("c1", organization_id="org_9", domain="acme.com"))
    assert (row.fate, row.organization_id, row.note) == (Fate.MISSING, "", "Scalekit has no organization org_9")


def test_a_domain_of_two_organizations_is_ambiguous() -> None:
    both = Organization("org_3", domains=frozenset({"acme.com"}))
    row = only(Customer("c1", domain="acme.com"), ACME, both)
    assert (row.fate, row.organization_id, row.note) == (Fate.AMBIGUOUS, "", "one of org_1, org_3")


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.uk", "hotmail.fr", "outlook.de", "gmx.at", "comcast.net"])
def test_an_address_at_a_provider_of_everybody_says_nothing(domain: str) -> None:
    member = Organization("org_1", domains=frozenset({domain}))
    assert only(Customer("c1", domain=domain), member).fate is Fate.MISSING


def test_organizations_without_an_external_id_are_not_those_of_a_customer_without_an_id() -> None:
    assert only(Customer("c1")).note == "nothing names its organization"


def test_two_customers_of_one_organization_are_ambiguous_and_name_each_other() -> None:
    rows = match([Customer("c1", domain="acme.com"), Customer("c2", domain="acme.com")], [ACME], {})
    assert [(row.fate, row.note) for row in rows] == [
        (Fate.AMBIGUOUS, "org_1 fits c2 too"),
        (Fate.AMBIGUOUS, "org_1 fits c1 too"),
    ]


def test_what_a_list_has_twice_because_it_changed_meanwhile_is_there_once() -> None:
    customer = Customer("crm-7", domain="acme.com")
    for twice in ((Customer("c1", domain="acme.com"),) * 2, (Customer("c1"), Customer("c1", domain="acme.com"))):
        [row] = match(twice, [ACME], {})
        assert (row.fate, row.organization_id) == (Fate.MATCHED, "org_1")
    [row] = match([customer], [ACME, ACME], {})
    assert (row.fate, row.organization_id) == (Fate.MATCHED, "org_1")


def test_the_file_tells_two_customers_of_one_domain_apart() -> None:
    given = {"c1": "org_1", "c2": "org_2"}
    rows = match([Customer("c1", domain="acme.com"), Customer("c2", domain="acme.com")], [ACME, GLOBEX], given)
    assert [row.organization_id for row in rows] == ["org_1", "org_2"]
