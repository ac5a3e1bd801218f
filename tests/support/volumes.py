"""Two databases of one server, a small volume and a large one that began as the small one, for proofs about growth."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connections

from matricule.demo import volume
from tests.support import cluster, plans

PATIENCE = 1800
"""Seconds that one of two loads may take beside other work; nothing is measured meanwhile."""

LOAD = """
import django, sys
django.setup()
from matricule.demo import volume
list(getattr(volume, sys.argv[1])(*map(int, sys.argv[2:])))
"""


def use(name: str) -> None:
    """Let Django talk to another database of the same server."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name


@contextmanager
def sizes(making: str, small: int, large: int) -> Iterator[tuple[str, str]]:
    """Give the names of the two; ``making`` is the function of ``demo.volume`` that makes what they hold."""
    whole = connections["default"].settings_dict["NAME"]
    part = f"{whole}_small"
    list(getattr(volume, making)(small, 1))
    connections.close_all()
    cluster._recreate(part, whole)
    if large > 10_000:
        half = (large - small) // 2
        loads = [_fill(making, half, 2), _fill(making, large - small - half, 3)]
        assert [load.wait(PATIENCE) for load in loads] == [0, 0]
    else:
        list(getattr(volume, making)(large - small, 2))
    connections.close_all()
    plans.analyse(part, whole)
    yield part, whole
    use(whole)
    cluster.drop(part)


def _fill(making: str, count: int, seed: int) -> "subprocess.Popen[bytes]":
    """Make some in a process of its own."""
    name = connections["default"].settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, "-c", LOAD, making, str(count), str(seed)], env=environment)
