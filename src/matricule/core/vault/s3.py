"""Sealed files in a bucket of any S3 endpoint.

An object appears whole when its upload is completed and is durable when the service says so; its length is asked for
once more before the caller is told (reliability.md F13, the lying 200). Unfinished multipart uploads are aborted by
the reconciler.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, BinaryIO, cast
from uuid import UUID

import boto3
from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError

from .backend import Stored
from .errors import Full, Missing, Unavailable

ABSENT = {"404", "NoSuchKey", "NotFound"}
NO_ROOM = {"507", "QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "EntityTooLarge"}
PART = 8 << 20


class Bucket:
    """The objects of ``bucket`` whose names begin with ``vault/``, then the hex of their id."""

    PREFIX = "vault/"

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
    ) -> None:
        """Describe the bucket; nothing is connected before the first use. None: the library's own default."""
        self.bucket = bucket
        self._endpoint = endpoint
        self._where: dict[str, str | None] = {
            "endpoint_url": endpoint,
            "region_name": region,
            "aws_access_key_id": access_key,
            "aws_secret_access_key": secret_key,
        }
        self._lock = Lock()

    def write(self, blob_id: UUID, chunks: Iterable[bytes]) -> None:
        """See Backend."""
        stream = _Reader(chunks)
        key = self._key(blob_id)
        with _clear_errors():
            transfer = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
            self._client.upload_fileobj(stream, self.bucket, key, Config=transfer)
            kept = self._client.head_object(Bucket=self.bucket, Key=key)["ContentLength"]
        if kept != stream.given:
            raise Unavailable("the bucket of the vault did not keep what it was given")

    def open(self, blob_id: UUID) -> BinaryIO:
        """See Backend."""
        with _clear_errors():
            body = self._client.get_object(Bucket=self.bucket, Key=self._key(blob_id))["Body"]
        return cast(BinaryIO, _Body(body))

    def exists(self, blob_id: UUID) -> bool:
        """See Backend."""
        try:
            with _clear_errors():
                self._client.head_object(Bucket=self.bucket, Key=self._key(blob_id))
        except Missing:
            return False
        return True

    def remove(self, blob_id: UUID) -> None:
        """See Backend."""
        with _clear_errors():
            self._client.delete_object(Bucket=self.bucket, Key=self._key(blob_id))

    def stored(self) -> Iterator[Stored]:
        """See Backend."""
        for entry in self._pages("list_objects_v2", "Contents"):
            try:
                blob_id = UUID(hex=entry["Key"][len(self.PREFIX) :])
            except ValueError:
                continue  # an object that is not ours
            yield Stored(blob_id, entry["LastModified"])

    def sweep_unfinished(self, before: datetime) -> int:
        """See Backend."""
        old = [entry for entry in self._pages("list_multipart_uploads", "Uploads") if entry["Initiated"] < before]
        for entry in old:
            with _clear_errors():
                self._client.abort_multipart_upload(Bucket=self.bucket, Key=entry["Key"], UploadId=entry["UploadId"])
        return len(old)

    @cached_property
    def _client(self) -> Any:
        with self._lock:  # making a client is not thread-safe, using it is
            return boto3.session.Session().client(
                "s3",
                **self._where,
                config=BotoConfig(
                    connect_timeout=5,
                    read_timeout=20,
                    retries={"mode": "standard", "total_max_attempts": 3},
                    s3={"addressing_style": "path" if self._endpoint else "auto"},
                ),
            )

    def _key(self, blob_id: UUID) -> str:
        return self.PREFIX + blob_id.hex

    def _pages(self, operation: str, field: str) -> Iterator[Any]:
        with _clear_errors():
            for page in self._client.get_paginator(operation).paginate(Bucket=self.bucket, Prefix=self.PREFIX):
                yield from page.get(field, ())


class _Reader(io.RawIOBase):
    """Chunks as a stream for boto3, which reads it once; the parts of a large upload are its only buffer."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            following = next(self._chunks, None)
            if following is None:
                return 0
            self._rest = memoryview(following)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        self.given += size
        return size

    def read(self, size: int = -1) -> bytes:
        # RawIOBase may give less than asked for; boto3 takes a short read for the end of a part.
        if size < 0:
            return self.readall()
        parts = []
        while size > 0:
            part = super().read(size)
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


class _Body:
    """The body of an answer, its faults told in the vault's words."""

    def __init__(self, body: Any) -> None:
        self._read: Callable[[int], bytes] = body.read
        self.close: Callable[[], None] = body.close

    def read(self, size: int) -> bytes:
        with _clear_errors():
            return self._read(size)


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ABSENT:
            raise Missing("the bytes of this blob are not in the vault") from error
        if code in NO_ROOM:
            raise Full("the bucket of the vault is full") from error
        raise Unavailable(f"the bucket of the vault refused: {code}") from error
    except (BotoCoreError, S3UploadFailedError, OSError) as error:
        raise Unavailable(f"the bucket of the vault does not answer: {type(error).__name__}") from error
