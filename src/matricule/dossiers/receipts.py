"""The receipt of a deposit, and a company's proof of filing: facts read from the dossier, made sealed letters once.

Source: issue 2, section 2.5; issue 5, section 2.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from matricule import attestations
from matricule.accounts import organisations
from matricule.core import clock
from matricule.dossiers import deadlines, past, people, rows, telling
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.rules import countries, offices
from matricule.rules.countries import Country
from matricule.rules.numbers import shape

KIND, REQUEST_KIND, PROOF_KIND = "deposit_receipt", "request_receipt", "proof_of_filing"


def of(dossier_id: UUID) -> UUID:
    """Make the receipt of a submitted dossier unless it exists; return the letter's id. Twice gives one letter."""
    dossier = Dossier.objects.get(pk=dossier_id)
    kind = KIND if dossier.organisation_id is None else REQUEST_KIND
    return attestations.issue(kind, dossier_id, facts(dossier), dated=dossier.submitted_at or clock.now())


def of_submission(dossier_id: UUID) -> None:
    """Make the letters of a submission that do not exist yet: the receipt, of a company's the proof of filing too."""
    of(dossier_id)
    if Dossier.objects.filter(pk=dossier_id).exclude(organisation=None).exists():
        proof_of(dossier_id)


def of_person(person_id: UUID) -> UUID:
    """Make the receipt of somebody who was added to a request after it was sent; return the letter's id."""
    person = Registrant.objects.get(pk=person_id)
    return attestations.issue(REQUEST_KIND, person_id, person.receipt, dated=person.added_at or clock.now())


def pdf_of_person(person_id: UUID) -> bytes:
    """Return the sealed PDF of that receipt, made now when it does not exist yet."""
    return attestations.read(of_person(person_id))


def pdf(dossier_id: UUID) -> bytes:
    """Return the sealed PDF of the receipt, made now when it does not exist yet."""
    return attestations.read(of(dossier_id))


def proof_of(dossier_id: UUID) -> UUID:
    """Make the proof of filing of a company's request unless it exists; return the letter's id."""
    dossier = Dossier.objects.get(pk=dossier_id)
    return attestations.issue(PROOF_KIND, dossier_id, proof(dossier), dated=dossier.submitted_at or clock.now())


def proof_pdf(dossier_id: UUID) -> bytes:
    """Return the sealed PDF of the proof of filing, made now when it does not exist yet."""
    return attestations.read(proof_of(dossier_id))


def proof(dossier: Dossier) -> dict[str, Any]:
    """Return what the proof of filing says: which company filed for whom, when and where (issue 5, section 2).

    It goes into the personnel file and before an inspector, who have no business with the family, a birth date, an
    address or a document: those are on the receipt alone. The rest is for the public page of its code.
    """
    said = facts(dossier)
    birth_name, _, given_names = said["people"][0]["name"].partition(", ")
    kept = ("reference", "own_reference", "company", "office", "submitted_at")
    return {word: said[word] for word in kept} | {
        "siret": shape.grouped(said["siret"], 3, 3, 3),
        "birth_name": birth_name,
        "given_names": given_names,
        "starts_on": said["submitted_at"][:10],
        "ends_on": "",
    }


def facts(dossier: Dossier) -> dict[str, Any]:
    """Return what the receipt says, in both languages: what was kept at the submission, whatever came after.

    A dossier that was submitted before they were kept has them read from its rows.
    """
    if dossier.receipt or dossier.organisation_id is None:
        return dict(dossier.receipt) or read(dossier)
    return of_request(dossier, dossier.registrants.order_by("position"))


def read(dossier: Dossier, registrant: Registrant | None = None, papers: rows.Papers | None = None) -> dict[str, Any]:
    """Return what the receipt of a dossier says, read from its rows at this moment.

    ``registrant``: its principal, ``papers``: the documents of the principal, when the caller read them.
    """
    registrant = registrant or dossier.registrants.get(position=1)
    assert dossier.submitted_at is not None
    sent, later = _documents(dossier, registrant, dossier.submitted_at, papers or rows.papers(registrant))
    target = deadlines.first_decision_target(dossier)
    return {
        "reference": dossier.reference,
        "name": people.listed_name(registrant),
        "birth_date": registrant.birth_date,
        "school": registrant.school_name,
        "courses_start": registrant.courses_start.isoformat() if registrant.courses_start else "",
        "submitted_at": dossier.submitted_at.astimezone(clock.PARIS).isoformat(timespec="minutes"),
        "target": target.isoformat() if target else "",
        "target_days": deadlines.first_decision_days(),
        "sent": sent,
        "later": later,
    }


def of_request(
    dossier: Dossier, everybody: Iterable[Registrant], *, added_at: datetime | None = None, mails: Iterable[UUID] = ()
) -> dict[str, Any]:
    """Return what the receipt of a company's request says, read from its rows at this moment.

    ``added_at``: when these people were added to it, after it had been sent; ``mails``: those that told the company.

    It is for who filed: what was received and said of each person and when, where each is written to, and that the
    stay titles were declared checked where somebody has or owes one; never a parent's name or a bank account. What the
    employee sends by post is said once, with them. The personnel file has a letter of its own (``proof``).
    """
    everybody = list(everybody)
    assert dossier.submitted_at is not None and dossier.organisation is not None
    company = dossier.organisation
    moment = added_at or dossier.submitted_at
    target = deadlines.first_decision_target(dossier, since=moment)
    told = []
    for person in everybody:
        sent, later = _documents(dossier, person, moment, rows.papers(person))
        by_post = [row for row in later if row["code"] in people.BY_PERSON]
        address = telling.address_of(person)
        told.append(
            {
                "role": person.role,
                "name": people.listed_name(person),
                "birth_date": person.birth_date,
                "nationalities": [dict(country.names) for country in _nationalities(person)],
                "past": past.before(person),
                "email": address,
                "language": telling.language_of(person) if address else "",
                "sent": sent,
                "later": [row for row in later if row not in by_post],
                "by_post": by_post if person.role == people.PRINCIPAL else [],
            }
        )
    return {
        "reference": dossier.reference,
        "own_reference": dossier.own_reference,
        "company": company.name,
        "siret": company.siret,
        "office": offices.name(dossier.office),
        "submitted_at": moment.astimezone(clock.PARIS).isoformat(timespec="minutes"),
        "added_to": dossier.submitted_at.astimezone(clock.PARIS).date().isoformat() if added_at else "",
        "target": target.isoformat() if target else "",
        "target_days": deadlines.first_decision_days(),
        "people": told,
        "title_checked": any(map(people.has_title, everybody)),
        "mails": [str(mail) for mail in mails],
        "told": Counter(one.delivery for one in organisations.members(company.pk)),
    }


def _nationalities(person: Registrant) -> list[Country]:
    """Return the one or two nationalities of a person."""
    found = [countries.find(code) for code in (person.nationality, person.nationality_2)]
    return [country for country in found if country is not None]


def told(said: Mapping[str, Any]) -> dict[str, int]:
    """Return how many of a company's people learnt of what a receipt says by each way they had chosen (Delivery).

    Zero for each in a receipt that was kept before it said so.
    """
    kept: dict[str, int] = said.get("told", {})
    return dict.fromkeys(organisations.Delivery.values, 0) | kept


def _documents(
    dossier: Dossier, person: Registrant, moment: datetime, papers: rows.Papers
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    sent: list[dict[str, Any]] = []
    later: list[dict[str, Any]] = []
    counts: Counter[tuple[str, str]] = Counter()
    for version in papers.versions:
        if _ended(version.replaced_at, moment):
            continue
        for file in papers.files[version.pk]:
            if file.state == File.State.READY and file.added_at <= moment and not _ended(file.removed_at, moment):
                counts[version.document.slot, file.part] += 1
    for row in sorted(papers.asked, key=lambda row: (row.phase, row.position)):
        part = File.Part.TRANSLATION if row.code == "translation" else File.Part.MAIN
        count = counts[row.slot, part.value]
        words = people.words_of(dossier, person, row.code).name
        entry = {"code": row.code, "fr": words["fr"], "en": words["en"], "files": count, "phase": row.phase}
        (sent if count else later).append(entry)
    return sent, later


def _ended(when: datetime | None, moment: datetime) -> bool:
    """Tell whether something ended before the submission: a job that comes late still tells that moment."""
    return when is not None and when <= moment
