"""The certificates and letters of a dossier: their facts, read from the rows, each made a sealed letter once."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from matricule import attestations
from matricule.dossiers.case import Certificate
from matricule.dossiers.models import Registrant
from matricule.rules import offices
from matricule.rules.numbers import format_nir

KINDS = {
    Certificate.Kind.PROVISIONAL: "provisional_certificate",
    Certificate.Kind.DEFINITIVE: "definitive_certificate",
}


def of(certificate_id: UUID) -> UUID:
    """Make the letter of a certificate unless it exists; return its id. Twice gives one letter."""
    row = Certificate.objects.select_related("registrant__dossier").get(pk=certificate_id)
    if row.letter_id is None:
        kind = KINDS[Certificate.Kind(row.kind)]
        letter_id = attestations.issue(kind, row.pk, facts(row), dated=row.issued_at)
        with transaction.atomic():
            Certificate.objects.filter(pk=row.pk, letter_id=None).update(letter_id=letter_id)
        row.letter_id = letter_id
    return row.letter_id


def facts(row: Certificate) -> dict[str, Any]:
    """Return what a certificate says: the caisse and its code, the person, the number with its key, the dates."""
    registrant = row.registrant
    number = registrant.numbers.filter(ended_at=None).first()
    dossier = registrant.dossier
    return {
        "office": offices.name(dossier.office),
        "office_code": dossier.office,
        "office_address": list(offices.postal_address(dossier.office)),
        "reference": dossier.reference,
        **person(registrant),
        "number": format_nir(number.value) if number is not None else "",
        "number_kind": number.kind if number is not None else "",
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else "",
        "why_ends": row.why_ends,
    }


def person(registrant: Registrant) -> dict[str, str]:
    """Return the person of a letter."""
    return {
        "birth_name": registrant.birth_name,
        "usage_name": registrant.usage_name,
        "given_names": registrant.given_names,
        "birth_date": registrant.birth_date,
    }


def day(text: str) -> date:
    """Return a day that the facts hold as text."""
    return date.fromisoformat(text)
