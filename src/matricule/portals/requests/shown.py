"""What the pages of a request show: its people, what each lacks, who acts and by when."""

from datetime import date
from typing import Any

from django.forms.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext

from matricule.accounts import organisations, staff
from matricule.core import clock, i18n, journal
from matricule.dossiers import access, desk, past, people, placing, requests
from matricule.dossiers.access import Actor
from matricule.dossiers.case import Number
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.people import Obstacle
from matricule.dossiers.queries import Space
from matricule.dossiers.states import State, person_label
from matricule.portals.components import history
from matricule.portals.gate import MemberRequest
from matricule.portals.requests import turns
from matricule.portals.requests.forms import KNOWN, WhoForm
from matricule.portals.requests.sections import ROLES, form_of, title_of
from matricule.portals.student import pieces
from matricule.portals.student.summary import in_words
from matricule.rules import languages, permits, rejections
from matricule.rules.employer import categories, eligibility, labels, stay
from matricule.rules.numbers import masked

HIDDEN = ("parent1_birth_name", "parent1_given_names", "parent2_birth_name", "parent2_given_names")
"""What a member typed about parents is masked once the request is sent (issue 5, section 2)."""

MASK = "••••••"
NOTHING_WRITTEN = {
    "parents": gettext_lazy("The birth certificate names no parent"),
    "contact": gettext_lazy("No e-mail address: this person is not written to"),
    "stay": gettext_lazy("No residence permit is needed."),
}
"""What a page says when it is complete and nothing was to write."""
PAST = ("ever_in_france", "has_number", "returning")
"""The questions about the past in France that have an answer of a list."""
OUR_WORDS = frozenset(
    {"sex", "birth_country", "nationality", "nationality_2", "title_kind", "language", "document_language"}
)
"""Fields whose values are words of ours, which a reader's browser may translate."""
NO_COLUMN = frozenset({"no_parents", "validated", "endless"})


def actor_of(request: MemberRequest) -> Actor:
    """Return the actor of a member's request."""
    return access.member(request.member.user_id)


def name_of(person: Registrant) -> str:
    """Return a person as the pages name them: family name, given names; their place while nothing is written."""
    names = [getattr(person, field) or person.typed.get(field, "") for field in ("birth_name", "given_names")]
    return ", ".join(part for part in names if part) or role_of(person)


def role_of(person: Registrant) -> str:
    """Return who a person is to the employee; at the head of a family member's own request, that they are one."""
    if people.stands_as(person.dossier, person) == "family":
        return gettext("Family member")
    return str(ROLES[person.role])


def role_beside(person: Registrant) -> str:
    """Return who a person is, to stand beside ``name_of``: nothing while that name is the place itself."""
    role = role_of(person)
    return "" if name_of(person) == role else role


def href(name: str, space: Space, *parts: object) -> str:
    """Return the address of a page about one person."""
    return reverse(f"requests:{name}", args=[space.dossier.pk, space.registrant.pk, *parts])


def check_page(space: Space) -> str:
    """Return the page on which what was written is read again and sent: the request's, or an added person's own."""
    if space.dossier.submitted_at is None:
        return reverse("requests:check", args=[space.dossier.pk])
    return href("check-person", space)


def next_page(space: Space) -> str:
    """Return the page on which the draft of one person goes on; first whoever was never asked of, or is stopped."""
    said = past.decision(space.registrant)
    if said is None or not (said.goes_on or said.code == past.BORN):
        return href("before", space)
    for name in people.pages_of(space.registrant):
        if name not in space.registrant.sections_done:
            return href("identify", space, name)
    return href("documents", space)


def person_card(space: Space) -> dict[str, Any]:
    """Return one person of a draft: who, how far the pages and the documents are, where to go on."""
    person = space.registrant
    wanted = people.pages_due(person)
    done = sum(name in person.sections_done for name in wanted)
    asked = [slot for slot in space.asked if slot.slot not in people.BY_PERSON]
    return {
        "id": person.pk,
        "name": name_of(person),
        "role": role_beside(person),
        "family": person.role != people.PRINCIPAL,
        "pages_done": done,
        "pages": len(wanted),
        "known": bool(asked),
        "documents_ready": sum(slot.state in {"ready", "sent"} for slot in asked),
        "documents": len(asked),
        "next": next_page(space),
        "documents_href": href("documents", space),
        "remove": href("remove-person", space),
        "check": check_page(space),
        "by_post": href("person-by-post", space),
        "complete": done == len(wanted) and not space.lacking,
    }


def to_read_again(space: Space) -> dict[str, Any]:
    """Return everything of one person as it is read again before sending."""
    return {
        **person_card(space),
        "sections": facts(space, masked=False),
        "pieces": [pieces.view(space, slot) for slot in space.asked if slot.slot not in people.BY_PERSON],
    }


def obstacles(found: list[Obstacle], request: requests.Request) -> list[dict[str, str]]:
    """Return what stands before sending, each with the page where it is mended."""
    return [_obstacle(one, request) for one in found]


def _obstacle(one: Obstacle, request: requests.Request) -> dict[str, str]:
    kind, _colon, name = one.code.partition(":")
    if kind == "holder":
        holder = people.holder_of(request.dossier)
        return {"text": i18n.pick(holder.text) if holder else "", "href": reverse("public:employer-classic")}
    if one.person_id is None:
        text = gettext("Choose the category of the employee")
        return {"text": text, "href": reverse("requests:category", args=[request.dossier.pk])}
    space = request.person(one.person_id)
    who = {"person": name_of(space.registrant)}
    if kind == "section":
        said = gettext("%(person)s: complete “%(page)s”") % {**who, "page": title_of(name, space.registrant)}
        return {"text": said, "href": href("identify", space, name)}
    if kind == "before":
        said = gettext("%(person)s: say whether this person has been in France before") % who
        if name:
            found = eligibility.told(name)
            said = f"{who['person']} – {i18n.pick(found.title) if found else name}"
        return {"text": said, "href": href("before", space)}
    if kind == "document":
        said = gettext("%(person)s: send “%(document)s”") % {**who, "document": pieces.title(name, space)}
        return {"text": said, "href": href("documents", space) + f"#{name}"}
    if kind == "contract":
        day = i18n.format_date(space.registrant.contract_start) if space.registrant.contract_start else ""
        said = gettext("The contract starts on %(day)s: the draft is kept, and you are told on that day") % {
            "day": day
        }
        return {"text": said, "href": href("identify", space, "work")}
    if kind == "born":
        said = gettext("%(person)s was born in France and has a number from birth: nothing is filed for them")
        return {"text": said % who, "href": href("identify", space, "civil_status")}
    if kind == "office":
        placed = placing.of(request.dossier, space.registrant)
        return {"text": i18n.pick(placed.reason) if placed else "", "href": href("identify", space, "contact")}
    title = i18n.pick(stay.table().standings[name].text)
    end = i18n.format_date(space.registrant.title_until) if space.registrant.title_until else ""
    return {"text": f"{who['person']} – {title.replace('{end}', end)}", "href": href("identify", space, "stay")}


def facts(space: Space, *, masked: bool) -> list[dict[str, Any]]:
    """Return the pages of one person with each label and value; ``masked``: the parents' names are not shown."""
    rows, person = [_before(space)], space.registrant
    due = people.pages_due(person)
    for name in people.pages_of(person):
        items = [_item(person, field, row.label, masked) for field, row in form_of(name, person).base_fields.items()]
        rows.append(
            {
                "name": name,
                "title": title_of(name, person),
                "complete": name in person.sections_done or name not in due,
                "items": [item for item in items if item is not None],
                "nothing": NOTHING_WRITTEN.get(name, ""),
                "href": href("identify", space, name),
            }
        )
    return rows


def _before(space: Space) -> dict[str, Any]:
    """Return what was said of one person's past in France, with each question and answer."""
    said, found = past.of(space.registrant), past.decision(space.registrant)
    words = dict(KNOWN)
    rows = [(WhoForm.base_fields[name].label, words.get(said.get(name, ""), "")) for name in PAST]
    rows += [(gettext("Where and when"), past.before(space.registrant))]
    items = [{"label": label, "value": value, "own": False} for label, value in rows if value]
    return {
        "name": "before",
        "title": gettext("In France before"),
        "complete": found is not None and (found.goes_on or found.code == past.BORN),
        "items": items,
        "nothing": "",
        "href": href("before", space),
    }


def answer(form: BaseForm, name: str, value: str) -> str:
    """Return what somebody answered to a question of a page, in words; ``value``: as a page sends it, or its words."""
    field = form.fields[name]
    words = {str(code): label for code, label in getattr(field, "choices", ())}
    said = {"question": field.label, "answer": words.get(value, value) or gettext("nothing")}
    return gettext("%(question)s: %(answer)s") % said


def _item(person: Registrant, field: str, label: Any, masked: bool) -> dict[str, Any] | None:
    value = getattr(person, field) if field not in NO_COLUMN else ""
    if not value:
        return None
    own = field not in {
        "sex",
        "birth_country",
        "nationality",
        "nationality_2",
        "title_kind",
        "language",
        "document_language",
    }
    return {"label": label, "value": MASK if masked and field in HIDDEN else words(field, value), "own": own}


def words(field: str, value: Any) -> str:
    """Return a value of a person as a page says it."""
    if field == "title_kind":
        permit = permits.find(value)
        return i18n.pick(permit.names) if permit else str(value)
    if field == "language":
        return pgettext("a choice", "French") if value == "fr" else pgettext("a choice", "English")
    if field == "document_language":
        language = languages.find(value)
        return i18n.pick(language.names) if language else str(value)
    return in_words(field, value)


def told(dossier: Dossier) -> list[dict[str, Any]]:
    """Return what was answered of a request beside its people's pages, of some categories."""
    answers = dossier.answers
    yes, no = gettext("Yes"), gettext("No")
    rows: list[tuple[str, str, bool]] = []
    if dossier.category == "assistant_langue":
        order = yes if answers.get("has_appointment_order") else no
        rows.append((gettext("Order of appointment (arrêté de nomination)"), order, False))
        rows.append((gettext("Recruited locally"), yes if answers.get("local_recruit") else no, False))
    if people.filed_alone(dossier) and answers.get("holder_title_until"):
        until = i18n.format_date(date.fromisoformat(answers["holder_title_until"]))
        rows.append((gettext("Filed alone: last day of the holder’s residence permit"), until, False))
    return [{"label": label, "value": value, "own": own} for label, value, own in rows]


def category_name(code: str) -> str:
    """Return the short name of a category, "" for none yet."""
    found = categories.find(code)
    return i18n.pick(found.short) if found is not None else ""


def category_of(space: Space) -> categories.Category | None:
    """Return the category whose words stand beside the documents of the employee; None for the family's."""
    return categories.find(space.dossier.category) if space.registrant.role == people.PRINCIPAL else None


def office(request: requests.Request) -> dict[str, Any] | None:
    """Return where the request goes, before it is sent: the caisses to choose from, and why."""
    placed = placing.of(request.dossier, request.principal.registrant)
    if placed is None:
        return None
    return {
        "names": [row.label for row in placed.offices],
        "address": placed.offices[0].below if len(placed.offices) == 1 else (),
        "reason": placed.reason,
        "choice": placed.choice,
    }


def row(found: requests.Row) -> dict[str, Any]:
    """Return one line of the list: who, under which label, who acts and by when."""
    return {
        "href": reverse("requests:request", args=[found.dossier.pk]),
        "name": found.name or gettext("Not named yet"),
        "family": found.count - 1,
        "reference": found.dossier.reference,
        "own_reference": found.dossier.own_reference,
        "category": category_name(found.dossier.category),
        "label": found.label,
        "acts": found.acts,
        "due_on": found.due_on,
        "person_due_on": found.person_due_on,
        "who_sends": turns.who_sends(found.dossier, found.count),
        "sendable_on": day if (day := found.dossier.sendable_on) and day > clock.today() else None,
        "answer_by": turns.answer_by(found.dossier),
        "todo": turns.todo_of(found.dossier),
        "opened_at": found.dossier.opened_at,
        "changed_at": found.line.changed_at,
    }


def person_state(space: Space, number: Number | None, asked: requests.Awaited | None) -> dict[str, Any]:
    """Return where one person of a sent request stands: the label, who acts, what is asked by when, their number.

    What is asked of the person alone (people.BY_PERSON) is not the company's to send: ``mailed.reminded`` says it.
    """
    person = space.registrant
    code = person_label(State(person.state), number is not None)
    said = labels.meaning(code)
    todo = said.asks(family=people.stands_as(space.dossier, person) != people.PRINCIPAL)
    ours = [half for half in space.halves if half.slot not in people.BY_PERSON]
    wanted = asked.company if asked is not None else []
    missing = [half for half in ours if half.state == "missing" and (half.blocks or half.code in wanted)]
    waiting = [half for half in ours if half.state == "refused" or half in missing]
    return {
        "id": person.pk,
        "name": name_of(person),
        "role": role_of(person),
        "label": code,
        "means": said.means,
        "todo": todo,
        "repeats": code == space.dossier.label and todo == turns.todo_of(space.dossier),
        "due_on": asked.due_on if asked is not None and wanted else None,
        "asked": [_asked(space, half) for half in waiting] if wanted else [],
        "documents": href("documents", space),
        "written": facts(space, masked=True),
        "number": {"kind": number.kind, "masked": masked(number.value)} if number is not None else None,
        "show": href("number", space),
        "ended": ended(person),
        "added_at": person.added_at,
        "receipt": href("person-receipt", space) if person.added_at else "",
        "reopen": href("reopen", space),
        "accepted": sum(half.state == "accepted" for half in ours),
        "of": len(ours),
    }


def ended(person: Registrant) -> dict[str, Any] | None:
    """Return why this person's request was turned down or closed, and what can be done; None while it is neither.

    A closed one can be opened again by the company to the day that the closure names.
    """
    said = person.ending
    decided = {
        State.REJECTED: gettext("Turned down for this person"),
        State.DEACTIVATED: gettext("Provisional number ended"),
    }
    title = decided.get(State(person.state))
    if title is not None:
        row = rejections.table().rows.get(said.get("reason", ""))
        return {
            "title": title,
            "text": i18n.pick(row.about) if row is not None else "",
            "lost": said.get("reason") == "already_registered",
            "words": said.get("words", ""),
            "appeal": i18n.pick(rejections.table().appeal_about),
        }
    if State(person.state) is not State.CLOSED:
        return None
    last = said.get("reopen_on", "")
    row = rejections.table().closures.get(said.get("reason", ""))
    return {
        "title": gettext("Closed for this person") if row is not None else gettext("Closed, as no answer came"),
        "text": i18n.pick(row.about)
        if row is not None
        else gettext("What was asked for did not come. Everything that you sent is kept."),
        "words": said.get("words", ""),
        "silent": row is None,
        "until": date.fromisoformat(last) if last else None,
        "can_reopen": clock.today().isoformat() <= last,
    }


def _asked(space: Space, half: Any) -> dict[str, str]:
    return {
        "name": i18n.pick(pieces.entry(space, half.code).name),
        "href": href("documents", space) + f"#{half.slot}",
    }


def history_of(request: requests.Request) -> list[history.Line]:
    """Return who did what on a request, the latest first: the company's people by name, the caisse's as the caisse.

    In a family each line names whom it is about.
    """
    company = request.dossier.organisation_id
    assert company is not None
    entries = desk.history(request.dossier.pk)
    people = journal.people_of(entries)
    names = dict.fromkeys(staff.names(people), gettext("The caisse")) | organisations.member_names(people, company)
    told = [entry for entry in entries if not entry.action.startswith("read.")]
    family = {str(space.registrant.pk): name_of(space.registrant) for space in request.people if request.family}
    return history.folded(history.line(one, names, family) for one in told if one.action not in history.OF_THE_CAISSE)
