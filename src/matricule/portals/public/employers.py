"""The employer's way: who may be registered, as what, with which documents, at which office (issue 5, section 2).

Answers travel in one signed hidden field, in the body of each request; nothing is stored, and no register is asked.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from matricule.core import clock, i18n
from matricule.portals import answers as signed
from matricule.portals import gate
from matricule.portals.components.forms import Form, switching, unvalidated
from matricule.portals.public import employer_list, words
from matricule.portals.public.employer_forms import FAMILY, DetailForm, FollowForm, PersonForm, WorkForm, needs_detail
from matricule.rules import countries, languages, permits
from matricule.rules.dates import PartialDate
from matricule.rules.employer import categories, classic, eligibility, offices
from matricule.rules.employer.eligibility import Decision

FORMAT = "employer-1"
STEPS = ("person", "follow", "work", "detail", "answer")
PERSON = tuple(PersonForm.base_fields)
NEEDED = ("birth_country", "nationality", "birth_date")
"""Without these there is nothing to decide: the page about the person comes first."""

FOLLOWING = ("number_kind", "where", "when", "returning")

Answers = dict[str, Any]


@gate.public
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Show the whole employers' service on one page: who, the six categories, the other doors, the paper route."""
    today = clock.today()
    rows = [
        {
            "category": row,
            "items": employer_list.of_category(row.code, on=today),
            "office": _usual_office(row.code),
            "own": row.code != "salarie",  # a caisse's name, which is not translated
        }
        for row in categories.all_categories()
    ]
    context = {
        "rows": rows,
        "doors": categories.doors(),
        "before": words.before_hiring(),
        "tips": words.employer_tips(),
        "open": "print" in request.GET,
    }
    return render(request, "public/employers.html", context)


@gate.public
@require_safe
def by_post(request: HttpRequest) -> HttpResponse:
    """List what goes on the two paper forms, field by field, for whoever cannot be in the online request."""
    sheets = [classic.sheet(code, {}) for code in classic.table().forms]
    return render(request, "public/employer-classic.html", {"sheets": sheets, "open": "print" in request.GET})


@gate.public
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def way(request: HttpRequest) -> HttpResponse:
    """Ask about the person, then about the work, and show the answer; each page comes back in the body."""
    answers, problem = _restore(request.POST.get("answers", ""))
    step = request.POST.get("step", "")
    early = step != "person" and not _complete(answers, NEEDED)
    if request.method != "POST" or step not in STEPS or problem or early:
        return _ask(request, "person", PersonForm(initial=_initial(answers)), answers, problem=problem)
    if request.POST.get("go") == "back" or "change" in request.POST:
        return _back(request, step, answers)
    if step == "answer":  # the answer again: to print, or in the other language
        return _next(request, answers, after="detail")
    form = _form(step, answers, request.POST)
    if form is None:
        return _next(request, answers)
    if switching(request):
        return _ask(request, step, unvalidated(form), answers)
    if not form.is_valid():
        return _ask(request, step, form, answers, status=422)
    return _next(request, _told(step, answers, form.cleaned_data), after=step)


def _form(step: str, answers: Answers, data: Any = None) -> Form | None:
    """Return the form of a step, None when these answers do not call for it."""
    if step == "person":
        return PersonForm(data, initial=_initial(answers))
    if step == "work":
        return WorkForm(data, initial=_initial(answers), with_language=_asks_language(answers))
    if step == "detail":
        category = str(answers.get("category", ""))
        return DetailForm(category, data, initial=answers) if needs_detail(category) else None
    decision = employer_list.decide(answers)
    return FollowForm(decision, data, initial=answers) if decision.asks else None


def _next(request: HttpRequest, answers: Answers, *, after: str = "") -> HttpResponse:
    """Show what comes next: a question of the rules, the page about the work, its detail, or the answer."""
    decision = employer_list.decide(answers)
    if decision.asks:
        if decision.asks == "number":
            return _number_again(request, decision, answers)
        return _ask(request, "follow", FollowForm(decision, initial=answers), answers, decision=decision)
    if decision.stops:
        return _show(request, answers, employer_list.stopped(decision))
    if after not in {"work", "detail"} or not _complete(answers, ("category", "contract_start", "postcode")):
        form = WorkForm(initial=_initial(answers), with_language=_asks_language(answers))
        return _ask(request, "work", form, answers)
    if after == "work" and needs_detail(str(answers["category"])):
        return _ask(request, "detail", DetailForm(str(answers["category"]), initial=answers), answers)
    return _show(request, answers, employer_list.result(answers, on=clock.today()))


def _number_again(request: HttpRequest, decision: Decision, answers: Answers) -> HttpResponse:
    """Show the number with what there is to say of it, as an error of its field."""
    form = FollowForm(decision, {"number": answers.get("number", "")})
    for reason in decision.reasons:
        form.add_error("number", i18n.pick(reason.text))
    return _ask(request, "follow", form, answers, decision=decision, status=422)


def _back(request: HttpRequest, step: str, answers: Answers) -> HttpResponse:
    """Go to the page before, or to the one that somebody wants to change."""
    wanted = request.POST.get("change") or {"detail": "work"}.get(step, "person")
    if wanted == "work" and _complete(answers, NEEDED) and employer_list.decide(answers).goes_on:
        form = WorkForm(initial=_initial(answers), with_language=_asks_language(answers))
        return _ask(request, "work", form, answers)
    return _ask(request, "person", PersonForm(initial=_initial(answers)), answers)


def _ask(
    request: HttpRequest,
    step: str,
    form: Form,
    answers: Answers,
    *,
    decision: Decision | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    if step == "follow" and decision is None:
        decision = employer_list.decide(answers)
    context = {
        "form": form,
        "step": step,
        "title": _title(step, decision),
        "rank": {"person": 1, "follow": 1}.get(step, 2),
        "decision": decision,
        "token": _sign(answers),
        "problem": problem,
        "page_form": True,
        "tips": words.before_hiring(),
    }
    return render(request, "public/employer-way.html", context, status=status)


def _title(step: str, decision: Decision | None) -> str:
    if decision is not None:
        return i18n.pick(decision.title)
    return {"person": _("Who is to be registered?"), "work": _("What work is it?")}.get(step, _("One more question"))


def _show(request: HttpRequest, answers: Answers, result: employer_list.Result) -> HttpResponse:
    context = {
        "result": result,
        "token": _sign(answers),
        "page_form": True,
        "checked": _checked(),
        "permits": permits.table() if result.check else (),
        "so_far": _so_far(answers),
        "open": request.POST.get("go") == "print",
        "tips": words.employer_tips(),
    }
    return render(request, "public/employer-answer.html", context)


def _checked() -> Any:
    return eligibility.checked()


def _told(step: str, answers: Answers, cleaned: dict[str, Any]) -> Answers:
    """Return the answers with those of one page; what followed from other ones is forgotten with them."""
    new = {name: _plain(value) for name, value in cleaned.items()}
    if step == "person":
        same = all(answers.get(name) == new.get(name) for name in PERSON)
        gone = () if same else FOLLOWING
        return {**{name: value for name, value in answers.items() if name not in gone}, **new}
    if step == "follow" and "number" in new:
        return {**{name: value for name, value in answers.items() if name != "number_kind"}, **new}
    return {**answers, **new}


def _plain(value: Any) -> Any:
    return str(value) if not isinstance(value, str | bool | list | type(None)) else value


def _initial(answers: Answers) -> Answers:
    """Return answers as the forms show them again: birth dates may lack a day, others are whole."""
    found = dict(answers)
    if found.get("birth_date"):
        found["birth_date"] = PartialDate.parse(str(found["birth_date"]))
    if found.get("contract_start"):
        found["contract_start"] = PartialDate.parse(str(found["contract_start"])).earliest
    return found


def _complete(answers: Answers, names: tuple[str, ...]) -> bool:
    return all(answers.get(name) for name in names)


def _asks_language(answers: Answers) -> bool:
    """Tell whether the language of the birth certificate matters: not when an authority of the Union issued it."""
    born = countries.find(str(answers.get("birth_country", "")))
    return born is None or not born.free_movement


def _usual_office(category: str) -> str:
    """Return the office of a category in general, in words."""
    if category == "salarie":
        return _("the caisse (health insurance office) of the place where the person lives")
    return offices.for_request(category, "69001").offices[0].name


def _so_far(answers: Answers) -> list[dict[str, str]]:
    """Return what was answered of person and work, in the order of their pages, each with the way to change it."""
    rows = [("person", _("Country of birth"), _country(answers, "birth_country"))]
    rows.append(("person", _("Nationality"), _country(answers, "nationality")))
    rows.append(("person", _("Second nationality"), _country(answers, "nationality_2")))
    rows.append(("person", _("Date of birth"), i18n.format_partial_date(str(answers.get("birth_date", "")))))
    category = categories.find(str(answers.get("category", "")))
    if category is not None:
        rows.append(("work", _("Category"), i18n.pick(category.name)))
        rows.append(("work", _("First day of work"), i18n.format_partial_date(str(answers["contract_start"]))))
        rows += [("work", label, value) for label, value in _about_the_work(answers)]
    return [
        {"id": step, "label": label, "value": value, "change": label.lower()} for step, label, value in rows if value
    ]


def _about_the_work(answers: Answers) -> list[tuple[str, str]]:
    """Return the answers of the second page after the day, chosen ones in the words that were chosen."""
    fields = WorkForm.base_fields
    language = languages.find(str(answers.get("document_language", ""))) if _asks_language(answers) else None
    chosen = [str(text) for code, text in FAMILY if code in answers.get("family", ())]
    return [
        (_("Home in France"), str(answers["postcode"])),
        (str(fields["head_office"].label), str(answers.get("head_office", ""))),
        (str(fields["document_language"].label), i18n.pick(language.names) if language else ""),
        (str(fields["family"].label), ", ".join(chosen).capitalize()),
    ]


def _country(answers: Answers, name: str) -> str:
    found = countries.find(str(answers.get(name, "")))
    return i18n.pick(found.names) if found else ""


def _restore(token: str) -> tuple[Answers, str]:
    """Read the hidden field: an old or changed page starts again, and says so."""
    if not token:
        return {}, ""
    try:
        found = signed.read(token)
    except signing.SignatureExpired:
        return {}, "old"
    except signing.BadSignature:
        return {}, "changed"
    given = found.get("answers")
    return (dict(given), "") if found.get("format") == FORMAT and isinstance(given, dict) else ({}, "changed")


def _sign(answers: Answers) -> str:
    return signed.write({"format": FORMAT, "answers": answers})
