"""Step 2, "I identify myself": four pages, each kept as typed at every submit and, with script, while typing."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matricule.core import clock, i18n
from matricule.dossiers import access, plan, queries
from matricule.dossiers.access import NotFound
from matricule.dossiers.operations import deposit
from matricule.dossiers.states import IllegalMove
from matricule.portals import gate
from matricule.portals.components.forms import switching
from matricule.portals.student import again, sections, summary
from matricule.rules import institutions

LATER = "typed_after_the_end"
"""Where the session keeps a page of the form that was sent after the person's session had ended."""


def keep_for_later(request: HttpRequest, dossier_id: UUID, name: str) -> None:
    """Keep what was typed until the person has signed in again (wording.md 6: what you had written is kept)."""
    form_class = sections.SECTIONS.get(name)
    if form_class is not None:
        typed = {raw: request.POST.get(raw, "")[: deposit.MAX_TYPED] for raw in sections.raw_names(form_class)}
        request.session[LATER] = {"dossier": str(dossier_id), "section": name, "typed": typed}


def save_kept(request: HttpRequest) -> None:
    """After signing in: put what was kept into the person's draft; nothing when it is not theirs or was sent since."""
    kept = request.session.pop(LATER, None)
    if kept is not None:
        try:
            deposit.save_section(gate.actor_of(request), UUID(kept["dossier"]), kept["section"], kept["typed"], None)
        except (NotFound, IllegalMove):
            return


@gate.dossier
@gate.keeps(keep_for_later)
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, dossier_id: UUID, name: str) -> HttpResponse:
    """Show and take one page of the form."""
    if name not in sections.SECTIONS:
        raise Http404
    form_class = sections.SECTIONS[name]
    actor = gate.actor_of(request)
    if request.method == "POST":
        try:
            return _taken(request, dossier_id, name)
        except IllegalMove:
            return redirect("student:information")
    space = queries.space(actor, dossier_id)
    if space.dossier.submitted_at is not None:
        return redirect("student:information")
    known = _typed_or_known(space, name)
    filled = name in space.registrant.sections_done
    if filled or any(known.get(raw) for raw in sections.raw_names(form_class)):
        # the first time, a page of the form shows nothing of anybody
        queries.note_reading(actor, dossier_id, "identity")
    if again.asked(request):
        form = form_class(_data({raw: known.get(raw, "") for raw in sections.raw_names(form_class)}))
    else:
        form = form_class(initial=sections.initial_from(form_class, known))
    return render(request, "student/identify.html", _context(space, name, form), status=422 if form.errors else 200)


def _taken(request: HttpRequest, dossier_id: UUID, name: str) -> HttpResponse:
    """Keep what a page of the form brought; lead on when every field is good, else to the page that says what is not.

    Raises IllegalMove when the dossier was sent meanwhile.
    """
    form_class, actor = sections.SECTIONS[name], gate.actor_of(request)
    typed = {raw: request.POST.get(raw, "") for raw in sections.raw_names(form_class)}
    form = form_class(request.POST)
    if switching(request):
        deposit.save_section(actor, dossier_id, name, typed, None)
        return again.SeeOther(request.get_full_path())
    good = form.is_valid()
    if not good and form.data.get("original_names", "") != typed.get("original_names", ""):
        typed["original_names"] = form.data["original_names"]
    deposit.save_section(actor, dossier_id, name, typed, form.checked() if good else None)
    if good:
        return redirect(_next(request, dossier_id, name))
    return again.back_to(request.path, request, "back")


def _data(typed: dict[str, str]) -> QueryDict:
    """Return what was typed as a browser sends it."""
    data = QueryDict(mutable=True)
    data.update(typed)
    return data


def _typed_or_known(space: queries.Space, name: str) -> dict[str, str]:
    """Return what was typed; on a first visit, what the questionnaire already knows (never asked twice)."""
    typed = dict(space.registrant.typed)
    if name == "civil_status":
        answers = space.dossier.answers
        typed.setdefault("nationality", str(answers.get("nationality", "")))
        typed.setdefault("birth_country", str(answers.get("birth_country", "")))
        year, month, day = [*str(answers.get("birth_date", "")).split("-"), "", "", ""][:3]
        typed.setdefault("birth_date_year", year)
        typed.setdefault("birth_date_month", month.lstrip("0"))
        typed.setdefault("birth_date_day", day.lstrip("0"))
    return typed


def _context(space: queries.Space, name: str, form: sections.SectionForm) -> dict:
    order = list(plan.SECTIONS)
    place = order.index(name)
    return {
        "space": space,
        "dossier": space.dossier,
        "section": name,
        "number": place + 1,
        "of": len(order),
        "previous": order[place - 1] if place else "",
        "form": form,
        "page_form": True,
        "differences": summary.differences(space) if name == plan.CIVIL_STATUS else [],
        "opened": summary.opened(space) if name == plan.CIVIL_STATUS else [],
    }


def _next(request: HttpRequest, dossier_id: UUID, name: str):
    if request.GET.get("back") == "check":
        return reverse("student:check", args=[dossier_id])
    order = list(plan.SECTIONS)
    place = order.index(name) + 1
    if place < len(order):
        return reverse("student:identify", args=[dossier_id, order[place]])
    return reverse("student:documents", args=[dossier_id])


@gate.dossier
@require_http_methods(["GET", "HEAD", "POST"])
def autosave(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Keep the fields that changed since the page last knew them; say which another window changed meanwhile."""
    if request.method != "POST":
        access.get(gate.actor_of(request), dossier_id)
        return redirect("student:space")
    known = {raw for form_class in sections.SECTIONS.values() for raw in sections.raw_names(form_class)}
    changes = {
        name: (request.POST.get(f"base:{name}", ""), request.POST[name]) for name in request.POST if name in known
    }
    try:
        saved = deposit.save_typed(gate.actor_of(request), dossier_id, changes)
    except IllegalMove:
        return _sent_meanwhile()
    at = _("Saved at %(time)s. You can close this page and come back.") % {"time": i18n.format_time(clock.now())}
    changed = _("Changed meanwhile in another window. Reload the page to see it.")
    conflicts = [{"name": name, "text": changed} for name in saved.conflicts]
    return JsonResponse({"text": at, "conflicts": conflicts})


def _sent_meanwhile() -> JsonResponse:
    """Say to a window that was left open that the file was sent, and where its information is changed from then on."""
    text = _(
        "You sent your file from another window. What you typed here is not kept: it stays on this page until "
        "you leave it."
    )
    return JsonResponse(
        {"text": text, "link": _("My information"), "href": reverse("student:information")}, status=409
    )


@gate.signed_in
@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """Return the institutions that a few letters find, as a fragment of the search component."""
    found = institutions.search(request.GET.get("school", ""), limit=8)
    return render(
        request, "student/_schools.html", {"found": found, "asked": bool(request.GET.get("school", "").strip())}
    )
