"""Writing a message, and showing the ones that were written."""

import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from matricule.core import clock, config, i18n, outbox
from matricule.core.batch import Batch
from matricule.notices import kinds
from matricule.notices.kinds import Kind
from matricule.notices.models import Notice

BOTH = {"fr": "The same message in English is below.", "en": "Le même message en français est plus bas."}
"""What a message in both languages says after its first greeting, to whoever reads the other language."""
GREETING = {"fr": ("Bonjour {},", "Bonjour,"), "en": ("Hello {},", "Hello,")}
RULE = "\n" + "_" * 40 + "\n\n"
COMMON = {"given_name", "path"}
DAY = "_on"
"""A variable with this ending is a day, given as YYYY-MM-DD and written in the reader's language."""
# letters with their accents, and what stands between the parts of a name: nothing that a mail program makes a link of
_NAME = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
NAME_MAX = 40
# all but letters, digits and what stands within the names of companies: no dot, slash, at sign or colon
_NO_LINK = re.compile(r"[^\w '’&,()+-]|_")
COMPANY = "company"
COMPANY_MAX = 60


class BadContextError(ValueError):
    """The variables given do not fit the kind; the message names them, never their values."""


@dataclass(frozen=True)
class Shown:
    """One notice in the language of the moment, for "My notifications"."""

    id: UUID
    kind: str
    title: str
    text: str
    created_at: datetime
    read_at: datetime | None
    dossier_id: UUID | None
    mail: outbox.MailState | None

    @property
    def unread(self) -> bool:
        """Whether the person has not seen it yet."""
        return self.read_at is None


def send(
    kind: str,
    *,
    recipient_id: UUID | None,
    address: str,
    language: str,
    context: Mapping[str, Any],
    dossier_id: UUID | None = None,
    both_languages: bool = False,
    expires_at: datetime | None = None,
    organisation_id: UUID | None = None,
    mailed: bool = True,
    digest: bool = False,
    batch: Batch | None = None,
) -> Notice | None:
    """Write the notice and its mail in the current transaction; return the notice, or None when none is kept.

    ``recipient_id`` None: the address is not proved to be anybody's, only the mail is written. ``language`` (fr or en)
    is the person's own; ``both_languages`` puts the other one below. ``context`` holds the kind's variables, and may
    hold ``given_name`` and ``path`` (where the link leads on this service, from "/"). ``expires_at`` (wall time) ends
    the mail's use; a kind with a lifetime sets it by itself. ``organisation_id``: the company that the person acts for
    by it. ``mailed`` False: the notice alone is kept; ``digest``: the mail of the day counts it. ``batch``: what the
    act writes together at its end; the notice and the mail join it.

    Raises UnknownKindError, BadContextError, ValueError for another language, and BadAddressError when ``address`` is
    not exactly one mailbox.
    """
    what = kinds.get(kind)
    _check(what, context)
    if language not in kinds.LANGUAGES:
        raise ValueError("a language is fr or en")
    now = clock.now()
    with transaction.atomic() if batch is None else nullcontext():
        mail = None
        if mailed:
            languages = [language, *(one for one in kinds.LANGUAGES if both_languages and one != language)]
            until = expires_at or (clock.wall() + what.lifetime if what.lifetime else None)
            mail = _mail(what, address, languages, context, now, recipient_id, dossier_id, until, batch)
        if recipient_id is None or not what.shown:
            return None
        about = {"dossier_id": dossier_id, "organisation_id": organisation_id}
        words = _kept(what, context)
        row = Notice(recipient_id=recipient_id, kind=kind, context=words, created_at=now, mail=mail, **about)
        row.waits_for_digest = digest
        return _written(row, batch)


def _written(notice: Notice, batch: Batch | None) -> Notice:
    """Write a notice now, or with what its act writes together."""
    if batch is None:
        notice.save(force_insert=True)
    else:
        batch.insert(notice)
    return notice


def _kept(what: kinds.Kind, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a notice keeps of its context: nothing secret, and no path that opens something by itself."""
    left_out = what.secret | ({"path"} if what.keyed else frozenset())
    return {key: value for key, value in context.items() if key not in left_out}


def copy(
    kind: str, *, address: str, language: str, context: Mapping[str, Any], dossier_id: UUID | None = None
) -> UUID:
    """Write a mail of this kind to an address that opens no space here: a shared mailbox, an employee's own.

    Return the mail's id; raises like ``send``.
    """
    what = kinds.get(kind)
    _check(what, context)
    return _mail(what, address, [language], context, clock.now(), None, dossier_id, None).pk


def _mail(
    what: Kind,
    address: str,
    languages: list[str],
    context: Mapping[str, Any],
    now: datetime,
    recipient_id: UUID | None,
    dossier_id: UUID | None,
    expires_at: datetime | None,
    batch: Batch | None = None,
) -> outbox.Mail:
    return outbox.enqueue_mail(
        kind=what.code,
        to=address,
        subject=" / ".join(_fill(what, one, "subject", context, now) for one in languages),
        body=_body(what, languages, context, now),
        language=languages[0],
        recipient_id=recipient_id,
        dossier_id=dossier_id,
        expires_at=expires_at,
        batch=batch,
    )


def for_digest(before: datetime) -> list[tuple[UUID, UUID]]:
    """Return who has notices written before a moment that wait for the mail of the day, and for which company."""
    rows = Notice.objects.filter(waits_for_digest=True, created_at__lt=before).exclude(organisation_id=None)
    found = rows.order_by("recipient_id", "organisation_id").values_list("recipient_id", "organisation_id").distinct()
    return [(person, company) for person, company in found if company is not None]


def take_for_digest(recipient_id: UUID, organisation_id: UUID, before: datetime) -> int:
    """Take what waits for one person's mail of the day, in the transaction that writes that mail; return how many.

    Those that the person has seen meanwhile are taken too, and not counted.
    """
    rows = Notice.objects.select_for_update(skip_locked=True).filter(
        recipient_id=recipient_id, organisation_id=organisation_id, waits_for_digest=True, created_at__lt=before
    )
    taken = list(rows.order_by("pk").values_list("pk", "read_at"))
    Notice.objects.filter(pk__in=[pk for pk, _ in taken]).update(waits_for_digest=False)
    return sum(read is None for _, read in taken)


def for_recipient(recipient_id: UUID, *, organisation_id: UUID | None = None, limit: int = 100) -> list[Shown]:
    """Return a person's own notices, the latest first, in the language of the moment; one statement.

    ``organisation_id``: those that they receive for this company.
    """
    rows = Notice.objects.filter(recipient_id=recipient_id, organisation_id=organisation_id)
    rows = rows.select_related("mail").defer("mail__body")
    return [_shown(row) for row in rows.order_by("-created_at", "-pk")[:limit]]


def unread_count(recipient_id: UUID, *, organisation_id: UUID | None = None) -> int:
    """Return how many of a person's own notices, or of those for a company, were not seen yet."""
    return Notice.objects.filter(recipient_id=recipient_id, organisation_id=organisation_id, read_at=None).count()


def mark_read(
    recipient_id: UUID, notice_ids: Iterable[UUID] | None = None, *, organisation_id: UUID | None = None
) -> int:
    """Mark a person's own notices, or those for a company, as seen, all of them or those named.

    Return how many changed; others' stay untouched.
    """
    rows = Notice.objects.filter(recipient_id=recipient_id, organisation_id=organisation_id, read_at=None)
    if notice_ids is not None:
        rows = rows.filter(pk__in=list(notice_ids))
    return rows.update(read_at=clock.now())


def first_name(text: str) -> str:
    """Return a given name that may stand in a mail, or nothing.

    Whoever types the name is not always whoever reads the mail: a name with a sign that makes a link, a digit or a
    line break is left out, so that nobody writes to others through us.
    """
    name = text.strip()
    return name if len(name) <= NAME_MAX and _NAME.fullmatch(name) else ""


def company_name(text: str) -> str:
    """Return a company's name as a mail to somebody else may say it.

    Anybody writes what they like when they open an account: what makes a link in a mail program becomes a space.
    """
    return " ".join(_NO_LINK.sub(" ", text).split())[:COMPANY_MAX].strip() or "…"


def _shown(row: Notice) -> Shown:
    what = kinds.get(row.kind)
    language = i18n.language()
    return Shown(
        id=row.pk,
        kind=row.kind,
        title=_said(_fill(what, language, "subject", row.context, row.created_at)),
        text=_said(_fill(what, language, "notice", row.context, row.created_at)),
        created_at=row.created_at,
        read_at=row.read_at,
        dossier_id=row.dossier_id,
        mail=outbox.state_of(row.mail) if row.mail else None,
    )


def _said(text: str) -> str:
    return i18n.pick({"fr": text, "en": text})


def _check(kind: Kind, context: Mapping[str, Any]) -> None:
    needed = kind.variables | kind.secret
    wrong = (needed - context.keys()) | (context.keys() - needed - COMMON)
    if wrong:
        raise BadContextError(f"{kind.code}: missing or unknown {', '.join(sorted(wrong))}")
    path = str(context.get("path", "/"))
    if not path.startswith("/") or path.startswith("//") or any(c.isspace() or c == "\\" for c in path):
        raise BadContextError(f"{kind.code}: path must lead to this service")


def _body(kind: Kind, languages: list[str], context: Mapping[str, Any], now: datetime) -> str:
    bodies = [_fill(kind, language, "mail", context, now) for language in languages]
    if len(bodies) > 1:
        greeting, _gap, rest = bodies[0].partition("\n\n")
        bodies[0] = f"{greeting}\n\n{BOTH[languages[0]]}\n\n{rest}"
    return RULE.join(bodies)


def _day(text: Any) -> str:
    """Write a day on which somebody must act, with its weekday."""
    return i18n.format_date(date.fromisoformat(str(text)), weekday=True)


def _fill(kind: Kind, language: str, part: str, context: Mapping[str, Any], now: datetime) -> str:
    assert kind.texts is not None
    text: str = getattr(kind.texts[language], part)
    return text.format_map(_variables(kind, language, context, now))


def _variables(kind: Kind, language: str, context: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    settings = config.current()
    name = first_name(str(context.get("given_name") or ""))
    with i18n.in_language(language):
        when = i18n.format_datetime(now)
        days = {key: _day(text) for key, text in context.items() if key.endswith(DAY)}
    if COMPANY in context:
        days[COMPANY] = company_name(str(context[COMPANY]))
    return {
        **context,
        **days,
        "greeting": GREETING[language][0].format(name) if name else GREETING[language][1],
        "link": settings.address + str(context.get("path", "/")),
        "minutes": int(kind.lifetime.total_seconds() // 60) if kind.lifetime else "",
        "office": settings.office_name,
        "when": when,
    }
