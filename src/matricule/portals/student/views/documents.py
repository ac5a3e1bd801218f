"""Step 3, "I send my documents": every file is checked in the answer to its upload; adding never removes another."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from matricule import vision
from matricule.dossiers import access, queries, uploads
from matricule.dossiers.operations import deposit, files
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.student import pieces
from matricule.portals.student.forms import BankForm, TranslatorForm


@gate.dossier
@require_safe
def documents(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show every document asked, phase by phase, with the files sent for it."""
    space = queries.space(gate.actor_of(request), dossier_id)
    queries.note_reading(gate.actor_of(request), dossier_id, "documents")
    if space.dossier.submitted_at is not None:
        return redirect("student:my-documents")
    return render(request, "student/documents.html", page_context(request, space))


def page_context(request: HttpRequest, space: queries.Space) -> dict:
    """Return what the documents page shows, in step 3 and in the space."""
    return {
        "space": space,
        "dossier": space.dossier,
        "phases": [
            {"number": number, "pieces": [pieces.view(space, slot) for slot in space.phase(number)]}
            for number in (1, 2, 3)
        ],
        "dropped": [pieces.view(space, slot) for slot in space.slots if slot.dropped],
        "bank_form": bank_form(space),
        "limits": vision.shown(),
    }


def bank_form(space: queries.Space) -> BankForm:
    """Return the IBAN form with what was typed."""
    kept = space.registrant
    return BankForm(
        initial={"iban": kept.typed.get("iban", "") or kept.iban, "own_name": kept.iban_confirmed_at is not None}
    )


@gate.dossier
@require_POST
def add(request: HttpRequest, dossier_id: UUID, slot: str) -> HttpResponse:
    """Take one or several files for a document; each gets its verdict now."""
    actor = gate.actor_of(request)
    access.get(actor, dossier_id, "add_file")  # before a stranger's bytes keep the parser busy
    part = request.POST.get("part", "main")
    for upload in request.FILES.getlist("files"):
        name = upload.name or "document"
        if getattr(upload, "too_long", False):
            checked = uploads.too_large(name, upload.size or 0)
        else:
            checked = uploads.check(name, upload.read())
        try:
            files.add_file(actor, dossier_id, slot, part, checked)
        except files.TooMuch as limit:
            files.add_file(actor, dossier_id, slot, part, uploads.beyond(checked, limit.code))
    return _answer(request, dossier_id, slot)


@gate.dossier
@require_POST
def translator(request: HttpRequest, dossier_id: UUID, slot: str) -> HttpResponse:
    """Take who translated a document."""
    actor = gate.actor_of(request)
    space = queries.space(actor, dossier_id)
    form = TranslatorForm(request.POST, prefix=slot)
    if switching(request):
        unvalidated(form)
    elif form.is_valid():
        files.name_translator(actor, dossier_id, slot, **form.cleaned_data)
        return _answer(request, dossier_id, slot)
    view = next((pieces.view(space, row) for row in space.slots if row.slot == slot), None)
    if view is None:
        raise Http404
    view["translator_form"] = form
    template = "student/_answer.html" if _scripted(request) else "student/piece.html"
    context = {"piece": view, "dossier": space.dossier, "space": space, "form": form}
    return render(request, template, context, status=422)


@gate.dossier
@require_POST
def bank(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Take the IBAN, key and country checked, and the confirmation that the account is the person's own."""
    actor = gate.actor_of(request)
    form = BankForm(request.POST)
    if switching(request):
        unvalidated(form)
    elif form.is_valid():
        deposit.save_bank_details(actor, dossier_id, form.cleaned_data["iban"], confirmed=True)
        return redirect(_page(request, dossier_id) + "#bank")
    else:
        deposit.save_bank_typed(actor, dossier_id, request.POST.get("iban", ""))
    space = queries.space(actor, dossier_id)
    context = {"space": space, "dossier": space.dossier, "form": form, "page_form": True}
    return render(request, "student/bank.html", context, status=422 if form.errors else 200)


@gate.dossier
@require_POST
def replace(request: HttpRequest, dossier_id: UUID, slot: str) -> HttpResponse:
    """Open a new version of a document that was sent; the old one is kept until the decision."""
    files.replace_document(gate.actor_of(request), dossier_id, slot)
    return _answer(request, dossier_id, slot)


@gate.dossier
@require_POST
def act(request: HttpRequest, dossier_id: UUID, file_id: UUID, action: str) -> HttpResponse:
    """Do one act on a file: remove, restore, keep, earlier, later."""
    actor = gate.actor_of(request)
    acts = {
        "remove": lambda: files.remove_file(actor, dossier_id, file_id),
        "restore": lambda: files.restore_file(actor, dossier_id, file_id),
        "keep": lambda: files.keep_file(actor, dossier_id, file_id),
        "earlier": lambda: files.move_file(actor, dossier_id, file_id, earlier=True),
        "later": lambda: files.move_file(actor, dossier_id, file_id, earlier=False),
    }
    if action not in acts:
        raise Http404
    acts[action]()
    return _answer(request, dossier_id, files.slot_of(actor, dossier_id, file_id))


def _answer(request: HttpRequest, dossier_id: UUID, slot: str) -> HttpResponse:
    """Answer with the document's fragment when a script asked, else go back to the page."""
    if not _scripted(request):
        return redirect(_page(request, dossier_id) + f"#{slot}")
    space = queries.space(gate.actor_of(request), dossier_id)
    view = next((pieces.view(space, row) for row in space.slots if row.slot == slot), None)
    if view is None:
        raise Http404
    return render(request, "student/_answer.html", {"piece": view, "dossier": space.dossier, "space": space})


def _page(request: HttpRequest, dossier_id: UUID) -> str:
    return reverse("student:documents", args=[dossier_id])


def _scripted(request: HttpRequest) -> bool:
    """Tell whether our script asked for the fragment of one document (portals/components, matricule.js)."""
    return "X-Matricule-Fragment" in request.headers
