"""Typing a page and sending a drawn document as a person would, its verdict before anything else is done."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from matricule import vision
from matricule.dossiers import access, uploads
from matricule.dossiers.models import File
from matricule.dossiers.operations import files

DATES = frozenset({"birth_date", "courses_start", "arrival_date", "title_until", "contract_start"})
"""What is typed in three fields."""


def add(
    actor: access.Actor,
    dossier_id: UUID,
    slot: str,
    part: str,
    name: str,
    data: bytes,
    person_id: UUID | None = None,
    said: str = "",
) -> None:
    """Add one file to a slot and wait for its verdict: the parser of a busy machine may have other work first.

    ``said``: what a company says that the file is, where it is asked.
    """
    checked = uploads.check(name, data)
    file_id = files.add_file(actor, dossier_id, slot, part, checked, person_id=person_id, said=said)
    while File.objects.filter(pk=file_id, state=File.State.CHECKING).exists():
        with suppress(vision.Busy):
            uploads.recheck(file_id)


def typed_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the checked values of a page as a browser would have sent them."""
    typed: dict[str, str] = {}
    for name, value in values.items():
        if name in DATES:
            year, month, day = str(value).split("-") if value else ("", "", "")
            typed |= {f"{name}_year": year, f"{name}_month": month.lstrip("0"), f"{name}_day": day.lstrip("0")}
        else:
            typed["school" if name == "school_name" else name] = str(value)
    return typed
