"""How one file is sealed: AES-256-GCM in segments of 64 KiB, the STREAM construction.

(Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015;
reliability.md 5.4.) Each file has a random key of its own, so the nonce is only the counter (11 bytes) and the flag
of the last segment (1 byte): cutting, repeating or reordering segments is detected. Every segment is bound to the
blob's id and to the caller's context. Layout: 6 bytes magic, version, log2 of the segment size; then the segments,
each with its tag.
"""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import Corrupt

VERSION = 1
SEGMENT = 1 << 16
TAG = 16
HEADER = b"MTRVLT" + bytes((VERSION, SEGMENT.bit_length() - 1))


class Sealer:
    """Turns a plain stream into sealed chunks once, counting and hashing on the way; memory: two segments."""

    def __init__(self, source: BinaryIO, key: bytes, aad: bytes) -> None:
        """Read ``source`` from where it stands; ``key`` has 32 bytes and must never seal anything else."""
        self._source = source
        self._cipher = AESGCM(key)
        self._aad = HEADER + aad
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> bytes:
        """The digest of the plaintext that was sealed so far."""
        return self._hash.digest()

    def chunks(self) -> Iterator[bytes]:
        """Yield the header, then each sealed segment; an empty file has one empty segment."""
        yield HEADER
        number, current = 0, read_full(self._source, SEGMENT)
        while True:
            following = read_full(self._source, SEGMENT) if len(current) == SEGMENT else b""
            self._hash.update(current)
            self.size += len(current)
            yield self._cipher.encrypt(_nonce(number, last=not following), current, self._aad)
            if not following:
                return
            number, current = number + 1, following


def opened(sealed: BinaryIO, key: bytes, aad: bytes, *, size: int, sha256: bytes) -> Iterator[bytes]:
    """Yield the plain segments of ``sealed``; raise Corrupt, at the latest at the end, unless all is as stored."""
    if read_full(sealed, len(HEADER)) != HEADER:
        raise Corrupt("the stored file does not begin as files of this version do")
    cipher, digest, total, number = AESGCM(key), hashlib.sha256(), 0, 0
    current = read_full(sealed, SEGMENT + TAG)
    while True:
        following = read_full(sealed, SEGMENT + TAG) if len(current) == SEGMENT + TAG else b""
        try:
            plain = cipher.decrypt(_nonce(number, last=not following), current, HEADER + aad)
        except (InvalidTag, ValueError):
            raise Corrupt("a segment of the stored file is damaged, missing or out of place") from None
        digest.update(plain)
        total += len(plain)
        if not following and (total != size or digest.digest() != sha256):
            raise Corrupt("the stored file is not the one that was sent")
        yield plain
        if not following:
            return
        number, current = number + 1, following


def place(blob_id: UUID, context: str) -> bytes:
    """Return the additional data that binds every segment and the wrapped key to this blob and its context."""
    return blob_id.bytes + context.encode()


def sealed_size(size: int) -> int:
    """Return how many bytes a plaintext of ``size`` bytes takes once sealed."""
    return len(HEADER) + size + TAG * max(1, -(-size // SEGMENT))


def read_full(source: BinaryIO, wanted: int) -> bytes:
    """Return ``wanted`` bytes, fewer only at the end: a socket or a pipe may give less at a time."""
    parts = []
    while wanted > 0:
        part = source.read(wanted)
        if not part:
            break
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes((last,))
