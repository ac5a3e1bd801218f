"""The document by which a company proves that an account is its own, and the caseworker's word on it (issue 5, 1).

The caller checks the file (vision) and the caseworker's right; this room knows neither. A proof that was sent stays:
another one never overwrites it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models, transaction

from matricule.accounts import organisation_door
from matricule.accounts.organisation_door import NotTheirs
from matricule.accounts.organisations import Company, Organisation, company
from matricule.core import vault
from matricule.core.fields import EncryptedTextField
from matricule.core.ids import uuid7

MOST = 5
"""Documents of one company that wait for a caseworker at one time."""

REASONS = ("other_company", "no_siret", "too_old", "unreadable")
"""Why a document proves nothing: a code, whose words the portals know."""


class OrganisationProof(models.Model):
    """One document that a company sent to prove itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="proofs")
    sent_by = models.UUIDField()
    sent_at = models.DateTimeField()
    name = EncryptedTextField()
    kind = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    blob = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=20, default="")

    class Meta:
        indexes = [models.Index(fields=["sent_at"], condition=models.Q(decided_at=None), name="proofs_that_wait")]

    def __str__(self) -> str:
        return f"proof:{self.pk}"


class TooManyProofs(Exception):
    """As many documents as may wait are waiting."""


class AlreadyDecided(Exception):
    """A colleague decided on this document meanwhile."""


@dataclass(frozen=True)
class Proof:
    """A document as pages show it; ``reason`` is a code of REASONS when it was refused."""

    id: UUID
    company: Company
    name: str
    kind: str
    sent_at: datetime
    decided_at: datetime | None
    reason: str

    @property
    def waits(self) -> bool:
        """Tell whether no caseworker has looked at it yet."""
        return self.decided_at is None


def of_company(organisation_id: UUID) -> list[Proof]:
    """Return what a company sent to prove itself, the latest first."""
    rows = OrganisationProof.objects.filter(organisation_id=organisation_id).select_related("organisation")
    return [_shown(row) for row in rows.order_by("-sent_at", "-pk")]


def waiting(limit: int = 100) -> list[Proof]:
    """Return the documents that wait for a caseworker, the oldest first."""
    rows = OrganisationProof.objects.filter(decided_at=None, organisation__joined_to=None)
    return [_shown(row) for row in rows.select_related("organisation").order_by("sent_at", "pk")[:limit]]


def original(proof_id: UUID) -> tuple[Proof, bytes] | None:
    """Return a document and its bytes (their digest is checked by the vault), None for no such document."""
    row = OrganisationProof.objects.filter(pk=proof_id).select_related("organisation").first()
    return (_shown(row), vault.read(row.blob, context=str(row.pk))) if row is not None else None


def send(user_id: UUID, organisation_id: UUID, *, name: str, kind: str, sha256: str, data: bytes) -> UUID:
    """Keep a checked document that a member of the company sends; return its id.

    The same bytes sent again while they wait are one document. Raises NotTheirs or TooManyProofs.
    """
    proof_id = uuid7()
    blob = vault.prepare(data, context=str(proof_id))
    with organisation_door.by_member(user_id, "send_proof", organisation_id, administrator=False) as change:
        rows = change.organisation.proofs.filter(decided_at=None)
        twin = rows.filter(sha256=sha256).first()
        if twin is not None:
            return twin.pk
        if rows.count() >= MOST:
            raise TooManyProofs
        OrganisationProof.objects.create(
            id=proof_id, organisation=change.organisation, sent_by=user_id, sent_at=change.now, name=name[:255],
            kind=kind, sha256=sha256, blob=vault.keep(blob),
        )  # fmt: skip
        change.record("organisation.proof_sent")
    return proof_id


def decide(actor: str, proof_id: UUID, *, by: UUID, reason: str = "") -> None:
    """Let a document prove its company, or say by a code of REASONS why it does not.

    Raises NotTheirs for no such document, AlreadyDecided, ValueError for another code.
    """
    if reason and reason not in REASONS:
        raise ValueError("reason")
    with transaction.atomic():
        found = OrganisationProof.objects.filter(pk=proof_id).first()
        if found is None:
            raise NotTheirs
        with organisation_door.by_staff(actor, found.organisation_id) as change:
            row = OrganisationProof.objects.select_for_update().get(pk=proof_id)
            if row.decided_at is not None:
                raise AlreadyDecided
            row.decided_at, row.decided_by, row.reason = change.now, by, reason
            row.save(update_fields=["decided_at", "decided_by", "reason"])
            if reason:
                change.record("organisation.proof_refused", reason=reason)
                change.tell("company_not_proved")
            elif change.organisation.proved_at is None:
                change.organisation.proved_at, change.organisation.proved_by = change.now, by
                change.organisation.save(update_fields=["proved_at", "proved_by"])
                change.record("organisation.proved", how="document")
                change.tell("company_proved")


def _shown(row: OrganisationProof) -> Proof:
    return Proof(row.pk, company(row.organisation), row.name, row.kind, row.sent_at, row.decided_at, row.reason)
