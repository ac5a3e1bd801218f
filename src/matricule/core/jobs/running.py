"""Running jobs in this process, and bringing back those of a worker that died."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from matricule.core import clock
from matricule.core.jobs import logs, port
from matricule.core.jobs.models import last

MAX_DEATHS = 3
"""Deaths of its worker that a job survives beyond its own retries; then it is parked as failed (F10)."""

AFTER_A_DEATH = (5, 30, 120)
"""Seconds that a job rests after each death of its worker; the last one repeats. At once, the oldest jobs were again
the first in hand when the next worker died: three kills in a row parked jobs that had done nothing wrong."""

FETCH = """
    update procrastinate_jobs set status = 'doing', worker_id = %(worker)s
     where id = (
        select id from procrastinate_jobs as waiting
         where status = 'todo' and (scheduled_at is null or scheduled_at <= %(now)s)
           and not exists (select from procrastinate_jobs as running
                            where running.lock = waiting.lock and running.status = 'doing')
         order by priority desc, id limit 1 for update skip locked)
    returning id, task_name, args::text, attempts
"""

STALLED = """
    select job.id, job.task_name, job.attempts from procrastinate_jobs as job
      left join procrastinate_workers as worker on worker.id = job.worker_id
     where job.status = 'doing'
       and (worker.id is null or worker.last_heartbeat < now() - make_interval(secs => %s))
       for update of job skip locked
"""

HEALTH = """
    select (select max(last_heartbeat) from procrastinate_workers),
           count(*) filter (where status = 'todo'),
           count(*) filter (where status = 'failed'),
           (select min(at) from procrastinate_events as event join procrastinate_jobs as job on job.id = event.job_id
             where job.status = 'todo' and (job.scheduled_at is null or job.scheduled_at <= now())
               and event.type = 'deferred')
      from procrastinate_jobs where status in ('todo', 'failed')
"""


@dataclass(frozen=True)
class Health:
    """What the health page says of the jobs; moments in wall time."""

    worker_seen_at: datetime | None
    sweeps_at: datetime | None
    waiting: int
    failed: int
    oldest_waiting_since: datetime | None


def health() -> Health:
    """Return the signs of life of the worker, the calendar and the queue."""
    with connection.cursor() as cursor:
        cursor.execute(HEALTH)
        seen, waiting, failed, oldest = cursor.fetchone()
    return Health(seen, last("sweeps"), waiting, failed, oldest)


def run_pending(limit: int = 10_000) -> int:
    """Run every job due now, one after the other, in this process; return how many ran.

    For tests and the time machine. A job that fails is retried later, as in a worker, and the others go on. Jobs that
    these jobs queue are run too, up to ``limit`` runs in all. Due means due at ``clock.wall()``.
    """
    done = 0
    with _worker_row() as worker:
        while done < limit and (job := _fetch(worker)):
            _run(*job)
            done += 1
    return done


@contextmanager
def _worker_row() -> Iterator[int]:
    """Register as a worker, so that a job running here is not taken for an orphan."""
    worker = _one("select worker_id from procrastinate_register_worker_v1()")[0]
    try:
        yield worker
    finally:
        _one("select procrastinate_unregister_worker_v1(%s)", [worker])


def _fetch(worker: int) -> tuple[int, str, dict[str, Any], int] | None:
    _one("select procrastinate_update_heartbeat_v1(%s)", [worker])
    with connection.cursor() as cursor:
        cursor.execute(FETCH, {"worker": worker, "now": clock.wall()})
        row = cursor.fetchone()
    if row is None:
        return None
    return row[0], row[1], json.loads(row[2]), row[3]


def _run(job: int, name: str, args: dict[str, Any], attempts: int) -> None:
    declared = port.TASKS.get(name)
    args.pop("timestamp", None)
    try:
        if declared is None:
            raise port.UnknownTaskError(name)
        declared.run(**args)
    except Exception as error:  # noqa: BLE001 - whatever a task raises decides its retry, as in the worker
        logs.log.warning("job_error task=%s job=%s error=%s", name, job, logs.place(error))
        if declared is not None and attempts < declared.retries:
            _retry(job, clock.wall() + timedelta(seconds=port.pause(attempts)))
        else:
            _one("select procrastinate_finish_job_v1(%s, 'failed', false)", [job])
    else:
        _one("select procrastinate_finish_job_v1(%s, 'succeeded', true)", [job])


def recover(silence: float) -> int:
    """Queue again the jobs of workers silent for ``silence`` seconds, after a rest; return how many.

    A job whose worker died ``MAX_DEATHS`` times beyond its retries is parked as failed: it may be what kills them.
    A job of which a second one waits already (queueing lock: the calendar went on) leaves its work to that one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STALLED, [silence])
        stalled = cursor.fetchall()
        for job, name, attempts in stalled:
            retries = port.TASKS[name].retries if name in port.TASKS else 0
            if attempts < retries + MAX_DEATHS:
                rest = AFTER_A_DEATH[min(attempts, len(AFTER_A_DEATH) - 1)]
                _bring_back(job, clock.wall() + timedelta(seconds=rest))
            else:
                _one("select procrastinate_finish_job_v1(%s, 'failed', false)", [job])
            logs.log.warning("job_recovered task=%s job=%s", name, job)
    return len(stalled)


def _bring_back(job: int, at: datetime) -> None:
    """Queue a stalled job again, in a savepoint of its own: one that cannot be queued must not hold up the others."""
    try:
        with transaction.atomic():
            _retry(job, at)
    except IntegrityError:
        # the second one waits for the lock of this one, so neither would ever run
        _one("select procrastinate_finish_job_v1(%s, 'aborted', true)", [job])


def forget_old(days: int = 30) -> int:
    """Delete finished jobs that nobody asked about for ``days``; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from procrastinate_jobs as job where status not in ('todo', 'doing') and not exists "
            "(select from procrastinate_events where job_id = job.id and at > now() - make_interval(days => %s))",
            [days],
        )
        return int(cursor.rowcount)


def _retry(job: int, at: datetime) -> None:
    _one("select procrastinate_retry_job_v2(%s, %s, null, null, null)", [job, at])


def _one(sql: str, params: list[Any] | None = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()
