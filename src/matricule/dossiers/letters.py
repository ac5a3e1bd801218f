"""The certificates and letters of a dossier: their facts, read from the rows, each made a sealed letter once.

``of_registrant`` lists what a person has, ``pdf`` gives one: the space asks no more. A letter is named by the
certificate that it goes with and by its kind.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from matricule import attestations
from matricule.core import clock
from matricule.core.i18n import Localized
from matricule.dossiers.access import NotFound
from matricule.dossiers.case import Certificate, Number
from matricule.dossiers.models import Registrant
from matricule.rules import deadlines, offices
from matricule.rules.numbers import format_nir

PROVISIONAL, DEFINITIVE = "provisional_certificate", "definitive_certificate"
NUMBER_LETTER, VITALE_REQUEST = "number_letter", "vitale_request"
WITH_NUMBER = (DEFINITIVE, NUMBER_LETTER, VITALE_REQUEST)
"""What is made when the definitive number comes, in the order in which it is shown."""
KINDS: dict[str, tuple[str, ...]] = {
    Certificate.Kind.PROVISIONAL: (PROVISIONAL,),
    Certificate.Kind.DEFINITIVE: WITH_NUMBER,
}
"""The letters of each kind of certificate, the certificate itself first."""
SAID = frozenset({"birth_name", "usage_name", "given_names", "birth_date", "courses_start"})
"""Values of a person that a certificate says: when one changes, the certificate is no longer true."""
TITLES = {
    PROVISIONAL: Localized("Attestation de droits provisoire", "Provisional certificate of cover"),
    DEFINITIVE: Localized("Attestation de droits", "Certificate of cover"),
    NUMBER_LETTER: Localized("Lettre de votre numéro de sécurité sociale", "Letter with your social security number"),
    VITALE_REQUEST: Localized(
        "Demande de carte Vitale, préremplie", "Request for a carte Vitale (health insurance card), pre-filled"
    ),
}
REGIMES = {
    "student": Localized("régime général, étudiants", "general scheme, students"),
    "employee": Localized("régime général", "general scheme"),
}
"""The scheme that covers the people of each route."""


@dataclass(frozen=True)
class Paper:
    """One letter of a person. ``letter_id`` None: it is being made, and ``pdf`` makes it when asked.

    ``current``: it may be shown today; a certificate that ended, has not begun or was withdrawn may not. ``replaced``:
    withdrawn, and another certificate stands in its place.
    """

    kind: str
    title: Localized
    certificate_id: UUID
    letter_id: UUID | None
    issued_on: date
    starts_on: date
    ends_on: date | None
    current: bool
    withdrawn: bool
    replaced: bool

    @property
    def ended(self) -> bool:
        """Tell whether the certificate is over."""
        return self.ends_on is not None and self.ends_on < clock.today()

    @property
    def being_made(self) -> bool:
        """Tell whether the letter is still to be made."""
        return self.letter_id is None


def of_registrant(registrant: Registrant) -> list[Paper]:
    """Return the letters of a person, newest certificate first, each certificate before what goes with it."""
    rows = list(registrant.certificates.order_by("-starts_on", "kind", "-pk"))
    stands = any(row.withdrawn_at is None and (row.ends_on or date.max) >= clock.today() for row in rows)
    found = [_paper(row, kind, stands) for row in rows for kind in KINDS[row.kind]]
    return [paper for paper in found if paper.letter_id is not None or not paper.withdrawn]


def _paper(row: Certificate, kind: str, stands: bool) -> Paper:
    certificate = kind == KINDS[row.kind][0]
    runs = row.starts_on <= clock.today() <= (row.ends_on or date.max)
    return Paper(
        kind=kind,
        title=TITLES[kind],
        certificate_id=row.pk,
        letter_id=row.letter_id if certificate else attestations.find(kind, row.pk),
        issued_on=deadlines.paris_day(row.issued_at),
        starts_on=row.starts_on,
        ends_on=row.ends_on if certificate else None,
        current=row.withdrawn_at is None and (runs or not certificate),
        withdrawn=row.withdrawn_at is not None,
        replaced=row.withdrawn_at is not None and stands,
    )


def pdf(registrant: Registrant, certificate_id: UUID, kind: str = "") -> bytes:
    """Return the sealed PDF of a person's certificate, or of the letter of ``kind`` that goes with it.

    Made now when the worker is behind. Raises NotFound when it is not this person's, when a certificate has no letter
    of this kind, or when it was withdrawn before it was made.
    """
    row = registrant.certificates.filter(pk=certificate_id).first()
    if row is None or (kind and kind not in KINDS[row.kind]):
        raise NotFound
    letter_id = of(certificate_id, kind)
    if letter_id is None:
        raise NotFound
    return attestations.read(letter_id)


def of(certificate_id: UUID, kind: str = "") -> UUID | None:
    """Make a certificate, or the letter of ``kind`` that goes with it, unless it exists; return its id.

    Twice gives one letter. None: the certificate was withdrawn before its letter was made, and none will be.
    """
    row = Certificate.objects.select_related("registrant__dossier").get(pk=certificate_id)
    certificate, *others = KINDS[row.kind]
    if kind in others:
        if row.withdrawn_at is not None:
            return attestations.find(kind, row.pk)
        return attestations.issue(kind, row.pk, facts(row), dated=row.issued_at)
    if row.letter_id is None and row.withdrawn_at is None:
        letter_id = attestations.issue(certificate, row.pk, facts(row), dated=row.issued_at)
        with transaction.atomic():  # whoever withdraws holds the same row: one of the two sees the other's word
            row = Certificate.objects.select_for_update().get(pk=certificate_id)
            row.letter_id = letter_id
            row.save(update_fields=["letter_id"])
            if row.withdrawn_at is not None:
                attestations.withdraw(letter_id, at=row.withdrawn_at)
    return row.letter_id


def facts(row: Certificate) -> dict[str, Any]:
    """Return what a letter says: the caisse and its code, the person, the number with its key, the dates."""
    registrant = row.registrant
    dossier = registrant.dossier
    number = _number(row)
    regime = REGIMES[dossier.route]
    return {
        "office": offices.name(dossier.office),
        "office_code": dossier.office,
        "office_address": list(offices.postal_address(dossier.office)),
        "reference": dossier.reference,
        **person(registrant),
        "number": format_nir(number.value),
        "number_kind": number.kind,
        "replaces": registrant.numbers.filter(ended_at__isnull=False).exists(),
        "regime": {"fr": regime.fr, "en": regime.en},
        "rights_from": _rights_from(registrant),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat() if row.ends_on else "",
        "why_ends": row.why_ends,
        "issued_on": deadlines.paris_day(row.issued_at).isoformat(),
    }


def _rights_from(registrant: Registrant) -> str:
    """Return the day from which a student's rights count, their first day of courses (seed 003, step 2); "" else.

    The certificate itself runs from the day of the number: care of the weeks between is covered, and it says so.
    """
    return registrant.courses_start.isoformat() if registrant.courses_start is not None else ""


def _number(row: Certificate) -> Number:
    """Return the number that a certificate carries; it was issued with it, so it is there."""
    return row.registrant.numbers.get(ended_at=None)


def person(registrant: Registrant) -> dict[str, Any]:
    """Return the person of a letter, and where letters reach them."""
    town = f"{registrant.postcode} {registrant.city}".strip()
    lines = (registrant.letter_box, registrant.apartment, registrant.building, registrant.street, town)
    return {
        "birth_name": registrant.birth_name,
        "usage_name": registrant.usage_name,
        "given_names": registrant.given_names,
        "birth_date": registrant.birth_date,
        "address": [line for line in lines if line],
    }
