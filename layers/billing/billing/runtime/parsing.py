"""Bodies, read strictly: an unknown field is refused by name, because a typo must not cost money."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError
from pydantic.alias_generators import to_camel

from billing.core.errors import InvalidRequest

Id = Annotated[StrictStr, Field(min_length=1, max_length=100, pattern=r"^[^#\s][^\s]*$")]
"""A caller's own id of what it sends."""

Currency = Annotated[StrictStr, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217's three letters."""


class Strict(BaseModel):
    """camelCase outside, no field more than declared."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class Body(Strict):
    """What every session request with a body may carry: the organization that it means."""

    reference_id: StrictStr | None = None


class BuyerBody(Body):
    """The same where machines call too: they name the organization that buys."""

    organization_id: StrictStr | None = None


def parse[Kind: Strict](kind: type[Kind], document: object) -> Kind:
    """Raises InvalidRequest with a sentence that names the first wrong field."""
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise InvalidRequest(f"{field} is not a field of this request.") from None
        raise InvalidRequest(f"{field or 'The body'}: {first['msg']}.") from None
