"""Keys that we give: ids that nobody can guess, idempotency keys that name what they ask for."""

import hashlib
import os
import time
from collections.abc import Callable

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_CHARACTERS = 9
_RANDOM_BITS = 80


def mint_subscription_id() -> str:
    """A subscription id, 29 characters of Chargebee's 50."""
    return f"sub_{mint_key()}"


def mint_key() -> str:
    """A key that sorts by time and cannot be guessed: 80 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    return f"{_base32(milliseconds, _TIME_CHARACTERS)}{_base32(int.from_bytes(os.urandom(10)), _RANDOM_BITS // 5)}"


def _base32(number: int, length: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


MintId = Callable[[], str]


def digest(*content: object) -> str:
    """16 characters that are the same for equal content, and only for that.

    They end an idempotency key: under one of before, another content would be refused or ignored
    (https://apidocs.chargebee.com/docs/api/idempotency: at most 100 characters, remembered for 30 minutes).
    """
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]
