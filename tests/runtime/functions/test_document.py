"""The served description of the API."""

from tests.deployment.gateway import http_event
from tests.deployment.world import World
from tests.reference.openapi import document

ROUTE = "GET /api/openapi.json"


def test_anybody_reads_the_document_that_the_route_table_makes(world: World) -> None:
    answer = world.call("runtime/document", http_event(ROUTE))
    assert (answer.status, answer.body) == (200, document())
    assert world.untouched()


def test_the_document_may_be_cached_for_a_while(world: World) -> None:
    answer = world.call("runtime/document", http_event(ROUTE))
    assert answer.headers == {"content-type": "application/json", "cache-control": "public, max-age=300"}
