"""What the codec does with each kind of field, and with what it does not expect."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from billing.table.codec import Codec, Form, Unreadable, decode, encode


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    id: str
    colour: Colour
    owner: str | None
    first: Part
    parts: tuple[Part, ...] = ()
    pairs: tuple[tuple[str, int], ...] = ()
    tags: frozenset[str] = frozenset()
    last: Part | None = None
    sums: Mapping[str, int] = field(default_factory=dict)
    done: bool = False


CODEC = Codec(Whole)
FULL = Whole(
    id="w",
    colour=Colour.BLUE,
    owner="somebody",
    first=Part("a", 1),
    parts=(Part("b"), Part("c", 3)),
    pairs=(("x", 1), ("y", 2)),
    tags=frozenset({"new"}),
    last=Part("z"),
    sums={"USD": 5},
    done=True,
)


def stored(values: dict[str, Any]) -> dict[str, Any]:
    """As the table gives it back."""
    return decode(encode(values))


def test_every_kind_of_field_comes_back_as_it_was() -> None:
    back = CODEC.read(stored(CODEC.values(FULL)))
    assert back == FULL
    assert isinstance(back.colour, Colour)


def test_a_field_that_the_code_calls_otherwise_keeps_its_name_in_the_table() -> None:
    codec = Codec(Part, attributes={"size": "width"})
    values = codec.values(Part("a", 1))
    assert values == {"name": "a", "width": 1}
    assert codec.read(stored(values)) == Part("a", 1)


def test_what_is_not_known_and_what_is_empty_is_not_stored_at_any_depth() -> None:
    bare = Whole("w", Colour.RED, None, Part("a"))
    assert stored(CODEC.values(bare)) == {
        "id": "w",
        "colour": "red",
        "first": {"name": "a"},
        "parts": [],
        "pairs": [],
        "sums": {},
        "done": False,
    }
    assert CODEC.read(stored(CODEC.values(bare))) == bare


def test_what_this_version_does_not_know_is_left_out_at_every_depth() -> None:
    values = CODEC.values(FULL) | {"added": 1, "first": {"name": "a", "size": 1, "added": {"deep": True}}}
    values["parts"][0]["added"] = 1
    assert CODEC.read(values) == FULL


def test_a_row_that_lacks_a_field_takes_its_default_and_none_where_that_is_allowed() -> None:
    assert CODEC.read({"id": "w", "colour": "red", "first": {"name": "a"}}) == Whole("w", Colour.RED, None, Part("a"))


def test_none_in_a_message_is_the_same_as_nothing() -> None:
    told = {"id": "w", "colour": "red", "owner": None, "first": {"name": "a"}, "last": None, "tags": None}
    assert CODEC.read(told) == Whole("w", Colour.RED, None, Part("a"))


@pytest.mark.parametrize(("missing", "said"), [("id", "A stored Whole has no 'id'"), ("first", "has no 'first'")])
def test_a_row_that_lacks_what_it_cannot_be_without_says_which(missing: str, said: str) -> None:
    values = CODEC.values(FULL)
    del values[missing]
    with pytest.raises(Unreadable, match=said):
        CODEC.read(values)


def test_a_field_can_have_a_form_of_its_own_in_which_nothing_is_still_nothing() -> None:
    codec = Codec(Part, forms={"size": Form(lambda size: f"{size} cm", lambda text: int(text.removesuffix(" cm")))})
    assert codec.values(Part("a", 5)) == {"name": "a", "size": "5 cm"}
    assert codec.read({"name": "a", "size": "5 cm"}) == Part("a", 5)
    assert codec.read(codec.values(Part("a"))) == Part("a")


def test_a_nested_record_can_have_a_codec_of_its_own() -> None:
    part = Codec(Part, renamed={"title": "name"})
    codec = Codec(Whole, forms={"first": Form(part.values, part.read)})
    assert codec.values(FULL)["first"] == {"name": "a", "title": "a", "size": 1}
    assert codec.read(codec.values(FULL) | {"first": {"title": "a", "size": 1}}) == FULL


def test_what_is_kept_apart_is_neither_stored_nor_read_but_given() -> None:
    codec = Codec(Whole, apart=frozenset({"owner"}))
    values = codec.values(FULL)
    assert "owner" not in values
    assert codec.read(values | {"owner": "somebody else"}, owner="the key's") == replace(FULL, owner="the key's")


RENAMED = Codec(Part, renamed={"title": "name"})


def test_a_renamed_field_is_written_under_both_names_for_the_version_before() -> None:
    assert RENAMED.values(Part("a", 1)) == {"name": "a", "title": "a", "size": 1}


@pytest.mark.parametrize(
    "values", [{"title": "a"}, {"name": "a"}, {"name": "a", "title": "what a later write left behind"}]
)
def test_a_renamed_field_is_read_under_either_name_and_todays_wins(values: dict[str, Any]) -> None:
    assert RENAMED.read(values) == Part("a")


VALUES: dict[str, Any] = {
    "text": "Ünï",
    "empty": "",
    "colour": Colour.RED,
    "number": 10**37,
    "negative": -100,
    "true": True,
    "list": ["a", 1, None, False, ("b", 2)],
    "map": {"deep": {"deeper": [{"n": 0}]}, "nothing": {}},
    "texts": {"a"},
    "fixed": frozenset({"b"}),
}


def test_attributes_are_those_that_boto3_makes_of_the_same_values() -> None:
    assert encode(VALUES) == {name: TypeSerializer().serialize(value) for name, value in VALUES.items()}
    assert decode(encode(VALUES)) == {
        name: TypeDeserializer().deserialize(each) for name, each in encode(VALUES).items()
    }


def test_attributes_of_every_kind_are_read_because_another_version_may_have_written_them() -> None:
    others = {"none": None, "bytes": b"a", "numbers": {1, 2}, "blobs": {b"a"}}
    read = decode({name: TypeSerializer().serialize(value) for name, value in others.items()})
    assert read == others


@pytest.mark.parametrize(
    "value", [1.5, b"a", {1}, {"a", 1}, object], ids=["half", "bytes", "numbers", "mixed", "class"]
)
def test_what_no_record_holds_is_not_stored(value: Any) -> None:
    with pytest.raises(TypeError, match="is not stored"):
        encode({"deep": [value]})
