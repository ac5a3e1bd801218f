"""The only answer to "may X do Y on Z" (house.md, dossiers).

Another person's dossier answers exactly like one that does not exist: ``NotFound``, the same body and status (R49).
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from matricule.dossiers.models import Dossier

OWNER_ACTIONS = frozenset(
    {
        "read", "export", "save_answers", "save_section", "add_file", "remove_file", "restore_file", "keep_file",
        "move_file", "turn_page", "remove_page", "restore_page", "move_page", "name_translator", "replace_document",
        "delete_draft", "submit", "save_bank_details",
    }
)  # fmt: skip
"""What the person of a dossier may do. Nobody else has a right before the caisse's desk exists (issue 4)."""

SYSTEM_ACTIONS = frozenset({"check_file", "issue_letter", "erase_removed", "rebuild_caches"})
"""What the service's own jobs may do."""


class NotFound(Exception):
    """No such dossier for this actor: it does not exist, or it is somebody else's."""

    noted = False
    """Whether the refusal is in the journal already."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person, or a job of the service."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def person(user_id: UUID) -> Actor:
    """Return the actor of a signed-in person."""
    return Actor("user", str(user_id))


def system(job: str) -> Actor:
    """Return the actor of a job of the service."""
    return Actor("system", job)


def may(actor: Actor, action: str, dossier: Dossier) -> bool:
    """Tell whether ``actor`` may do ``action`` on ``dossier``."""
    if actor.kind == "system":
        return action in SYSTEM_ACTIONS
    return action in OWNER_ACTIONS and actor == person(dossier.owner_id)


def require(actor: Actor, action: str, dossier: Dossier | None) -> Dossier:
    """Return ``dossier`` when the actor may do this, else raise NotFound."""
    if dossier is None or not may(actor, action, dossier):
        raise NotFound
    return dossier


def readable(actor: Actor) -> "QuerySet[Dossier]":
    """Return the dossiers that the actor may read."""
    if actor.kind != "user":
        return Dossier.objects.none()
    return Dossier.objects.filter(owner_id=UUID(actor.id))


def get(actor: Actor, dossier_id: UUID, action: str = "read") -> Dossier:
    """Return the dossier of this id for this actor and action; raise NotFound otherwise."""
    return require(actor, action, Dossier.objects.filter(pk=dossier_id).first())
