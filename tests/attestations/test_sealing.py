"""The seal: whoever holds the letter can check it, and one changed byte shows."""

import io
import random
from types import SimpleNamespace

import pytest
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
    from asn1crypto import pem, x509

    keys.make(tmp_path / "other.toml")
    other = keys.load(tmp_path / "other.toml")
    for kind, _, data in pem.unarmor(other.signing_pem.encode(), multiple=True):
        if kind == "CERTIFICATE":
            root = x509.Certificate.load(data)
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    found = validate_pdf_signature(signature, ValidationContext(trust_roots=[root]))
    assert found.intact and not found.trusted


def test_a_key_file_without_certificate_is_refused(monkeypatch):
    begin = "-----BEGIN CERTIFICATE-----"
    alone = begin + keys.current().signing_pem.partition(begin)[2]
    monkeypatch.setattr(keys, "current", lambda: SimpleNamespace(signing_pem=alone))
    sealing._signer.cache_clear()
    try:
        with pytest.raises(keys.KeysError):
            sealing.certificate()
    finally:
        sealing._signer.cache_clear()
