"""The acts on documents and values: take, accept, send back, ask, lengthen, correct, answer what a person asks."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from matricule.core import clock, i18n
from matricule.dossiers import desk, people, standing
from matricule.dossiers.access import Actor, caseworker
from matricule.dossiers.case import Correction, Impossibility
from matricule.dossiers.operations import asking, correcting, examining
from matricule.portals import gate
from matricule.portals.caseworker import shown, values
from matricule.portals.caseworker.forms import AnswerForm, AskForm, LengthenForm, ReasonForm, Versioned
from matricule.portals.caseworker.views import examine
from matricule.portals.caseworker.views.frame import form_page
from matricule.portals.caseworker.views.sign_in import prove_first
from matricule.portals.components.forms import acting, sent, switching, unvalidated
from matricule.rules import refusals

READ_OR_ACT = ["GET", "HEAD", "POST"]


def actor(request: gate.DeskRequest) -> Actor:
    """Return the caseworker who acts."""
    return caseworker(request.post.user_id)


def back(dossier_id: UUID, who: str = "") -> HttpResponse:
    """Go back to the dossier, at the document to look at next; ``who`` (``shown.who``): of this person."""
    return redirect(reverse("caseworker:dossier", args=[dossier_id]) + who)


def version(request: gate.DeskRequest) -> int:
    """Return the version of the dossier that the page showed; 0 is no version."""
    form = Versioned(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else 0


@gate.desk
@require_POST
def take(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Take a dossier."""
    examining.take(actor(request), dossier_id, expects=version(request))
    return back(dossier_id)


@gate.desk
@require_POST
def give_back(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Put a dossier back where colleagues take theirs."""
    examining.give_back(actor(request), dossier_id, expects=version(request))
    return back(dossier_id)


@gate.desk
@require_http_methods(READ_OR_ACT)
def accept(request: gate.DeskRequest, dossier_id: UUID, slot: str, part: str) -> HttpResponse:
    """Accept one half as it stands."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    half = _half(case, slot, part)
    if request.method != "POST":
        return redirect(shown.address(case, half))
    form = examine.accept_form(case, half, request.POST)
    if switching(request):
        return examine.page(request, case, slot, part, form=unvalidated(form))
    if form.is_valid():
        given = form.cleaned_data
        until = given.get("until")
        try:
            examining.accept(
                actor(request), dossier_id, _version_id(half), part,
                expects=given["version"],
                until=date.fromisoformat(str(until)) if until else None,
                paper_number=given.get("paper_number", ""),
            )  # fmt: skip
            return back(dossier_id, shown.who(case))
        except examining.Missing as missing:
            form.add_error(missing.field, MISSING[missing.field]())
    return examine.page(request, case, slot, part, form=form, status=422)


MISSING = {
    "until": lambda: gettext("Write the last day printed on the document: the certificate rests on it."),
    "paper_number": lambda: gettext("Write the number of the document: it is compared before a number is given."),
}


@gate.desk
@require_http_methods(READ_OR_ACT)
def refuse(request: gate.DeskRequest, dossier_id: UUID, slot: str, part: str) -> HttpResponse:
    """Send one half back: choose a reason, see the sentence that the person reads, then send it."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    half = _half(case, slot, part)
    if half.state != "to_examine":
        return redirect(shown.address(case, half))
    reasons = refusals.fitting(frozenset({half.code, half.slot}), part)
    reason = _reason(request, reasons)
    if reason is None:
        return _refuse_page(request, case, half, reasons, None, None, "")
    form = ReasonForm(
        request.POST if request.method == "POST" else None, reason=reason, initial={"version": case.dossier.version}
    )
    if switching(request):
        unvalidated(form)
    words = "" if switching(request) else _words(case, half, reason, form)
    if words and request.POST.get("seen") == digest(words):
        days = form.cleaned_data["days"]
        examining.refuse(
            actor(request), dossier_id, _version_id(half), part,
            expects=form.cleaned_data["version"], reason=reason.code, fields=form.values(), days=days,
        )  # fmt: skip
        return back(dossier_id, shown.who(case))
    return _refuse_page(request, case, half, reasons, reason, form, words)


def digest(words: dict[str, str] | str) -> str:
    """Return the mark of a sentence that was seen: it leaves only as it was shown."""
    return hashlib.sha256(str(words).encode()).hexdigest()[:32]


def _reason(request: gate.DeskRequest, reasons: list[refusals.Reason]) -> refusals.Reason | None:
    code = request.POST.get("reason") or request.GET.get("reason")
    return next((one for one in reasons if one.code == code), None)


def _words(case: desk.Case, half: standing.Half, reason: refusals.Reason, form: ReasonForm) -> Any:
    if not form.is_bound or not form.is_valid():
        return ""
    try:
        name = people.words_of(case.dossier, case.person, half.code).name
        return refusals.sentence(reason, form.values(), document=name, day=_day)
    except refusals.BadField as wrong:
        field = wrong.field if wrong.field in form.fields else None
        form.add_error(field, gettext("Choose or write this: the sentence needs it."))
        return ""


def _day(day: date, language: str) -> str:
    with i18n.in_language(language):
        return i18n.format_date(day)


def _refuse_page(
    request: gate.DeskRequest, case: desk.Case, half: standing.Half, reasons: list, reason: Any, form: Any, words: Any
) -> HttpResponse:
    context = examine.context(request, case, half, None)
    due = _due(case, form) if words else None
    context |= {
        "reasons": [{"code": one.code, "label": i18n.pick(one.label)} for one in reasons],
        "reason": reason,
        "page_form": form is not None,
        "reason_label": i18n.pick(reason.label) if reason else "",
        "rule": i18n.pick(reason.rule) if reason else "",
        "form": form,
        "reads": [
            {"language": one, "text": shown.said(words, due, one), "own": one == case.dossier.owner.language}
            for one in sorted(words, key=lambda one: one != case.dossier.owner.language)
        ]
        if words
        else [],
        "seen": digest(words) if words else "",
    }
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "caseworker/refuse.html", context, status=status)


def _due(case: desk.Case, form: ReasonForm) -> date:
    return asking.term(clock.now(), form.cleaned_data["days"], case.ask)[1]


def _half(case: desk.Case, slot: str, part: str) -> standing.Half:
    half = case.half(slot, part)
    if half is None:
        raise Http404
    return half


def _version_id(half: standing.Half) -> UUID:
    if half.version is None:
        raise Http404
    return half.version.pk


@gate.desk
@require_http_methods(READ_OR_ACT)
def ask(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Ask for documents that were not sent, or sent back and not asked any more (a file that was opened again).

    The day by which they are due can be later, never earlier.
    """
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    lacking = [
        half
        for half in shown.listed(case)
        if shown.is_missing(half, case) or (half.state == "refused" and not case.ask)
    ]
    missing = [(half.code, shown.name_of(half, case)) for half in lacking]
    form = AskForm(request.POST or None, missing=missing, initial={"version": case.dossier.version})
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        asking.ask(
            actor(request), dossier_id, case.person.pk,
            expects=given["version"], codes={code: ("not_sent", {}) for code in given["code"]}, days=given["days"],
        )  # fmt: skip
        return back(dossier_id, shown.who(case))
    return form_page(request, "caseworker/ask.html", case, form, missing=missing, page_form=bool(missing))


@gate.desk
@require_http_methods(READ_OR_ACT)
def lengthen(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Give a person more time for what is asked."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    form = LengthenForm(request.POST or None, initial={"version": case.dossier.version})
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        try:
            asking.lengthen(actor(request), dossier_id, case.person.pk, expects=given["version"], days=given["days"])
            return back(dossier_id, shown.who(case))
        except ValueError:
            form.add_error("days", gettext("Write more days than before: a delay is never shortened."))
    return form_page(request, "caseworker/lengthen.html", case, form, page_form=case.ask is not None)


@gate.desk
@require_http_methods(READ_OR_ACT)
def correct(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Correct a typing error against the paper: the old value stays, the person is told and may object."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    name = request.GET.get("field") or request.POST.get("field", "")
    if not values.may_correct(name, case.dossier):
        raise Http404
    asked = _prove_for_number(request, case, name)
    if asked is not None:
        return asked
    form = values.form(name, case.person, case.dossier.version, sent(request))
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        try:
            correcting.correct(
                actor(request), dossier_id, case.person.pk,
                expects=given["version"], field=name, value=values.column(name, given["value"]), why=given["why"],
            )  # fmt: skip
            return back(dossier_id, shown.who(case))
        except correcting.Held:
            form.add_error("value", values.held())
    return form_page(
        request, "caseworker/correct.html", case, form,
        label=shown.FIELDS[name], field=name, old=values.shown(name, case.person)["value"],
    )  # fmt: skip


@gate.desk
@require_http_methods(READ_OR_ACT)
def answer_change(request: gate.DeskRequest, dossier_id: UUID, correction_id: UUID) -> HttpResponse:
    """Answer a change that the person asked for, or an objection to a correction."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    row = next((one for one in case.corrections if one.pk == correction_id), None)
    if row is None or row.state not in {Correction.State.ASKED, Correction.State.OBJECTED}:
        raise Http404
    proof = _prove_for_number(request, case, row.field)
    if proof is not None:
        return proof
    given = sent(request)
    form = values.form(row.field, case.person, case.dossier.version, given, asked=row.new)
    refuse_form = AnswerForm(given, initial={"version": case.dossier.version})
    refuses = given is not None and given.get("act") == "refuse"
    if acting(request) and (
        _kept(request, dossier_id, row, refuse_form) if refuses else _written(request, dossier_id, row, form)
    ):
        return back(dossier_id, shown.who(case))
    unvalidated(form if refuses else refuse_form)
    return form_page(
        request, "caseworker/change.html", case, form, refuse_form,
        refuse_form=refuse_form, row=row, refuses=refuses, label=shown.FIELDS[row.field],
    )  # fmt: skip


def _prove_for_number(request: gate.DeskRequest, case: desk.Case, field: str) -> HttpResponse | None:
    """Return the page that asks for a fresh proof where a correction reaches a number in the register, else None."""
    corrects_number = case.number is not None and field in correcting.IDENTITY
    return prove_first(request) if corrects_number else None


def _kept(request: gate.DeskRequest, dossier_id: UUID, row: Correction, form: AnswerForm) -> bool:
    """Keep what stands there and say why; False when the reason is missing."""
    if not form.is_valid():
        return False
    given = form.cleaned_data
    if not given["words"].strip():
        form.add_error("words", gettext("Write why: it is read as you write it."))
        return False
    correcting.answer_change(
        actor(request), dossier_id, row.pk, expects=given["version"], value=None, words=given["words"]
    )
    return True


def _written(request: gate.DeskRequest, dossier_id: UUID, row: Correction, form: values.ValueForm) -> bool:
    """Write the value that the person asked for; False when it is wrong, or a number is made of it."""
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        correcting.answer_change(
            actor(request), dossier_id, row.pk,
            expects=given["version"], value=values.column(row.field, given["value"]), words=given["why"],
        )  # fmt: skip
    except correcting.Held:
        form.add_error("value", values.held())
        return False
    return True


@gate.desk
@require_http_methods(READ_OR_ACT)
def impossibility(request: gate.DeskRequest, dossier_id: UUID, impossibility_id: UUID) -> HttpResponse:
    """Decide on a document that a person cannot get (R114-7 V CSS)."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    row = next((one for one in case.impossibilities if one.pk == impossibility_id), None)
    if row is None or row.answer != Impossibility.Answer.OPEN:
        raise Http404
    form = AnswerForm(request.POST or None, initial={"version": case.dossier.version})
    if acting(request) and form.is_valid():
        accepted = request.POST.get("act") == "accept"
        if accepted or form.cleaned_data["words"].strip():
            asking.answer_impossibility(
                actor(request), dossier_id, impossibility_id,
                expects=form.cleaned_data["version"], accepted=accepted, words=form.cleaned_data["words"],
            )  # fmt: skip
            return back(dossier_id, shown.who(case))
        form.add_error("words", gettext("Write why: it is read as you write it."))
    half = case.half(row.slot, row.part)
    document = shown.name_of(half, case) if half else row.slot
    pages = desk.proof_pages(row)
    return form_page(request, "caseworker/impossible.html", case, form, row=row, document=document, pages=pages)
