"""What the desk's pages show of a case: the list of documents, what was typed, the checks, whose turn it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matricule.accounts import passkeys, staff
from matricule.core import clock, i18n
from matricule.dossiers import deadlines, desk, people, standing, states
from matricule.dossiers.models import Page
from matricule.dossiers.operations import correcting
from matricule.dossiers.posted import RIB
from matricule.dossiers.states import State, person_label
from matricule.portals.components.states import is_nia
from matricule.portals.requests.shown import category_name, words
from matricule.portals.student.summary import in_words
from matricule.rules import catalogue, countries, refusals, rejections, translation
from matricule.rules.employer import contract
from matricule.rules.numbers import iban, masked

ROLES = {
    "principal": _("Employee"),
    "spouse": _("Spouse"),
    "partner": _("Partner"),
    "child": _("Child"),
}
LISTS = {
    "to_take": _("To take"),
    "mine": _("Mine"),
    "waiting": _("Waiting for the person"),
    "answered": _("Answer arrived"),
    "ready": _("Ready for a number"),
    "register": _("At the register"),
    "done": _("Done"),
}
STATES = {
    "accepted": ("ok", "check-circle", _("accepted")),
    "refused": ("bad", "cross-circle", _("sent back")),
    "to_examine": ("", "file", _("to examine")),
    "checking": ("", "hourglass", _("being checked")),
    "missing": ("", "upload", _("not sent")),
}
FIELDS = {
    "birth_name": _("Birth name"),
    "usage_name": _("Name in use"),
    "given_names": _("Given names"),
    "original_names": _("Name in another script"),
    "sex": _("Sex"),
    "birth_date": _("Date of birth"),
    "birth_place": _("Town of birth"),
    "birth_country": _("Country of birth"),
    "nationality": _("Nationality"),
    "nationality_2": _("Second nationality"),
    "parent1_birth_name": _("Parent 1: birth name"),
    "parent1_given_names": _("Parent 1: given names"),
    "parent2_birth_name": _("Parent 2: birth name"),
    "parent2_given_names": _("Parent 2: given names"),
    "school_name": _("School"),
    "courses_start": _("First day of courses"),
    "arrival_date": _("Arrival in France"),
    "phone": _("Phone"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "email": _("E-mail"),
    "language": _("Language of the e-mails"),
}
WRITTEN_TO = ("email", "language")
"""What a company typed of where somebody is written to; it corrects it itself."""
IDENTITY = ("birth_name", "usage_name", "given_names", "original_names", "sex", "birth_date", "birth_place",
            "birth_country", "nationality")  # fmt: skip
BESIDE = {
    "identity": IDENTITY,
    "french_identity": IDENTITY,
    "civil_status": (*IDENTITY, "parent1_birth_name", "parent1_given_names", "parent2_birth_name",
                     "parent2_given_names"),
    "translation": IDENTITY,
    "enrolment": ("birth_name", "given_names", "school_name", "courses_start"),
    "visa_d": ("birth_name", "given_names", "birth_date", "nationality", "arrival_date"),
    "residence_permit": ("birth_name", "given_names", "birth_date", "nationality", "arrival_date"),
    "vls_ts_validation": ("birth_name", "given_names", "arrival_date"),
    "residence_receipt": ("birth_name", "given_names", "birth_date", "nationality", "arrival_date"),
}  # fmt: skip
"""What was typed that a document shows too, beside its picture; other documents show the identity."""


def name_of(half: standing.Half, case: desk.Case) -> str:
    """Return the name of a document as caseworkers call it, in the language of the page."""
    return i18n.pick(people.words_of(case.dossier, case.person, half.code).desk_name)


def wanted(case: desk.Case, half: standing.Half) -> catalogue.Entry | None:
    """Return the words of a document of a company's request, as the company reads them; None for a student's."""
    return people.words_of(case.dossier, case.person, half.code) if case.dossier.organisation_id else None


def said_of(page: Page | None) -> str:
    """Return what kind of paper the company says that the file of a page is, "" where it was not asked."""
    return i18n.pick(contract.proof(page.file.said).name) if page is not None and page.file.said else ""


def person_id(request: HttpRequest) -> UUID | None:
    """Return which person of a request a page names (``?person=``), None for nobody; 404 for no identifier."""
    text = request.GET.get("person", "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def who(case: desk.Case) -> str:
    """Return what an address ends with to stay with this person: nothing where there is one person only."""
    return f"?person={case.person.pk}" if len(case.everybody) > 1 else ""


def whom(case: desk.Case) -> str:
    """Return the same for an address that asks for something already."""
    return who(case).replace("?", "&")


def likeness_address(case: desk.Case) -> str:
    """Return the page that compares this person with those who look like them."""
    return reverse("caseworker:likeness", args=[case.dossier.pk]) + who(case)


def people_of(case: desk.Case) -> list[dict[str, Any]]:
    """Return the people of a request, each with the state and the way there; nobody where there is one person."""
    if len(case.everybody) == 1:
        return []
    page = reverse("caseworker:dossier", args=[case.dossier.pk])
    return [
        {
            "name": people.listed_name(one),
            "role": ROLES[one.role],
            "label": person_label(State(one.state), one.pk in case.numbered),
            "href": f"{page}?person={one.pk}",
            "current": one.pk == case.person.pk,
            "added_at": one.added_at,
        }
        for one in case.everybody
    ]


def address(case: desk.Case, half: standing.Half) -> str:
    """Return the page on which a half is examined."""
    return reverse("caseworker:half", args=[case.dossier.pk, half.slot, half.part]) + who(case)


def is_missing(half: standing.Half, case: desk.Case) -> bool:
    """Tell whether the caisse has nothing of a document: neither a file nor a RIB that came by post."""
    return half.state == "missing" and (half.code != RIB or case.posted_rib is None)


def listed(case: desk.Case, current: standing.Half | None = None) -> list[standing.Half]:
    """Return the documents that the desk lists of a person.

    The employee alone supplies the RIB, once for a whole request (issue 5, section 2): it is not listed of the family,
    but where something of one is there, came by post or is asked for, and while it is looked at (``current``).
    """
    if case.person.role == people.PRINCIPAL:
        return case.halves
    asked = {item.code for item in case.ask.items.all()} if case.ask is not None else set()
    elsewhere = people.BY_PERSON - asked
    return [
        half for half in case.halves if half is current or half.code not in elsewhere or not is_missing(half, case)
    ]


def account_of(case: desk.Case, half: standing.Half) -> str:
    """Return whose bank details a document of a request with several people shows, "" for every other document."""
    return people.listed_name(case.person) if half.code == RIB and len(case.everybody) > 1 else ""


def documents(case: desk.Case, current: standing.Half | None) -> list[dict[str, Any]]:
    """Return the list of documents with what was decided on each, and by whom."""
    rows = []
    for half in listed(case, current):
        colour, icon, word = STATES[half.state]
        who = case.names.get(half.decision.by, "") if half.decision is not None and half.decision.by else ""
        state = str(word)
        if half.state == "to_examine" and half.accepted is not None:
            state = gettext("new version to examine")
        if half.state == "missing" and not is_missing(half, case) and case.posted_rib is not None:
            colour, icon, state = "ok", "mail", gettext("came by post")
            who = case.names.get(case.posted_rib.by, "")
        rows.append(
            {"name": name_of(half, case), "href": address(case, half), "current": half is current, "colour": colour,
             "icon": icon, "state": state, "who": who, "account_of": account_of(case, half)}
        )  # fmt: skip
    return rows


def typed(case: desk.Case, half: standing.Half | None) -> list[dict[str, Any]]:
    """Return what the person typed that this document shows too, each with the way to correct it."""
    names = list(BESIDE.get(half.code if half is not None else "", IDENTITY))
    if "nationality" in names and correcting.may("nationality_2", case.dossier):
        names.insert(names.index("nationality") + 1, "nationality_2")
    number = case.number is not None
    rows = []
    for name in names:
        value = getattr(case.person, name)
        held = number and name in correcting.IN_NUMBER
        href = reverse("caseworker:correct", args=[case.dossier.pk]) + f"?field={name}{whom(case)}"
        rows.append(
            {"name": name, "label": FIELDS[name], "value": in_words(name, value), "href": "" if held else href}
        )
    told = WRITTEN_TO if case.dossier.organisation_id and people.is_told(case.person) else ()
    return rows + [
        {"name": name, "label": FIELDS[name], "value": words(name, getattr(case.person, name)), "href": ""}
        for name in told
    ]


def checks(case: desk.Case, half: standing.Half | None) -> list[dict[str, Any]]:
    """Return what the rules say about this case, each with its source: ok, to look at, or in the way."""
    found = []
    if case.open_likenesses:
        found.append(_check("bad", "stop", gettext("Looks like somebody known: compare before a number"), "identity"))
    if half is not None and half.code in {"civil_status", "translation"}:
        found.append(_translation(case))
    conditions = case.cover.conditions
    if conditions.documents:
        found.append(_check("ok", "check-circle", gettext("First documents accepted"), "R114-7 CSS"))
    else:
        found.append(_check("warn", "clock", gettext("A NIA needs every first document"), "R114-7 II, III CSS"))
    if conditions.stay.asked:
        if conditions.stay.until is None:
            text = gettext("No accepted document shows a regular stay")
        else:
            text = gettext("Stay regular until %(day)s") % {"day": i18n.format_date(conditions.stay.until)}
        found.append(_check("ok" if conditions.stay_regular else "warn", "clock", text, "R111-3 CSS"))
    if case.number is not None and not case.complete and case.person.state == State.PROVISIONAL:
        text = gettext("The register takes the file once phases 1 and 2 are accepted")
        found.append(_check("warn", "hourglass", text, "R114-7 II CSS"))
    return found


def _translation(case: desk.Case) -> dict[str, str]:
    answers, person = case.dossier.answers, case.person
    country = answers.get("document_country") or person.birth_country
    language = answers.get("document_language") or person.document_language  # a company says it of each person
    decided = translation.decide(country or None, language or None)
    return _check("warn" if decided.needed else "ok", "globe", i18n.pick(decided.reason), decided.source)


def _check(state: str, icon: str, text: str, source: str) -> dict[str, str]:
    return {"state": state, "icon": icon, "text": text, "source": source}


def company(case: desk.Case) -> dict[str, Any] | None:
    """Return which company filed, whether it is proved or confirmed, and whether somebody does not know it."""
    row = case.dossier.organisation
    if row is None:
        return None
    state = gettext("not proved")
    if row.proved_at is not None:
        state = gettext("proved by a document")
    elif case.dossier.confirmed_at is not None:
        state = gettext("confirmed by the employee, for this request")
    href = reverse("caseworker:company", args=[row.pk])
    return {"name": row.name, "href": href, "state": state, "unknown_at": case.dossier.unknown_at}


def bar(case: desk.Case) -> dict[str, Any]:
    """Return the head of the desk: who, since when it waits, by when the office aims to answer, who has it."""
    person, dossier = case.person, case.dossier
    found = [countries.find(code) for code in (person.nationality, person.nationality_2)]
    target = deadlines.first_decision_target(dossier) if State(person.state) in states.OPEN else None
    return {
        "name": people.listed_name(person),
        "country": ", ".join(i18n.pick(country.names) for country in found if country),
        "waiting": desk.working_days_waiting(dossier),
        "target": target if target and target >= clock.today() else None,
        "late": target if target and target < clock.today() else None,
        "caseworker": case.names.get(dossier.caseworker_id, "") if dossier.caseworker_id else "",
        "language": {"fr": gettext("French"), "en": gettext("English")}[dossier.owner.language],
        "company": company(case),
        "nia": any(is_nia(label) for label in (dossier.label, *(one["label"] for one in people_of(case)))),
    }


def number(case: desk.Case) -> dict[str, Any] | None:
    """Return the number of the person, masked, with its state; None without one."""
    if case.number is None:
        return None
    return {
        "masked": masked(case.number.value),
        "kind": case.number.kind,
        "issued_at": case.number.issued_at,
        "certified_at": case.number.certified_at,
    }


def rib(case: desk.Case) -> dict[str, Any]:
    """Return what is known of the person's bank details: the IBAN but for its end hidden, and the paper that came."""
    row, known = case.posted_rib, case.person.iban
    found: dict[str, Any] = {"known": iban.masked(known) if known else "", "came_on": None}
    if row is not None:
        found |= {"came_on": row.arrived_on, "place": row.place, "noted_by": case.names.get(row.by, "")}
    return found


def sentence(half: standing.Half, case: desk.Case) -> str:
    """Return what the person reads about a half that was sent back, in the person's language."""
    if half.decision is None or half.decision.accepted or not half.decision.words:
        return ""
    due = case.ask.due_on if case.ask is not None else None
    return said(half.decision.words, due, case.dossier.owner.language)


def said(words: dict[str, str], due: Any, language: str) -> str:
    """Return a sentence of a reason with its day, in one language."""
    with i18n.in_language(language):
        return refusals.dated(words, language, i18n.format_date(due) if due else "…")


def tabs(post: staff.Post, current: str) -> list[dict[str, Any]]:
    """Return the lists of the desk with their counts, for the navigation."""
    found = desk.counts(post)
    return [
        {"name": name, "label": label, "n": found[name], "current": name == current, "hot": name == "answered",
         "href": reverse("caseworker:lists") + f"?list={name}"}
        for name, label in LISTS.items()
    ]  # fmt: skip


def with_passkey(office: str) -> set[Any]:
    """Return who of an office has a passkey already."""
    return {post.user_id for post in staff.colleagues(office) if passkeys.has_one(post.user_id)}


def number_can_end(case: desk.Case) -> bool:
    """Tell whether the caisse can end this person's number: a provisional one."""
    return case.number is not None and states.may("deactivate", State(case.person.state))


def can_close(case: desk.Case) -> bool:
    """Tell whether this person's request can be closed without a decision: nobody decided, and there is no number."""
    return states.may("close_with_reason", State(case.person.state))


def category(case: desk.Case) -> str:
    """Return the short name of the category of a company's request, "" for a student's dossier."""
    return category_name(case.dossier.category)


def ending(case: desk.Case) -> dict[str, Any] | None:
    """Return why this person's request was turned down or closed: title, the caseworker's words, the day."""
    said, state = case.person.ending, State(case.person.state)
    if state not in {State.REJECTED, State.CLOSED, State.DEACTIVATED} or not said:
        return None
    silent = said["reason"] == "silence"
    title = gettext("No answer to what was asked for") if silent else i18n.pick(rejections.get(said["reason"]).label)
    return {"title": title, "words": said["words"], "day": datetime.fromisoformat(said["at"])}


RETURNED = {
    "refused": _("The national register refused the file"),
    "needs_document": _("The national register asks for a document"),
    "known": _("The national register names a number that another person here holds"),
}
"""Answers of the register after which the file is the caisse's again."""


def returned(case: desk.Case) -> dict[str, Any] | None:
    """Return what the register answered to the last sending when it gave the file back: title, words, day."""
    sending = case.sending
    if sending is None or sending.answered_at is None or case.person.state != State.PROVISIONAL:
        return None
    words = i18n.pick(sending.words) if sending.words else ""
    return {"title": RETURNED[sending.answer], "words": words, "day": sending.answered_at}
