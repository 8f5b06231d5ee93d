from tests.end_to_end.fixtures import admin, advance, fair_weather, world

__all__ = ["admin", "advance", "fair_weather", "world"]
