"""Writing a message, and showing the ones that were written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from matricule.core import clock, config, i18n, outbox
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
) -> Notice | None:
    """Write the notice and its mail in the current transaction; return the notice, or None when none is kept.

    ``recipient_id`` None: the address is not proved to be anybody's, only the mail is written. ``language`` (fr or en)
    is the person's own; ``both_languages`` puts the other one below. ``context`` holds the kind's variables, and may
    hold ``given_name`` and ``path`` (where the link leads on this service, from "/"). ``expires_at`` (wall time) ends
    the mail's use; a kind with a lifetime sets it by itself.

    Raises UnknownKindError, BadContextError, ValueError for another language, and BadAddressError when ``address`` is
    not exactly one mailbox.
    """
    what = kinds.get(kind)
    _check(what, context)
    if language not in kinds.LANGUAGES:
        raise ValueError("a language is fr or en")
    now = clock.now()
    if what.lifetime and expires_at is None:
        expires_at = clock.wall() + what.lifetime
    languages = [language] + ([one for one in kinds.LANGUAGES if one != language] if both_languages else [])
    with transaction.atomic():
        mail = outbox.enqueue_mail(
            kind=kind,
            to=address,
            subject=" / ".join(_fill(what, one, "subject", context, now) for one in languages),
            body=_body(what, languages, context, now),
            language=language,
            recipient_id=recipient_id,
            dossier_id=dossier_id,
            expires_at=expires_at,
        )
        if recipient_id is None or not what.shown:
            return None
        kept = {key: value for key, value in context.items() if key not in what.secret}
        return Notice.objects.create(
            recipient_id=recipient_id, dossier_id=dossier_id, kind=kind, context=kept, created_at=now, mail=mail
        )


def for_recipient(recipient_id: UUID, *, limit: int = 100) -> list[Shown]:
    """Return a person's notices, the latest first, in the language of the moment; one statement."""
    rows = Notice.objects.filter(recipient_id=recipient_id).select_related("mail").defer("mail__body")
    return [_shown(row) for row in rows.order_by("-created_at", "-pk")[:limit]]


def unread_count(recipient_id: UUID) -> int:
    """Return how many of a person's notices were not seen yet."""
    return Notice.objects.filter(recipient_id=recipient_id, read_at=None).count()


def mark_read(recipient_id: UUID, notice_ids: Iterable[UUID] | None = None) -> int:
    """Mark a person's notices as seen, all of them or those named; return how many changed. Others' stay untouched."""
    rows = Notice.objects.filter(recipient_id=recipient_id, read_at=None)
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
    return {
        **context,
        **days,
        "greeting": GREETING[language][0].format(name) if name else GREETING[language][1],
        "link": settings.address + str(context.get("path", "/")),
        "minutes": int(kind.lifetime.total_seconds() // 60) if kind.lifetime else "",
        "office": settings.office_name,
        "when": when,
    }
