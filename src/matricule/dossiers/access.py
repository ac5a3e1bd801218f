"""The only answer to "may X do Y on Z" (house.md, dossiers).

Another person's dossier answers exactly like one that does not exist: ``NotFound``, the same body and status (R49).
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from matricule.accounts import organisations, staff
from matricule.dossiers.models import Dossier, Registrant

OWNER_ACTIONS = frozenset(
    {
        "read", "export", "save_answers", "save_section", "add_file", "remove_file", "restore_file", "keep_file",
        "move_file", "turn_page", "remove_page", "restore_page", "move_page", "name_translator", "replace_document",
        "delete_draft", "submit", "save_bank_details", "save_contact", "change_information", "ask_change", "object",
        "cannot_get", "write", "withdraw", "reopen_by_person", "reveal_number",
    }
)  # fmt: skip
"""What the person of a dossier may do."""

MEMBER_ACTIONS = frozenset(
    {
        "read", "save_answers", "save_section", "add_file", "remove_file", "restore_file", "keep_file", "move_file",
        "turn_page", "remove_page", "restore_page", "move_page", "name_translator", "replace_document",
        "delete_draft", "open_request", "change_request", "add_person", "remove_person", "send_request", "cannot_get",
        "write", "reveal_number", "reopen_by_person", "send_person", "write_employee", "withdraw",
    }
)  # fmt: skip
"""What a member of a company may do on every request of that company, whoever opened it."""

SYSTEM_ACTIONS = frozenset(
    {
        "check_file", "issue_letter", "erase_removed", "rebuild_caches", "remind", "close", "register_answer",
        "issue_certificate", "warn", "close_space", "tell_sendable", "tell_title", "ask_mailbox", "stop_mailbox",
        "confirm_company", "disown_company",
    }
)  # fmt: skip
"""What the service's own jobs may do."""

STAFF_ACTIONS = frozenset(
    {
        "read", "take", "give_back", "accept", "refuse", "ask", "lengthen", "correct", "answer_change",
        "answer_impossibility", "note", "write", "handle_message", "issue_provisional", "send_to_register", "reject",
        "close", "close_with_reason", "reopen", "deactivate", "judge_likeness", "reveal_number", "turn_page",
        "hand_over", "propose_address", "confirm_address", "refuse_address", "answer_checks", "note_rib", "undo_rib",
    }
)  # fmt: skip
"""What a caseworker may do on a dossier of their own office; a draft is nobody's but the person's."""


class NotFound(Exception):
    """No such dossier for this actor: it does not exist, or it is somebody else's."""

    noted = False
    """Whether the refusal is in the journal already."""


PEOPLE = frozenset({"user", "staff", "member"})
"""Kinds of actors who are people: the journal names each by one identifier, whatever part they act in."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person (for themselves, for the caisse, for a company), or a job of the service."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"user:{self.id}" if self.kind in PEOPLE else f"{self.kind}:{self.id}"

    @property
    def uuid(self) -> UUID:
        """Return the identifier of the person who acts; raises ValueError for a job."""
        return UUID(self.id)


def person(user_id: UUID) -> Actor:
    """Return the actor of a signed-in person."""
    return Actor("user", str(user_id))


def member(user_id: UUID) -> Actor:
    """Return the actor of a signed-in person who acts for a company."""
    return Actor("member", str(user_id))


def caseworker(user_id: UUID) -> Actor:
    """Return the actor of a signed-in caseworker."""
    return Actor("staff", str(user_id))


def system(job: str) -> Actor:
    """Return the actor of a job of the service."""
    return Actor("system", job)


def may(actor: Actor, action: str, dossier: Dossier) -> bool:
    """Tell whether ``actor`` may do ``action`` on ``dossier``."""
    if actor.kind == "system":
        return action in SYSTEM_ACTIONS
    if actor.kind == "staff":
        own = dossier.submitted_at is not None and dossier.office == staff.office_of(actor.uuid)
        return action in STAFF_ACTIONS and own
    if actor.kind == "member":
        company = dossier.organisation_id
        if action not in MEMBER_ACTIONS or company is None or not organisations.is_member(actor.uuid, company):
            return False
        return action != "reveal_number" or shows_numbers(dossier)
    own = dossier.organisation_id is None and actor == person(dossier.owner_id)
    return action in OWNER_ACTIONS and own


def may_see(actor: Actor, person: Registrant) -> bool:
    """Tell whether the actor, who may read the dossier, may see this person of it.

    Who is being added to a request that was sent is the company's alone until they are sent too. The request's history
    tells the caisse that somebody is being added, pages saved and files sent; never who, nor what stands in them.
    """
    return actor.kind != "staff" or person.is_sent


def shows_numbers(dossier: Dossier) -> bool:
    """Tell whether the company of a request may be shown its numbers: proved, or confirmed (ADR 16)."""
    company = dossier.organisation_id
    return company is not None and (dossier.confirmed_at is not None or organisations.is_proved(company))


def require(actor: Actor, action: str, dossier: Dossier | None) -> Dossier:
    """Return ``dossier`` when the actor may do this, else raise NotFound."""
    if dossier is None or not may(actor, action, dossier):
        raise NotFound
    return dossier


def of_company(actor: Actor, organisation_id: UUID) -> None:
    """Raise NotFound unless the actor acts for this company today."""
    if actor.kind != "member" or not organisations.is_member(actor.uuid, organisation_id):
        raise NotFound


def readable(actor: Actor) -> "QuerySet[Dossier]":
    """Return the dossiers that the actor may read."""
    if actor.kind == "staff":
        office = staff.office_of(actor.uuid)
        rows = Dossier.objects.exclude(submitted_at=None)
        return rows.filter(office=office) if office is not None else rows.none()
    if actor.kind == "member":
        companies = [place.company.id for place in organisations.memberships_of(actor.uuid)]
        return Dossier.objects.filter(organisation__in=companies)
    if actor.kind != "user":
        return Dossier.objects.none()
    return Dossier.objects.filter(owner_id=actor.uuid, organisation=None)


def get(actor: Actor, dossier_id: UUID, action: str = "read") -> Dossier:
    """Return the dossier of this id for this actor and action; raise NotFound otherwise."""
    return require(actor, action, Dossier.objects.filter(pk=dossier_id).first())
