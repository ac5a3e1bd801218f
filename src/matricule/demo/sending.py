"""Sending a drawn document as a person would, with its verdict before anything else is done."""

from contextlib import suppress
from uuid import UUID

from matricule import vision
from matricule.dossiers import access, uploads
from matricule.dossiers.models import File
from matricule.dossiers.operations import files


def add(
    actor: access.Actor, dossier_id: UUID, slot: str, part: str, name: str, data: bytes, person_id: UUID | None = None
) -> None:
    """Add one file to a slot and wait for its verdict: the parser of a busy machine may have other work first."""
    file_id = files.add_file(actor, dossier_id, slot, part, uploads.check(name, data), person_id=person_id)
    while File.objects.filter(pk=file_id, state=File.State.CHECKING).exists():
        with suppress(vision.Busy):
            uploads.recheck(file_id)
