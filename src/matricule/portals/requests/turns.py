"""What a company's request asks for as a whole, of whom and by when."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext

from matricule.core import clock, i18n
from matricule.dossiers import deadlines, people
from matricule.dossiers.models import Dossier, Registrant
from matricule.rules.employer import labels, stay


def todo_of(dossier: Dossier) -> Mapping[str, str]:
    """Return what a request asks for as a whole: for the employee, or for a family member who is filed alone."""
    return labels.meaning(dossier.label).asks(family=dossier.category == people.ADULT_FAMILY)


def answer_by(dossier: Dossier) -> date | None:
    """Return the day by which the caisse aims to answer; None where it is not its turn, or the day is over."""
    day = deadlines.first_decision_target(dossier) if dossier.label == "in_progress" else None
    return day if day is not None and day >= clock.today() else None


def who_sends(dossier: Dossier, count: int) -> str:
    """Return who sends what the company cannot: the employee, or somebody of the family; ``count``: of the people."""
    if dossier.category == people.ADULT_FAMILY:
        return gettext("The family member")
    return gettext("The employee") if count == 1 else gettext("The employee or the family")


def prefecture(person: Registrant) -> str:
    """Return what the employer asks of the préfecture about the permit, by when; "" where there is none to verify."""
    start = person.contract_start
    if start is None or not people.has_title(person):
        return ""
    check = stay.employer_check(start, on=clock.today())
    days = {"start": i18n.format_date(start), "day": i18n.format_date(check.by) if check.by else ""}
    return f"{i18n.pick(check.rule_text)} {i18n.pick(check.sentence).format(**days)}"
