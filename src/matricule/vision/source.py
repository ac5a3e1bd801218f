"""One file inside the parser child: mapped, never copied unless a library insists. Imported in the child only."""

import io
import mmap
import os
from typing import BinaryIO


class Refusal(Exception):
    """The file is refused with this code of verdicts.SENTENCES and these details."""

    def __init__(self, code: str, **details: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Source:
    """A file behind a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.data = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self.data)

    def stream(self) -> BinaryIO:
        """The file as a stream from its start, for libraries that can map a descriptor themselves."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return os.fdopen(os.dup(self._descriptor), "rb")

    def copy(self) -> io.BytesIO:
        """The file in memory, for libraries that read many small pieces."""
        return io.BytesIO(self.data[:])
