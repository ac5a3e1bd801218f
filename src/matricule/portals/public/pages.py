"""The pages that explain: start, documents, translation, number, help, and what a public service owes its readers."""

import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation as languages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matricule.core import config, i18n
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.public import listing, statement, words
from matricule.portals.public.forms import TranslationForm
from matricule.rules import languages as spoken
from matricule.rules import translation as rule
from matricule.rules.text import fold


@gate.public
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Lead from the bare address to the start page in the reader's language."""
    wanted = languages.get_language_from_request(request)
    code = wanted if wanted in i18n.LANGUAGES else "fr"
    response = redirect(f"/{code}/")
    response["Vary"] = "Accept-Language, Cookie"
    return response


@gate.public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say what the service is for, and open its doors."""
    context = {"steps": words.steps(), "insurance": words.insurance(), "opens": words.opens()}
    return render(request, "public/start.html", context)


@gate.public
@require_safe
def prepare(request: HttpRequest) -> HttpResponse:
    """Show every document that a student may be asked for, by phase."""
    phases = listing.everything()
    return render(
        request, "public/prepare.html", {"phases": phases, "open": "print" in request.GET, "tips": words.tips()}
    )


@gate.public
@require_http_methods(["GET", "HEAD", "POST"])
def translation(request: HttpRequest) -> HttpResponse:
    """Answer whether a document needs a translation; the countries travel in the body, not in the address."""
    form = TranslationForm(request.POST or None)
    answer = None
    if switching(request):
        unvalidated(form)
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        answer = rule.decide(
            given["document_country"],
            given["document_language"],
            multilingual_form=given["multilingual_form"],
            plurilingual_extract=given["plurilingual_extract"],
        )
    context = {"form": form, "answer": answer, "page_form": True, "accepted": _readable()}
    context["who"] = words.translators()
    return render(request, "public/translation.html", context, status=422 if form.errors else 200)


@gate.public
@require_safe
def number(request: HttpRequest) -> HttpResponse:
    """Explain the numbers: NIR, NIA, and those that payroll or history left."""
    return render(
        request,
        "public/number.html",
        {
            **words.numbers(),
            "rows": words.digits(),
            "caption": _("The 15 digits of a social security number"),
            "columns": words.columns(),
        },
    )


@gate.public
@require_safe
def lost(request: HttpRequest) -> HttpResponse:
    """Say where a lost number is written, and whom to ask (S1-8 to S1-11)."""
    return render(request, "public/lost.html", words.lost_number())


@gate.public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Give the lines that answer, and their hours (S3-34 to S3-36)."""
    return render(request, "public/help.html")


@gate.public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """State what is tested, what is not, and whom to tell."""
    context = {"contact": config.current().contact_address, **statement.accessibility()}
    return render(request, "public/accessibility.html", context)


@gate.public
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """Say what is kept, why, how long, and what a person may ask for."""
    return render(request, "public/personal-data.html", words.personal_data())


@gate.public
@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """Say under which licence the software is, and where its source is when the operator says so."""
    return render(request, "public/source.html", {"source_url": config.current().source_url})


@gate.public
@require_safe
def poster(request: HttpRequest) -> HttpResponse:
    """Show a page to print and hang up: the address and its QR code (S3-2)."""
    return render(request, "public/poster.html", {"site": _site(), "steps": words.steps()})


@gate.public
@require_safe
def address_code(request: HttpRequest) -> HttpResponse:
    """Draw the QR code of the start page in the language of this address."""
    import segno  # late: 4 MiB for one page

    drawing = io.BytesIO()
    address = config.current().site_url.rstrip("/") + reverse("public:start")
    code = segno.make(address, error="m", micro=False)
    code.save(drawing, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False)
    response = HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _readable() -> list[str]:
    """Return the languages that need no translation, by name, in the order of the reader's alphabet."""
    return sorted((i18n.pick(language.names) for language in spoken.accepted()), key=fold)


def _site() -> str:
    """Return the address to type: without its scheme, as people say it."""
    return config.current().site_url.rstrip("/").split("//", 1)[-1]
