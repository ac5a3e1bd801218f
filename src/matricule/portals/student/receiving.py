"""Taking the files of a request: each is checked now, and one that is not in order stays as a row with its verdict."""

from collections.abc import Iterable
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from matricule.dossiers import uploads
from matricule.dossiers.access import Actor
from matricule.dossiers.operations import files


def take(
    actor: Actor, dossier_id: UUID, slot: str, part: str, sent: Iterable[UploadedFile], *, replaces: UUID | None = None
) -> bool:
    """Add files to a slot whose access the caller checked; tell whether every one of them was in order."""
    in_order = True
    for upload in sent:
        name = upload.name or "document"
        if getattr(upload, "too_long", False):
            checked = uploads.too_large(name, upload.size or 0)
        else:
            checked = uploads.check(name, upload.read())
        try:
            files.add_file(actor, dossier_id, slot, part, checked, replaces=replaces, allowed=True)
        except files.TooMuch as limit:
            checked = uploads.beyond(checked, limit.code)
            files.add_file(actor, dossier_id, slot, part, checked, replaces=replaces, allowed=True)
        in_order = in_order and (checked.ok or checked.waiting)
    return in_order
