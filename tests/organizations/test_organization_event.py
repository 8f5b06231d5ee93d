import pytest

from billing.core.errors import InvalidRequest
from billing.organizations.domain.organization_event import OrganizationEvent
from billing.scalekit.read_event import nanoseconds, organization_of_membership, read_organization_event
from tests.subscriptions.examples import NOW, ORG, organization_event_json

SECOND = 1_000_000_000


def test_an_event_is_read_with_its_time_to_the_nanosecond() -> None:
    assert read_organization_event(organization_event_json()) == OrganizationEvent(
        "evt_1", "organization.created", ORG, "Acme", NOW * SECOND + 123_456_789
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-21T14:13:20Z", NOW * SECOND),
        ("2026-09-21T14:13:20.5Z", NOW * SECOND + 500_000_000),
        ("2026-09-21T14:13:20.123456789Z", NOW * SECOND + 123_456_789),
        ("2026-09-21 14:13:20.123456+00:00", NOW * SECOND + 123_456_000),
        ("2026-09-21T16:13:20+02:00", NOW * SECOND),
        ("2026-09-21T16:13:20+0200", NOW * SECOND),
        ("2026-09-21T09:13:20.000000001-05:00", NOW * SECOND + 1),
        ("2026-09-21T14:13:20", NOW * SECOND),
        ("2026-09-21T14:13:20.1234567891234Z", NOW * SECOND + 123_456_789),
    ],
)
def test_both_of_scalekits_timestamp_forms_are_read(text: str, expected: int) -> None:
    assert nanoseconds(text) == expected


@pytest.mark.parametrize(
    "value",
    [None, "", 1_790_000_000, "yesterday", "2026-13-21T14:13:20Z", "2026-09-21", "2026-09-21T25:00:00Z", ["x"], {}],
    ids=repr,
)
def test_what_is_no_timestamp_is_older_than_everything(value: object) -> None:
    assert nanoseconds(value) == 0


def test_timestamps_order_as_their_moments_do() -> None:
    earlier, later = "2026-09-21T14:13:20.000000001Z", "2026-09-21 16:13:20.000000002+02:00"
    assert nanoseconds(earlier) < nanoseconds(later)


def test_without_an_update_time_the_events_own_time_counts() -> None:
    event = read_organization_event(organization_event_json(update_time=None))
    assert event.updated_at == NOW * SECOND + 123_456_789


def test_a_deletion_may_come_without_its_data() -> None:
    document = organization_event_json("organization.deleted") | {"data": None}
    assert read_organization_event(document).organization_id == ORG


@pytest.mark.parametrize("name", [None, 7, ""])
def test_the_name_is_the_organizations_and_never_the_events(name: object) -> None:
    document = organization_event_json(display_name=name) | {"display_name": "Organization Created"}
    assert read_organization_event(document).display_name == ""
    assert read_organization_event(document | {"data": None}).display_name == ""


MEMBERSHIP = {"type": "user.organization_membership_created", "data": {"organization": {"id": ORG}, "user": {}}}


@pytest.mark.parametrize(
    "document",
    [
        MEMBERSHIP | {"object": "OrgMembership", "organization_id": ORG},
        MEMBERSHIP | {"object": "OrgMembershipEvent"},
        {"object": "OrgMembership", "organization_id": ORG, "data": {"user": {}}},
    ],
    ids=["as the API's description says", "as the guide says", "without the organization's data"],
)
def test_a_membership_names_its_organization_in_both_documented_shapes(document: dict[str, object]) -> None:
    assert organization_of_membership(document) == ORG


@pytest.mark.parametrize("data", [None, [], {}, {"organization": ORG}, {"organization": {"id": 7}}], ids=repr)
def test_a_membership_of_no_organization_is_refused(data: object) -> None:
    with pytest.raises(InvalidRequest):
        organization_of_membership({"data": data})


@pytest.mark.parametrize("organization_id", [None, "", 7])
def test_an_event_that_names_no_organization_is_refused(organization_id: object) -> None:
    document = organization_event_json(id=organization_id) | {"organization_id": organization_id}
    with pytest.raises(InvalidRequest):
        read_organization_event(document)
