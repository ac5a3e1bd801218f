"""Tasks that only the tests of the jobs declare: they leave marks as beats, because a beat is a row of one name."""

from datetime import UTC, datetime

from django.db import transaction

from matricule.core import jobs
from matricule.core.jobs.models import Beat

WHEN = datetime(2026, 11, 21, 12, tzinfo=UTC)


def mark(name: str) -> None:
    Beat.objects.get_or_create(name=name, defaults={"at": WHEN})


def marked(name: str) -> bool:
    return Beat.objects.filter(name=name).exists()


@jobs.task(name="probe.mark", retries=2)
def leave_mark(name: str) -> None:
    mark(name)


@jobs.task(name="probe.fail", retries=2)
def fail(name: str) -> None:
    raise RuntimeError(f"about {name}")


@jobs.task(name="probe.defer_then_fail", retries=0)
def defer_then_fail() -> None:
    """Queue a job and write a row in a transaction that is then undone."""
    with transaction.atomic():
        mark("undone row")
        jobs.defer(leave_mark, name="undone job")
        raise RuntimeError


@jobs.task(name="probe.defer_then_commit", retries=0)
def defer_then_commit() -> None:
    with transaction.atomic():
        mark("kept row")
        jobs.defer(leave_mark, name="kept job")


@jobs.task(name="probe.die_once", retries=0)
def die_once(folder: str) -> None:
    """Kill this process the first time, before the effect; the second time, have the effect."""
    import os
    import signal
    from pathlib import Path

    first = Path(folder) / "died"
    if not first.exists():
        first.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    mark("done after a death")
