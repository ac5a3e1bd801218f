"""Everything about one person in one archive: data, documents, letters, messages, who looked and when (issue 4, 1).

Sources: articles 15 and 20 GDPR; CJEU C-579/21 (who consulted, and when). Names of files inside are ours: the names
that the person gave stand in the data.
"""

import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import IO, Any
from uuid import UUID

from matricule import notices
from matricule.accounts import address_changes, staff
from matricule.core import journal, vault
from matricule.dossiers import following, letters
from matricule.dossiers.case import Ask, Decision, Note
from matricule.dossiers.mailbox import Recovery
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.posted import PostedRib

LEFT_OUT = frozenset(
    {
        "id", "dossier", "iban_index", "paper_index", "person_index", "name_key", "added_at", "receipt",
        "title_told_at", "ending",
    }
)  # fmt: skip
"""Columns of the service's own, which say nothing of the person, and the ending, which stands beside the state."""


def write(out: IO[bytes], dossier: Dossier, person: Registrant) -> None:
    """Write the archive of one dossier to ``out``; the caller checked that it is the person's own."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        files = _files(archive, dossier)
        papers = _letters(archive, person)
        data = {**_data(dossier, person), "files": files, "letters": papers}
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=_plain))


def _files(archive: zipfile.ZipFile, dossier: Dossier) -> list[dict[str, Any]]:
    rows = File.objects.filter(version__document__registrant__dossier=dossier).select_related("version__document")
    found = []
    for number, file in enumerate(rows.order_by("added_at", "pk"), start=1):
        entry: dict[str, Any] = {
            "document": file.version.document.slot,
            "part": file.part,
            "name": file.name,
            "sent": file.added_at,
            "removed": file.removed_at,
            "sha256": file.sha256,
            "file": "",
        }
        if file.blob is not None:
            entry["file"] = f"documents/{number:03d}-{file.version.document.slot}.{file.kind or 'bin'}"
            archive.writestr(entry["file"], vault.read(file.blob, context=str(file.pk)))
        found.append(entry)
    return found


def _letters(archive: zipfile.ZipFile, person: Registrant) -> list[dict[str, Any]]:
    found = []
    for number, paper in enumerate(letters.of_registrant(person), start=1):
        name = f"letters/{number:03d}-{paper.kind}.pdf"
        archive.writestr(name, letters.pdf(person, paper.certificate_id, paper.kind))
        found.append({"kind": paper.kind, "from": paper.starts_on, "to": paper.ends_on, "file": name})
    return found


def _data(dossier: Dossier, person: Registrant) -> dict[str, Any]:
    follow = following.of(dossier, person)
    entries = journal.entries_about(("dossier", dossier.pk), limit=100_000)
    people = journal.people_of(entries)
    names = staff.names(people)
    told = notices.for_recipient(dossier.owner_id, limit=10_000)
    decisions = Decision.objects.filter(version__document__registrant=person).select_related("version__document")
    return {
        "reference": dossier.reference,
        "office": dossier.office,
        "state": person.state,
        "sent": dossier.submitted_at,
        "account": {"email": dossier.owner.email, "language": dossier.owner.language},
        "answers": dossier.answers,
        "ending": person.ending,
        "person": {field.name: getattr(person, field.name) for field in _columns(person)},
        "numbers": [
            {"number": row.value, "kind": row.kind, "issued": row.issued_at, "ended": row.ended_at}
            for row in person.numbers.order_by("issued_at")
        ],
        "decisions": [
            {"document": row.version.document.slot, "part": row.part, "accepted": row.accepted, "words": row.words,
             "at": row.at}
            for row in decisions.order_by("at")
        ],
        "corrections": [
            {"field": row.field, "old": row.old, "new": row.new, "why": row.why, "state": row.state, "at": row.at}
            for row in follow.corrections
        ],
        "asked_for": _asked(person),
        "cannot_get": [
            {"document": row.slot, "part": row.part, "why": row.why, "lasting": row.lasting, "at": row.said_at,
             "answer": row.answer, "words": row.words}
            for row in follow.impossibilities
        ],
        "bank_details_by_post": _posted_ribs(person),
        "notifications": [
            {"title": row.title, "text": row.text, "at": row.created_at, "read": row.read_at} for row in told
        ],
        "messages": [{"from_caisse": row.from_caisse, "text": row.text, "at": row.at} for row in follow.messages],
        "notes_of_the_caisse": [
            {"text": row.text, "at": row.at} for row in Note.objects.filter(dossier=dossier).order_by("at")
        ],
        "address_changes": _address_changes(dossier),
        "lost_mailbox": _recoveries(dossier),
        "who_did_and_read_what": [_line(entry, names) for entry in entries],
    }  # fmt: skip


def _address_changes(dossier: Dossier) -> list[dict[str, Any]]:
    """Return every change of the e-mail address; what it changes to is kept until it is over, then forgotten."""
    return [
        {"asked": row.asked_at, "by_caisse": row.by_caisse, "state": row.state, "due": row.due_at,
         "ended": row.ended_at, "from": dossier.owner.email if row.new_address else "", "to": row.new_address}
        for row in address_changes.of(dossier.owner_id)
    ]  # fmt: skip


def _posted_ribs(person: Registrant) -> list[dict[str, Any]]:
    rows = PostedRib.objects.filter(registrant=person).order_by("at")
    return [{"came": row.arrived_on, "paper": row.place, "noted": row.at, "ended": row.ended_at} for row in rows]


def _recoveries(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {"state": row.state, "asked": row.asked_at, "seen": row.seen, "proposed": row.proposed_at,
         "ended": row.ended_at, "why": row.why}
        for row in Recovery.objects.filter(dossier=dossier).order_by("asked_at")
    ]  # fmt: skip


def _asked(person: Registrant) -> list[dict[str, Any]]:
    rows = Ask.objects.filter(registrant=person).order_by("asked_at").prefetch_related("items", "reminders")
    return [
        {
            "at": row.asked_at,
            "due": row.due_on,
            "state": row.state,
            "documents": [{"document": one.slot, "part": one.part, "words": one.words} for one in row.items.all()],
            "reminded": [reminder.sent_at for reminder in row.reminders.all()],
        }
        for row in rows
    ]


def _columns(person: Registrant) -> list[Any]:
    return [field for field in person._meta.concrete_fields if field.name not in LEFT_OUT]


def _line(entry: journal.Entry, names: Mapping[UUID, str]) -> dict[str, Any]:
    who = names.get(UUID(entry.actor[5:]), "you") if entry.actor.startswith("user:") else entry.actor
    return {"at": entry.at, "who": who, "what": entry.action, "outcome": entry.outcome}


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
