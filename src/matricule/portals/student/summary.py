"""What the check page and the space say of a dossier: sections to read again, what is missing, where it is."""

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matricule.accounts import staff
from matricule.core import i18n, journal
from matricule.dossiers import desk, plan
from matricule.dossiers.following import Follow
from matricule.dossiers.models import Registrant
from matricule.dossiers.queries import Space, first_open_section
from matricule.portals import answers
from matricule.portals.components import history as history_words
from matricule.portals.student import pieces
from matricule.portals.student.sections import SECTIONS
from matricule.rules import countries, orientation
from matricule.rules.numbers import phone

TITLES = {
    "civil_status": _("Civil status"),
    "parents": _("Parents"),
    "contact": _("Address and phone"),
    "studies": _("Studies"),
}


def sections(space: Space, *, changes: bool = True) -> list[dict[str, Any]]:
    """Return the four sections with each label and value, and where to change them when that is possible."""
    draft = space.dossier.submitted_at is None
    way = "student:identify" if draft else "student:change"
    return [
        {
            "name": name,
            "title": TITLES[name],
            "complete": name in space.registrant.sections_done,
            "items": _items(name, space.registrant),
            "href": reverse(way, args=[space.dossier.pk, name]) if changes else "",
        }
        for name in plan.SECTIONS
    ]


def _items(name: str, person: Registrant) -> list[dict[str, Any]]:
    items = []
    for field, label in _labels(name):
        value = _value(person, field)
        if value:
            items.append({"label": label, "value": value, "own": field not in {"sex", "birth_country", "nationality"}})
    if name == "parents" and not items and name in person.sections_done:
        items.append({"label": gettext("Parents"), "value": gettext("None named on the certificate")})
    return items


def _labels(name: str) -> list[tuple[str, Any]]:
    column = {"school": "school_name"}
    return [
        (column.get(field, field), row.label)
        for field, row in SECTIONS[name].base_fields.items()
        if field != "no_parents"
    ]


def _value(person: Registrant, field: str) -> str:
    return in_words(field, getattr(person, field))


def in_words(field: str, value: Any) -> str:
    """Return a value of a person as a page says it: a country by its name, a date in full, a phone in groups."""
    if not value:
        return ""
    if field == "sex":
        return gettext("Female") if value == "F" else gettext("Male")
    if field in {"birth_country", "nationality", "nationality_2"}:
        country = countries.find(value)
        return i18n.pick(country.names) if country else value
    if field == "birth_date":
        return i18n.format_partial_date(value)
    if isinstance(value, date):
        return i18n.format_date(value)
    return (phone.check(value).formatted or value) if field == "phone" else str(value)


def obstacles(space: Space, codes: list[str]) -> list[dict[str, str]]:
    """Return what stands before submission, each with the page where it is mended."""
    found = []
    for code in codes:
        kind, _colon, name = code.partition(":")
        if kind == "section":
            found.append(
                {
                    "text": gettext("Complete “%(section)s”") % {"section": TITLES[name]},
                    "href": reverse("student:identify", args=[space.dossier.pk, name]) + "?back=check",
                }
            )
        elif kind == "document":
            found.append(
                {
                    "text": gettext("Send: %(document)s") % {"document": pieces.title(name, space)},
                    "href": reverse("student:documents", args=[space.dossier.pk]) + f"#{name}",
                }
            )
        elif kind == "answers":
            found.append(
                {
                    "text": gettext("Answer the questions that your nationality or birth country opened"),
                    "href": reverse("public:questionnaire"),
                    "token": answers.write({"answers": space.dossier.answers}),
                }
            )
        else:
            end = orientation.load(space.dossier.route).find_outcome(name)
            found.append(
                {
                    "text": i18n.pick(end.title) if end else "",
                    "href": reverse("public:outcome", args=[name]),
                }
            )
    return found


def opened(space: Space) -> list[dict[str, str]]:
    """Return what a draft's answers opened again or lead to instead of a registration; it concerns every page."""
    if space.dossier.submitted_at is not None:
        return []
    return obstacles(space, plan.open_answers(space.dossier))


def where(space: Space) -> dict[str, Any]:
    """Return what the card "Where I am" says: the documents missing for the first group, else what else is."""
    if space.dossier.submitted_at is not None:
        return {}
    codes = space.obstacles
    missing = [code.partition(":")[2] for code in codes if code.startswith("document:")]
    others = [code for code in codes if not code.startswith("document:")]
    return {"missing": [pieces.title(slot, space) for slot in missing], "others": obstacles(space, others)}


def differences(space: Space) -> list[dict[str, str]]:
    """Return each field in which the questionnaire and the civil status differ, with both values in words."""
    registrant, answers_given = space.registrant, space.dossier.answers
    return [
        {
            "label": str(SECTIONS[plan.CIVIL_STATUS].base_fields[name].label),
            "answered": in_words(name, str(answers_given[name])),
            "written": in_words(name, getattr(registrant, name)),
        }
        for name in plan.disagreements(space.dossier, registrant)
    ]


def step(space: Space) -> int:
    """Return the step of the way at which the person is: 2 and 3 while it is a draft, 4 once it is sent."""
    if space.dossier.submitted_at is not None:
        return 4
    return 2 if first_open_section(space.registrant) else 3


def lacking(space: Space) -> list[dict[str, str]]:
    """Return the documents that the caisse cannot do without and that a submitted dossier no longer holds."""
    if space.dossier.submitted_at is None:
        return []
    page = reverse("student:my-documents")
    return [{"text": pieces.title(slot.slot, space), "href": f"{page}#{slot.slot}"} for slot in space.lacking]


def tabs(space: Space, current: str, unread: int) -> list[dict[str, Any]]:
    """Return the four tabs of the space, with what waits for the person."""
    waiting = len(space.lacking)
    looks = sum(slot.state == "look" for slot in space.asked)
    rows = [
        ("status", gettext("Status"), reverse("student:space"), 0, 0),
        ("information", gettext("My information"), reverse("student:information"), 0, 0),
        ("documents", gettext("My documents"), reverse("student:my-documents"), max(waiting, looks), 0),
        ("notifications", gettext("My notifications"), reverse("student:notifications"), 0, unread),
    ]
    return [
        {"label": label, "href": href, "current": name == current, "waiting": waits, "new": new}
        for name, label, href, waits, new in rows
    ]


def next_step(space: Space) -> dict[str, Any]:
    """Return where a draft goes on."""
    for name in plan.SECTIONS:
        if name not in space.registrant.sections_done:
            return {
                "href": reverse("student:identify", args=[space.dossier.pk, name]),
                "text": gettext("Go on with “%(section)s”") % {"section": TITLES[name]},
            }
    missing = [slot for slot in space.asked if slot.blocks and slot.state not in {"ready", "sent"}]
    if missing:
        return {"href": reverse("student:documents", args=[space.dossier.pk]), "text": gettext("Send my documents")}
    return {"href": reverse("student:check", args=[space.dossier.pk]), "text": gettext("Read again and send")}


def label_of(field: str) -> str:
    """Return what a value is called on the form that asks for it."""
    name = {"school_name": "school"}.get(field, field)
    row = next(form.base_fields[name] for form in SECTIONS.values() if name in form.base_fields)
    return str(row.label)


def corrections(follow: Follow) -> list[dict[str, Any]]:
    """Return what was corrected or asked to change, the latest first, with the way to object."""
    rows = []
    for row in follow.corrections:
        href = reverse("student:object", args=[follow.dossier.pk, row.pk])
        may_object = not row.by_person and row.state == "done"
        old, new = (in_words(row.field, value) or value for value in (row.old, row.new))
        label = label_of(row.field)
        rows.append({"row": row, "label": label, "old": old, "new": new, "object": href if may_object else ""})
    return rows


def history(dossier_id: UUID, owner_id: UUID) -> list[history_words.Line]:
    """Return who did and read what on a dossier, in words, the latest first; the person reads as "you"."""
    entries = desk.history(dossier_id)
    people = journal.people_of(entries)
    names = {**staff.names(people), owner_id: gettext("You")}
    return [history_words.line(entry, names) for entry in entries]
