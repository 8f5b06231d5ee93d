"""Who calls: a member's own token, or a machine client's, which is asked for and kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from organization_billing.errors import TokenRefused
from organization_billing.exchange import Patience, Steps, persistently

EARLY = 60
"""Seconds before its end from which a token is not used any more: the request has to arrive, and clocks differ."""


@dataclass(frozen=True, slots=True)
class MemberToken:
    """The access token of somebody signed in. A function is asked for it before each call, and again after a 401."""

    of: str | Callable[[], str] = field(repr=False)

    def token(self, patience: Patience, refused: str = "") -> Steps[str]:
        yield from ()  # no step is needed
        return self.of if isinstance(self.of, str) else self.of()


@dataclass(slots=True)
class MachineClient:
    """Scalekit's client credentials. One token serves all calls until shortly before its end.

    https://docs.scalekit.com/authenticate/m2m/api-auth-quickstart
    """

    environment_url: str
    client_id: str
    client_secret: str = field(repr=False)
    clock: Callable[[], float] = time.monotonic
    _kept: tuple[str, float] = field(default=("", 0.0), init=False, repr=False)

    def token(self, patience: Patience, refused: str = "") -> Steps[str]:
        """Raises TokenRefused."""
        token, good_until = self._kept
        if token and token != refused and self.clock() < good_until:
            return token
        asked_at = self.clock()
        response = yield from persistently(self._request(), patience)
        if not response.is_success:
            raise TokenRefused(f"Scalekit answered {response.status_code} for the client {self.client_id}.")
        try:
            granted = response.json()
            token, lifetime = str(granted["access_token"]), int(granted.get("expires_in") or 0)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise TokenRefused(f"What answers at {response.url} gives no token.") from error
        # A token that lives shorter than that is used for half of its life.
        self._kept = token, asked_at + max(lifetime - EARLY, lifetime / 2)
        return token

    def _request(self) -> httpx.Request:
        credentials = {"client_id": self.client_id, "client_secret": self.client_secret}
        return httpx.Request(
            "POST",
            f"{self.environment_url.rstrip('/')}/oauth/token",
            data={"grant_type": "client_credentials", **credentials},
        )
