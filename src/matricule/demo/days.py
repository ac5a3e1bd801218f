"""Days that are past: the invented people's files are lived through by the acts, each on its day.

The loader is a process of its own. It sets its own business clock back, does what was done on that day, and comes
forward; the clock of the service, which the time machine moves, is another process's and stays (docs/adr/0008).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from matricule.core import clock
from matricule.demo import time_machine


@contextmanager
def ago(days: int) -> Iterator[None]:
    """Let this process live ``days`` before the business day, at the same hour in Paris; wall time stays."""
    clock.use_offset(lambda: _back(days))
    try:
        yield
    finally:
        clock.use_offset(time_machine.offset)


def _back(days: int) -> timedelta:
    """Return the offset of a past day of Paris."""
    now = clock.wall() + time_machine.offset()
    return time_machine.offset() - (now - time_machine.at_the_same_hour(now, timedelta(days=-days)))
