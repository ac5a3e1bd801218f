"""What the caisse checks of a person for their category, and what was found (issue 5, section 4).

The rules say what is checked (rules.employer.categories); a caseworker answers each before a number is given.
"""

from dataclasses import dataclass

from matricule.dossiers import people
from matricule.dossiers.case import CategoryCheck
from matricule.dossiers.models import Dossier, Registrant
from matricule.rules.employer import categories

NO_TITLE = "no_title"
"""Why a check is not needed, whatever a caseworker says: the person owes no title."""


@dataclass(frozen=True)
class Item:
    """One check of one person: the rule, why it is not needed ("" when it is), and the answer in force."""

    check: categories.Check
    needless: str
    answer: CategoryCheck | None

    @property
    def open(self) -> bool:
        """Tell whether a caseworker still has to answer."""
        return not self.needless and self.answer is None


def of(dossier: Dossier, person: Registrant) -> list[Item]:
    """Return the checks of a person of a company's request, in the order of the rules; none of a student."""
    if dossier.organisation_id is None:
        return []
    rows = CategoryCheck.objects.filter(registrant=person, superseded_at=None)
    answers = {row.code: row for row in rows}
    found = categories.checks_of(person.role, dossier.category)
    return [Item(check, _needless(person, check.code), answers.get(check.code)) for check in found]


def all_answered(dossier: Dossier, person: Registrant) -> bool:
    """Tell whether nothing of the category is left to check before a number."""
    return not any(item.open for item in of(dossier, person))


def _needless(person: Registrant, code: str) -> str:
    if code == "stay_title" and people.owes_title(person) is False:
        return NO_TITLE
    return ""
