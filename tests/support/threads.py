"""Many callers at once, each with a connection of its own (with the fixture ``whole_db``)."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable

PATIENCE = 60.0
"""Seconds for which a caller comes back that waited too long for a row."""


def together(count: int, act: Callable[[int], Any], width: int = 50) -> list[Any]:
    """Call ``act(0..count-1)`` from up to ``width`` threads that start as one; return results, exceptions included.

    Whoever waits longer for a row than the setting ``lock_timeout`` lets them is told 503, come back, by the service;
    here they come back at once. What their first try might have left behind is for the test to find.
    """
    meet = threading.Barrier(min(count, width))
    met = threading.local()

    def run(number: int) -> Any:
        if not hasattr(met, "yes"):
            met.yes = True
            meet.wait(30)
        end = time.monotonic() + PATIENCE
        try:
            while True:
                try:
                    return act(number)
                except OperationalError as error:
                    if not isinstance(error.__cause__, LockNotAvailable) or time.monotonic() > end:
                        return error
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(min(count, width)) as pool:
        return list(pool.map(run, range(count)))
