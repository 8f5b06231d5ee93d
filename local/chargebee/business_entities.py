"""The business entity that a request is made for.

https://apidocs.chargebee.com/docs/api/business_entities: a customer that is made without one belongs to the site's
default entity, everything else to its customer's.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from local.chargebee.errors import not_found
from local.chargebee.site import Site

HEADER = "chargebee-business-entity-id"


@contextmanager
def entity_of_request(site: Site, headers: Mapping[str, str]) -> Iterator[None]:
    """What is made meanwhile belongs to the entity that the header names."""
    named = headers.get(HEADER)
    if named is not None and named not in site.settings.business_entities:
        raise not_found("business_entity", named)
    with acting_for(site, named):
        yield


@contextmanager
def acting_for(site: Site, entity: str | None) -> Iterator[None]:
    """A customer that is made meanwhile belongs to this entity; None is the default one."""
    site.business_entity = entity
    try:
        yield
    finally:
        site.business_entity = None
