from tests.chargebee.conftest import restored_sdk, shared_simulator, simulator

__all__ = ["restored_sdk", "shared_simulator", "simulator"]
