"""Rows of a newer version and rows of an older one are read, whatever kind of record they are.

The functions of a deployment are never replaced at one instant, and a rollback leaves what the newer version wrote.
"""

import copy
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import billing
from billing.subscriptions.domain.transaction import ProcessedEvent
from billing.subscriptions.table.rows import CHECKOUT
from billing.table.codec import Codec, decode, encode
from tests.subscriptions.test_store_contract import CHECKOUT as OPEN
from tests.table.records import KINDS, Kind

Values = dict[str, Any]

NEVER_READ = {ProcessedEvent}
"""That it is there is all that is asked of it."""


@dataclass(frozen=True)
class Place:
    """A record within a record: the way to its attributes, and the whole record with another one in its place."""

    path: tuple[Any, ...]
    record: Any
    put: Callable[[Any], Any]

    @property
    def name(self) -> str:
        """As a test is called that is about it."""
        return ".".join(map(str, self.path)) or "itself"

    def within(self, steps: tuple[Any, ...], record: Any, field: str, put: Callable[[Any], Any]) -> "Place":
        """A record within this one's field; `put` makes that field's value of another one."""
        return Place((*self.path, *steps), record, lambda new: self.put(replace(self.record, **{field: put(new)})))

    def attributes(self, values: Values) -> Values:
        """The map that holds its attributes."""
        found: Any = values
        for step in self.path:
            found = found[step]
        assert isinstance(found, dict)
        return found


def places(values: Any, names: Any, place: Place) -> Iterator[Place]:
    """The record and all that are within it. One without a map of its own has its attributes beside the outer one's."""
    yield place
    for each in fields(place.record):
        value, name = getattr(place.record, each.name), names.get(each.name, each.name)
        stored = values.get(name)
        if is_dataclass(value) and not isinstance(stored, str):  # text is a form of its own
            steps = (name,) if stored else ()
            yield from places(stored or values, names, place.within(steps, value, each.name, lambda new: new))
        elif isinstance(value, tuple) and stored and is_dataclass(value[0]):
            for index, (step, attributes) in enumerate(entries(stored)):
                others = value[:index], value[index + 1 :]
                inner = place.within((name, step), value[index], each.name, partial(between, others))
                yield from places(attributes, names, inner)


def entries(stored: Any) -> list[tuple[Any, Any]]:
    """The records of a list or of a map, each with its place there."""
    return list(enumerate(stored)) if isinstance(stored, list) else list(stored.items())


def between(others: tuple[tuple[Any, ...], tuple[Any, ...]], new: Any) -> tuple[Any, ...]:
    """The records of a tuple, one of them another."""
    return (*others[0], new, *others[1])


def places_of(kind: Kind) -> list[Place]:
    whole = Place((), kind.record, lambda record: record)
    return list(places(decode(kind.item(kind.record)), kind.names, whole))


def default(each: "Field[Any]") -> Any:
    """What the record takes for an attribute that is missing; MISSING when there must be one."""
    return each.default_factory() if each.default_factory is not MISSING else each.default


NEWER = [(name, place) for name, kind in KINDS.items() for place in places_of(kind)]
OLDER = [
    (name, place, each.name)
    for name, place in NEWER
    for each in fields(place.record)
    if default(each) is not MISSING
    and KINDS[name].names.get(each.name, each.name) in place.attributes(decode(KINDS[name].item(KINDS[name].record)))
]


@pytest.mark.parametrize("name", KINDS)
def test_a_record_is_read_as_it_was_written(name: str) -> None:
    kind = KINDS[name]
    assert kind.read(kind.item(kind.record)) == kind.record


@pytest.mark.parametrize(("name", "place"), NEWER, ids=[f"{name}: {place.name}" for name, place in NEWER])
def test_an_attribute_that_a_newer_version_added_is_left_out(name: str, place: Place) -> None:
    kind = KINDS[name]
    values = decode(kind.item(kind.record))
    place.attributes(values)["added_later"] = {"deep": [1]}
    assert kind.read(encode(values)) == kind.record


@pytest.mark.parametrize(
    ("name", "place", "missing"), OLDER, ids=[f"{name}: {place.name}, {missing}" for name, place, missing in OLDER]
)
def test_an_attribute_that_an_older_version_did_not_write_is_the_default(name: str, place: Place, missing: str) -> None:
    kind = KINDS[name]
    values = copy.deepcopy(decode(kind.item(kind.record)))
    del place.attributes(values)[kind.names.get(missing, missing)]
    [taken] = [default(each) for each in fields(place.record) if each.name == missing]
    taken = () if missing == "items" else taken  # a stored subscription always has its lines, if only none
    assert kind.read(encode(values)) == place.put(replace(place.record, **{missing: taken}))


NOT_STORED = {("use", "idempotency"), ("meter", "beside")}
"""How the sender of a use means its clock is over with the answer; another meter has a row of its own."""


@pytest.mark.parametrize("name", KINDS)
def test_the_examples_leave_no_field_at_its_default(name: str) -> None:
    unsaid = {
        (name, each.name)
        for place in places_of(KINDS[name])
        for each in fields(place.record)
        if getattr(place.record, each.name) == default(each)
    }
    assert unsaid <= NOT_STORED | {(name, each) for each in OF_A_BARE_LINE}


OF_A_BARE_LINE = {"quantity", "unit_price", "amount", "quantity_in_decimal", "unit_price_in_decimal", "agreed"}
"""The example's second line has none of them; its first has all."""


def test_a_selection_that_a_newer_version_said_more_of_is_read() -> None:
    values = CHECKOUT.values(OPEN)
    longer = values["selection"].removesuffix("]") + ',[],"later"]'
    assert CHECKOUT.read(values | {"selection": longer}, subscription_id=OPEN.subscription_id) == OPEN


def test_every_codec_of_the_table_has_its_example_here() -> None:
    coded = {each.kind for module in table_modules() for each in vars(module).values() if isinstance(each, Codec)}
    assert len(coded) > len(KINDS)
    assert coded - {type(place.record) for _, place in NEWER} - NEVER_READ == set()


def table_modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(billing.__path__, "billing."):
        if ".table." in found.name:
            yield import_module(found.name)
