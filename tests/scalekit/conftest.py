from tests.chargebee.conftest import server

__all__ = ["server"]
