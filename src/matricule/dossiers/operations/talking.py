"""What person and caisse say to each other: messages, what a person asks for, private notes (issue 4, 1 and 2)."""

from contextlib import suppress
from uuid import UUID

from matricule.dossiers.access import Actor, NotFound
from matricule.dossiers.case import Message, Note
from matricule.dossiers.operations.door import AlreadyDone, first_given_name, operation

LONGEST = 4000
"""Characters of one message or note; the forms say so."""


def write(
    actor: Actor, dossier_id: UUID, text: str, *, kind: str = "message", language: str = "fr", key: UUID | None = None
) -> None:
    """Write one message: to the caisse when the person writes, to the person when a caseworker does.

    ``kind`` is what a person asks for: a question, to be called back, an appointment; ``language`` the one they want
    to be answered in. The same key twice writes one message. Raises ValueError for an empty or a longer text.
    """
    body = _body(text)
    with suppress(AlreadyDone), operation(actor, "write", dossier_id, key=key) as op:
        op.quiet = True
        from_caisse = actor.kind == "staff"
        if op.dossier.submitted_at is None:
            raise NotFound
        Message.objects.create(
            dossier=op.dossier,
            from_caisse=from_caisse,
            kind=Message.Kind.MESSAGE if from_caisse else Message.Kind(kind),
            language=language,
            text=body,
            by=actor.uuid,
            at=op.now,
            done_at=op.now if from_caisse else None,
        )
        op.record("letter.written", kind=kind, from_caisse=from_caisse)
        if not from_caisse:
            op.dossier.answered_at = op.now
        if from_caisse:
            op.notify("message_from_caisse", {"given_name": first_given_name(op.principal)})


def handle(actor: Actor, dossier_id: UUID, message_id: UUID) -> None:
    """Note that what a person asked for was done: answered, called back, met. Twice changes nothing."""
    with operation(actor, "handle_message", dossier_id) as op:
        op.quiet = True
        row = Message.objects.filter(pk=message_id, dossier=op.dossier, from_caisse=False).first()
        if row is None:
            raise NotFound
        if row.done_at is None:
            row.done_at = op.now
            row.save(update_fields=["done_at"])
            op.record("letter.handled", kind=row.kind)
            if not Message.objects.filter(dossier=op.dossier, from_caisse=False, done_at=None).exists():
                op.dossier.answered_at = None


def note(actor: Actor, dossier_id: UUID, text: str, *, key: UUID | None = None) -> None:
    """Keep a private note on a dossier; the same key twice keeps one. Raises ValueError for a wrong length."""
    body = _body(text)
    with suppress(AlreadyDone), operation(actor, "note", dossier_id, key=key) as op:
        op.quiet = True
        Note.objects.create(dossier=op.dossier, text=body, by=actor.uuid, at=op.now)
        op.record("note.kept")


def _body(text: str) -> str:
    body = text.strip()
    if not body or len(body) > LONGEST:
        raise ValueError("text")
    return body
