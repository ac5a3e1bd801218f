"""Is the service alive, ready, and is everything behind it moving? One short answer for each question.

A check answers None when all is well, else a code without detail; what each code asks of the operator is in
docs/operations.md. Moments are wall time: the time machine must not make a worker look dead.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.db import Error, connection

from matricule.core import clock, config, jobs, journal, vault
from matricule.core.outbox.models import Mail, State
from matricule.core.vault import backend

MISSED_BEATS = 4
MAIL_PATIENCE = timedelta(minutes=15)
"""A mail that is due for longer than this means that nothing leaves any more."""
SWEEP_PATIENCE = timedelta(minutes=20)
JOB_PATIENCE = timedelta(minutes=10)
SEAL_PATIENCE = timedelta(minutes=2)
UNSEALED = """
    select exists (
        select from core_journal as entry where entry.at < %s and entry.month = %s
           and entry.id > coalesce((select max(last_id) from core_journal_seal as seal
                                     where seal.month = entry.month), 0))
"""


def check_database() -> str | None:
    """Ask the database for one value, in a state that takes writes."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_is_in_recovery()")
        return "read_only" if cursor.fetchone()[0] else None


def check_worker() -> str | None:
    """Ask when a worker last gave a sign of life."""
    seen = jobs.health().worker_seen_at
    if seen is None:
        return "never_seen"
    silence = timedelta(seconds=MISSED_BEATS * config.current().worker_heartbeat)
    return "silent" if clock.wall() - seen > silence else None


def check_jobs() -> str | None:
    """Ask whether the queue moves and the calendar ran."""
    state = jobs.health()
    now = clock.wall()
    if state.oldest_waiting_since and now - state.oldest_waiting_since > JOB_PATIENCE:
        return "queue_stuck"
    if state.sweeps_at and now - state.sweeps_at > SWEEP_PATIENCE:
        return "calendar_stuck"
    return None


def check_outbox() -> str | None:
    """Ask whether a mail is due for too long."""
    due = Mail.objects.filter(state__in=[State.WAITING, State.SENDING], next_at__lt=clock.wall() - MAIL_PATIENCE)
    return "mails_waiting" if due.exists() else None


def check_journal() -> str | None:
    """Ask whether the journal is the one that its head remembers, and whether an entry waits too long for its seal."""
    wrong = journal.fault()
    if wrong:
        return wrong
    old = clock.wall() - SEAL_PATIENCE
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED, [old, old.year * 100 + old.month])
        return "not_sealed" if cursor.fetchone()[0] else None


def check_vault() -> str | None:
    """Write and remove a small file where documents are kept."""
    place = backend.current()
    probe = uuid4()
    place.write(probe, [b"probe"])
    place.remove(probe)
    return None


READY: dict[str, Callable[[], str | None]] = {"database": check_database}
FULL: dict[str, Callable[[], str | None]] = {
    "database": check_database,
    "worker": check_worker,
    "jobs": check_jobs,
    "outbox": check_outbox,
    "journal": check_journal,
    "vault": check_vault,
}


def run(checks: dict[str, Callable[[], str | None]]) -> dict[str, str]:
    """Run ``checks`` and return "ok" or a code for each; a check that fails never hides the others."""
    return {name: _one(check) for name, check in checks.items()}


def _one(check: Callable[[], str | None]) -> str:
    try:
        return check() or "ok"
    except (Error, vault.VaultError, OSError):
        return "unreachable"
