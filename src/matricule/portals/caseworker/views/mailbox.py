"""A lost mailbox at the desk: one person checks the identity document, another confirms (issue 4, section 1)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from matricule.accounts import address_changes
from matricule.accounts.address_changes import CannotChange
from matricule.dossiers import desk
from matricule.dossiers.mailbox import Recovery
from matricule.dossiers.operations import recovering
from matricule.portals import gate
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.mailbox_forms import ConfirmForm, ProposeForm, TurnDownForm
from matricule.portals.caseworker.views.decisions import READ_OR_ACT, actor
from matricule.portals.caseworker.views.frame import frame
from matricule.portals.caseworker.views.sign_in import prove_first
from matricule.portals.components.forms import acting, sent, unvalidated

Forms = dict[str, Any]
Act = Callable[[gate.DeskRequest, UUID, Any], bool]
IDENTITY = ("identity", "french_identity")


@gate.desk
@require_http_methods(READ_OR_ACT)
def mailbox(request: gate.DeskRequest, dossier_id: UUID) -> HttpResponse:
    """Show what was asked and checked, and take the next act, after a fresh proof of who acts."""
    case = desk.case(actor(request), dossier_id, shown.person_id(request))
    if case.dossier.route != "student":
        raise Http404
    asked = prove_first(request)
    if asked is not None:
        return asked
    forms = _forms(case, request)
    act = _act(case, request)
    acts: dict[str, Act] = {"propose": _propose, "confirm": _confirm, "refuse": _refuse}
    if act and forms[act].is_valid() and acts[act](request, dossier_id, forms[act]):
        return redirect("caseworker:mailbox", dossier_id)
    for name, form in forms.items():
        if form.is_bound and name != act:
            unvalidated(form)
    under_way = address_changes.waiting(case.dossier.owner_id)
    context = {
        **frame(request, case), **forms, "form": forms[act] if act else None, "row": _row(case),
        "mine": _proposed_by(case) == request.post.user_id, "identity": _identity(case),
        "under_way": under_way, "page_form": _open(case) is not None or under_way is None,
    }  # fmt: skip
    return render(request, "caseworker/mailbox.html", context, status=422 if act else 200)


def _act(case: desk.Case, request: gate.DeskRequest) -> str:
    """Return which act was sent, "" for none; without the name of a button, the one that the page offers first."""
    if not acting(request):
        return ""
    given = request.POST.get("act", "")
    if given in {"propose", "confirm", "refuse"}:
        return given
    row = _open(case)
    if row is None or row.state != Recovery.State.PROPOSED:
        return "propose"
    return "refuse" if row.proposed_by == request.post.user_id else "confirm"


def _open(case: desk.Case) -> Recovery | None:
    """Return the recovery that waits for somebody of the office."""
    return case.recovery if case.recovery is not None and case.recovery.state in Recovery.OPEN else None


def _forms(case: desk.Case, request: gate.DeskRequest) -> Forms:
    """Return the forms of the page, which are sent together: what stands in one is kept while another is wrong."""
    row = _open(case)
    known = {"version": case.dossier.version, "email": row.new_address if row is not None else ""}
    made = {"propose": ProposeForm, "confirm": ConfirmForm, "refuse": TurnDownForm}
    return {name: form(sent(request), initial=known) for name, form in made.items()}


def _propose(request: gate.DeskRequest, dossier_id: UUID, form: ProposeForm) -> bool:
    given = form.cleaned_data
    try:
        recovering.propose(
            actor(request), dossier_id,
            expects=given["version"], address=given["email"], seen=given["seen"], paper_number=given["paper_number"],
        )  # fmt: skip
    except recovering.OtherPaper:
        form.add_error(
            "paper_number",
            gettext("This is not the number of the document in the file. Do not go on: ask a colleague."),
        )
    except CannotChange as why:
        form.add_error("email", _in_the_way(why))
    except ValueError:
        form.add_error("paper_number", gettext("Write the number of the document that was shown."))
    return not form.errors


def _confirm(request: gate.DeskRequest, dossier_id: UUID, form: ConfirmForm) -> bool:
    try:
        recovering.confirm(actor(request), dossier_id, expects=form.cleaned_data["version"])
    except recovering.SamePerson:
        form.add_error("agrees", gettext("You proposed it yourself: a colleague confirms it."))
    except CannotChange as why:
        form.add_error("agrees", _in_the_way(why))
    return not form.errors


def _refuse(request: gate.DeskRequest, dossier_id: UUID, form: TurnDownForm) -> bool:
    given = form.cleaned_data
    recovering.refuse(actor(request), dossier_id, expects=given["version"], why=given["why"])
    return True


def _in_the_way(why: CannotChange) -> str:
    return {
        "same": gettext("This is the address of the space already."),
        "busy": gettext("Another change of this address waits for its 24 hours."),
        "taken": gettext("This address opens another space with a file: ask the person for another one."),
    }[why.reason]


def _row(case: desk.Case) -> dict[str, Any] | None:
    """Return what the page says of the last recovery."""
    row = case.recovery
    if row is None:
        return None
    seen = dict(ProposeForm.base_fields["seen"].choices).get(row.seen, "")  # type: ignore[attr-defined]
    return {
        "state": row.state, "asked_at": row.asked_at, "proposed_at": row.proposed_at, "ended_at": row.ended_at,
        "address": row.new_address, "phone": row.phone, "words": row.words, "why": row.why, "seen": seen,
        "by_form": row.proposed_at is None or row.asked_at < row.proposed_at,
        "proposed_by": case.names.get(row.proposed_by, "") if row.proposed_by else "",
        "ended_by": case.names.get(row.ended_by, "") if row.ended_by else "",
        "open": row.state in Recovery.OPEN,
    }  # fmt: skip


def _proposed_by(case: desk.Case) -> UUID | None:
    return case.recovery.proposed_by if case.recovery is not None else None


def _identity(case: desk.Case) -> str:
    """Return the page of the identity document of the file, to compare."""
    half = next((half for half in case.halves if half.code in IDENTITY), None)
    return shown.address(case, half) if half is not None else ""
