from tests.end_to_end.fixtures import admin, advance, backend, fair_weather, world

__all__ = ["admin", "advance", "backend", "fair_weather", "world"]
