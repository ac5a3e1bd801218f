"""The documents of one person of a request: the deposit's upload, where adding never removes another file."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from matricule import vision
from matricule.dossiers import access, people, queries, requests, uploads, work
from matricule.dossiers.operations import asking, files
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer.frame import frame
from matricule.portals.papers import file_act
from matricule.portals.requests import shown
from matricule.portals.requests.forms import PaperForm
from matricule.portals.student import again, pieces
from matricule.portals.student.after_forms import CannotForm
from matricule.portals.student.forms import TranslatorForm
from matricule.rules.employer import contract

READ_OR_ACT = ("GET", "HEAD", "POST")


def space_of(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, action: str = "read") -> queries.Space:
    """Return one person of a request of the member's company."""
    return requests.read(shown.actor_of(request), dossier_id, action).person(person_id)


def piece_of(space: queries.Space, slot: queries.Slot, *, unsaid: bool = False, **more: bool) -> dict:
    """Return what the template of one document needs; with the question what its file is, where that is asked.

    ``unsaid``: a file came without the answer.
    """
    view = pieces.view(space, slot, **more)
    if work.is_asked(space.dossier, space.registrant, slot.slot):
        form = PaperForm({"said": ""} if unsaid else None, category=space.dossier.category)
        for part in view["parts"]:
            part["asks"] = form["said"]
    return view


@gate.for_company
@require_safe
def documents(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID) -> HttpResponse:
    """Show every document asked of one person, with the files sent for it."""
    space = space_of(request, dossier_id, person_id)
    queries.note_reading(shown.actor_of(request), dossier_id, "documents")
    nothing, unsaid = request.GET.get("nothing", ""), request.GET.get("unsaid", "")
    rows = [slot for slot in space.asked if slot.slot not in people.BY_PERSON]
    context = {
        **_frame(request, space),
        "groups": [
            {
                "number": number,
                "pieces": [
                    piece_of(space, slot, nothing=slot.slot == nothing, unsaid=slot.slot == unsaid)
                    for slot in rows
                    if slot.phase == number
                ],
            }
            for number in (1, 2)
        ],
        "dropped": [pieces.view(space, slot) for slot in space.slots if slot.dropped],
        "by_post": space.registrant.role == people.PRINCIPAL
        and any(slot.slot in people.BY_PERSON for slot in space.asked),
        "rib_on": requests.posted_ribs(requests.Request(space.dossier, [space.registrant])).get(person_id),
        "limits": vision.shown(),
        "category": shown.category_of(space),
        "next_person": _next_person(request, space),
        "check_page": "" if space.registrant.is_sent else shown.check_page(space),
    }
    return render(request, "requests/documents.html", context)


def _next_person(request: gate.MemberRequest, space: queries.Space) -> dict | None:
    """Return the next person of a draft; who is added to a sent request is sent alone."""
    rows = requests.read(shown.actor_of(request), space.dossier.pk).people
    place = next(index for index, one in enumerate(rows) if one.registrant.pk == space.registrant.pk)
    if space.dossier.submitted_at is not None and not space.registrant.is_sent:
        return None
    if place + 1 == len(rows):
        return None
    return {"name": shown.name_of(rows[place + 1].registrant), "href": shown.next_page(rows[place + 1])}


def _frame(request: gate.MemberRequest, space: queries.Space) -> dict:
    return {
        **frame(request, "home"),
        "space": space,
        "dossier": space.dossier,
        "who": shown.name_of(space.registrant),
        "role": shown.role_of(space.registrant),
        "back": shown.href("documents", space),
    }


@gate.for_company
@require_http_methods(READ_OR_ACT)
def add(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, slot: str) -> HttpResponse:
    """Take one or several files for a document of one person; each gets its verdict now.

    The script asks here again, with GET, for a document whose file waits for its verdict.
    """
    actor = shown.actor_of(request)
    if request.method != "POST" and _scripted(request):
        return _answer(request, space_of(request, dossier_id, person_id), slot)
    space = space_of(request, dossier_id, person_id, "add_file")
    if request.method != "POST":
        return _to_piece(space, slot)
    part, replaces = request.POST.get("part", "main"), _version_named(request)
    sent = request.FILES.getlist("files")
    said = request.POST.get("said", "") if work.is_asked(space.dossier, space.registrant, slot) else None
    if sent and said is not None and said not in contract.table().proofs:
        return _answer(request, space, slot, unsaid=True, replaces=replaces)
    keep = partial(
        files.add_file, actor, dossier_id, slot, part,
        replaces=replaces, allowed=True, person_id=person_id, said=said or "",
    )  # fmt: skip
    for upload in sent:
        name = upload.name or "document"
        if getattr(upload, "too_long", False):
            checked = uploads.too_large(name, upload.size or 0)
        else:
            checked = uploads.check(name, upload.read())
        try:
            keep(checked)
        except (files.TooMuch, work.NoProof) as why:
            keep(uploads.beyond(checked, why.code))
    return _answer(request, space, slot, nothing=not sent, replaces=replaces)


def _version_named(request: gate.MemberRequest) -> UUID | None:
    try:
        return UUID(request.POST["replaces"]) if "replaces" in request.POST else None
    except ValueError:
        raise Http404 from None


@gate.for_company
@require_http_methods(READ_OR_ACT)
def translator(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, slot: str) -> HttpResponse:
    """Take who translated a document; what is wrong is shown on a page of its own, or in the script's fragment."""
    space = space_of(request, dossier_id, person_id)
    _row(space, slot)
    if request.method != "POST":
        return _to_piece(space, slot)
    form = TranslatorForm(request.POST, prefix=slot)
    if not switching(request) and form.is_valid():
        files.name_translator(shown.actor_of(request), dossier_id, slot, **form.cleaned_data, person_id=person_id)
        return _answer(request, space_of(request, dossier_id, person_id), slot)
    if switching(request):
        unvalidated(form)
    view = pieces.view(space, _row(space, slot))
    if not view["asks_translator"]:
        return _answer(request, space, slot)  # an old tab: there is no such form to show again
    queries.note_reading(shown.actor_of(request), dossier_id, "documents")
    view["translator_form"] = form
    template = "requests/answer.html" if _scripted(request) else "requests/piece.html"
    context = {**_frame(request, space), "piece": view, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)


@gate.for_company
@require_http_methods(READ_OR_ACT)
def replace(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, slot: str) -> HttpResponse:
    """Show one document that was sent, ready to take the files of its new version; nothing is taken back by it."""
    space = space_of(request, dossier_id, person_id)
    found, given = _row(space, slot), request.GET
    view = piece_of(space, found, replacing=True, nothing="nothing" in given, unsaid="unsaid" in given)
    if not view["can_replace"]:
        return _to_piece(space, slot)
    if request.method == "POST":
        return again.SeeOther(request.path)
    queries.note_reading(shown.actor_of(request), dossier_id, "documents")
    return render(request, "requests/piece.html", {**_frame(request, space), "piece": view, "replacing": True})


@gate.for_company
@require_http_methods(READ_OR_ACT)
def act(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, file_id: UUID, action: str) -> HttpResponse:
    """Do one act on a file: remove, restore, keep, earlier, later."""
    actor = shown.actor_of(request)
    do = file_act(actor, dossier_id, file_id, action)
    space = space_of(request, dossier_id, person_id)
    slot = files.slot_of(actor, dossier_id, file_id, person_id=person_id)
    if request.method != "POST":
        return _to_piece(space, slot)
    do()
    return _answer(request, space_of(request, dossier_id, person_id), slot)


@gate.for_company
@require_http_methods(READ_OR_ACT)
def cannot(request: gate.MemberRequest, dossier_id: UUID, person_id: UUID, slot: str, part: str) -> HttpResponse:
    """Take why a document of one person cannot be had (R114-7 V CSS)."""
    space = space_of(request, dossier_id, person_id)
    half = next((one for one in space.halves_of(slot) if one.part == part and one.state != "accepted"), None)
    if half is None:
        raise Http404
    form = CannotForm(request.POST if request.method == "POST" else None)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asking.cannot_get(
            shown.actor_of(request), dossier_id, slot, part,
            why=given["why"], lasting=given["how_long"] == "lasting", person_id=person_id,
        )  # fmt: skip
        return redirect(shown.href("documents", space) + f"#{slot}")
    queries.note_reading(shown.actor_of(request), dossier_id, "documents")
    context = {**_frame(request, space), "form": form, "page_form": True, "name": pieces.title(slot, space)}
    return render(request, "requests/cannot.html", context, status=422 if form.errors else 200)


def _answer(
    request: gate.MemberRequest,
    space: queries.Space,
    slot: str,
    *,
    nothing: bool = False,
    unsaid: bool = False,
    replaces: UUID | None = None,
) -> HttpResponse:
    """Answer with the document's fragment when a script asked, else go back to the page."""
    row = _row(space, slot)
    waits = replaces is not None and row.version is not None and row.version.pk == replaces
    if _scripted(request):
        if not request.FILES:
            queries.note_reading(shown.actor_of(request), space.dossier.pk, "documents")
        view = piece_of(space, row, nothing=nothing, unsaid=unsaid, replacing=waits)
        return render(request, "requests/answer.html", {**_frame(request, space), "piece": view})
    page = shown.href("replace", space, slot) if waits else shown.href("documents", space)
    lacks = f"?nothing={slot}" if nothing else f"?unsaid={slot}" if unsaid else ""
    return redirect(page + lacks + f"#{slot}")


def _row(space: queries.Space, slot: str) -> queries.Slot:
    """Return one document of the person; raise NotFound when there is none of this name."""
    row = next((row for row in space.slots if row.slot == slot and slot not in people.BY_PERSON), None)
    if row is None:
        raise access.NotFound
    return row


def _to_piece(space: queries.Space, slot: str) -> HttpResponse:
    return redirect(reverse_to(space) + f"#{_row(space, slot).slot}")


def reverse_to(space: queries.Space) -> str:
    """Return the page of the documents of one person."""
    return reverse("requests:documents", args=[space.dossier.pk, space.registrant.pk])


def _scripted(request: gate.MemberRequest) -> bool:
    return "X-Matricule-Fragment" in request.headers
