"""Many requests of one invented company, with families and history: what a list of 100,000 is measured on.

    matricule demo --volume 100000 --company

As for students, they say what the operations would have said: the reconcilers find nothing to mend, no calendar has
anything to do. Nobody of the company is told, so that its people's notifications stay readable. Whoever administers
the demo's company administers this one too, and changes to it on the page of the company.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

from matricule.accounts import companies, invitations
from matricule.accounts.models import User
from matricule.accounts.organisations import Membership
from matricule.core import clock, journal
from matricule.demo import company
from matricule.demo.volume import documents, history, keeping, people, times
from matricule.demo.volume.history import Made, Maker, Writer
from matricule.demo.volume.sheets import Sheets, fresh
from matricule.dossiers import likeness, lines, queues, states
from matricule.dossiers import people as household
from matricule.dossiers.listing import ListedPerson, ListedRequest
from matricule.dossiers.models import Dossier, Registrant
from matricule.rules.employer import offices
from matricule.rules.requirements import RequirementRule

SIRET = "90000000100009"
ADDRESS = {**company.ADDRESS, "name": "Manufacture Volume", "street": "1 rue des Cent-Mille"}
FAMILIES: tuple[tuple[str, ...], ...] = ((), (), (), ("spouse",), ("child",), ("spouse", "child", "child"))
"""Who comes with an employee: half come alone."""
CATEGORIES = (*["salarie"] * 14, *["passeport_talent"] * 3, *["ict"] * 2, "mannequin")
"""What the employees come as: seven in ten are examined where they live, the others in Paris."""
PARTLY = 0.3
"""The share of registered families of whom one person was turned down."""
WAITING = 0.25
"""The share of drafts that waited for their first day of work, which has come."""
BORN = {"principal": (1965, 35), "spouse": (1965, 35), "child": (2012, 12)}
"""First year of birth by place in the request, and over how many years."""


@dataclass(frozen=True)
class Filed:
    """One request that was made: its people, each with their history."""

    dossier: Dossier
    people: list[Made]


def firm() -> tuple[UUID, User]:
    """Return the company and who administers it; its account is opened, and proved, on the first call.

    Whoever administers the demo's company, where it is loaded, is let in as well.
    """
    chief = User.objects.for_address(f"administrator@{people.DOMAIN}", "fr")
    known = Membership.objects.filter(user=chief, organisation__siret=SIRET, removed_at=None).first()
    if known is not None:
        return known.organisation_id, chief
    company_id = companies.register(chief.pk, SIRET, ADDRESS, name="Ines Volume", language="fr")
    companies.prove("system:volume", company_id)
    guest = User.objects.filter(email=company.TEAM[0].email).first()
    if guest is not None:
        invitation = invitations.invite(chief.pk, company_id, guest.email, company.TEAM[0].role)
        invitations.accept(guest.pk, invitations.token_of(invitation), company.TEAM[0].name)
    return company_id, chief


def _request(sheets: Sheets, writer: Writer, rng: Random, company_id: UUID, chief: User, reference: str) -> Filed:
    kind = times.pick(rng)
    when = times.moments(kind, rng, writer.now)
    make = Maker(rng, when["opened"])
    kinds = [kind] * (1 + len(family := rng.choice(FAMILIES)))
    if family and kind == "registered" and rng.random() < PARTLY:
        kinds[-1] = "rejected"
    _, postcode, city = people.home(rng)
    category = rng.choice(CATEGORIES)
    dossier = _dossier(make, writer, kind, kinds, when, company_id, chief, reference, category, postcode)
    if kind in {"provisional", "more_sent"} and any(
        owes_nothing_later(one, category) for one in ("principal", *family)
    ):
        dossier.queue = queues.READY  # nothing more is asked of one of them: they can go to the register
    filed = Filed(dossier, [])
    name = people.family_name(rng)
    for position, (role, own) in enumerate(zip(("principal", *family), kinds, strict=True), start=1):
        person = _person(make, dossier, role, own, position, when, name, (postcode, city))
        one = Made(chief, dossier, person, own, when)
        papers = documents.Documents(
            sheets, make.id, rng, person, rules_of(role, category), dossier.caseworker_id, route=household.ROUTE
        )
        papers.write(own, when)
        dossier.file_count += papers.files
        writer.ask(make, one, papers.refused)
        if one.has_number and "sent" in when:
            sheets.add(history.sending_of(make, one.registrant, when))
        one.entries = list(_entries(one, writer.caseworkers[0], papers))
        filed.people.append(one)
        sheets.add(person)
    _lines(sheets, filed)
    return filed


def _dossier(
    make: Maker,
    writer: Writer,
    kind: str,
    kinds: list[str],
    when: dict[str, datetime],
    company_id: UUID,
    chief: User,
    reference: str,
    category: str,
    postcode: str,
) -> Dossier:
    found = [times.KINDS[one].state for one in kinds]
    submitted = when.get("submitted")
    queue, since = history.queue_of(kind, when)
    office = offices.for_request(category, postcode).offices[0].code if submitted is not None else ""
    label = states.dossier_label(found, [one in times.WITH_NUMBER for one in kinds])
    dossier = fresh(
        Dossier,
        id=make.id(),
        reference=reference,
        route=household.ROUTE,
        owner_id=chief.pk,
        organisation_id=company_id,
        category=category,
        own_reference=f"P{make.rng.randrange(10**8):08d}",
        version=3 + len(when),
        label=label,
        counted_label=label,
        opened_at=when["opened"],
        submitted_at=submitted,
        declared_at=submitted,
        ended_at=when["ended"] if states.all_ended(found) else None,
        office=office,
        counted_office=office,
        postcode=postcode if submitted is not None else "",
        queue=queue,
        waiting_since=since,
        answered_at=when["answered"] if queue == queues.ANSWERED else None,
    )
    if submitted is None and make.rng.random() < WAITING:
        dossier.sendable_on, dossier.sendable_told_at = when["opened"].date(), writer.now
    return writer.sheets.add(dossier)


def _person(
    make: Maker,
    dossier: Dossier,
    role: str,
    kind: str,
    position: int,
    when: dict[str, datetime],
    name: str,
    where: tuple[str, str],
) -> Registrant:
    sex, (first, years) = make.rng.choice("FM"), BORN[role]
    born = date(first, 1, 1) + timedelta(days=make.rng.randrange(365 * years))
    columns = {
        "birth_name": name if role != "spouse" else people.family_name(make.rng),
        "given_names": " ".join(make.rng.sample(people.GIVEN[sex], 2)),
        "sex": sex,
        "birth_date": born.isoformat(),
        "birth_place": "Lagos",
        "birth_country": "NG",
        "nationality": "NG",
        "document_language": "en",
        "postcode": where[0],
        "city": where[1],
    }
    person = fresh(
        Registrant,
        id=make.id(),
        dossier_id=dossier.pk,
        role=role,
        position=position,
        state=times.KINDS[kind].state.value,
        typed_at=when["opened"],
        sections_done=list(household.sections_of(role)),
        contract_start=when["opened"].date() if role == "principal" else None,
        **columns,
    )
    if role != "child":
        person.title_kind = "csp"
        person.title_until = clock.today() + timedelta(days=make.rng.randrange(20, 1400))
    if kind in {"closed", "rejected"}:
        person.ending = history.ending_of(kind, when["ended"])
    if dossier.submitted_at is not None:
        likeness.index(person)
    return person


@cache
def rules_of(role: str, category: str) -> tuple[RequirementRule, ...]:
    """Return what the rules ask of a person in this place of such a request."""
    dossier = Dossier(category=category, route=household.ROUTE)
    born = date(BORN[role][0], 6, 1).isoformat()
    return tuple(household.owed(dossier, Registrant(role=role, nationality="NG", birth_country="NG", birth_date=born,
                                                    document_language="en", title_kind="csp")))  # fmt: skip


@cache
def owes_nothing_later(role: str, category: str) -> bool:
    """Tell whether all that the register waits for (phases 1 and 2) had to be sent with the request."""
    slots: dict[str, bool] = {}
    for rule in [rule for rule in rules_of(role, category) if rule.phase <= 2]:
        slots[rule.slot] = slots.get(rule.slot, False) or rule.blocks_submission
    return all(slots.values())


def _lines(sheets: Sheets, filed: Filed) -> None:
    """Write the lines of the company's list, as dossiers.lines says them: every ask of a volume is the company's."""
    due = [one.ask.due_on for one in filed.people if one.ask is not None and one.ask.state == one.ask.State.OPEN]
    registrants = [one.registrant for one in filed.people]
    line = lines.line_of(filed.dossier, registrants, min(due, default=None), None)
    changed = max(filed.people[0].when.values())
    sheets.add(fresh(ListedRequest, dossier_id=filed.dossier.pk, changed_at=changed, **line))
    for person in registrants:
        sheets.add(fresh(ListedPerson, registrant_id=person.pk, **lines.person_of(filed.dossier, person)))


def _entries(one: Made, colleague: UUID, papers: documents.Documents) -> Iterator[journal.Draft]:
    """Yield the journal's entries: those of the request once, with its employee."""
    first = one.registrant.position == 1
    subject = ("dossier", one.dossier.pk)
    if first:
        yield journal.Draft(f"user:{one.owner.pk}", "request.opened", subject, {"category": one.dossier.category})
    for entry in history.entries_of(one, colleague, papers):
        if entry.action not in {"draft.opened", *(() if first else ("dossier.submitted",))}:
            yield entry


def chunk(count: int, seed: int, first: int, staff_ids: list[UUID], references: list[str]) -> None:
    """Make one chunk of requests, their counts and numbers with them, whole or not at all."""
    company_id, chief = firm()
    sheets = Sheets()
    rng = Random(f"company:{seed}:{first}")  # noqa: S311  invented people
    writer = Writer(sheets, staff_ids, clock.now())
    # before the transaction: PostgreSQL ends one that waits for its client (idle_in_transaction_session_timeout)
    made = [_request(sheets, writer, rng, company_id, chief, reference) for reference in references[:count]]
    keeping.keep(sheets, writer, [one for filed in made for one in filed.people])
