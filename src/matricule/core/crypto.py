"""Sealing short texts, and finding them again without opening them.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits: one key may seal 2^32 texts before it must be replaced.
A token is: version (1 byte), length of the key id (1 byte), key id, nonce (12 bytes), ciphertext and tag. Version
and key id are authenticated with the caller's ``aad``, which names the place that the token belongs to: a token
moved elsewhere does not open (reliability.md R65).
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from . import keys
from .keys import Ring

VERSION = 1
NONCE = 12
TAG = 16


class BadToken(Exception):
    """The token is damaged, belongs elsewhere, or names a key that this service does not hold."""


def seal(ring: Ring, plaintext: bytes, aad: bytes) -> bytes:
    """Return ``plaintext`` sealed with the active key of ``ring``, bound to ``aad``; never twice the same bytes."""
    begin, nonce = head(ring), os.urandom(NONCE)
    return begin + nonce + AESGCM(ring.key(ring.active)).encrypt(nonce, plaintext, begin + aad)


def head(ring: Ring) -> bytes:
    """Return how every token begins that the active key of ``ring`` seals: a rotation looks for those that do not."""
    key_id = ring.active.encode("ascii")
    return bytes((VERSION, len(key_id))) + key_id


def unseal(ring: Ring, token: bytes, aad: bytes) -> bytes:
    """Return the plaintext of ``token``; raise BadToken unless every bit of it, and ``aad``, are as sealed."""
    begin, body = _split(bytes(token))
    try:
        key = ring.key(begin[2:].decode("ascii"))
        return AESGCM(key).decrypt(body[:NONCE], body[NONCE:], begin + aad)
    except (keys.UnknownKey, UnicodeDecodeError):
        raise BadToken("the token names a key that this service does not hold") from None
    except InvalidTag:
        raise BadToken("the token is damaged or belongs elsewhere") from None


def blind_index(purpose: str, text: str) -> bytes:
    """Return the HMAC-SHA-256 (RFC 2104) of ``text`` for ``purpose``: equal texts can be found, not read.

    The caller normalises the text first. Two purposes give unrelated values, so that an index of NIR cannot be joined
    with one of passport numbers.
    """
    label = purpose.encode()
    return hmac.new(keys.current().index, len(label).to_bytes(2) + label + text.encode(), hashlib.sha256).digest()


def digest(text: str) -> bytes:
    """Return the SHA-256 of ``text``: finds again what is random and long, a link's token, without keeping it.

    What can be guessed needs ``blind_index``.
    """
    return hashlib.sha256(text.encode()).digest()


def _split(token: bytes) -> tuple[bytes, bytes]:
    if len(token) < 2 or token[0] != VERSION or len(token) < 2 + token[1] + NONCE + TAG:
        raise BadToken("this is not a token of a version that is known here")
    cut = 2 + token[1]
    return token[:cut], token[cut:]
