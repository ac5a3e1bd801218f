"""PostgreSQL and the worker are killed with SIGKILL while students work: nothing acknowledged is lost, nothing twice.

The real supervisor keeps everything alive (``matricule run --demo --empty``); the signs of life and the pauses are
shortened by the settings MATRICULE_WORKER_HEARTBEAT and MATRICULE_RESTART_PAUSE (reliability.md A5, F10, F17).
"""

import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from matricule.core.cluster import Cluster, processes_in
from tests.support import load
from tests.support.promises import bulk
from tests.support.service import ROOT, Service, children_of, command_of

DATABASE_KILLS, WORKER_KILLS = bulk(1, 10), bulk(3, 50)
DEPOSITS = 2
"""Requests begun for each kill."""
PATIENCE = 120.0
TUNED = {"MATRICULE_WORKER_HEARTBEAT": "1", "MATRICULE_RESTART_PAUSE": "1"}
pytestmark = [pytest.mark.bulk, pytest.mark.slow]


class Killed:
    """The running service with its load, and the means to kill its parts."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.cluster = Cluster(service.data)
        self.chance = random.Random(20261126)
        self.waiting: queue.Queue[tuple[str, str]] = queue.Queue()
        self.people = iter(json.loads(self.beside("people", "", str(bulk(18, 200)))))
        self.students: list[load.Student] = []
        self.jobs_in_hand = self.left_doing = 0

    def beside(self, module: str, given: str, *arguments: str) -> str:
        """Run a program of the tests on the service's data; return what it printed."""
        assert self.service.process is not None
        environment = {
            name: text for name, text in os.environ.items() if not name.startswith(("MATRICULE_", "DATABASE_"))
        }
        environment |= {
            "MATRICULE_DEMO": "1",
            "MATRICULE_DATA": str(self.service.data),
            "PORT": str(self.service.port),
        }
        environment |= {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        done = subprocess.run(
            [sys.executable, "-m", f"tests.support.{module}", *arguments],
            env=environment, cwd=ROOT, input=given, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def begin(self) -> None:
        """Let the students begin."""
        port = self.service.port
        for kind, count, own, pause in ((load.Typist, 2, 1, 0.15), (load.Uploader, 1, bulk(2, 40), 0.5)):
            for _ in range(count):
                mine: queue.Queue[tuple[str, str]] = queue.Queue()
                for _ in range(own):
                    mine.put(tuple(next(self.people)))
                self.students.append(kind(port, mine, pause))
        self.students += [load.Depositor(port, self.waiting, 0.05) for _ in range(2)]
        for student in self.students:
            student.start()

    def some_deposits(self) -> None:
        """Give the depositors more to do."""
        for _ in range(DEPOSITS):
            self.waiting.put(tuple(next(self.people)))

    def finish(self) -> list[str]:
        """Let the depositors finish, stop the others, and return what is lost or there twice."""
        until(lambda: self.waiting.unfinished_tasks == 0 or any(one.wrong for one in self.students), "deposits")
        for student in self.students:
            student.ending.set()
        for student in self.students:
            student.join(PATIENCE)
        told = load.acknowledged(self.students)
        return [one.wrong for one in self.students if one.wrong] + json.loads(self.beside("load", json.dumps(told)))

    def worker(self) -> int | None:
        """Return the worker's process."""
        assert self.service.process is not None
        found = [pid for pid in children_of(self.service.process.pid) if "matricule.cli worker" in command_of(pid)]
        return found[0] if found else None

    def ask(self, query: str) -> int:
        """Return the number that a query of the superuser gives, or 0 while the database does not answer."""
        with suppress(psycopg.Error), psycopg.connect(self.cluster.url("postgres")) as link:
            row = link.execute(query).fetchone()
            return int(row[0] or 0) if row else 0
        return 0

    def kill_database(self) -> None:
        """Kill every process of PostgreSQL at once, and wait until the service answers again."""
        processes = processes_in(self.cluster.folder)
        assert len(processes) > 3
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        until(lambda: self.ask("select 1") == 1, "PostgreSQL does not come back")
        self.service.wait_until_ready()

    def kill_worker(self) -> None:
        """Kill the worker while it has a job in hand (or after a while without), and wait until a new one is there."""
        registered = "select max(id) from procrastinate_workers"
        doing = "select count(*) from procrastinate_jobs where status = 'doing'"
        before, end = self.ask(registered), time.monotonic() + 2
        # the jobs of workers that died before stay "doing" until they are brought back: they are in nobody's hand
        in_hand = f"{doing} and worker_id = {before}"
        while not self.ask(in_hand) and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(self.chance.uniform(0, 0.1))
        until(lambda: self.worker() is not None, "no worker")
        process = self.worker()
        assert process is not None
        os.kill(process, signal.SIGKILL)
        self.jobs_in_hand += self.ask(in_hand)
        self.left_doing += self.ask(doing)
        until(lambda: self.ask(registered) > before, "no new worker")


def until(good: Callable[[], bool], what: str) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not good():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[Killed]:
    """Start the service, its signs of life shortened."""
    service = Service(tmp_path / "var")
    service.tuned = TUNED
    try:
        service.start()
        yield Killed(service)
    finally:
        service.stop()
        shutil.rmtree(Cluster(service.data).socket, ignore_errors=True)


def test_nothing_acknowledged_is_lost_when_postgresql_and_the_worker_are_killed(killed: Killed, promise) -> None:
    killed.begin()
    for _ in range(DATABASE_KILLS):
        killed.some_deposits()
        time.sleep(killed.chance.uniform(0.5, 2.5))
        killed.kill_database()
    until(
        lambda: killed.worker() is not None and killed.ask("select max(id) from procrastinate_workers") > 0, "worker"
    )
    for _ in range(WORKER_KILLS):
        killed.some_deposits()
        killed.kill_worker()
    problems = killed.finish()
    assert problems == [], "\n".join([*problems, *list(killed.service.lines)[-200:]])
    told = load.acknowledged(killed.students)
    files = sum(len(digests) for digests in told["files"].values())
    # three kills may each fall between two jobs; fifty do not
    assert killed.left_doing > 0 and killed.jobs_in_hand >= bulk(0, 1)
    assert len(told["submitted"]) == DEPOSITS * (DATABASE_KILLS + WORKER_KILLS)
    promise(
        "PostgreSQL and worker killed under load",
        f"{DATABASE_KILLS} kills of PostgreSQL, {WORKER_KILLS} of the worker ({killed.jobs_in_hand} jobs in hand); "
        f"{len(told['submitted'])} submissions, {files} documents, autosaves by {len(told['typed'])} people; "
        f"{sum(one.unanswered for one in killed.students)} requests without an answer; 0 lost, 0 twice",
    )
