"""What a person does after sending: write, change, withdraw, reopen, see the number, say what cannot be had."""

from tempfile import TemporaryFile
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from matricule.core.ids import uuid7
from matricule.dossiers import export, following, letters, proofs, queries, standing, states
from matricule.dossiers.case import Impossibility
from matricule.dossiers.operations import asking, correcting, ending, numbers, talking
from matricule.portals import downloads, gate, shown_number
from matricule.portals.components.forms import Form, acting, switching, unvalidated
from matricule.portals.student import pieces, receiving, summary, turns
from matricule.portals.student.after_forms import CannotForm, ChangeForm, ObjectForm, WriteForm
from matricule.portals.student.sections import SECTIONS

READ_OR_ACT = ["GET", "HEAD", "POST"]


def _sent(request: HttpRequest, dossier_id: UUID) -> queries.Space:
    """Return the space of a dossier that was sent and is open; raise 404 otherwise."""
    space = queries.space(gate.actor_of(request), dossier_id)
    if space.dossier.submitted_at is None:
        raise Http404
    return space


def _page(request: HttpRequest, template: str, space: queries.Space, form: Form, **more: object) -> HttpResponse:
    """Answer with the page of a form; a change of the language keeps what was typed and checks nothing."""
    if switching(request):
        unvalidated(form)
    context = {
        "space": space, "dossier": space.dossier, "registrant": space.registrant, "form": form, "page_form": True,
    }  # fmt: skip
    return render(request, template, context | more, status=422 if form.errors else 200)


@gate.dossier
@require_http_methods(READ_OR_ACT)
def write(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show the messages, and send one: a question, a call back, an appointment."""
    space = _sent(request, dossier_id)
    follow = following.of(space.dossier, space.registrant)
    form = WriteForm(
        request.POST or None, initial={"idempotency_key": uuid7(), "language": space.dossier.owner.language}
    )
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        talking.write(
            gate.actor_of(request), dossier_id, given["text"],
            kind=given["kind"], language=given["language"], key=given["idempotency_key"],
        )  # fmt: skip
        return redirect("student:write", dossier_id)
    queries.note_reading(gate.actor_of(request), dossier_id, "messages")
    return _page(
        request, "student/write.html", space, form,
        messages=follow.messages, open=follow.may_ask_for_news, news_from=follow.news_from,
        waits=any(not row.from_caisse and row.done_at is None for row in follow.messages),
    )  # fmt: skip


@gate.dossier
@require_http_methods(READ_OR_ACT)
def cannot(request: HttpRequest, dossier_id: UUID, slot: str, part: str) -> HttpResponse:
    """Take why a document cannot be had, with proof: files that are kept and checked like every other."""
    space = _sent(request, dossier_id)
    half, actor = _half(space, slot, part), gate.actor_of(request)
    said = _said(space, slot, part)
    known = {"why": said.why, "how_long": "lasting" if said.lasting else "for_now"} if said is not None else {}
    form = CannotForm(request.POST or None, initial=known)
    if acting(request):
        held = proofs.slot_for(slot, part)
        in_order = receiving.take(actor, dossier_id, held, "main", request.FILES.getlist("proof"))
        if form.is_valid():
            given = form.cleaned_data
            asking.cannot_get(actor, dossier_id, slot, part, why=given["why"], lasting=given["how_long"] == "lasting")
            if in_order:
                return redirect(reverse("student:my-documents") + f"#{slot}")
            return redirect("student:cannot", dossier_id, slot, part)
        space = _sent(request, dossier_id)
    queries.note_reading(actor, dossier_id, "documents")
    return _page(
        request, "student/cannot.html", space, form,
        name=turns.name_of(half.code), phase=half.phase, slot=slot, said=said,
        files=pieces.proof(space, space.proof(slot, part)),
    )  # fmt: skip


def _said(space: queries.Space, slot: str, part: str) -> Impossibility | None:
    """Return what was said of this half and waits for the caisse, None when nothing was."""
    rows = following.of(space.dossier, space.registrant).impossibilities
    waits = (row for row in rows if row.answer == Impossibility.Answer.OPEN)
    return next((row for row in waits if (row.slot, row.part) == (slot, part)), None)


def _half(space: queries.Space, slot: str, part: str) -> standing.Half:
    rows = standing.halves(space.registrant)
    half = next((one for one in rows if (one.slot, one.part) == (slot, part)), None)
    if half is None or half.state == "accepted":
        raise Http404
    return half


@gate.dossier
@require_http_methods(READ_OR_ACT)
def change(request: HttpRequest, dossier_id: UUID, name: str) -> HttpResponse:
    """Change one page of information: what no decision rests on at once, the rest as a request to the caisse."""
    space = _sent(request, dossier_id)
    if name not in SECTIONS:
        raise Http404
    form_class, person = SECTIONS[name], space.registrant
    rests = correcting.held_fields(person)
    # the columns, not what was typed once: a change and a correction of the caisse are written there
    known = {field: _known(person, field) for field in form_class.base_fields}
    form = form_class(request.POST if request.method == "POST" else None, initial=known)
    held = [field for field in form.fields if _column(field) in rests]
    for field in held:  # not in the page: it keeps the value that the decision rests on
        form.fields[field].disabled = True
    if acting(request) and form.is_valid():
        free = {key: value for key, value in form.checked().items() if key not in rests}
        correcting.change(gate.actor_of(request), dossier_id, free)
        return redirect("student:information")
    queries.note_reading(gate.actor_of(request), dossier_id, "identity")
    return _page(request, "student/change.html", space, form, title=summary.TITLES[name], held=held)


def _column(field: str) -> str:
    return {"school": "school_name"}.get(field, field)


def _known(person: object, field: str) -> object:
    if field == "no_parents":
        return not getattr(person, "parent1_birth_name", "") and "parents" in getattr(person, "sections_done", ())
    return getattr(person, _column(field), "")


@gate.dossier
@require_http_methods(READ_OR_ACT)
def ask_change(request: HttpRequest, dossier_id: UUID, field: str) -> HttpResponse:
    """Ask the caisse to change a value that a decision rests on."""
    space = _sent(request, dossier_id)
    if field not in correcting.RESTS_ON:
        raise Http404
    form = ChangeForm(request.POST or None)
    if acting(request) and form.is_valid():
        given = form.cleaned_data
        correcting.ask_change(gate.actor_of(request), dossier_id, field, given["new"], given["why"])
        return redirect("student:information")
    queries.note_reading(gate.actor_of(request), dossier_id, "identity")
    value = summary.in_words(field, getattr(space.registrant, field))
    return _page(request, "student/ask-change.html", space, form, label=summary.label_of(field), value=value)


@gate.dossier
@require_http_methods(READ_OR_ACT)
def object_to(request: HttpRequest, dossier_id: UUID, correction_id: UUID) -> HttpResponse:
    """Say that a correction of the caisse is not right."""
    space = _sent(request, dossier_id)
    follow = following.of(space.dossier, space.registrant)
    row = next((one for one in follow.corrections if one.pk == correction_id), None)
    if row is None or row.by_person or row.state != "done":
        raise Http404
    form = ObjectForm(request.POST or None)
    if acting(request) and form.is_valid():
        correcting.object_to(gate.actor_of(request), dossier_id, correction_id, form.cleaned_data["words"])
        return redirect("student:information")
    queries.note_reading(gate.actor_of(request), dossier_id, "identity")
    return _page(request, "student/object.html", space, form, row=row, label=summary.label_of(row.field))


@gate.dossier
@require_http_methods(READ_OR_ACT)
def withdraw(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Withdraw the request after one confirmation, while no number exists."""
    space = _sent(request, dossier_id)
    follow = following.of(space.dossier, space.registrant)
    possible = follow.number is None and states.may("withdraw", follow.state)
    if request.method == "POST":
        version = request.POST.get("version", "")
        ending.withdraw(gate.actor_of(request), dossier_id, expects=int(version) if version.isdecimal() else 0)
        return redirect("student:space")
    context = {"space": space, "dossier": space.dossier, "registrant": space.registrant, "possible": possible}
    return render(request, "student/withdraw.html", context)


@gate.dossier
@require_http_methods(READ_OR_ACT)
def reopen(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Open a file again that was closed without an answer."""
    space = _sent(request, dossier_id)
    if request.method == "POST":
        try:
            ending.reopen(gate.actor_of(request), dossier_id, space.registrant.pk)
        except ending.TooLate:
            return render(
                request,
                "student/too-late.html",
                {"dossier": space.dossier, "registrant": space.registrant},
                status=409,
            )
    return redirect("student:space")


@gate.dossier
@require_http_methods(READ_OR_ACT)
def number(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show the number for two minutes; the click is journaled, the page goes back by itself."""
    space = _sent(request, dossier_id)
    if request.method != "POST":
        return redirect("student:space")
    value = numbers.reveal(gate.actor_of(request), dossier_id, space.registrant.pk)
    if value is None:
        raise Http404
    follow = following.of(space.dossier, space.registrant)
    context = {
        "space": space, "dossier": space.dossier, "registrant": space.registrant, "number": follow.number,
    }  # fmt: skip
    return shown_number.page(request, "student/number.html", value, context, back=reverse("student:space"))


@gate.dossier
@require_safe
def readers(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show the person who looked at their file, and who did what on it (CJEU C-579/21)."""
    space = _sent(request, dossier_id)
    queries.note_reading(gate.actor_of(request), dossier_id, "history")
    context = {
        "space": space, "dossier": space.dossier, "registrant": space.registrant,
        "lines": summary.history(dossier_id, gate.user_id(request)),
        "title": gettext("Who looked at my file"),
    }  # fmt: skip
    return render(request, "student/readers.html", context)


@gate.dossier
@require_safe
def letter(request: HttpRequest, dossier_id: UUID, certificate_id: UUID, kind: str) -> HttpResponse:
    """Serve one letter of the person as a download; made now when the worker is behind."""
    space = _sent(request, dossier_id)
    data = letters.pdf(space.registrant, certificate_id, kind)
    queries.note_reading(gate.actor_of(request), dossier_id, "letter")
    return downloads.attachment(data, f"{letters.TITLES[kind]!s}.pdf", "pdf")


@gate.dossier
@require_safe
def everything(request: HttpRequest, dossier_id: UUID) -> HttpResponseBase:
    """Give everything about the person in one archive (articles 15 and 20 GDPR)."""
    space = _sent(request, dossier_id)
    out = TemporaryFile()  # noqa: SIM115 - the answer closes it
    export.write(out, space.dossier, space.registrant)
    out.seek(0)
    queries.note_reading(gate.actor_of(request), dossier_id, "export")
    return downloads.archive(out, f"{space.dossier.reference}.zip")
