"""The people of a company's request: who they are to the employee, what is asked of each, what stands before sending.

The rules give the list of each person by the route of their place in the request (house.md 1: a spouse, partner or
child owes the rows of everyone and child_in_request, and the spouse or partner ``marriage``; never the employee's).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from matricule.core import clock, config
from matricule.dossiers import past, placing, plan, rows, work
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.states import OPEN, State
from matricule.rules import catalogue
from matricule.rules.dates import PartialDate
from matricule.rules.employer import contract, eligibility, stay, words
from matricule.rules.employer import people as rules
from matricule.rules.requirements import RequirementRule

ROUTE = "employee"
PRINCIPAL, SPOUSE, PARTNER, CHILD = "principal", "spouse", "partner", "child"
FAMILY = (SPOUSE, PARTNER, CHILD)
TOLD = ("has_appointment_order", "filed_alone")
"""What was answered of a request beside its people's pages, by the names of ``rules.answers``."""

SECTIONS = {PRINCIPAL: ("civil_status", "parents", "contact", "stay", "work")}
OF_FAMILY = ("civil_status", "parents", "stay")
"""The pages of each person, in order: where the family lives and who works is the employee's to say."""

CONTACT, BEFORE = "contact", "stay"
"""The page on which an adult of the family gets an address of their own, and the page before which it comes."""

BY_PERSON = frozenset({"rib"})
"""Documents that the person gives to the caisse by themselves, never through the company: until they have a space of
their own, by post (issue 5, section 2; seed 000)."""

TITLE_SOON = timedelta(days=92)
"""How long before its end a stay title is "to do", and the company told of it: three months (issue 5, section 3)."""

TITLE_OVER = frozenset({State.DRAFT, State.REJECTED, State.CLOSED, State.DEACTIVATED, State.WITHDRAWN})
"""States of a person whose stay title asks nothing of the company: not sent yet, or ended without a number."""

ADULT = 18
"""Age from which somebody of the family is written to themselves, and goes on a form of their own by post."""

MOST = 12
"""People of one request at most."""

ADULT_FAMILY = "membre_majeur_famille"

REFUGEE_TITLES = frozenset({"recepisse_refugie", "recepisse_protection_subsidiaire"})
"""Stay titles of people whose civil status the OFPRA keeps (R114-8 CSS): no birth record is asked of them."""


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands before sending: ``code`` as in ``obstacles``, and whose page it is on (None: nobody's)."""

    person_id: UUID | None
    code: str


def listed_name(person: Registrant) -> str:
    """Return somebody as lists and letters show them: family name, then given names."""
    return ", ".join(part for part in (person.birth_name, person.given_names) if part)


def sections_of(role: str) -> tuple[str, ...]:
    """Return the pages of a person in this place of a request, in order."""
    return SECTIONS.get(role, OF_FAMILY)


def words_of(dossier: Dossier, person: Registrant, code: str) -> catalogue.Entry:
    """Return what a document is called and must show for one person: in a company's request, as its category says."""
    if dossier.organisation_id is None:
        return catalogue.entry(dossier.route, code)
    return words.entry(person.role, dossier.category, code)


def filed_alone(dossier: Dossier) -> bool:
    """Tell whether an adult family member of a talent passport is filed without the permit holder (issue 5)."""
    return dossier.category == ADULT_FAMILY and bool(dossier.answers.get("filed_alone"))


def stands_as(dossier: Dossier, person: Registrant) -> str:
    """Return the place by which a person is named: their role, "family" at the head of an adult member's request."""
    return "family" if person.role == PRINCIPAL and dossier.category == ADULT_FAMILY else person.role


def pages_of(person: Registrant) -> tuple[str, ...]:
    """Return the pages of one person of a request, in order.

    Whoever is filed alone rests on the holder's title, not on work. An adult of the family has a page for an address
    of their own; a spouse or partner has it before their birth date is known.
    """
    wanted = sections_of(person.role)
    if person.role == PRINCIPAL:
        return tuple(name for name in wanted if name != "work") if filed_alone(person.dossier) else wanted
    if is_told(person) or (is_child(person) is None and person.role != CHILD):
        place = wanted.index(BEFORE)
        return (*wanted[:place], CONTACT, *wanted[place:])
    return wanted


def pages_due(person: Registrant) -> tuple[str, ...]:
    """Return the pages without which a person is not sent: nobody of the family needs an address.

    One that was typed and does not hold together is not sent in silence without it.
    """
    free = person.role != PRINCIPAL and not person.typed.get("email")
    return tuple(name for name in pages_of(person) if not (free and name == CONTACT))


def is_child(person: Registrant) -> bool | None:
    """Tell whether somebody is under 18 today; None when the birth date is not known."""
    if not person.birth_date:
        return None
    return PartialDate.parse(person.birth_date, field="birth_date").age_on(clock.today()) < ADULT


def is_told(person: Registrant) -> bool:
    """Tell whether a person of a request may be written to: the employee, an adult of the family; never a minor."""
    return person.role == PRINCIPAL or is_child(person) is False


def holder_of(dossier: Dossier) -> contract.Standing | None:
    """Return what a request rests on that is filed without the permit holder; None for every other request."""
    if not filed_alone(dossier):
        return None
    until = dossier.answers.get("holder_title_until")
    return contract.family_member(
        on=clock.today(), alone=True, holder_title_until=date.fromisoformat(until) if until else None
    )


def may_be_added(dossier: Dossier, everybody: Iterable[Registrant]) -> bool:
    """Tell whether a family member can still be added to this request that was sent (issue 5, section 2).

    While nobody of it has a decision, and a setting lets it be; afterwards the classic route is left.
    """
    states = {State(person.state) for person in everybody} - {State.DRAFT, State.WITHDRAWN}
    return config.current().add_after_sending and dossier.submitted_at is not None and _none_decided(states)


def _none_decided(states: set[State]) -> bool:
    return bool(states) and states <= OPEN


def sync(dossier: Dossier, person: Registrant, now: datetime) -> None:
    """Make the stored list of a person's documents the one that the rules give; empty until the rules can say."""
    plan.store(person, owed(dossier, person), now)


def owed(dossier: Dossier, person: Registrant) -> list[RequirementRule]:
    """Return what the rules ask of a person of this request; nothing before nationality and birth date are known."""
    if not (person.nationality and person.birth_date and (dossier.category or person.role != PRINCIPAL)):
        return []
    told: dict[str, Any] = {name: bool(dossier.answers.get(name)) for name in TOLD} | {
        "nationality": person.nationality,
        "nationality_2": person.nationality_2,
        "birth_country": person.birth_country,
        "birth_date": person.birth_date,
        "document_language": person.document_language,
        "refugee": person.title_kind in REFUGEE_TITLES,
    }
    return rules.owed(person.role, dossier.category, told, on=clock.today())


def owes_title(person: Registrant) -> bool | None:
    """Tell whether a stay title is asked of this person (minors and free movers owe none); None when not known yet."""
    if not (person.nationality and person.birth_date):
        return None
    born = PartialDate.parse(person.birth_date, field="birth_date")
    return stay.needed([person.nationality, person.nationality_2], born, on=clock.today())


def has_title(person: Registrant) -> bool:
    """Tell whether there is a stay title to check: this person owes one, or one is written."""
    return bool(owes_title(person) or person.title_kind)


def title_of(person: Registrant) -> stay.Standing | None:
    """Return what this person's stay title is worth today, None when nobody can say yet.

    The page of the stay lets pass no VLS-TS that is not validated, and no title without its end or a word on it.
    """
    owed = owes_title(person)
    if owed is None:
        return None
    return stay.standing(
        person.title_kind,
        person.title_until,
        on=clock.today(),
        validated=True,
        endless=person.title_until is None,
        owed=owed,
    )


def obstacles(dossier: Dossier, people: Iterable[Registrant]) -> list[Obstacle]:
    """Return what stands before sending a request, person by person; empty when it can be sent.

    ``category``; ``holder`` when no holder's title carries a request filed alone; ``before`` where nobody said whether
    the person was in France before, ``before:<code>`` where what was said stops or leaves something open, ``born`` for
    a birth in France, which gave a number (rules.employer.eligibility); ``section:<name>``; ``document:<slot>``
    (phase 1); ``contract:future`` while the work has not begun; ``title:<code>`` for a stay title that is none on this
    day (rules.employer.stay); ``office`` where no caisse examines what is asked for this place.
    """
    found = [] if dossier.category else [Obstacle(None, "category")]
    holder = holder_of(dossier)
    if holder is not None and holder.stops:
        found.append(Obstacle(None, "holder"))
    for person in people:
        done = set(person.sections_done)
        said = past.decision(person)
        if said is None:
            found.append(Obstacle(person.pk, "before"))
        elif not said.goes_on and said.code != past.BORN:
            found.append(Obstacle(person.pk, f"before:{said.code}"))
        found += [Obstacle(person.pk, f"section:{name}") for name in pages_due(person) if name not in done]
        found += [Obstacle(person.pk, f"document:{slot}") for slot in lacking(person)]
        if "civil_status" in done and eligibility.born_in_france(person.birth_country):
            found.append(Obstacle(person.pk, "born"))
        title = title_of(person)
        if "stay" in done and title is not None and title.stops:
            found.append(Obstacle(person.pk, f"title:{title.code}"))
        if starts_later(person):
            found.append(Obstacle(person.pk, "contract:future"))
        if person.role == PRINCIPAL and (placed := placing.of(dossier, person)) and not placed.offices:
            found.append(Obstacle(person.pk, "office"))
    return found


def sendable_from(person: Registrant) -> date | None:
    """Return the first day of this person's work, from which the request can be sent; None without work."""
    return person.contract_start if "work" in pages_of(person) else None


def starts_later(person: Registrant) -> bool:
    """Tell whether this person's work has not begun yet: the request is kept as a draft until that day (seed 000)."""
    day = sendable_from(person)
    return day is not None and day > clock.today()


def lacking(person: Registrant) -> list[str]:
    """Return the slots of the documents of phase 1 that hold no file in order, in the order of the list."""
    papers = rows.papers(person)
    ready = plan.ready_slots(person, papers) - work.unproved(person, papers)
    asked = person.requirements.filter(dropped_at=None, blocks_submission=True).order_by("position")
    return [slot for slot in dict.fromkeys(asked.values_list("slot", flat=True)) if slot not in ready]


def only_waits(found: Collection[Obstacle]) -> bool:
    """Tell whether nothing but the first day of work stands before sending."""
    return bool(found) and all(one.code == "contract:future" for one in found)
