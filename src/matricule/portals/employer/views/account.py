"""A company's account: opening it, its start page, its address, its shared mailbox."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matricule import vision
from matricule.accounts import companies, directory, organisations, proofs
from matricule.core import i18n
from matricule.dossiers import uploads
from matricule.dossiers.checked import Checked
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.employer import forms
from matricule.portals.employer.frame import frame
from matricule.rules import caisses, offices

REASONS = {
    "other_company": gettext_lazy("It is another company’s: send one that names yours."),
    "no_siret": gettext_lazy("It does not show the SIRET: send one that does."),
    "too_old": gettext_lazy("It is older than three months: send a new one."),
    "unreadable": gettext_lazy("It cannot be read: send the PDF itself, or a sharper photo."),
}
"""What a company reads about a document that proves nothing: why, and what to send."""


@gate.strongly
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Open the account of a company, or of one more."""
    form = forms.RegisterForm(request.POST if request.method == "POST" else None)
    looked: bool | None = None
    if switching(request):
        unvalidated(form)
    elif "look_up" in request.POST:
        form, looked = _looked_up(form)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        company_id = companies.register(
            gate.user_id(request), given["siret"], given, name=given["person"], language=i18n.language()
        )
        request.session[gate.COMPANY] = str(company_id)
        return redirect("employer:home")
    context = {
        "form": form,
        "page_form": True,
        "first": gate.member_of(request) is None,
        "directory": directory.is_there(),
        "looked": looked,
    }
    return render(request, "employer/register.html", context, status=_status(form))


def _looked_up(form: forms.RegisterForm) -> tuple[forms.RegisterForm, bool | None]:
    """Fill the empty fields from the directory; tell whether it knew the SIRET, None for one that is none."""
    form.full_clean()
    siret = form.cleaned_data.get("siret", "")
    if not siret:
        wrong = form.errors["siret"]
        unvalidated(form)
        form.errors["siret"] = wrong
        return form, None
    found = directory.look_up(siret)
    return unvalidated(form.filled(found)), found is not None


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def household(request: HttpRequest) -> HttpResponse:
    """Send a private household without a SIRET to the caisse of the employee's residence, with form S1106."""
    form = forms.HouseholdForm(request.POST if request.method == "POST" else None)
    found = []
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        rows = caisses.for_postcode(form.cleaned_data["postcode"])
        found = [_caisse(row.code) for row in rows]
    context = {"form": form, "page_form": True, "offices": found}
    return render(request, "employer/household.html", context, status=_status(form))


def _caisse(code: str) -> dict[str, object]:
    """Return a caisse's name and the lines of its address; a first line that only says the name again is left out."""
    name = offices.name(code)
    return {"name": name, "lines": offices.below(name, offices.postal_address(code, ""))}


@gate.for_company
@require_safe
def home(request: gate.MemberRequest) -> HttpResponse:
    """Lead to the company's start page: its requests."""
    return redirect("requests:list")


@gate.for_company
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: gate.MemberRequest) -> HttpResponse:
    """Show what is known of the company; an administrator changes it."""
    member = request.member
    known = {name: getattr(member.company, name) for name in companies.ADDRESS}
    form = forms.AddressForm(request.POST if request.method == "POST" else None, initial=known)
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        companies.change_address(member.user_id, member.company.id, form.cleaned_data)
        return redirect("employer:company")
    return _company_page(request, form)


@gate.for_company
@require_POST
def mailbox(request: gate.MemberRequest) -> HttpResponse:
    """Name the mailbox that gets a copy of every message, or none."""
    member = request.member
    form = forms.MailboxForm(request.POST)
    if form.is_valid():
        companies.set_shared_mailbox(member.user_id, member.company.id, form.cleaned_data["shared"])
        return redirect("employer:company")
    known = {name: getattr(member.company, name) for name in companies.ADDRESS}
    return _company_page(request, forms.AddressForm(initial=known), form)


@gate.for_company
@require_POST
def proof(request: gate.MemberRequest) -> HttpResponse:
    """Take a document that proves the company; what cannot be kept is said at once."""
    member = request.member
    sent = request.FILES.get("files")
    problem = ""
    if sent is None:
        problem = _("Choose a document first.")
    elif getattr(sent, "too_long", False):
        problem = _("This document is too large.")
    else:
        checked = uploads.check(sent.name or "", sent.read(), at_once=False)
        if checked.waiting:
            raise vision.Busy("the parser is busy")
        if not checked.ok or checked.data is None:
            problem = _("This document cannot be opened here. Send a PDF, or a photo in JPEG or PNG.")
        else:
            problem = _keep_proof(member, checked)
    if not problem:
        return redirect("employer:company")
    known = {name: getattr(member.company, name) for name in companies.ADDRESS}
    return _company_page(request, forms.AddressForm(initial=known), proof_problem=problem)


def _keep_proof(member: organisations.Member, checked: Checked) -> str:
    try:
        proofs.send(
            member.user_id, member.company.id,
            name=checked.name, kind=checked.kind, sha256=checked.sha256, data=checked.data or b"",
        )  # fmt: skip
    except proofs.TooManyProofs:
        return _("Several documents wait for the caisse already: wait for its answer.")
    return ""


def _company_page(
    request: gate.MemberRequest,
    form: forms.AddressForm,
    box: forms.MailboxForm | None = None,
    proof_problem: str = "",
) -> HttpResponse:
    company_id = request.member.company.id
    shared = organisations.shared_mailbox_of(company_id)
    context = {
        **frame(request, "company"),
        "form": form,
        "shared": shared,
        "box": box or forms.MailboxForm(initial={"shared": shared.address}),
        "proofs": [{"what": one, "why": REASONS.get(one.reason, "")} for one in proofs.of_company(company_id)],
        "proof_problem": proof_problem,
        "places": organisations.memberships_of(request.member.user_id),
    }
    wrong = bool(proof_problem or (form.is_bound and form.errors) or (box is not None and box.errors))
    return render(request, "employer/company.html", context, status=422 if wrong else 200)


@gate.for_company
@require_POST
def choose(request: gate.MemberRequest) -> HttpResponse:
    """Act for another one of the person's companies from now on, in this session."""
    places = {str(place.company.id) for place in organisations.memberships_of(request.member.user_id)}
    chosen = request.POST.get("company", "")
    if chosen not in places:
        raise Http404
    request.session[gate.COMPANY] = chosen
    return redirect("employer:home")


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_mailbox(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a shared mailbox by the link that it received; the button confirms, not the opening of the page."""
    done = companies.confirm_shared_mailbox(token) if request.method == "POST" else None
    return render(request, "employer/confirm-mailbox.html", {"done": done}, status=404 if done is False else 200)


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
