"""Jobs: what is done after the answer, kept in the same database and queued in the same transaction.

    @jobs.task(name="dossiers.check_document", retries=5)
    def check_document(file_id: str) -> None: ...

    jobs.defer(check_document, file_id=file.pk)      # inside the operation's transaction

A room's tasks are declared in its ``tasks.py`` (or in a module that it imports), which is loaded at start.

Write every task so that running it twice, late, or beside itself has the effect of once (reliability.md F17, F18): a
worker that dies leaves its job to another one, and nobody can tell whether it died before or after the effect. So pass
identifiers only, read the row again, take its lock, do nothing when the effect is there, and write the effect and its
mark in one transaction. Keep a task under 20 seconds: a worker that is stopped waits no longer.
"""

from matricule.core.jobs.port import Task, UnknownTaskError, defer, defer_all, defer_in, defer_once, periodic, task
from matricule.core.jobs.running import Health, forget_old, health, recover, run_pending
from matricule.core.jobs.sweeps import run_sweeps, sweep
from matricule.core.jobs.worker import run_worker

__all__ = [
    "Health",
    "Task",
    "UnknownTaskError",
    "defer",
    "defer_all",
    "defer_in",
    "defer_once",
    "forget_old",
    "health",
    "periodic",
    "recover",
    "run_pending",
    "run_sweeps",
    "run_worker",
    "sweep",
    "task",
]
