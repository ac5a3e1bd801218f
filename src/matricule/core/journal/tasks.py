"""The calendar of the journal, and the thread of the worker that seals every few seconds.

A thread rather than a job: a job costs two flushes of its own (stack.md, spike), which would be most of what an idle
service writes. Several workers may run it: the sealers wait for each other.
"""

import logging

from django.db import Error, close_old_connections, connection

from matricule.core import jobs
from matricule.core.rounds import Rounds

from .head import HeadError
from .sealing import Broken, drop_expired, make_months, seal_pending

log = logging.getLogger("matricule.journal")


@jobs.periodic(cron="11 2 * * *", name="core.journal.make_months")
def make_partitions() -> None:
    """Make the partitions of the coming months."""
    make_months()


@jobs.periodic(cron="41 2 * * *", name="core.journal.drop_expired")
def drop_old() -> None:
    """Drop the months whose retention is over, their seals kept."""
    drop_expired()


class Sealing(Rounds):
    """A thread that seals what was written, every ``pause`` seconds; a last look seals what the last jobs wrote."""

    name = "journal sealing"
    last_look = True

    def __init__(self, pause: float = 2.0) -> None:
        super().__init__(pause)

    def look(self) -> None:
        """Seal once; what fails is told in the log and tried again, nothing is sealed over a broken journal."""
        try:
            close_old_connections()
            seal_pending()
        except (Broken, HeadError) as error:
            log.error("journal_broken reason=%s", error)
            self.stopping.wait(30)
        except (Error, OSError) as error:
            log.warning("journal_not_sealed error=%s", type(error).__name__)
            connection.close()
