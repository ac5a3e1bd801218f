"""The employer's answer: the verdict, the office, and the documents of each person, from the rules alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from matricule.core import i18n
from matricule.portals.public import listing
from matricule.portals.public.employer_forms import NONE
from matricule.portals.public.listing import Item
from matricule.rules import catalogue, translation
from matricule.rules.dates import PartialDate
from matricule.rules.employer import categories, contract, eligibility, offices, people, stay, words
from matricule.rules.employer.categories import Category, Door
from matricule.rules.employer.eligibility import Decision, Situation
from matricule.rules.employer.offices import Placed
from matricule.rules.orientation import Step
from matricule.rules.requirements import RequirementRule

ABOUT = ("birth_country", "nationality", "nationality_2", "birth_date", "document_language")
SITUATION = tuple(Situation.__dataclass_fields__)

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """Documents of one person that come at the same moment; ``key`` is unique on the page."""

    key: str
    number: str
    title: str
    text: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Person:
    """One person of the request, and what is asked of them."""

    role: str
    title: str
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many documents there are; a birth record and its translation are sent as one."""
        return sum(not item.code.endswith("-translation") for group in self.groups for item in group.items)


@dataclass(frozen=True)
class Result:
    """What the page shows. ``panel`` is the look of the verdict; without ``people`` nothing is sent from here."""

    panel: str
    title: str
    body: tuple[str, ...]
    rule: str
    steps: tuple[Step, ...] = ()
    placed: Placed | None = None
    people: tuple[Person, ...] = ()
    check: str = ""
    check_rule: str = ""
    category: Category | None = None

    @property
    def count(self) -> int:
        """How many documents there are in all."""
        return sum(person.count for person in self.people)


def decide(answers: Answers) -> Decision:
    """Return whether the person of ``answers`` may be registered by an employer."""
    return eligibility.decide(Situation(**{name: str(answers.get(name, "")) for name in SITUATION}))


def stopped(decision: Decision) -> Result:
    """Return the page of a person who is not registered here: what to do instead."""
    body = [i18n.pick(text) for text in decision.body] + [i18n.pick(note.text) for note in decision.notes]
    return Result("no", i18n.pick(decision.title), tuple(body), i18n.pick(decision.rule.text), decision.steps)


def result(answers: Answers, *, on: date) -> Result:
    """Return the answer for whoever may be registered, from everything that was told."""
    if answers["category"] == NONE:
        return _door(categories.table().doors[answers["door"]])
    category = categories.get(answers["category"])
    work = _work(answers, on)
    if work.stops and not work.waits:
        return _classic(work)
    decision = decide(answers)
    texts = [i18n.pick(text) for text in decision.body] + [i18n.pick(note.text) for note in decision.notes]
    start = date.fromisoformat(str(answers["contract_start"]))
    placed = _placed(answers)
    owed = stay.needed(_nationalities(answers), PartialDate.parse(str(answers["birth_date"])), on=on)
    check = stay.employer_check(start, on=on, owed=owed)
    days = {"start": i18n.format_date(start), "day": i18n.format_date(check.by) if check.by else ""}
    return Result(
        panel="wait" if work.waits else "ok",
        title=i18n.pick(decision.title),
        body=(*texts, _dated(i18n.pick(work.text), start)),
        rule=i18n.pick(decision.rule.text),
        placed=placed,
        people=_people(answers, on),
        check=f"{i18n.pick(check.rule_text)} {i18n.pick(check.sentence).format(**days)}" if owed else "",
        check_rule=i18n.pick(check.rule),
        category=category,
    )


def of_category(category: str, *, on: date) -> tuple[Item, ...]:
    """Return the documents of a category in general: those of an adult from outside the Union, each once."""
    told = {"nationality": "BR", "birth_country": "BR", "birth_date": "1990-01-01", "has_appointment_order": True}
    rules = people.owed("principal", category, told, on=on)
    papers = [(rule, words.entry("principal", category, rule.code)) for rule in rules if rule.code != "translation"]
    return tuple(_item(f"general-{rule.code}", rule, entry, None) for rule, entry in papers)


def _door(door: Door) -> Result:
    body = tuple(i18n.pick(text) for text in door.body)
    return Result("there", i18n.pick(door.title), body, i18n.pick(door.rule.text), door.steps)


def _classic(work: contract.Standing) -> Result:
    title = _("This request goes by post, with form S1106")
    link = {"fr": "Ce qui va sur les formulaires", "en": "What goes on the forms"}
    text = {
        "fr": "Préparez le formulaire S1106, champ par champ.",
        "en": "Prepare form S1106, field by field.",
    }
    step = Step(text, "public:employer-classic", link)
    return Result(
        "there", title, (i18n.pick(work.text),), _("Assurance Maladie, employers’ service, question 6"), (step,)
    )


def _work(answers: Answers, on: date) -> contract.Standing:
    start = date.fromisoformat(str(answers["contract_start"]))
    if answers["category"] != "membre_majeur_famille":
        return contract.standing(start, on=on)
    if answers.get("holder") == "contract":
        return contract.family_member(on=on, alone=False, holder_starts_on=start)
    # The day on which the permit ends is not asked for here: the employer said that it has not come.
    until = on if answers.get("holder") == "title" else None
    found = contract.family_member(on=on, alone=True, holder_title_until=until)
    if found.code != "alone":
        return found
    return replace(found, text={"fr": _ALONE_FR, "en": _ALONE_EN})


_ALONE_FR = "La demande peut être faite seule tant que le titre de la personne titulaire est valable."
_ALONE_EN = "The request can be made alone while the holder’s permit is valid."


def _dated(text: str, start: date) -> str:
    return text.replace("{start}", i18n.format_date(start))


def _placed(answers: Answers) -> Placed:
    assistant = answers.get("assistant", "order")
    return offices.for_request(
        answers["category"],
        answers["postcode"],
        head_office_postcode=answers.get("head_office", ""),
        has_appointment_order=assistant != "without",
        local_recruit=assistant == "local",
    )


def _nationalities(answers: Answers) -> list[str]:
    return [str(answers.get(name, "")) for name in ("nationality", "nationality_2")]


def _people(answers: Answers, on: date) -> tuple[Person, ...]:
    told = {name: answers[name] for name in ABOUT if answers.get(name)}
    told["has_appointment_order"] = answers.get("assistant", "order") != "without"
    told["filed_alone"] = answers.get("holder") == "title"
    found = [_person("principal", _first_title(answers), answers["category"], told, on)]
    family = answers.get("family", ())
    if "spouse" in family:
        found.append(_person("spouse", _("The spouse or partner"), answers["category"], told | _adult(on), on))
    if "child" in family:
        found.append(_person("child", _("Each child"), answers["category"], told | _young(on), on))
    return tuple(found)


def _first_title(answers: Answers) -> str:
    if answers["category"] == "membre_majeur_famille":
        return _("The family member")
    return _("The person who works")


def _adult(on: date) -> dict[str, Any]:
    return {"birth_date": f"{on.year - 30}-01-01"}


def _young(on: date) -> dict[str, Any]:
    return {"birth_date": f"{on.year - 8}-01-01"}


def _person(role: str, title: str, category: str, told: dict[str, Any], on: date) -> Person:
    rules = people.owed(role, category, told, on=on)
    answer = translation.decide(told.get("birth_country"), told.get("document_language"))
    return Person(role, title, tuple(_groups(role, category, rules, answer)))


def _groups(
    role: str, category: str, rules: list[RequirementRule], answer: translation.Translation
) -> Iterable[Group]:
    titles = {
        1: (_("To send with the request"), _("The request can be sent once these are here.")),
        2: (_("For the number for life"), _("Better at once; they may follow.")),
        3: (_("For reimbursements"), _("The person gives it; nothing waits for it.")),
    }
    for number, (title, text) in titles.items():
        items = [
            _item(f"{role}-{rule.code}", rule, words.entry(role, category, rule.code), answer)
            for rule in rules
            if rule.phase == number
        ]
        if items:
            yield Group(f"{role}-{number}", str(number), title, text, tuple(items))


def _item(code: str, rule: RequirementRule, entry: catalogue.Entry, answer: translation.Translation | None) -> Item:
    found = listing.shown(entry, reason=_reason(rule), answer=answer if rule.code == "civil_status" else None)
    return replace(found, code=code, hint=i18n.pick(rule.label))


def _reason(rule: RequirementRule) -> str:
    reason = i18n.pick(rule.reason)
    late = rule.phase == 1 and not rule.blocks_submission
    return " ".join((reason, _("It may follow after sending."))) if late else reason
