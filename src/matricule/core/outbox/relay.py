"""The relay: takes what is due, sends it, writes what became of it. At least once, same Message-ID.

A second copy leaves only when this process dies between the server's yes and our commit (house.md, core).
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from matricule.core import clock, config
from matricule.core.jobs import logs
from matricule.core.jobs.models import last, touch
from matricule.core.outbox import transport
from matricule.core.outbox.models import Mail, State
from matricule.core.outbox.transport import Outcome, Result

LEASE = timedelta(seconds=120)
"""How long a mail may be in sending; longer than the longest attempt, then it is anybody's again."""
GIVE_UP = timedelta(days=5)
"""After this long of "not now" from the other side, a mail is refused (RFC 5321, 4.5.4.1: 4 to 5 days)."""
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 30, 60, 120, 240))
CLOSED_FOR = timedelta(seconds=30)
"""How long nobody knocks again at a server that did not answer."""
BATCH_SECONDS = 12.0
DOWN = "smtp_down_until"


@dataclass(frozen=True)
class Batch:
    """What one round did."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    expired: int = 0


def deliver(mail_id: UUID) -> bool:
    """Send one mail if it is due and nobody else is at it; return whether it left. Calling it again is safe."""
    if _server_is_down():
        return False
    mail = _claim(Q(pk=mail_id))
    if mail is None:
        return False
    way = transport.current()
    try:
        return _attempt(way, mail) is Result.SENT
    finally:
        way.close()


def deliver_due(seconds: float = BATCH_SECONDS) -> Batch:
    """Send what is due, over one connection, for ``seconds`` at most; return what happened.

    Also the reconciler: it takes mails whose job was lost and mails whose sender died (lease over), because it asks
    the rows and not the queue. It stops at a server that does not answer: the others lose no attempt and wait.
    """
    expired = drop_expired()
    counts = dict.fromkeys(Result, 0)
    stop_at = time.monotonic() + seconds
    way = transport.current()
    try:
        while not _server_is_down() and time.monotonic() < stop_at and (mail := _claim(Q())):
            counts[_attempt(way, mail)] += 1
    finally:
        way.close()
    later = counts[Result.LATER] + counts[Result.UNREACHABLE]
    return Batch(counts[Result.SENT], later, counts[Result.REFUSED], expired)


def drop_expired() -> int:
    """Drop the codes that nobody can use any more, with their text; return how many."""
    waiting = Mail.objects.filter(_due_states(clock.wall()), expires_at__lte=clock.wall())
    return waiting.update(state=State.EXPIRED, last_error="expired", lease_until=None, **_emptied())


def again(mail_id: UUID) -> bool:
    """Give a refused or bounced mail another chance, from now on; return whether there was one.

    A mail whose text is gone or of no use any more is left alone.
    """
    again_states = [State.REFUSED, State.BOUNCED]
    found = Mail.objects.filter(pk=mail_id, state__in=again_states, expires_at=None)
    now = clock.wall()
    return bool(found.update(state=State.WAITING, next_at=now, created_at=now, attempts=0, last_error=""))


def _due_states(now: datetime) -> Q:
    """Waiting for a first or next attempt, or left in sending by somebody who died."""
    return Q(state=State.WAITING) | Q(state=State.SENDING, lease_until__lte=now)


def _claim(which: Q) -> Mail | None:
    """Take one due mail under a lease, in a transaction of its own, so that the sending holds no lock."""
    now = clock.wall()
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(skip_locked=True)
            .filter(which, alive, _due_states(now), next_at__lte=now)
            .order_by("next_at", "pk")
            .first()
        )
        if mail is not None:
            mail.state, mail.lease_until, mail.attempts = State.SENDING, now + LEASE, mail.attempts + 1
            mail.save(update_fields=["state", "lease_until", "attempts"])
    return mail


def _attempt(way: transport.Transport, mail: Mail) -> Result:
    outcome = way.send(mail)
    now = clock.wall()
    if outcome.result is Result.SENT:
        emptied = _emptied() if mail.expires_at else {}
        # whoever holds the lease by now: the server said yes, and no other truth may replace that one
        Mail.objects.filter(pk=mail.pk).exclude(state=State.BOUNCED).update(
            state=State.SENT, sent_at=now, lease_until=None, last_error="", **emptied
        )
        return outcome.result
    if outcome.result is Result.UNREACHABLE:
        touch(DOWN, now + CLOSED_FOR)
    logs.log.warning("mail_not_sent mail=%s attempt=%s code=%s", mail.pk, mail.attempts, outcome.code)
    _postpone_or_refuse(mail, outcome, now)
    return outcome.result


def _postpone_or_refuse(mail: Mail, outcome: Outcome, now: datetime) -> None:
    """Write the failure, unless the lease passed and somebody else is at it.

    A mail is given up for the other side's "not now", never for a server of ours that does not answer: that is ours to
    mend, however long it takes (reliability.md F11).
    """
    held = Mail.objects.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts)
    given_up = outcome.result is Result.LATER and mail.created_at + GIVE_UP <= now
    if outcome.result is Result.REFUSED or given_up:
        emptied = _emptied() if mail.expires_at else {}
        held.update(state=State.REFUSED, last_error=outcome.code, lease_until=None, **emptied)
    else:
        next_at = now + _pause(mail.attempts)
        held.update(state=State.WAITING, last_error=outcome.code, lease_until=None, next_at=next_at)


def _pause(attempts: int) -> timedelta:
    """Return the wait after ``attempts`` attempts, with a tenth of chance so that mails do not come back in step."""
    return PAUSES[min(attempts, len(PAUSES)) - 1] * (1 + random.random() / 10)  # noqa: S311


def _emptied() -> dict[str, str]:
    """Return the change that removes a code's text: it must not lie about (the demo's mailbox page still shows it)."""
    return {} if config.current().demo else {"body": ""}


def _server_is_down() -> bool:
    until = last(DOWN)
    return until is not None and until > clock.wall()
