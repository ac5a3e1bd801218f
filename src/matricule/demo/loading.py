"""Loading the invented people: through the same operations as everybody, so that their dossiers are like real ones."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction

from matricule import repertoire
from matricule.accounts.models import User
from matricule.demo import company, documents, filing, sending, staff, stories
from matricule.demo.days import ago
from matricule.demo.employees import load_requests
from matricule.demo.people import Owned, Person, load_people
from matricule.dossiers import access, plan
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import deposit, files


@dataclass(frozen=True)
class Loaded:
    """What became of one person: their state, "account" for no more, or "kept" when they were there already."""

    key: str
    email: str
    became: str


KNOWN = Path(__file__).parent / "known.csv"
"""Invented people who have a number already: one is Thiago under another spelling, one is Pol (issue 4, section 3)."""


EXAMINERS = ("nadia", "camille")
"""Who examines the files of students, in turn by the place of their state in ``stories.STUDENTS``.

The tours (demo.told) lead Nadia to the first and the ninth: the number that can be given, the file that came back.
"""

BEFORE = 100
"""Days ago on which the offices had their people and the company its account: before the first file was begun."""


def load() -> Iterator[Loaded]:
    """Load every invented person, one after the other; a load that was cut short goes on where it stopped."""
    repertoire.load(KNOWN, actor="system:demo")
    with ago(BEFORE):
        staff.load()
        company.load()
    for person in load_people():
        yield _load(person)
    for filed in load_requests():
        yield Loaded(filed.key, filed.people[0].email, filing.load(filed))


def _load(person: Person) -> Loaded:
    user = User.objects.for_address(person.email, person.language)
    if person.state == "none":
        return Loaded(person.key, person.email, "account")
    with ago(_sent_ago(person)):
        dossier = _draft(person, user)
        if dossier is None:
            return Loaded(person.key, person.email, "kept")
    if person.state != "draft":
        with transaction.atomic():  # sent and examined, or neither: a load that was cut short begins again here
            _submit(person, dossier)
            if (story := stories.STUDENTS.get(person.state)) is not None:
                case = stories.case_of(dossier.pk, _shown(person), person)
                stories.play(story, case, EXAMINERS[list(stories.STUDENTS).index(person.state) % len(EXAMINERS)])
    return Loaded(person.key, person.email, person.state)


def _sent_ago(person: Person) -> int:
    story = stories.STUDENTS.get(person.state)
    return story.sent_ago if story is not None else person.sent_ago


def _shown(person: Person) -> tuple[stories.Shown, ...]:
    return (stories.Shown(person.stay.ends if person.stay is not None else None, person.paper.number),)


def _draft(person: Person, user: User) -> Dossier | None:
    """Return this person's draft with everything that they type and send, None when it was made before."""
    actor = access.person(user.pk)
    sent = Dossier.objects.filter(owner=user, organisation=None).exclude(submitted_at=None)
    if sent.exists():
        return None
    dossier = deposit.open_draft(actor, user.pk, "student", answers_of(person))
    registrant = dossier.registrants.get(position=1)
    if person.state == "draft" and registrant.iban_confirmed_at is not None:
        return None
    for name, values in sections_of(person).items():
        deposit.save_section(actor, dossier.pk, name, sending.typed_of(values), values)
    asked = dict(registrant.requirements.filter(dropped_at=None).values_list("code", "slot"))
    for number, owned in enumerate(person.documents, start=1):
        if owned.requirement in asked:
            _send(actor, dossier, person, owned, number, asked[owned.requirement])
    if person.record.translator and "translation" in asked:
        files.name_translator(
            actor, dossier.pk, "civil_status", "sworn", person.record.translator, person.record.court
        )
    deposit.save_bank_details(actor, dossier.pk, person.iban, confirmed=True)
    dossier.refresh_from_db()
    return dossier


def _submit(person: Person, dossier: Dossier) -> None:
    with ago(_sent_ago(person)):
        actor = access.person(dossier.owner_id)
        deposit.submit(actor, dossier.pk, expects=dossier.version, key=uuid4())


def _send(actor: access.Actor, dossier: Dossier, person: Person, owned: Owned, number: int, slot: str) -> None:
    """Draw one document and send it, unless a load that was cut short sent it already."""
    part = File.Part.TRANSLATION if owned.requirement == "translation" else File.Part.MAIN
    sent = File.objects.filter(version__document__registrant__dossier=dossier, version__document__slot=slot, part=part)
    if owned.name in {file.name for file in sent}:
        return
    data = documents.draw(owned.kind, replace(person, **owned.says), seed=number, fmt=owned.fmt, flaw=owned.flaw)
    sending.add(actor, dossier.pk, slot, part, owned.name, data)


def answers_of(person: Person) -> dict[str, Any]:
    """Return what this person would answer in the questionnaire."""
    answers: dict[str, Any] = {
        "situation": "study",
        "has_number": "no",
        "nationality": person.nationality,
        "birth_country": person.birth_country,
        "birth_date": person.birth_date.isoformat(),
        "document_country": person.birth_country,
        "document_language": "fr" if person.record.language == "multi" else person.record.language,
        "home_cover": person.cover.kind if person.cover else "none",
        "refugee": person.status == "refugee",
        "agreement": person.status if person.status in {"quebec", "andorra"} else "none",
        "with_parent": False,
    }
    if person.record.language == "multi":
        answers["plurilingual_extract"] = True
    if person.cover and person.cover.kind == "ceam":
        answers["ceam_until"] = person.cover.until.isoformat()
    titles = {"vls_ts": "vls_ts", "visa_d": "visa_d_card_later", "card": "card"}
    if person.stay:
        answers["residence_title"] = titles[person.stay.kind]
    return answers


def sections_of(person: Person) -> dict[str, dict[str, Any]]:
    """Return the checked values of the four pages of step 2."""
    parents: dict[str, Any] = {}
    for place, parent in enumerate(person.parents[:2], start=1):
        parents[f"parent{place}_birth_name"] = parent.birth_name
        parents[f"parent{place}_given_names"] = parent.given_names
    pages = {
        "civil_status": {
            "birth_name": person.birth_name,
            "usage_name": person.usage_name,
            "given_names": person.given_names,
            "original_names": " ".join(person.native.get(part, "") for part in ("birth_name", "given_names")).strip(),
            "sex": person.sex,
            "birth_date": person.birth_date.isoformat(),
            "birth_place": person.birth_place,
            "birth_country": person.birth_country,
            "nationality": person.nationality,
        },
        "parents": parents,
        "contact": {
            "phone": person.phone,
            "street": person.address.street,
            "building": person.address.building,
            "apartment": person.address.apartment,
            "letter_box": person.address.letter_box or person.birth_name,
            "postcode": person.address.postcode,
            "city": person.address.city,
        },
        "studies": {
            "school_name": person.school.name,
            "school_uai": person.school.uai,
            "courses_start": person.courses_start,
            "arrival_date": person.arrival,
        },
    }
    return {name: pages[name] for name in plan.SECTIONS}
