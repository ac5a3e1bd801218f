"""Jobs: queued with the act, run at least once, logged without a value."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction

from matricule.core import clock, jobs
from matricule.core.jobs import logs, port, running, sweeps
from matricule.core.jobs.models import Beat, last, touch
from tests.core import probe_tasks as probe


def rows(where: str = "true") -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select task_name, args::text, status::text, attempts from procrastinate_jobs where {where} order by id"
        )
        return cursor.fetchall()


# --- queueing


@pytest.mark.django_db
def test_a_job_is_part_of_the_callers_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.defer(probe.leave_mark, name="never")
        raise RuntimeError
    assert rows() == []

    with transaction.atomic():
        jobs.defer(probe.leave_mark, name="kept")
    assert [row[0] for row in rows()] == ["probe.mark"]


@pytest.mark.django_db
def test_a_job_is_named_by_its_task_or_by_its_name_and_takes_identifiers():
    mail_id = uuid4()
    jobs.defer("probe.mark", name=mail_id)
    jobs.defer(probe.leave_mark, name="x")
    assert [json.loads(row[1]) for row in rows()] == [{"name": str(mail_id)}, {"name": "x"}]


@pytest.mark.django_db
def test_an_unknown_task_and_a_value_that_json_cannot_hold_are_refused_at_once():
    with pytest.raises(jobs.UnknownTaskError):
        jobs.defer("probe.nobody")
    with pytest.raises(TypeError), transaction.atomic():
        jobs.defer(probe.leave_mark, name=object())
    assert rows() == []


@pytest.mark.django_db
def test_a_second_job_of_the_same_key_is_refused_without_breaking_the_transaction():
    with transaction.atomic():
        assert jobs.defer_once(probe.leave_mark, "same", name="first") is True
        assert jobs.defer_once(probe.leave_mark, "same", name="second") is False
        probe.mark("written after the refusal")
        assert jobs.defer_once(probe.leave_mark, "other", name="third") is True
    assert probe.marked("written after the refusal")
    assert [json.loads(row[1])["name"] for row in rows()] == ["first", "third"]


def test_two_tasks_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"probe\.mark"):
        jobs.task(name="probe.mark")(lambda: None)
    with pytest.raises(ValueError, match=r"probe\.mark"):
        jobs.periodic(cron="* * * * *", name="probe.mark")(lambda: None)


def test_a_task_is_still_a_plain_function():
    assert jobs.Task("t", lambda a, b: a + b, 0)(2, b=3) == 5


# --- running in this process


@pytest.mark.django_db
def test_pending_jobs_run_in_order_with_what_they_queue():
    jobs.defer(probe.leave_mark, name="one")
    jobs.defer(probe.defer_then_commit)
    assert jobs.run_pending() == 3
    assert [probe.marked(name) for name in ("one", "kept row", "kept job")] == [True] * 3
    assert rows() == []


@pytest.mark.django_db
def test_a_job_for_later_waits_until_then():
    jobs.defer_in(timedelta(hours=2), probe.leave_mark, name="later")
    assert jobs.run_pending() == 0
    with time_machine.travel(clock.wall() + timedelta(hours=2, seconds=1)):
        assert jobs.run_pending() == 1
    assert probe.marked("later")


@pytest.mark.django_db
def test_a_failing_job_is_tried_again_with_growing_pauses_then_parked_and_the_others_go_on():
    jobs.defer(probe.fail, name="somebody")
    jobs.defer(probe.leave_mark, name="neighbour")
    start = clock.wall()
    runs = []
    for minutes in (0, 1, 5, 60):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            runs.append(jobs.run_pending())
    assert runs == [2, 1, 1, 0]
    assert probe.marked("neighbour")
    assert [(name, status) for name, _, status, _ in rows()] == [("probe.fail", "failed")]


@pytest.mark.django_db
def test_running_stops_at_its_limit():
    for number in range(3):
        jobs.defer(probe.leave_mark, name=str(number))
    assert jobs.run_pending(limit=2) == 2
    assert len(rows("status = 'todo'")) == 1


@pytest.mark.django_db
def test_two_jobs_of_one_lock_do_not_run_beside_each_other():
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, lock, args, status) values"
            " ('default', 'probe.mark', 'same', '{\"name\": \"a\"}', 'doing'),"
            " ('default', 'probe.mark', 'same', '{\"name\": \"b\"}', 'todo')"
        )
    assert jobs.run_pending() == 0
    assert not probe.marked("b")


@pytest.mark.django_db
def test_a_job_of_a_task_that_is_gone_is_parked():
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_jobs (queue_name, task_name, args) values ('default', 'gone', '{}')")
    assert jobs.run_pending() == 1
    assert rows()[0][2] == "failed"


def test_pauses_grow_and_never_march_in_step():
    firsts = [port.pause(n) for n in range(8)]
    for n, seconds in enumerate(firsts):
        base = port.PAUSES[min(n, len(port.PAUSES) - 1)]
        assert base <= seconds <= base * 1.25
    assert len({port.pause(5) for _ in range(50)}) > 5


# --- the real worker


@pytest.fixture
def worker(whole_db):
    """Run the real worker, in this process, until nothing is due."""
    return lambda: jobs.run_worker(wait=False, calendar=False)


def test_the_worker_runs_what_was_queued(worker):
    jobs.defer(probe.leave_mark, name="by the worker")
    worker()
    assert probe.marked("by the worker")
    assert rows() == []


def test_a_rollback_inside_a_workers_own_transaction_leaves_no_job(worker):
    """The weak joint: with the connector replaced, the job outlived the rollback (stack.md, spike)."""
    jobs.defer(probe.defer_then_fail)
    jobs.defer(probe.defer_then_commit)
    worker()
    worker()
    assert [probe.marked(name) for name in ("undone row", "undone job")] == [False, False]
    assert [probe.marked(name) for name in ("kept row", "kept job")] == [True, True]
    assert [(name, status) for name, _, status, _ in rows()] == [("probe.defer_then_fail", "failed")]


def test_the_worker_retries_with_the_same_pauses(worker):
    jobs.defer(probe.fail, name="somebody")
    worker()
    ((_, _, status, attempts),) = rows()
    assert (status, attempts) == ("todo", 1)


WORKER_PROCESS = """
import os, django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["PROBE_DATABASE"]
import tests.core.probe_tasks
from matricule.core import jobs
jobs.run_worker(calendar=False, heartbeat=0.1)
"""


def start_worker() -> subprocess.Popen:
    """Start a real worker process with a heartbeat of a tenth of a second."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PROBE_DATABASE": connection.settings_dict["NAME"],
    }
    return subprocess.Popen([sys.executable, "-c", WORKER_PROCESS], env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_the_job_of_a_killed_worker_runs_again_in_another_one(whole_db, tmp_path):
    jobs.defer(probe.die_once, folder=str(tmp_path))
    assert start_worker().wait(60) == -signal.SIGKILL
    assert [row[2] for row in rows()] == ["doing"]
    assert not probe.marked("done after a death")

    second = start_worker()
    give_up = time.monotonic() + 60
    while rows() and time.monotonic() < give_up and second.poll() is None:
        time.sleep(0.05)
    second.terminate()
    assert second.wait(60) == 0
    assert probe.marked("done after a death")
    assert rows() == []


# --- stalled jobs


def stalled(attempts: int, silent_for: timedelta, task: str = "probe.mark") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - %s) returning id", [silent_for]
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status, attempts, worker_id)"
            " values ('default', %s, '{\"name\": \"x\"}', 'doing', %s, %s) returning id",
            [task, attempts, worker],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_only_the_jobs_of_silent_workers_are_brought_back():
    gone = stalled(0, timedelta(seconds=31))
    alive = stalled(0, timedelta(seconds=5))
    assert jobs.recover(30) == 1
    with connection.cursor() as cursor:
        cursor.execute("select id, status::text from procrastinate_jobs order by id")
        assert dict(cursor.fetchall()) == {gone: "todo", alive: "doing"}


@pytest.mark.django_db
@pytest.mark.parametrize(("deaths", "rest"), [(0, 5), (1, 30), (2, 120), (4, 120)])
def test_a_job_rests_after_each_death_so_that_the_next_worker_has_others_in_hand(deaths, rest):
    job = stalled(deaths, timedelta(hours=1))
    before = clock.wall()
    assert jobs.recover(30) == 1
    with connection.cursor() as cursor:
        cursor.execute("select scheduled_at, attempts from procrastinate_jobs where id = %s", [job])
        at, attempts = cursor.fetchone()
    assert timedelta(seconds=rest) <= at - before < timedelta(seconds=rest + 4) and attempts == deaths + 1
    assert jobs.run_pending() == 0


@pytest.mark.django_db
def test_a_job_that_kills_every_worker_is_parked():
    stalled(probe.leave_mark.retries + running.MAX_DEATHS, timedelta(hours=1))
    assert jobs.recover(30) == 1
    assert [row[2] for row in rows()] == ["failed"]


@pytest.mark.django_db
def test_a_job_running_in_this_process_is_no_orphan(monkeypatch):
    seen = []
    monkeypatch.setitem(
        port.TASKS, "probe.mark", jobs.Task("probe.mark", lambda name: seen.append(jobs.recover(30)), 0)
    )
    jobs.defer("probe.mark", name="x")
    jobs.run_pending()
    assert seen == [0]


def test_a_stalled_job_whose_successor_waits_leaves_the_work_to_it_and_holds_up_nobody(db):
    """The calendar goes on while a worker is dead: its next job waits for the lock that the dead one's job holds."""
    first = jobs.defer_once(probe.leave_mark, "k", name="once")
    jobs.defer(probe.leave_mark, name="other")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing'")
    assert first and jobs.defer_once(probe.leave_mark, "k", name="once")
    assert jobs.recover(30) == 2
    with connection.cursor() as cursor:
        cursor.execute("select status::text, count(*) from procrastinate_jobs group by 1")
        assert cursor.fetchall() == [("todo", 2)]
        cursor.execute("update procrastinate_jobs set scheduled_at = now() - interval '1 second'")  # rested
    assert jobs.run_pending() == 2
    assert probe.marked("once") and probe.marked("other")


def test_recovery_outlives_a_database_that_does_not_answer(monkeypatch, caplog, whole_db):
    from django.db import OperationalError

    from matricule.core.jobs.worker import Recovery

    def gone(silence: float) -> int:
        raise OperationalError("somebody's secret")

    monkeypatch.setattr(running, "recover", gone)
    with caplog.at_level(logging.WARNING, "matricule.jobs"):
        Recovery(1).look()
    assert "job_recovery_failed error=OperationalError" in caplog.text
    assert "secret" not in caplog.text


# --- sweeps


@pytest.fixture
def no_sweeps(monkeypatch):
    monkeypatch.setattr(sweeps, "SWEEPS", {})


@pytest.mark.django_db
def test_sweeps_compare_with_business_time_and_leave_a_sign_of_life(no_sweeps, monkeypatch):
    seen = []
    jobs.sweep("one")(lambda: seen.append(clock.now()))
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=30))
    before = clock.wall()
    assert jobs.run_sweeps() == ["one"]
    assert seen[0] - before >= timedelta(days=30)
    assert last("sweeps") >= before
    assert last("sweeps") - before < timedelta(days=1)


@pytest.mark.django_db
def test_one_failing_sweep_does_not_hold_up_the_others(no_sweeps):
    seen = []

    def broken() -> None:
        raise RuntimeError

    jobs.sweep("a")(broken)
    jobs.sweep("b")(lambda: seen.append("b"))
    with pytest.raises(ExceptionGroup) as failed:
        jobs.run_sweeps()
    assert seen == ["b"]
    assert len(failed.value.exceptions) == 1
    assert last("sweeps") is None


def test_two_sweeps_of_one_name_are_refused(no_sweeps):
    jobs.sweep("same")(lambda: None)
    with pytest.raises(ValueError, match="same"):
        jobs.sweep("same")(lambda: None)


# --- signs of life


@pytest.mark.django_db
def test_health_tells_worker_calendar_and_queue():
    assert jobs.health() == jobs.Health(None, None, 0, 0, None)
    stalled(0, timedelta(seconds=1))
    jobs.defer(probe.leave_mark, name="x")
    touch("sweeps", probe.WHEN)
    state = jobs.health()
    assert state.worker_seen_at is not None
    assert (state.sweeps_at, state.waiting, state.failed) == (probe.WHEN, 1, 0)
    assert state.oldest_waiting_since is not None


@pytest.mark.django_db
def test_a_beat_is_one_row_that_moves():
    touch("x", probe.WHEN)
    touch("x", probe.WHEN + timedelta(days=1))
    assert last("x") == probe.WHEN + timedelta(days=1)
    assert str(Beat.objects.get()) == "x"


@pytest.mark.django_db
def test_old_ended_jobs_are_forgotten_and_waiting_ones_never():
    stalled(0, timedelta(0))
    jobs.defer(probe.leave_mark, name="waiting")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed' where status = 'doing'")
        cursor.execute("update procrastinate_events set at = now() - interval '31 days'")
    assert jobs.forget_old() == 1
    assert [row[2] for row in rows()] == ["todo"]


# --- logs


@pytest.fixture
def written():
    """What reaches the root logger, where the service's own handler stands (caplog listens to every logger)."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logging.Formatter().format(record))

    root, keeper = logging.getLogger(), Keeper()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(keeper)
    root.setLevel(level)


@pytest.mark.django_db
def test_no_argument_and_no_text_of_an_exception_reaches_a_log(written):
    jobs.defer(probe.fail, name="Thiago Ferreira")
    jobs.run_pending()
    text = "\n".join(written)
    assert "job_error task=probe.fail" in text
    assert "RuntimeError at probe_tasks.py" in text
    assert "Thiago" not in text


def test_the_workers_own_records_are_rewritten(worker, written):
    logs.install()
    jobs.defer(probe.fail, name="Thiago Ferreira")
    worker()
    text = "\n".join(written)
    assert "job_error_retry task=probe.fail" in text
    assert "Thiago" not in text
    library = logging.getLogger(logs.LIBRARY)
    assert library.propagate is False
    assert len([handler for handler in library.handlers if isinstance(handler, logs.IdsOnly)]) == 1


def test_the_place_of_an_error_that_was_never_raised_is_its_class():
    assert logs.place(KeyError("secret")) == "KeyError"
