"""A certificate authority and one leaf for this machine: the SDK's gRPC channel is always TLS.

Both are kept in the state directory, so that clients may be given `ca.pem` before the simulator starts.
"""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LIFETIME = datetime.timedelta(days=397)
RENEW_BEFORE = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Certificates:
    directory: Path

    @property
    def authority(self) -> Path:
        return self.directory / "ca.pem"

    @property
    def leaf(self) -> Path:
        return self.directory / "cert.pem"

    @property
    def key(self) -> Path:
        return self.directory / "key.pem"


def ensure_certificates(directory: Path) -> Certificates:
    """The certificates in `directory`, made when missing and renewed a week before they expire."""
    certificates = Certificates(directory)
    if not _fresh(certificates):
        directory.mkdir(parents=True, exist_ok=True)
        _issue(certificates)
    return certificates


def _fresh(certificates: Certificates) -> bool:
    if not all(path.exists() for path in (certificates.authority, certificates.leaf, certificates.key)):
        return False
    leaf = x509.load_pem_x509_certificate(certificates.leaf.read_bytes())
    return leaf.not_valid_after_utc - RENEW_BEFORE > datetime.datetime.now(datetime.UTC)


def _issue(certificates: Certificates) -> None:
    authority_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("local-ca", authority_key.public_key(), authority_key, is_authority=True)
    leaf = _certificate("localhost", leaf_key.public_key(), authority_key, is_authority=False)
    certificates.key.touch(mode=0o600)
    certificates.key.write_bytes(
        leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificates.leaf.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    certificates.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))


def _certificate(
    name: str, public: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.Certificate:
    """Key identifiers and key usage are spelled out: Python 3.13 verifies chains strictly."""
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name("local-ca"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_key_usage(is_authority=is_authority), critical=True)
    )
    if not is_authority:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
