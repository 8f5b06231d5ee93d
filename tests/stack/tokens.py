"""Tokens that Scalekit never signed."""

import base64
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

type Json = dict[str, Any]


def claims_of(token: str) -> Json:
    """What a token says, believed by nobody."""
    return dict(jwt.decode(token, options={"verify_signature": False}))


def unsigned(claims: Json) -> str:
    """`alg: none`."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def signed_with_the_public_key(claims: Json, jwk: Json) -> str:
    """HS256, keyed with what everybody can read: the classic confusion of algorithms."""
    key = RSAAlgorithm.from_jwk(jwk)
    assert isinstance(key, rsa.RSAPublicKey)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': jwk['kid']})}.{_part(claims)}"
    return (
        f"{head}.{_base64(jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(head.encode(), pem))}"
    )


def signed_by_somebody_else(claims: Json, kid: str) -> str:
    """RS256 under a key of the forger's own, whatever key id it claims."""
    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256", headers={"kid": kid})


def tampered(token: str, **claims: Any) -> str:
    """The same signature under other claims."""
    head, _, signature = token.split(".")
    return f"{head}.{_part(claims_of(token) | claims)}.{signature}"


def _part(value: Json) -> str:
    return _base64(json.dumps(value).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
