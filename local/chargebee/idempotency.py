"""`chargebee-idempotency-key`: the same request again gets the first answer again, for half an hour.

https://apidocs.chargebee.com/docs/api/idempotency: keys of up to 100 characters; a replay is flagged with the header
`chargebee-idempotency-replayed: true`. Only successes are kept: an operation that was refused did not happen.
"""

from dataclasses import dataclass, field

from local.chargebee.errors import reused_key, wrong_value

HEADER = "chargebee-idempotency-key"
REPLAYED = "chargebee-idempotency-replayed"
Fingerprint = tuple[str, str, list[tuple[str, str]]]
_WINDOW = 30 * 60
_MAX_LENGTH = 100


@dataclass(frozen=True)
class _Kept:
    fingerprint: Fingerprint
    body: bytes
    until: int


@dataclass
class Replays:
    _kept: dict[str, _Kept] = field(default_factory=dict)

    def find(self, key: str, fingerprint: Fingerprint, now: int) -> bytes | None:
        """The body answered before; refuses a key that came with another request."""
        if len(key) > _MAX_LENGTH:
            raise wrong_value(HEADER, f"cannot be longer than {_MAX_LENGTH} characters")
        kept = self._kept.get(key)
        if kept is None or now >= kept.until:
            return None
        if kept.fingerprint != fingerprint:
            raise reused_key(HEADER)
        return kept.body

    def keep(self, key: str, fingerprint: Fingerprint, body: bytes, now: int) -> None:
        self._kept[key] = _Kept(fingerprint, body, now + _WINDOW)

    def clear(self) -> None:
        self._kept.clear()
