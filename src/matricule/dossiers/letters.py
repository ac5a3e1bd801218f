"""The certificates and letters of a dossier: their facts, read from the rows, each made a sealed letter once."""

from typing import Any
from uuid import UUID

from django.db import transaction

from matricule import attestations
from matricule.core.i18n import Localized
from matricule.dossiers.access import NotFound
from matricule.dossiers.case import Certificate
from matricule.dossiers.models import Registrant
from matricule.rules import deadlines, offices
from matricule.rules.numbers import format_nir

KINDS = {
    Certificate.Kind.PROVISIONAL: "provisional_certificate",
    Certificate.Kind.DEFINITIVE: "definitive_certificate",
}
REGIMES = {"student": Localized("régime général, étudiants", "general scheme, students")}
"""The scheme that covers the people of each route."""


def of(certificate_id: UUID) -> UUID | None:
    """Make the letter of a certificate unless it exists; return its id. Twice gives one letter.

    None: the certificate was withdrawn before its letter was made, and none will be.
    """
    row = Certificate.objects.select_related("registrant__dossier").get(pk=certificate_id)
    if row.letter_id is None and row.withdrawn_at is None:
        letter_id = attestations.issue(KINDS[Certificate.Kind(row.kind)], row.pk, facts(row), dated=row.issued_at)
        with transaction.atomic():  # whoever withdraws holds the same row: one of the two sees the other's word
            row = Certificate.objects.select_for_update().get(pk=certificate_id)
            row.letter_id = letter_id
            row.save(update_fields=["letter_id"])
            if row.withdrawn_at is not None:
                attestations.withdraw(letter_id, at=row.withdrawn_at)
    return row.letter_id


def pdf(registrant: Registrant, certificate_id: UUID) -> bytes:
    """Return the sealed PDF of a person's certificate, made now when the worker is behind.

    Raises NotFound when it is not this person's, or was withdrawn before it was made.
    """
    if not registrant.certificates.filter(pk=certificate_id).exists():
        raise NotFound
    letter_id = of(certificate_id)
    if letter_id is None:
        raise NotFound
    return attestations.read(letter_id)


def facts(row: Certificate) -> dict[str, Any]:
    """Return what a certificate says: the caisse and its code, the person, the number with its key, the dates."""
    registrant = row.registrant
    number = registrant.numbers.filter(ended_at=None).first()
    dossier = registrant.dossier
    regime = REGIMES[dossier.route]
    return {
        "office": offices.name(dossier.office),
        "office_code": dossier.office,
        "office_address": list(offices.postal_address(dossier.office)),
        "reference": dossier.reference,
        **person(registrant),
        "number": format_nir(number.value) if number is not None else "",
        "number_kind": number.kind if number is not None else "",
        "regime": {"fr": regime.fr, "en": regime.en},
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else "",
        "why_ends": row.why_ends,
        "issued_on": deadlines.paris_day(row.issued_at).isoformat(),
    }


def person(registrant: Registrant) -> dict[str, str]:
    """Return the person of a letter."""
    return {
        "birth_name": registrant.birth_name,
        "usage_name": registrant.usage_name,
        "given_names": registrant.given_names,
        "birth_date": registrant.birth_date,
    }
