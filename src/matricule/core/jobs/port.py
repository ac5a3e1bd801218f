"""The port over procrastinate: declare a task, defer it, give it a calendar."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.db import transaction
from procrastinate import exceptions, retry
from procrastinate.contrib.django import procrastinate_app
from procrastinate.jobs import Job, JobDeferrer

from matricule.core import clock
from matricule.core.jobs import logs

logs.install()

P = ParamSpec("P")
R = TypeVar("R")

PAUSES = (5, 30, 120, 600, 1800, 7200)
"""Seconds before each new run of a job that failed; the last one repeats."""


class UnknownTaskError(LookupError):
    """No task of this name was declared."""


@dataclass(frozen=True)
class Task(Generic[P, R]):
    """A declared task: still the plain function when called, a job when deferred."""

    name: str
    run: Callable[P, R]
    retries: int

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run it here and now."""
        return self.run(*args, **kwargs)


TASKS: dict[str, Task[..., Any]] = {}


class Backoff(retry.BaseRetryStrategy):
    """Runs a failed job again after growing pauses, each up to a quarter longer so that they do not march in step."""

    def __init__(self, retries: int) -> None:
        """Allow ``retries`` runs after the first."""
        self.retries = retries

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> retry.RetryDecision | None:
        """Return when to run ``job`` again, or None when it has had its runs."""
        if job.attempts >= self.retries:
            return None
        return retry.RetryDecision(retry_in={"seconds": pause(job.attempts)})


def pause(attempts: int) -> int:
    """Return the seconds to wait after ``attempts`` earlier failures, with up to a quarter of chance."""
    base = PAUSES[min(attempts, len(PAUSES) - 1)]
    return base + random.randrange(base // 4 + 1)  # noqa: S311


def task(*, name: str, retries: int = 5, lock: str | None = None) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Declare a plain function with JSON keyword arguments as the task ``name``.

    ``retries`` is the number of runs after a first failure. Two jobs with the same ``lock`` never run together.
    """

    def declare(run: Callable[P, R]) -> Task[P, R]:
        if name in TASKS:
            raise ValueError(f"two tasks are called {name}")
        declared = Task(name, run, retries)
        TASKS[name] = declared
        procrastinate_app.app.task(name=name, retry=Backoff(retries), lock=lock)(_entry(declared))
        return declared

    return declare


def periodic(*, cron: str, name: str, retries: int = 0) -> Callable[[Callable[[], R]], Task[[], R]]:
    """Declare a function without arguments that the worker runs by the calendar ``cron`` (wall time, UTC).

    A second one is neither queued nor run while the first waits or runs.
    """

    def declare(run: Callable[[], R]) -> Task[[], R]:
        if name in TASKS:
            raise ValueError(f"two tasks are called {name}")
        declared: Task[[], R] = Task(name, run, retries)
        TASKS[name] = declared
        app = procrastinate_app.app
        decorated = app.task(name=name, retry=Backoff(retries), lock=name, queueing_lock=name)(_entry(declared))
        app.periodic(cron=cron)(decorated)
        return declared

    return declare


def _entry(declared: Task[..., Any]) -> Callable[..., None]:
    def entry(timestamp: int | None = None, **kwargs: Any) -> None:
        """Run the declared function; ``timestamp`` is what the calendar adds."""
        declared.run(**kwargs)

    return entry


def defer(what: Task[..., Any] | str, **kwargs: Any) -> int:
    """Queue ``what`` in the current transaction and return the job's number: a rollback leaves no job.

    Raises UnknownTaskError for a name that nobody declared, TypeError for an argument that JSON cannot hold.
    """
    return _deferrer(what).defer(**_plain(kwargs))


def defer_all(jobs: Sequence[tuple[Task[..., Any] | str, Mapping[str, Any]]]) -> None:
    """Queue several jobs, each with its arguments, in the current transaction and in one statement; as ``defer``."""
    new = [_deferrer(what).make_new_job(**_plain(kwargs)) for what, kwargs in jobs]
    procrastinate_app.app.job_manager.batch_defer_jobs(jobs=new)


def defer_in(delay: timedelta, what: Task[..., Any] | str, **kwargs: Any) -> int:
    """Queue ``what`` to run ``delay`` from now, in wall time (a due date that people read is a row and a sweep)."""
    return _deferrer(what, schedule_at=clock.wall() + delay).defer(**_plain(kwargs))


def defer_once(what: Task[..., Any] | str, key: str, **kwargs: Any) -> bool:
    """Queue ``what`` unless a job with the same ``key`` waits already; return whether it was queued.

    In a savepoint of its own, because the refusal of the second job would break the transaction around it.
    """
    try:
        with transaction.atomic():
            _deferrer(what, queueing_lock=f"{_name(what)}:{key}").defer(**_plain(kwargs))
    except exceptions.AlreadyEnqueued:
        return False
    return True


def _deferrer(what: Task[..., Any] | str, **options: Any) -> JobDeferrer:
    return procrastinate_app.app.configure_task(_name(what), allow_unknown=False, **options)


def _name(what: Task[..., Any] | str) -> str:
    name = what if isinstance(what, str) else what.name
    if name not in TASKS:
        raise UnknownTaskError(name)
    return name


def _plain(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, UUID) else value for key, value in kwargs.items()}
