"""The acts on numbers, each after a fresh proof of who acts, and how a request ends (issue 4, sections 2 and 3)."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from matricule import repertoire
from matricule.core import clock, i18n
from matricule.core.ids import uuid7
from matricule.dossiers import desk
from matricule.dossiers.case import Likeness
from matricule.dossiers.likeness import Other
from matricule.dossiers.operations import ending, numbers
from matricule.portals import gate, shown_number
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.forms import CloseForm, KeyedAct, RejectForm, WhyForm
from matricule.portals.caseworker.views.decisions import READ_OR_ACT, actor, back, version
from matricule.portals.caseworker.views.frame import form_page, frame
from matricule.portals.caseworker.views.sign_in import prove_first
from matricule.portals.components.forms import acting, sent, switching, unvalidated
from matricule.portals.student.summary import in_words
from matricule.rules import rejections
from matricule.rules.errors import InputError

Act = Callable[..., list[Likeness]]


@gate.desk
@require_http_methods(READ_OR_ACT)
def provisional(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Give the NIA, after a fresh proof of who acts; a likeness stops it."""
    return _give(request, dossier_id, "provisional", numbers.issue_provisional)


@gate.desk
@require_http_methods(READ_OR_ACT)
def register(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Send a complete file to the national register, after a fresh proof of who acts."""
    return _give(request, dossier_id, "register", numbers.send_to_register)


def _give(request: gate.DeskRequest, dossier_id: UUID, act: str, operation: Act) -> HttpResponse:
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    asked = prove_first(request)
    if asked is not None:
        return asked
    form = KeyedAct(sent(request), initial={"version": case.dossier.version, "idempotency_key": uuid7()})
    error = ""
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        try:
            stops = operation(
                actor(request), dossier_id, case.person.pk, expects=given["version"], key=given["idempotency_key"]
            )
            return redirect(shown.likeness_address(case)) if stops else back(dossier_id, shown.who(case))
        except numbers.NotYet:
            error = gettext("Documents that the number rests on are not accepted yet, or a check has no answer.")
        except repertoire.RepertoireError as refused:
            error = i18n.pick(refused.text)
        except InputError as wrong:
            error = i18n.pick(wrong.text)
    ready = case.ready_for_provisional if act == "provisional" else case.ready_for_register
    context = frame(request, case) | {"form": form, "act": act, "error": error, "ready": ready}
    return render(request, "caseworker/give.html", context, status=422 if error else 200)


@gate.desk
@require_http_methods(READ_OR_ACT)
def likeness(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Show the person and whoever looks like them side by side, and take the caseworker's word on each."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    forms = {str(one.likeness.pk): _why_form(request, case, one) for one in case.others}
    form = None
    if acting(request):
        act, _, other = request.POST.get("act", "").partition(":")
        form = forms.get(other)
        if form is None or act not in {"same", "different"}:
            raise Http404
        if form.is_valid():
            given = form.cleaned_data
            numbers.judge_likeness(
                actor(request), dossier_id, UUID(other), expects=given["version"], same=act == "same", why=given["why"]
            )
            return redirect(shown.likeness_address(case))
    for one in forms.values():
        if switching(request) or (form is not None and one is not form):
            unvalidated(one)
    others = [_side(case, one) | {"form": forms[str(one.likeness.pk)]} for one in case.others]
    context = frame(request, case) | {"form": form, "others": others, "page_form": bool(others)}
    return render(request, "caseworker/likeness.html", context, status=422 if form is not None else 200)


def _why_form(request: gate.DeskRequest, case: desk.Case, one: Other) -> WhyForm:
    """Return the form on one likeness; its names carry the likeness, so that all stand in one page."""
    data = request.POST if request.method == "POST" else None
    return WhyForm(data, prefix=str(one.likeness.pk), initial={"version": case.dossier.version})


def _side(case: desk.Case, one: Other) -> dict:
    rows = []
    names = ("birth_name", "given_names", "sex", "birth_date", "birth_place", "birth_country")
    for name in names if one.identity is not None else ():
        mine = in_words(name, getattr(case.person, name))
        theirs = in_words(name, getattr(one.identity, name))
        same = one.comparison is not None and name in one.comparison.agreed
        rows.append({"label": shown.FIELDS[name], "mine": mine, "theirs": theirs, "same": same})
    return {
        "likeness": one.likeness,
        "same": f"same:{one.likeness.pk}",
        "different": f"different:{one.likeness.pk}",
        "rows": rows,
        "reference": one.registrant.dossier.reference if one.registrant is not None else "",
        "who": case.names.get(one.likeness.by, "") if one.likeness.by else "",
    }


@gate.desk
@require_POST
def reveal(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Show the number for two minutes; the click is journaled, the page goes back by itself."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    value = numbers.reveal(actor(request), dossier_id, case.person.pk)
    if value is None:
        raise Http404
    return shown_number.page(
        request,
        "caseworker/number.html",
        value,
        frame(request, case),
        back=reverse("caseworker:dossier", args=[dossier_id]) + shown.who(case),
    )


@gate.desk
@require_http_methods(READ_OR_ACT)
def reject(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Turn the request down with a reason; the ways of appeal go with it."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    form = RejectForm(request.POST or None, initial={"version": case.dossier.version})
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        ending.reject(
            actor(request), dossier_id, case.person.pk,
            expects=given["version"], reason=given["reason"], words=given["words"],
        )  # fmt: skip
        return back(dossier_id, shown.who(case))
    appeal = i18n.pick(rejections.table().appeal)
    return form_page(request, "caseworker/reject.html", case, form, appeal=appeal)


@gate.desk
@require_http_methods(READ_OR_ACT)
def deactivate(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """End a provisional number with a reason, after a fresh proof of who acts; the ways of appeal go with it."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    asked = prove_first(request)
    if asked is not None:
        return asked
    form = RejectForm(sent(request), initial={"version": case.dossier.version})
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        ending.deactivate(
            actor(request), dossier_id, case.person.pk,
            expects=given["version"], reason=given["reason"], words=given["words"],
        )  # fmt: skip
        return back(dossier_id, shown.who(case))
    if not shown.number_can_end(case):
        return back(dossier_id, shown.who(case))
    appeal = i18n.pick(rejections.table().appeal)
    return form_page(request, "caseworker/deactivate.html", case, form, appeal=appeal)


@gate.desk
@require_POST
def close(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Close a file whose request for documents lapsed while a reminder could not be proved sent."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    ending.close(actor(request), dossier_id, case.person.pk, expects=version(request))
    return back(dossier_id, shown.who(case))


@gate.desk
@require_http_methods(READ_OR_ACT)
def close_with_reason(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Close a request without a decision: the person reads why, and to which day they can open it again."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    form = CloseForm(request.POST or None, initial={"version": case.dossier.version})
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        ending.close_with_reason(
            actor(request), dossier_id, case.person.pk,
            expects=given["version"], reason=given["reason"], words=given["words"],
        )  # fmt: skip
        return back(dossier_id, shown.who(case))
    if not shown.can_close(case):
        return back(dossier_id, shown.who(case))
    until = date.fromisoformat(ending.reopen_until(clock.now()))
    return form_page(request, "caseworker/close.html", case, form, until=until)


@gate.desk
@require_POST
def reopen(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Open a closed or rejected request again."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    ending.reopen(actor(request), dossier_id, case.person.pk, expects=version(request))
    return back(dossier_id, shown.who(case))
