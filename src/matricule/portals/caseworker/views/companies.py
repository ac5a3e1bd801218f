"""Companies at the desk: documents that prove them, accounts of one SIRET, joining two."""

from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from matricule import vision
from matricule.accounts import companies, organisations, proofs
from matricule.accounts.organisation_door import NotTheirs
from matricule.core import i18n, journal
from matricule.dossiers.access import caseworker
from matricule.dossiers.operations import joining
from matricule.portals import downloads, gate
from matricule.portals.caseworker import shown
from matricule.portals.caseworker.views.sign_in import prove_first
from matricule.portals.components import fields
from matricule.portals.components.forms import Form, acting, sent, switching, unvalidated
from matricule.rules.numbers import business

REASONS = {
    "other_company": gettext_lazy("It is another company’s"),
    "no_siret": gettext_lazy("It does not show the SIRET"),
    "too_old": gettext_lazy("It is older than three months"),
    "unreadable": gettext_lazy("It cannot be read"),
}


class SendBackForm(Form):
    """Why a document does not prove a company."""

    reason = forms.ChoiceField(
        label=gettext_lazy("It does not, because:"),
        choices=list(REASONS.items()),
        widget=fields.ChoiceCards,
        error_messages={"required": gettext_lazy("Choose why it does not prove the company.")},
    )


class SearchForm(Form):
    """The SIRET whose accounts are looked for."""

    siret = forms.CharField(
        label=gettext_lazy("SIRET"),
        max_length=30,
        widget=fields.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the SIRET: 14 digits.")},
    )

    def clean_siret(self) -> str:
        """Return the 14 digits."""
        checked = business.check_siret(self.cleaned_data["siret"])
        if not checked.ok:
            raise forms.ValidationError(i18n.pick(checked.text))
        return checked.value


@gate.desk
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: gate.DeskRequest) -> HttpResponse:
    """Show the documents that wait, and the accounts of a SIRET; a change of the language keeps what is typed."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    found, searched = [], acting(request) and form.is_valid()
    if searched:
        found = organisations.accounts_of(form.cleaned_data["siret"])
    if switching(request):
        unvalidated(form)
    context = {
        "post": request.post,
        "tabs": shown.tabs(request.post, ""),
        "form": form,
        "found": found,
        "searched": searched,
        "page_form": True,
        "waiting": proofs.waiting(),
    }
    return render(request, "caseworker/companies.html", context, status=422 if form.errors else 200)


@gate.desk
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: gate.DeskRequest, company_id: UUID) -> HttpResponse:
    """Show one account, its people, what it sent to prove itself, and others of its SIRET to join with it.

    The page shows the names and addresses of the account's people: its reading is in the journal (reliability.md R70).
    """
    company = organisations.company_of(company_id)
    if company is None:
        raise Http404
    asked = prove_first(request, reading=True)
    if asked is not None:
        return asked
    error = ""
    if request.method == "POST":
        error = _join(request, company_id)
        if not error:
            return redirect("caseworker:company", company_id)
    _note(request, company_id, "company")
    context = {
        "post": request.post,
        "tabs": shown.tabs(request.post, ""),
        "company": company,
        "team": organisations.members(company_id),
        "proofs": [
            {"what": one, "why": REASONS.get(one.reason, "")} for one in proofs.of_company(company_id)
        ],
        "others": [one for one in organisations.accounts_of(company.siret) if one.company.id != company_id],
        "error": error,
    }  # fmt: skip
    return render(request, "caseworker/company.html", context, status=422 if error else 200)


def _join(request: gate.DeskRequest, company_id: UUID) -> str:
    try:
        joining.join_accounts(caseworker(request.post.user_id), company_id, UUID(request.POST.get("other", "")))
    except (ValueError, NotTheirs):
        raise Http404 from None
    except companies.NotAlike:
        return _("Only accounts of one SIRET can be joined.")
    return ""


@gate.desk
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: gate.DeskRequest, proof_id: UUID) -> HttpResponse:
    """Show one document, and take the caseworker's word on it, after a fresh proof of who says it.

    A change of the language keeps the reason that was chosen.
    """
    what, _data = _original(proof_id)
    asked = prove_first(request, reading=True)
    if asked is not None:
        return asked
    form = SendBackForm(sent(request))
    error = ""
    if switching(request):
        unvalidated(form)
    elif request.method == "POST":
        accepts = "accept" in request.POST
        if accepts or form.is_valid():
            worker, reason = caseworker(request.post.user_id), "" if accepts else form.cleaned_data["reason"]
            try:
                proofs.decide(str(worker), proof_id, by=request.post.user_id, reason=reason)
                return redirect("caseworker:company", what.company.id)
            except proofs.AlreadyDecided:
                error = _("A colleague decided on this document meanwhile.")
                what, _data = _original(proof_id)
    if not what.waits:
        form = SendBackForm()  # the page asks for no reason any more: nothing is missing from it
    context = {
        "post": request.post,
        "tabs": shown.tabs(request.post, ""),
        "proof": what,
        "company": what.company,
        "form": form,
        "page_form": what.waits,
        "error": error,
    }
    status = 409 if error else 422 if form.errors else 200
    return render(request, "caseworker/company-proof.html", context, status=status)


@gate.desk
@require_safe
def proof_image(request: gate.DeskRequest, proof_id: UUID) -> HttpResponseBase:
    """Show the first page of a document as a picture that we drew; its reading is in the journal."""
    what, data = _original(proof_id)
    _note(request, what.company.id, "page_image")
    return downloads.image(request, vision.render_page(data, 0, width=900, rotation=0, patience=5.0))


@gate.desk
@require_safe
def proof_original(request: gate.DeskRequest, proof_id: UUID) -> HttpResponseBase:
    """Give a document as it was sent, as a download; its reading is in the journal."""
    what, data = _original(proof_id)
    _note(request, what.company.id, "original")
    return downloads.attachment(data, what.name, what.kind)


def _original(proof_id: UUID) -> tuple[proofs.Proof, bytes]:
    found = proofs.original(proof_id)
    if found is None:
        raise Http404
    return found


def _note(request: gate.DeskRequest, company_id: UUID, how: str) -> None:
    with transaction.atomic():
        journal.record(
            actor=f"user:{request.post.user_id}", action=f"read.{how}", subject=("organisation", company_id)
        )
