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
from matricule.dossiers import desk, standing
from matricule.dossiers.access import Actor, caseworker
from matricule.dossiers.case import Correction, Impossibility
from matricule.dossiers.operations import asking, correcting, examining
from matricule.portals import gate
from matricule.portals.caseworker import shown, values
from matricule.portals.caseworker.forms import AnswerForm, LengthenForm, ReasonForm, Versioned
from matricule.portals.caseworker.views import examine
from matricule.portals.caseworker.views.frame import frame
from matricule.rules import catalogue, deadlines, refusals

READ_OR_ACT = ["GET", "HEAD", "POST"]


def actor(request: gate.DeskRequest) -> Actor:
    """Return the caseworker who acts."""
    return caseworker(request.post.user_id)


def back(dossier_id: UUID) -> HttpResponse:
    """Go back to the dossier, at the document to look at next."""
    return redirect("caseworker:dossier", dossier_id)


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
            return back(dossier_id)
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
    words = _words(case, half, reason, form)
    if words and request.POST.get("seen") == digest(words):
        days = form.cleaned_data["days"]
        examining.refuse(
            actor(request), dossier_id, _version_id(half), part,
            expects=form.cleaned_data["version"], reason=reason.code, fields=form.values(), days=days,
        )  # fmt: skip
        return back(dossier_id)
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
        name = catalogue.entry(case.dossier.route, half.code).name
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
    found = deadlines.silence(clock.now(), days=form.cleaned_data["days"]).due_day
    return max(found, case.ask.due_on) if case.ask is not None else found


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
    """Ask for documents that were not sent; the day by which they are due can be later, never earlier."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    missing = [half for half in case.halves if half.state == "missing"]
    days = request.POST.get("days", "45")
    chosen = [half.code for half in missing if half.code in request.POST.getlist("code")]
    error = ""
    if request.method == "POST":
        if not chosen:
            error = gettext("Choose at least one document.")
        elif not days.isdecimal() or not 45 <= int(days) <= 180:
            error = gettext("Between 45 and 180 days: a delay is never shorter than the rule’s.")
        else:
            codes: dict[str, tuple[str, dict[str, str]]] = {code: ("not_sent", {}) for code in chosen}
            asking.ask(
                actor(request), dossier_id, case.person.pk, expects=version(request), codes=codes, days=int(days)
            )
            return back(dossier_id)
    context = {
        **frame(request, case), "error": error, "days": days,
        "missing": [{"code": h.code, "name": shown.name_of(h, case), "chosen": h.code in chosen} for h in missing],
        "lengthen": LengthenForm(initial={"version": case.dossier.version}) if case.ask else None,
    }  # fmt: skip
    return render(request, "caseworker/ask.html", context, status=422 if error else 200)


@gate.desk
@require_http_methods(READ_OR_ACT)
def lengthen(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Give a person more time for what is asked."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    form = LengthenForm(request.POST or None, initial={"version": case.dossier.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asking.lengthen(actor(request), dossier_id, case.person.pk, expects=given["version"], days=given["days"])
            return back(dossier_id)
        except ValueError:
            form.add_error("days", gettext("Write more days than before: a delay is never shortened."))
    context = {
        **frame(request, case), "form": form,
    }  # fmt: skip
    return render(request, "caseworker/lengthen.html", context, status=422 if form.errors else 200)


@gate.desk
@require_http_methods(READ_OR_ACT)
def correct(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Correct a typing error against the paper: the old value stays, the person is told and may object."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    name = request.GET.get("field") or request.POST.get("field", "")
    if name not in values.CORRECTED or name not in correcting.RESTS_ON:
        raise Http404
    form = values.form(name, case.person, case.dossier.version, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            correcting.correct(
                actor(request), dossier_id, case.person.pk,
                expects=given["version"], field=name, value=values.column(name, given["value"]), why=given["why"],
            )  # fmt: skip
            return back(dossier_id)
        except correcting.Held:
            form.add_error(
                "value", gettext("The number is made of this value: only the national register changes it.")
            )
    context = {
        **frame(request, case), "form": form, "label": shown.FIELDS[name], "field": name,
        "old": next((row["value"] for row in [values.shown(name, case.person)]), ""),
    }  # fmt: skip
    return render(request, "caseworker/correct.html", context, status=422 if form.errors else 200)


@gate.desk
@require_http_methods(READ_OR_ACT)
def answer_change(request: gate.DeskRequest, dossier_id: UUID, correction_id: UUID) -> HttpResponse:
    """Answer a change that the person asked for, or an objection to a correction."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    row = next((one for one in case.corrections if one.pk == correction_id), None)
    if row is None or row.state not in {Correction.State.ASKED, Correction.State.OBJECTED}:
        raise Http404
    form = values.form(row.field, case.person, case.dossier.version, request.POST or None, asked=row.new)
    refuse_form = AnswerForm(request.POST or None, initial={"version": case.dossier.version})
    error = ""
    if request.method == "POST" and request.POST.get("act") == "refuse":
        if refuse_form.is_valid() and refuse_form.cleaned_data["words"].strip():
            given = refuse_form.cleaned_data
            correcting.answer_change(
                actor(request), dossier_id, correction_id, expects=given["version"], value=None, words=given["words"]
            )
            return back(dossier_id)
        error = gettext("Write why: the person reads it.")
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            correcting.answer_change(
                actor(request), dossier_id, correction_id,
                expects=given["version"], value=values.column(row.field, given["value"]), words=given["why"],
            )  # fmt: skip
            return back(dossier_id)
        except correcting.Held:
            form.add_error(
                "value", gettext("The number is made of this value: only the national register changes it.")
            )
    context = {
        **frame(request, case), "form": form, "refuse_form": refuse_form, "row": row, "error": error,
        "label": shown.FIELDS[row.field],
    }  # fmt: skip
    failed = bool(error) or (request.method == "POST" and bool(form.errors))
    return render(request, "caseworker/change.html", context, status=422 if failed else 200)


@gate.desk
@require_http_methods(READ_OR_ACT)
def impossibility(request: gate.DeskRequest, dossier_id: UUID, impossibility_id: UUID) -> HttpResponse:
    """Decide on a document that a person cannot get (R114-7 V CSS)."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    row = next((one for one in case.impossibilities if one.pk == impossibility_id), None)
    if row is None or row.answer != Impossibility.Answer.OPEN:
        raise Http404
    form = AnswerForm(request.POST or None, initial={"version": case.dossier.version})
    if request.method == "POST" and form.is_valid():
        accepted = request.POST.get("act") == "accept"
        if accepted or form.cleaned_data["words"].strip():
            asking.answer_impossibility(
                actor(request), dossier_id, impossibility_id,
                expects=form.cleaned_data["version"], accepted=accepted, words=form.cleaned_data["words"],
            )  # fmt: skip
            return back(dossier_id)
        form.add_error("words", gettext("Write why: the person reads it."))
    half = case.half(row.slot, row.part)
    context = {
        **frame(request, case), "form": form, "row": row, "document": shown.name_of(half, case) if half else row.slot,
        "back": reverse("caseworker:dossier", args=[dossier_id]),
    }  # fmt: skip
    return render(request, "caseworker/impossible.html", context, status=422 if form.errors else 200)
