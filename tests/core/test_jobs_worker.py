"""The worker as it runs in production: its own process, its calendar, its end; and what any argument may be."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django import app, utils
from psycopg import AsyncConnection

from matricule.core import jobs
from matricule.core.jobs import port, sweeps, worker
from matricule.core.jobs.models import Beat, last
from tests.core import probe_tasks as probe

PROGRAM = """
import os, django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["PROBE_DATABASE"]
import tests.core.probe_tasks
from matricule.core import jobs
jobs.run_worker()
"""


def start() -> subprocess.Popen:
    database = connection.settings_dict["NAME"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PROBE_DATABASE": database}
    environment["MATRICULE_WORKER_HEARTBEAT"] = "1"
    return subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.DEVNULL)


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()


def beats() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute("select count(*), min(last_heartbeat) from procrastinate_workers")
        return cursor.fetchone()


@pytest.mark.slow
def test_two_workers_share_one_calendar_and_end_when_told(whole_db):
    workers = [start(), start()]
    try:
        wait_until(lambda: last("sweeps"))
        # a heartbeat after the first says that a worker listens to signals
        wait_until(lambda: beats()[0] == len(workers))
        first = beats()[1]
        wait_until(lambda: beats()[1] > first)
        jobs.defer(probe.leave_mark, name="while they run")
        wait_until(lambda: probe.marked("while they run"))
        assert jobs.health().worker_seen_at is not None
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        codes = [worker.wait(60) for worker in workers]
    assert codes == [0, 0]
    with connection.cursor() as cursor:
        cursor.execute(
            "select task_name, defer_timestamp, count(*) from procrastinate_periodic_defers group by 1, 2"
            " having count(*) > 1"
        )
        assert cursor.fetchall() == []
        cursor.execute("select count(*) from procrastinate_workers")
        assert cursor.fetchone() == (0,)


def wakes_and_news(kind: type[AsyncConnection]) -> tuple[int, list[str]]:
    """Listen for a second, then be told something: how often the loop woke before, and what came."""

    async def listen() -> tuple[int, list[str]]:
        looked: list[object] = []
        selector = asyncio.get_running_loop()._selector
        select = selector.select
        selector.select = lambda timeout=None: (looked.append(timeout), select(timeout))[1]
        parameters = utils.connector_params("default")
        async with (
            await kind.connect(**parameters, autocommit=True) as listener,
            await kind.connect(**parameters, autocommit=True) as speaker,
        ):
            await listener.execute("listen waking")
            said = listener.notifies()
            news = asyncio.ensure_future(anext(said))
            await asyncio.sleep(0)
            before = len(looked)
            await asyncio.sleep(1)
            woken = len(looked) - before
            await speaker.execute("notify waking, 'a job'")
            heard = (await asyncio.wait_for(news, 60)).payload
            await said.aclose()  # it holds the connection's lock, which leaving the connection needs
            return woken, [heard]

    return asyncio.run(listen())


@pytest.mark.django_db
def test_a_worker_that_waits_sleeps_until_it_is_told():
    """psycopg alone wakes ten times a second: that was most of the CPU of an idle worker."""
    woken, news = wakes_and_news(worker.Patient)
    assert (woken <= 4, news) == (True, ["a job"]), woken


def test_the_calendar_names_known_tasks_with_a_lock_each():
    for (name, _), planned in app.periodic_registry.periodic_tasks.items():
        assert name in port.TASKS
        assert planned.croniter.get_next() > 0
        assert planned.task.lock == planned.task.queueing_lock == name


def test_every_declared_task_is_known_to_the_queue():
    assert port.TASKS.keys() <= app.tasks.keys()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_a_task_receives_what_was_given(monkeypatch, value):
    received = []
    monkeypatch.setitem(port.TASKS, "probe.mark", jobs.Task("probe.mark", lambda name: received.append(name), 0))
    jobs.defer("probe.mark", name=value)
    assert jobs.run_pending() == 1
    assert received == [value]


def test_a_sweep_called_twice_at_once_has_its_effect_once(whole_db, monkeypatch):
    """The pattern that ``sweep`` asks for, on rows that fall due; the job and the time machine may meet."""
    monkeypatch.setattr(sweeps, "SWEEPS", {})
    effects: list[str] = []
    meet = threading.Barrier(2)
    for number in range(6):
        probe.mark(f"due {number}")

    @jobs.sweep("probe")
    def remind() -> None:
        with transaction.atomic():
            due = list(
                Beat.objects.select_for_update(skip_locked=True).filter(name__startswith="due").order_by("name")
            )
            meet.wait(10)
            for row in due:
                effects.append(row.name)
                row.delete()

    def sweep_and_leave() -> None:
        jobs.run_sweeps()
        connection.close()

    threads = [threading.Thread(target=sweep_and_leave) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(effects) == [f"due {number}" for number in range(6)]


@pytest.mark.django_db
def test_a_failed_job_is_counted_until_somebody_looks():
    jobs.defer(probe.defer_then_fail)
    jobs.run_pending()
    assert jobs.health().failed == 1
