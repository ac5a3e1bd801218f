"""Many callers at once, each with a connection of its own (with the fixture ``whole_db``)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


def together(count: int, act: Callable[[int], Any], width: int = 50) -> list[Any]:
    """Call ``act(0..count-1)`` from up to ``width`` threads that start as one; return results, exceptions included."""
    meet = threading.Barrier(min(count, width))
    met = threading.local()

    def run(number: int) -> Any:
        if not hasattr(met, "yes"):
            met.yes = True
            meet.wait(30)
        try:
            return act(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(min(count, width)) as pool:
        return list(pool.map(run, range(count)))
