"""One file at a time on the whole machine: the turn that web server and worker take before they hand a file over.

Each process has a parser of its own. Without a turn, uploads keep one core busy through the web server while the files
that wait keep the other one busy through the worker. A turn is a lock on one file (flock(2)): the kernel gives it back
when its holder dies, however it dies.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.02


@contextmanager
def taken(path: Path | None, patience: float | None) -> Iterator[bool]:
    """Hold the turn inside the block; the block is told False when it did not come within `patience` seconds.

    `path` None: nobody to share with, the turn is always there. `patience` None: as long as it takes, in the order of
    asking. Its folder is made when it is missing.
    Raises OSError when it cannot be.
    """
    if path is None:
        yield True
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _waited(descriptor, patience)
    finally:
        os.close(descriptor)


def _waited(descriptor: int, patience: float | None) -> bool:
    if patience is None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return True
    end = time.monotonic() + patience
    pause = _FIRST_PAUSE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if (left := end - time.monotonic()) <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return True
