"""The caseworker's acts on documents: take a dossier, accept a document, send one back (issue 4, section 2)."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from matricule.core import crypto
from matricule.dossiers import standing
from matricule.dossiers.access import Actor, NotFound, may_see
from matricule.dossiers.case import Decision
from matricule.dossiers.models import File, Registrant, Version
from matricule.dossiers.operations import asking, certifying, checking
from matricule.dossiers.operations.door import Operation, operation
from matricule.matching import passport_key

TIMED = frozenset({"visa_d", "residence_permit", "residence_receipt"})
"""Documents whose last day the certificate rests on: it is read off the paper when they are accepted."""

NUMBERED = frozenset({"identity", "french_identity"})
"""Documents whose number is compared before a number is given (issue 4, section 2)."""

KEEPS_FILES = frozenset({"incomplete", "not_both_sides"})
"""Reasons that ask for what is missing only: the files that came stay beside what comes."""


class Missing(ValueError):
    """Something that the decision rests on was not written; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def take(actor: Actor, dossier_id: UUID, *, expects: int) -> None:
    """Take a dossier: colleagues see who examines it. Taking a colleague's is possible and journaled."""
    with operation(actor, "take", dossier_id, expects=expects) as op:
        if op.dossier.caseworker_id != actor.uuid:
            op.dossier.caseworker_id = actor.uuid
            op.record("dossier.taken")


def give_back(actor: Actor, dossier_id: UUID, *, expects: int) -> None:
    """Put a dossier back where colleagues take theirs."""
    with operation(actor, "give_back", dossier_id, expects=expects) as op:
        if op.dossier.caseworker_id is not None:
            op.dossier.caseworker_id = None
            op.record("dossier.given_back")


def accept(
    actor: Actor,
    dossier_id: UUID,
    version_id: UUID,
    part: str,
    *,
    expects: int,
    until: date | None = None,
    paper_number: str = "",
) -> None:
    """Accept one half of a version as it stands, with the hashes of its files.

    ``until``: the last day printed on it, asked for a stay document; ``paper_number``: the number of an identity
    document. Raises Missing for one that is not written, NotFound when nothing is there to accept.
    """
    with operation(actor, "accept", dossier_id, expects=expects) as op:
        version, registrant, half = _examined(op, version_id, part)
        if until is None and half.code in TIMED:
            raise Missing("until")
        if half.code in NUMBERED:
            _keep_paper_number(registrant, paper_number)
        _decide(op, version, half, accepted=True, until=until)
        op.dossier.answered_at = None
        op.record("document.accepted", slot=half.slot, part=part, version=version.number)
        asking.answered(op, registrant, half.slot, part)
        certifying.refresh(op, registrant)


def _keep_paper_number(registrant: Registrant, text: str) -> None:
    key = passport_key(text)
    if not key:
        raise Missing("paper_number")
    registrant.paper_number = " ".join(text.split())[:40]
    registrant.paper_index = crypto.blind_index("paper-number", key)
    registrant.save(update_fields=["paper_number", "paper_index"])


def refuse(
    actor: Actor,
    dossier_id: UUID,
    version_id: UUID,
    part: str,
    *,
    expects: int,
    reason: str,
    fields: Mapping[str, str],
    days: int | None = None,
) -> None:
    """Send one half of a version back with a reason; the person is asked for it again, and for nothing else.

    Raises BadField when a field of the reason is wrong, ValueError for a delay shorter than the rule's.
    """
    with operation(actor, "refuse", dossier_id, expects=expects) as op:
        version, registrant, half = _examined(op, version_id, part)
        wanted = asking.wanted_of(op, registrant, half, reason, fields)
        _decide(op, version, half, accepted=False, reason=reason, words=wanted.words)
        op.dossier.answered_at = None
        op.record("document.refused", slot=half.slot, part=part, version=version.number, reason=reason)
        checking.reopen(op, registrant, half.slot, part)
        asking.open_ask(op, registrant, [wanted], days)


def _examined(op: Operation, version_id: UUID, part: str) -> tuple[Version, Registrant, standing.Half]:
    """Return a current version of this dossier with its person, and the half that holds something to decide on."""
    version = (
        Version.objects.select_related("document__registrant")
        .filter(pk=version_id, document__registrant__dossier=op.dossier, replaced_at=None)
        .first()
    )
    if version is None:
        raise NotFound
    registrant = version.document.registrant
    if not may_see(op.actor, registrant):
        raise NotFound
    op.about(registrant)
    half = asking.half_of(registrant, version.document.slot, part)
    if not any(file.state == File.State.READY for file in half.files):
        raise NotFound
    return version, registrant, half


def _decide(
    op: Operation,
    version: Version,
    half: standing.Half,
    *,
    accepted: bool,
    until: date | None = None,
    reason: str = "",
    words: Mapping[str, str] | None = None,
) -> None:
    version.decisions.filter(part=half.part, superseded_at=None).update(superseded_at=op.now)
    Decision.objects.create(
        version=version,
        part=half.part,
        accepted=accepted,
        reason=reason,
        words=dict(words or {}),
        files=[[str(file.pk), file.sha256] for file in half.files if file.state == File.State.READY],
        until=until,
        by=op.actor.uuid,
        at=op.now,
    )
    settle(version)


def settle(version: Version) -> None:
    """Write on a version what its decisions in force say together: what has one is never rewritten or erased."""
    found = set(version.decisions.filter(superseded_at=None).values_list("accepted", flat=True))
    said = {True: "accepted", False: "refused"}
    version.decision = "mixed" if len(found) == 2 else "".join(said[one] for one in found)
    version.save(update_fields=["decision"])


def reopen_half(op: Operation, version: Version, part: str) -> bool:
    """Let a half that was sent back take a new file: its decision is history, its files step aside (ADR 9).

    Where only something was missing, what came stays beside what comes now. Returns whether anything changed.
    """
    decision = version.decisions.filter(part=part, superseded_at=None, accepted=False).first()
    if decision is None:
        return False
    decision.superseded_at = op.now
    decision.save(update_fields=["superseded_at"])
    if decision.reason not in KEEPS_FILES:
        version.files.filter(part=part, removed_at=None, replaced_at=None).update(replaced_at=op.now)
    settle(version)
    return True
