"""Bodies, read strictly: an unknown field is refused by name, because a typo must not cost money."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, WithJsonSchema
from pydantic.alias_generators import to_camel

from billing.core.errors import InvalidRequest
from billing.core.names import CHOSEN, NameRule

_FIELD = re.compile(r"\w{1,40}", re.ASCII)


class Strict(BaseModel):
    """camelCase outside, no field more than declared. Of all the models of a module, a call builds the one it reads."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, defer_build=True)


class Body(Strict):
    """What every session request with a body may carry: the organization that it means."""

    reference_id: StrictStr | None = None


class BuyerBody(Body):
    """The same where machines call too: they name the organization that buys."""

    organization_id: StrictStr | None = None


def named(rule: NameRule) -> AfterValidator:
    """A field whose text is a name of some kind."""

    def check(text: str) -> str:
        if not rule.allows(text):
            raise ValueError(rule.sentence)
        return text

    return AfterValidator(check)


def described(rule: NameRule) -> WithJsonSchema:
    """The same for readers of the API's description."""
    return WithJsonSchema({"type": "string", "pattern": f"^{rule.pattern}$"})


Id = Annotated[StrictStr, named(CHOSEN), described(CHOSEN)]
"""A caller's own id of what it sends."""

Currency = Annotated[StrictStr, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217's three letters."""

Moment = Annotated[StrictInt, Field(ge=0, le=253_402_300_799)]
"""UTC seconds, to the end of the year 9999: milliseconds are a mistake."""


def parse[Kind: Strict](kind: type[Kind], document: object) -> Kind:
    """Raises InvalidRequest with a sentence that names the first wrong field."""
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(_part(each) for each in first["loc"])
        if first["type"] == "extra_forbidden":
            raise InvalidRequest(f"{field} is not a field of this request.") from None
        told = first["msg"].removeprefix("Value error, ").removesuffix(".")
        raise InvalidRequest(f"{field or 'The body'}: {told}.") from None


def _part(of_path: int | str) -> str:
    """What no field is called, a caller has made up: it is not repeated to anybody."""
    name = str(of_path)
    return name if _FIELD.fullmatch(name) else "(a name)"
