"""The worker process: runs jobs and the calendar until it is told to stop."""

from typing import Any, TypeVar

from django.db import Error, close_old_connections, connection
from procrastinate.contrib.django import procrastinate_app, utils
from psycopg import AsyncConnection
from psycopg.abc import PQGen

from matricule.core import config
from matricule.core.jobs import logs, running
from matricule.core.rounds import Rounds

SILENCE = 4
"""Missed heartbeats after which a worker is taken for dead."""
IDLE = 20.0
"""Seconds after which a connection that only a rush needed is given back: 4 MiB each, on the database's side."""
WAKE = 5.0
"""Seconds between two looks at a connection that says nothing; what it says is read at once."""

RV = TypeVar("RV")


class Patient(AsyncConnection[Any]):
    """A connection that sleeps while it waits. psycopg wakes ten times a second to notice Ctrl-C, which a worker gets
    as a signal anyway: waiting for the next job was most of what an idle worker did."""

    async def wait(self, gen: PQGen[RV], interval: float = WAKE, timeout: float | None = None) -> RV:
        """Consume ``gen``, as psycopg does, looking again every ``WAKE`` seconds at least."""
        return await super().wait(gen, interval=max(interval, WAKE), timeout=timeout)


def run_worker(*, wait: bool = True, calendar: bool = True, heartbeat: float | None = None) -> None:
    """Run jobs until SIGTERM or SIGINT (or, without ``wait``, until none is due).

    ``heartbeat`` in seconds (default: the setting ``worker_heartbeat``). A worker silent for four of them is taken for
    dead and its jobs run again. The worker uses a connector of its own beside the application's, never instead of it:
    with the connector replaced, a job deferred in a task's transaction outlived its rollback (stack.md, spike).
    A running job is waited for: keep jobs under 20 seconds.
    """
    # only the worker pays for the memory of a connection pool
    from procrastinate.periodic import PeriodicRegistry
    from procrastinate.psycopg_connector import PsycopgConnector

    from matricule.core.journal.tasks import Sealing  # which declares jobs itself

    beat = heartbeat or config.current().worker_heartbeat
    parameters = utils.connector_params("default")
    connector = PsycopgConnector(connection_class=Patient, kwargs=parameters, min_size=1, max_size=3, max_idle=IDLE)
    app = procrastinate_app.app.with_connector(connector)
    if not calendar:
        app.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
    with Recovery(beat), Sealing():
        app.run_worker(
            name="worker",
            concurrency=config.current().worker_concurrency,
            wait=wait,
            fetch_job_polling_interval=min(5.0, beat),
            delete_jobs="successful",
            update_heartbeat_interval=beat,
            stalled_worker_timeout=beat * SILENCE,
        )


class Recovery(Rounds):
    """A thread that brings back the jobs of dead workers, at every heartbeat."""

    name = "job recovery"

    def look(self) -> None:
        """Bring back what is stalled; a database that does not answer is asked again at the next heartbeat."""
        try:
            close_old_connections()
            running.recover(self.pause * SILENCE)
        except Error as error:
            logs.log.warning("job_recovery_failed error=%s", logs.place(error))
            connection.close()
