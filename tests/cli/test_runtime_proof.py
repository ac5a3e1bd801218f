"""What was committed is there after every kill of the whole service, whenever it comes (``make prove``)."""

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from matricule.core.cluster import Cluster, ClusterError
from tests.cli.test_runtime import Running

ROUNDS = 12
"""Kills; the normal run has one kill of the parent and one of each child (test_runtime.py)."""
pytestmark = [pytest.mark.prove, pytest.mark.slow]


def acknowledge(service: Running, number: int) -> bool:
    """Write one row of proof; tell whether the database said that it is kept."""
    try:
        Cluster(service.data).sql(f"insert into proof values ({number})", "matricule")
    except ClusterError:
        return False
    return True


def test_no_row_that_was_acknowledged_is_lost_by_a_kill_at_any_moment(tmp_path: Path, promise) -> None:
    chance = random.Random(20261121)
    service = Running(tmp_path / "var")
    kept: set[int] = set()
    try:
        service.wait_until_ready()
        Cluster(service.data).sql("create table proof (n integer primary key)", "matricule")
        for number in range(0, ROUNDS * 1000, 1000):
            until = time.monotonic() + chance.uniform(0.0, 3.0)
            written = number
            while time.monotonic() < until:
                if acknowledge(service, written):
                    kept.add(written)
                written += 1
            assert service.signal(signal.SIGKILL) == -signal.SIGKILL
            service.start()
            if number % 2000:  # every other time the next kill comes while it still starts
                service.wait_until_ready()
                assert kept <= rows(service)
        service.wait_until_ready()
        service.wait_until_healthy()
        assert kept <= rows(service)
        assert len(kept) > ROUNDS
        promise("the whole service killed", f"{ROUNDS} kills, 6 of them while it starts: 0 of {len(kept)} rows lost")
    finally:
        if service.process.poll() is None:
            service.signal(signal.SIGTERM)
        shutil.rmtree(Cluster(service.data).socket, ignore_errors=True)


def rows(service: Running) -> set[int]:
    """Return the rows of proof that the database holds."""
    return {int(line) for line in Cluster(service.data).sql("select n from proof", "matricule").split()}
