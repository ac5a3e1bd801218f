"""Step 3, "I send my documents": every file is checked in the answer to its upload; adding never removes another."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from matricule import vision
from matricule.dossiers import access, proofs, queries
from matricule.dossiers.operations import deposit, files
from matricule.portals import gate, papers
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.student import again, pieces, receiving, summary
from matricule.portals.student.forms import BankForm, TranslatorForm

READ_OR_ACT = ("GET", "HEAD", "POST")
"""A form's address that somebody opens as a page leads to the page that holds the form."""


@gate.dossier
@require_safe
def documents(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show every document asked, phase by phase, with the files sent for it."""
    space = queries.space(gate.actor_of(request), dossier_id)
    if space.dossier.submitted_at is not None:
        return redirect("student:my-documents")
    queries.note_reading(gate.actor_of(request), dossier_id, "documents")
    return render(request, "student/documents.html", page_context(request, space))


def page_context(request: HttpRequest, space: queries.Space) -> dict:
    """Return what the documents page shows, in step 3 and in the space."""
    nothing = request.GET.get("nothing", "")
    return {
        "space": space,
        "dossier": space.dossier,
        "phases": [
            {
                "number": number,
                "pieces": [pieces.view(space, slot, nothing=slot.slot == nothing) for slot in space.phase(number)],
            }
            for number in (1, 2, 3)
        ],
        "dropped": [pieces.view(space, slot) for slot in space.slots if slot.dropped],
        "bank_form": bank_form(space),
        "limits": vision.shown(),
        "where": summary.where(space),
        "opened": summary.opened(space),
    }


def bank_form(space: queries.Space) -> BankForm:
    """Return the IBAN form with what was typed."""
    kept = space.registrant
    return BankForm(
        initial={"iban": kept.typed.get("iban", "") or kept.iban, "own_name": kept.iban_confirmed_at is not None}
    )


@gate.dossier
@require_http_methods(READ_OR_ACT)
def add(request: HttpRequest, dossier_id: UUID, slot: str) -> HttpResponse:
    """Take one or several files for a document; each gets its verdict now.

    With ``replaces`` they take the place of a version that was sent, from the first one in order on. The script asks
    here again, with GET, for a document whose file waits for its verdict.
    """
    actor = gate.actor_of(request)
    if request.method != "POST" and _scripted(request):
        return _answer(request, queries.space(actor, dossier_id), slot)
    space = queries.space(actor, dossier_id, "add_file")  # before a stranger's bytes keep the parser busy
    if request.method != "POST":
        return _to_piece(space, slot)
    part, replaces = request.POST.get("part", "main"), _version_named(request)
    sent = request.FILES.getlist("files")
    receiving.take(actor, dossier_id, slot, part, sent, replaces=replaces)
    return _answer(request, space, slot, nothing=not sent, replaces=replaces)


def _version_named(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST["replaces"]) if "replaces" in request.POST else None
    except ValueError:
        raise Http404 from None


@gate.dossier
@require_http_methods(READ_OR_ACT)
def translator(request: HttpRequest, dossier_id: UUID, slot: str) -> HttpResponse:
    """Take who translated a document; what is wrong is shown on a page of its own, or in the script's fragment."""
    actor = gate.actor_of(request)
    space = queries.space(actor, dossier_id)
    if request.method != "POST":
        typed = again.kept(request, f"translator:{dossier_id}")
        if typed is None:
            return _to_piece(space, slot)
        return _translator_page(request, space, slot, TranslatorForm(typed, prefix=slot))
    form = TranslatorForm(request.POST, prefix=slot)
    if switching(request):
        return _translator_page(request, space, slot, unvalidated(form))
    if form.is_valid():
        files.name_translator(actor, dossier_id, slot, **form.cleaned_data)
        again.forget(request, f"translator:{dossier_id}")
        return _answer(request, queries.space(actor, dossier_id), slot)
    if _scripted(request):
        return _translator_page(request, space, slot, form)
    _row(space, slot)
    typed = {form.add_prefix(name): request.POST.get(form.add_prefix(name), "") for name in form.fields}
    again.keep(request, f"translator:{dossier_id}", typed)
    return again.back_to(request.path, request)


def _translator_page(request: HttpRequest, space: queries.Space, slot: str, form: TranslatorForm) -> HttpResponse:
    view = pieces.view(space, _row(space, slot))
    if not view["asks_translator"]:
        return _answer(request, space, slot)  # an old tab: there is no such form to show again
    queries.note_reading(gate.actor_of(request), space.dossier.pk, "documents")
    view["translator_form"] = form
    template = "student/_answer.html" if _scripted(request) else "student/piece.html"
    context = {**_fragment(space, view), "form": form, "step": summary.step(space)}
    return render(request, template, context, status=422 if form.errors else 200)


@gate.dossier
@require_http_methods(READ_OR_ACT)
def bank(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Take the IBAN, key and country checked, and the confirmation that the account is the person's own."""
    actor = gate.actor_of(request)
    space = queries.space(actor, dossier_id)
    if request.method == "POST":
        form = BankForm(request.POST)
        if switching(request):
            return _bank_page(request, space, unvalidated(form))
        if form.is_valid():
            deposit.save_bank_details(actor, dossier_id, form.cleaned_data["iban"], confirmed=True)
            return redirect(_page(space) + "#bank")
        deposit.save_bank_typed(actor, dossier_id, request.POST.get("iban", ""))
        again.keep(request, f"bank:{dossier_id}", {"own_name": request.POST.get("own_name", "")})
        return again.back_to(request.path, request)
    typed = again.kept(request, f"bank:{dossier_id}")
    if typed is None:
        return redirect(_page(space) + "#bank")
    return _bank_page(request, space, BankForm({**typed, "iban": space.registrant.typed.get("iban", "")}))


def _bank_page(request: HttpRequest, space: queries.Space, form: BankForm) -> HttpResponse:
    queries.note_reading(gate.actor_of(request), space.dossier.pk, "documents")
    context = {
        "space": space,
        "dossier": space.dossier,
        "form": form,
        "page_form": True,
        "step": summary.step(space),
    }
    return render(request, "student/bank.html", context, status=422 if form.errors else 200)


@gate.dossier
@require_http_methods(READ_OR_ACT)
def replace(request: HttpRequest, dossier_id: UUID, slot: str) -> HttpResponse:
    """Show one document that was sent, ready to take the files of its new version; nothing is taken back by it."""
    space = queries.space(gate.actor_of(request), dossier_id)
    view = pieces.view(space, _row(space, slot), replacing=True, nothing="nothing" in request.GET)
    if not view["can_replace"]:
        return _to_piece(space, slot)
    if request.method == "POST":
        return again.SeeOther(request.path)
    queries.note_reading(gate.actor_of(request), dossier_id, "documents")
    return render(request, "student/replace.html", {**_fragment(space, view), "step": summary.step(space)})


@gate.dossier
@require_http_methods(READ_OR_ACT)
def act(request: HttpRequest, dossier_id: UUID, file_id: UUID, action: str) -> HttpResponse:
    """Do one act on a file: remove, restore, keep, earlier, later."""
    actor = gate.actor_of(request)
    do = papers.file_act(actor, dossier_id, file_id, action)
    if request.method != "POST":
        return _to_piece(queries.space(actor, dossier_id), files.slot_of(actor, dossier_id, file_id))
    do()
    return _answer(request, queries.space(actor, dossier_id), files.slot_of(actor, dossier_id, file_id))


def _answer(
    request: HttpRequest, space: queries.Space, slot: str, *, nothing: bool = False, replaces: UUID | None = None
) -> HttpResponse:
    """Answer with the document's fragment when a script asked, else go back to the page; the documents are read now.

    ``nothing`` tells that no file was chosen; ``replaces`` the version that still stands when no file was in order.
    """
    about = proofs.half_of(slot)
    if about is not None:
        return redirect("student:cannot", space.dossier.pk, *about)
    row = _row(space, slot)
    waits = replaces is not None and row.version is not None and row.version.pk == replaces
    if _scripted(request):
        if not request.FILES:
            # what a file brought is in the journal already; any other fragment shows names without a change
            queries.note_reading(gate.actor_of(request), space.dossier.pk, "documents")
        view = pieces.view(space, row, nothing=nothing, replacing=waits)
        return render(request, "student/_answer.html", _fragment(space, view))
    page = reverse("student:replace", args=[space.dossier.pk, slot]) if waits else _page(space)
    return redirect(page + (f"?nothing={slot}" if nothing else "") + f"#{slot}")


def _fragment(space: queries.Space, view: dict) -> dict:
    return {"piece": view, "dossier": space.dossier, "space": space, "where": summary.where(space)}


def _row(space: queries.Space, slot: str) -> queries.Slot:
    """Return one document of the space; raise NotFound when it shows none of this name."""
    row = next((row for row in space.slots if row.slot == slot), None)
    if row is None:
        raise access.NotFound
    return row


def _to_piece(space: queries.Space, slot: str) -> HttpResponse:
    """Lead from an address that only takes what a form sends to the document that it belongs to."""
    about = proofs.half_of(slot)
    if about is not None:
        return redirect("student:cannot", space.dossier.pk, *about)
    return redirect(f"{_page(space)}#{_row(space, slot).slot}")


def _page(space: queries.Space) -> str:
    if space.dossier.submitted_at is not None:
        return reverse("student:my-documents")
    return reverse("student:documents", args=[space.dossier.pk])


def _scripted(request: HttpRequest) -> bool:
    """Tell whether our script asked for the fragment of one document (portals/components, matricule.js)."""
    return "X-Matricule-Fragment" in request.headers
