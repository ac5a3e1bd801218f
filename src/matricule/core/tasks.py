"""The jobs of the core room; loaded at start, like the ``tasks`` module of every app."""

from matricule.core import jobs
from matricule.core.journal import tasks as journal
from matricule.core.outbox import tasks as outbox
from matricule.core.vault import tasks as vault

__all__ = ["forget_old", "journal", "outbox", "vault"]


@jobs.periodic(cron="17 3 * * *", name="core.jobs.forget_old")
def forget_old() -> None:
    """Delete the jobs that ended long ago."""
    jobs.forget_old()
