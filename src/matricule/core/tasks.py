"""The jobs of the core room; loaded at start, like the ``tasks`` module of every app."""

from matricule.core import jobs
from matricule.core.outbox import tasks as outbox

__all__ = ["forget_old", "outbox"]


@jobs.periodic(cron="17 3 * * *", name="core.jobs.forget_old")
def forget_old() -> None:
    """Delete the jobs that ended long ago."""
    jobs.forget_old()
