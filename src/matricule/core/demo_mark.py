"""The mark that demo mode leaves on a database: only there does it start again (house.md 4.13).

Demo mode signs anybody in as anyone with one click; real mode would keep invented people among real ones. So neither
starts on a database of the other.
"""

from django.db import Error, ProgrammingError, connection, models

from matricule.core import clock
from matricule.core.config import Config
from matricule.core.startup import RefusedToStart

SOMEBODYS = (
    "Demo mode does not start on this database: it holds what demo mode did not make. "
    "Use another data folder (MATRICULE_DATA=…) or another database (DATABASE_URL=…)."
)
INVENTED = (
    "The service does not start on this database: it was made by demo mode and holds invented people. "
    "Use another data folder (MATRICULE_DATA=…) or another database (DATABASE_URL=…), or start with --demo."
)
NOT_PREPARED = "The database has no tables of this version: run `matricule migrate` first."
SILENT = "Demo mode does not start without its database, which does not answer."


class DemoMark(models.Model):
    """One row in a database that demo mode made, none in any other."""

    made_at = models.DateTimeField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return "made by demo mode"


def refuse_to_prepare(settings: Config, *, is_empty: bool) -> None:
    """Raise RefusedToStart when the database is one of the other mode, before a table of it is touched.

    ``is_empty`` tells that it holds no person and no dossier, perhaps no table: such a one is free for demo mode.
    """
    if settings.demo and is_empty:
        return
    has_table = DemoMark._meta.db_table in connection.introspection.table_names()
    _refuse(settings, marked=has_table and DemoMark.objects.exists())


def leave() -> None:
    """Mark the database as one of demo mode; once is enough."""
    DemoMark.objects.get_or_create(pk=1, defaults={"made_at": clock.wall()})


def refuse_database_of_other_mode(settings: Config) -> None:
    """Raise RefusedToStart when the database is not one for the mode of ``settings``, or has no tables.

    A database that does not answer stops demo mode only: a real service must be able to say that it is out of order,
    and ``matricule migrate`` has looked at its database before.
    """
    try:
        marked = DemoMark.objects.exists()
    except ProgrammingError:
        raise RefusedToStart(NOT_PREPARED) from None
    except Error:
        if settings.demo:
            raise RefusedToStart(SILENT) from None
        return
    _refuse(settings, marked=marked)


def _refuse(settings: Config, *, marked: bool) -> None:
    if settings.demo != marked:
        raise RefusedToStart(SOMEBODYS if settings.demo else INVENTED)
