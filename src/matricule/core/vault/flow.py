"""A stream whose bytes are made while it is read: what it reads from needs no file and no memory for the whole."""

import io
from collections.abc import Iterator
from typing import Any


class Flow(io.RawIOBase):
    """Reads the parts of an iterator one after the other, each made when the one before is used up."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        """Read ``parts``; what it raises is raised by the reading."""
        self._parts = parts
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` as far as the part at hand goes; return how many bytes, 0 at the end."""
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = memoryview(part)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
