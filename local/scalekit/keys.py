"""The environment's signing keys.

Both are published from the start and rotating only changes which one signs: a gateway that caches the key set
for hours then still knows every token's key, as it would after a well-announced rotation.
"""

import json
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"


@dataclass(frozen=True)
class Key:
    id: str
    private: rsa.RSAPrivateKey

    def published(self) -> dict[str, Any]:
        jwk: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return {**jwk, "kid": self.id, "use": "sig", "alg": ALGORITHM}


class SigningKeys:
    def __init__(self) -> None:
        self._keys = [Key(f"snk_{number}", rsa.generate_private_key(65537, 2048)) for number in (1, 2)]

    def published(self) -> dict[str, Any]:
        return {"keys": [key.published() for key in sorted(self._keys, key=lambda key: key.id)]}

    def rotate(self) -> str:
        self._keys.reverse()
        return self._keys[0].id

    def sign(self, claims: dict[str, Any]) -> str:
        current = self._keys[0]
        return jwt.encode(claims, current.private, ALGORITHM, headers={"kid": current.id})

    def verify(self, token: str, *, issuer: str) -> dict[str, Any]:
        """The claims of a live token that we signed, whoever its audience is, or `jwt.PyJWTError`."""
        kid = jwt.get_unverified_header(token).get("kid")
        for key in self._keys:
            if key.id == kid:
                public = key.private.public_key()
                return jwt.decode(token, public, [ALGORITHM], issuer=issuer, options={"verify_aud": False})
        raise jwt.InvalidKeyError(f"unknown key {kid}")
