"""Whether the database keeps what it said yes to: read from the running server, not from our own settings.

A person who got an answer, and a mail that left, rely on the commit (reliability.md 5.6). A server of the operator's
own may have been tuned for speed: such a one stops the start of a service for real people.
"""

from django.db import Error, connection

from matricule.core.config import Config
from matricule.core.startup import RefusedToStart

LOSES = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "data_sync_retry": "on"}
"""Settings of PostgreSQL, each with the value with which an acknowledged write can be lost."""


def losing() -> dict[str, str]:
    """Return the settings of the running server that can lose what was acknowledged, with their values."""
    with connection.cursor() as cursor:
        cursor.execute("select name, setting from pg_settings where name = any(%s) order by name", [list(LOSES)])
        return {name: value for name, value in cursor.fetchall() if value == LOSES[name]}


def refuse_database_that_loses(settings: Config) -> None:
    """Raise RefusedToStart, naming each setting, for a service for real people.

    A database that does not answer is not refused: the service must be able to say that it is out of order.
    """
    if settings.demo:
        return
    try:
        found = losing()
    except Error:
        return
    if found:
        named = ", ".join(f"{name} = {value}" for name, value in found.items())
        raise RefusedToStart(
            f"The service does not start on this database: with {named} PostgreSQL may lose what it acknowledged. "
            "Take these settings back (docs/operations.md, Database)."
        )
