from tests.deployment.fixtures import *
from tests.runtime.functions.session_tokens import scalekit

__all__ = ["scalekit"]
