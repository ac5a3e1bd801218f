"""The seal of a letter: a PAdES signature with the service's own key (house.md, decision 5).

A letter is sealed once. The certificate comes from the key file: self-made in the demo, an authority's in production.
"""

import io
from datetime import datetime
from functools import cache
from typing import Any

from matricule.core import keys

REASON = "Matricule"


def seal(pdf: bytes, *, dated: datetime) -> bytes:
    """Return ``pdf`` with a signature that covers all of it; any later change of a byte shows."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.fields import SigSeedSubFilter

    meta = PdfSignatureMetadata(
        field_name="Seal", reason=REASON, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    signer = PdfSigner(meta, signer=_signer())
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    sealed = signer.sign_pdf(writer, appearance_text_params=None, bytes_reserved=_room())
    return bytes(sealed.getvalue())


@cache
def _room() -> int:
    """Hexadecimal digits that the file keeps free for the signature: room for the certificate, the signature proper
    (an elliptic key signs with two numbers, RFC 3279 2.2.3) and the attributes. pyHanko refuses to sign when it is too
    small. Left to find it out, it would make a whole signature first, only to measure it: two fifths of a seal's CPU.
    """
    held = certificate()
    return 2 * (len(held.dump()) + 2 * int(held.public_key.byte_size) + 1024)


@cache
def _signer() -> Any:
    from asn1crypto import keys as asn1_keys
    from asn1crypto import pem, x509
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate = key = None
    for kind, _headers, data in pem.unarmor(keys.current().signing_pem.encode(), multiple=True):
        if kind == "CERTIFICATE" and certificate is None:
            certificate = x509.Certificate.load(data)
        elif kind.endswith("PRIVATE KEY"):
            key = asn1_keys.PrivateKeyInfo.load(data)
    if certificate is None or key is None:
        raise keys.KeysError("[signing] needs a private key and a certificate in PEM")
    return SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=SimpleCertificateStore())


def certificate() -> Any:
    """Return the certificate of the seal, for whoever checks it."""
    return _signer().signing_cert
