"""What the caisse checks of a person for their category, and what was found (issue 5, section 4).

The rules say what is checked (rules.employer.categories); a caseworker answers each before a number is given.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from matricule.dossiers import people
from matricule.dossiers.case import CategoryCheck
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.standing import MAIN
from matricule.rules.employer import categories

NO_TITLE = "no_title"
"""Why a check is not needed, whatever a caseworker says: the person owes no title."""


@dataclass(frozen=True)
class Item:
    """One check of one person: the rule, why it is not needed ("" when it is), and the answer in force.

    ``reopened_at``: when an answer was taken back because its document was refused or replaced; None where one is in
    force, or none was given yet.
    """

    check: categories.Check
    needless: str
    answer: CategoryCheck | None
    reopened_at: datetime | None

    @property
    def open(self) -> bool:
        """Tell whether a caseworker still has to answer."""
        return not self.needless and self.answer is None

    @property
    def again(self) -> bool:
        """Tell whether it was answered before, and is to be answered again."""
        return self.open and self.reopened_at is not None


def of(dossier: Dossier, person: Registrant) -> list[Item]:
    """Return the checks of a person of a company's request, in the order of the rules; none of a student."""
    if dossier.organisation_id is None:
        return []
    rows = CategoryCheck.objects.filter(registrant=person).order_by(F("superseded_at").asc(nulls_last=True))
    last = {row.code: row for row in rows}  # the answer in force, else the one that was taken back last
    found = categories.checks_of(person.role, dossier.category)
    return [_item(person, check, last.get(check.code)) for check in found]


def _item(person: Registrant, check: categories.Check, last: CategoryCheck | None) -> Item:
    over = last.superseded_at if last is not None else None
    return Item(check, _needless(person, check.code), last if over is None else None, over)


def all_answered(dossier: Dossier, person: Registrant) -> bool:
    """Tell whether nothing of the category is left to check before a number."""
    return not any(item.open for item in of(dossier, person))


def none_reopened(dossier: Dossier, person: Registrant) -> bool:
    """Tell whether no check that was answered is to be answered again before the register takes the file."""
    return not any(item.again for item in of(dossier, person))


def resting_on(person: Registrant, slot: str, part: str) -> list[CategoryCheck]:
    """Return the answers in force of a person which say that a check holds and rest on this half of a slot.

    A translation shows no check: the document that it translates does, and its slot has the name of that document.
    """
    proved = categories.checks_of(person.role, person.dossier.category) if part == MAIN else ()
    codes = [check.code for check in proved if slot in check.proof]
    if not codes:
        return []
    rows = CategoryCheck.objects.filter(registrant=person, code__in=codes, superseded_at=None, holds=True)
    return list(rows.order_by("code"))


def _needless(person: Registrant, code: str) -> str:
    if code == "stay_title" and people.owes_title(person) is False:
        return NO_TITLE
    return ""
