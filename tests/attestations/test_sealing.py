"""The seal: whoever holds the letter can check it, and one changed byte shows."""

import io
import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from matricule.attestations import sealing
from matricule.core import clock, keys
from tests.attestations.test_typesetting import letter


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return sealing.seal(letter().pdf, dated=clock.wall())


def verdict(data: bytes):
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[sealing.certificate()]))


def forget() -> None:
    """Let the next seal read the keys again."""
    sealing._signer.cache_clear()
    sealing._room.cache_clear()


def holds(data: bytes) -> bool:
    try:
        found = verdict(data)
    except Exception:  # a file that cannot even be read does not hold
        return False
    return bool(found.intact and found.valid and found.trusted and found.coverage.name == "ENTIRE_FILE")


def test_the_seal_holds_and_covers_everything(sealed):
    found = verdict(sealed)
    assert found.intact and found.valid and found.trusted and found.bottom_line
    assert found.coverage.name == "ENTIRE_FILE"


def test_the_letter_lies_unchanged_under_its_seal(sealed):
    assert sealed.startswith(letter().pdf)


def test_a_flipped_byte_anywhere_is_found(sealed):
    chance = random.Random(7)
    contents = sealed.rindex(b"/Contents <")
    for place in chance.sample(range(20, contents), 25):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert not holds(bytes(changed)), place


def test_something_appended_is_found(sealed):
    assert not holds(sealed + b"\n% one more line\n")


def test_the_certificate_of_another_service_is_not_trusted(sealed, tmp_path):
    from asn1crypto import pem
    from asn1crypto import x509 as asn1_x509

    keys.make(tmp_path / "other.toml")
    other = keys.load(tmp_path / "other.toml")
    for kind, _, data in pem.unarmor(other.signing_pem.encode(), multiple=True):
        if kind == "CERTIFICATE":
            root = asn1_x509.Certificate.load(data)
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    found = validate_pdf_signature(signature, ValidationContext(trust_roots=[root]))
    assert found.intact and not found.trusted


def test_a_key_file_without_certificate_is_refused(monkeypatch):
    begin = "-----BEGIN CERTIFICATE-----"
    alone = begin + keys.current().signing_pem.partition(begin)[2]
    monkeypatch.setattr(keys, "current", lambda: SimpleNamespace(signing_pem=alone))
    forget()
    try:
        with pytest.raises(keys.KeysError):
            sealing.certificate()
    finally:
        forget()


def made(kind: str) -> str:
    """A key of this kind with its certificate, as an authority might give it."""
    key = ec.generate_private_key(ec.SECP521R1()) if kind == "p521" else rsa.generate_private_key(65537, int(kind[3:]))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An office whose name is long")])
    now = clock.wall()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + certificate.public_bytes(serialization.Encoding.PEM)).decode()


@pytest.mark.parametrize("kind", ["rsa2048", "p521"])
def test_the_room_for_the_signature_fits_keys_of_other_kinds(kind, monkeypatch):
    monkeypatch.setattr(keys, "current", lambda: SimpleNamespace(signing_pem=made(kind)))
    forget()
    try:
        data = sealing.seal(letter().pdf, dated=clock.wall())
        assert holds(data)
        digits = data[data.rindex(b"/Contents <") :].partition(b"<")[2].partition(b">")[0]
        assert len(digits) == sealing._room()
        assert 500 < len(digits) - len(digits.rstrip(b"0")) < 2600, "room to spare, and not much of it"
    finally:
        forget()


def test_a_seal_makes_one_signature(monkeypatch):
    """Left to itself the library makes a second one, to measure it."""
    signer, made = sealing._signer(), []
    sign = signer.async_sign

    async def counted(*words, **options):
        made.append(options.get("dry_run", False))
        return await sign(*words, **options)

    monkeypatch.setattr(signer, "async_sign", counted)
    sealing.seal(letter().pdf, dated=clock.wall())
    assert made == [False]
