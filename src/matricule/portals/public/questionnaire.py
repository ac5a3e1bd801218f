"""The student's questionnaire: one question a page, nothing stored, until the end that the rules give (issue 2, 2.1).

Answers travel in one signed hidden field, in the body of each request. A page that is too old or was changed on the
way costs nothing that can be kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from matricule.core import clock, i18n
from matricule.portals import answers as signed
from matricule.portals import gate
from matricule.portals.components.forms import switching, unvalidated
from matricule.portals.public import listing, words
from matricule.portals.public.forms import QuestionForm, initial_of
from matricule.rules import countries, languages, orientation, permits
from matricule.rules.orientation import REGISTER, Orientation, Outcome, Question
from matricule.rules.orientation_answers import kept, merged

NAME = "student"
FORMAT = "questions-1"
PANELS = {"register": "ok", "must_not": "no", "not_yet": "wait", "elsewhere": "there"}
PICTURES = {"vls_ts": "visa_d", "card": "residence_permit", "visa_d_card_later": ""}

Answers = dict[str, Any]


@dataclass(frozen=True)
class Restored:
    """The answers that came back with a page; ``problem`` is "old" or "changed" when the page was no longer good."""

    answers: Answers
    problem: str = ""


@gate.public
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request: HttpRequest) -> HttpResponse:
    """Ask the next question, go back to an earlier one, or show the end.

    Not ``no-store`` as elsewhere: each page answers a POST, and a browser's Back could not show it again. Nobody is
    named here, and nothing is kept but in the page.
    """
    orient, today = orientation.load(NAME), clock.today()
    restored = _restore(orient, request.POST.get("answers", ""))
    question = orient.question(request.POST.get("question", ""))
    if request.method == "GET" or question is None:
        return _go_on(request, orient, restored, _destination(orient, restored.answers, request))
    form = _form(orient, question, restored.answers, request.POST)
    if switching(request):
        return _ask(request, orient, restored, question, unvalidated(form))
    valid = form.is_valid()
    answers = merged(question, restored.answers, form.values) if valid else restored.answers
    moved = Restored(answers, restored.problem)
    if request.POST.get("go") == "back" or "change" in request.POST:
        return _go_on(request, orient, moved, _destination(orient, answers, request, question))
    if not valid:
        return _ask(request, orient, restored, question, form, status=422)
    chosen = question.option(answers[question.id])
    if chosen is not None and not chosen.settles:
        return _ask(request, orient, moved, question, _form(orient, question, answers), pictures=True)
    return _go_on(request, orient, moved, orient.next_question(answers, on=today))


@gate.public
@require_safe
def outcome(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one end and its general list: the page that can be shared, without anybody's answer."""
    orient, today = orientation.load(NAME), clock.today()
    found = orient.find_outcome(slug)
    if found is None:
        raise Http404
    phases = []
    if found.kind == REGISTER:
        facts = orient.facts(orientation.general_answers(found, on=today), on=today)
        phases = listing.general(facts, on=today)
    context = {**_outcome_context(orient, found), "phases": phases, "count": listing.count(phases), "shared": True}
    return render(request, "public/outcome.html", {**context, "open": "print" in request.GET})


def _restore(orient: Orientation, token: str) -> Restored:
    """Read the hidden field: an old page keeps its answers, a changed one keeps none."""
    if not token:
        return Restored({})
    problem = ""
    try:
        found = signed.read(token)
    except signing.SignatureExpired:
        found, problem = signing.loads(token, salt=signed.SALT), "old"
    except signing.BadSignature:
        return Restored({}, "changed")
    given = found.get("answers", found) if isinstance(found, Mapping) else {}
    return Restored(kept(orient, given, on=clock.today()), problem)


def _sign(answers: Answers) -> str:
    return signed.write({"format": FORMAT, "answers": answers})


def _destination(
    orient: Orientation, answers: Answers, request: HttpRequest, current: Question | None = None
) -> Question | None:
    """Return the question that the person asks for: an earlier one, the one before this, or the next."""
    asked = orient.asked(answers, on=clock.today())
    wanted = request.POST.get("change", "")
    if request.POST.get("go") == "back" and current is not None:
        earlier = [
            question for question in asked if orient.questions.index(question) < orient.questions.index(current)
        ]
        return earlier[-1] if earlier else current
    for question in asked:
        if question.id == wanted:
            return question
    return orient.next_question(answers, on=clock.today())


def _go_on(request: HttpRequest, orient: Orientation, restored: Restored, question: Question | None) -> HttpResponse:
    if question is None:
        return _finish(request, orient, restored)
    return _ask(request, orient, restored, question, _form(orient, question, restored.answers))


def _form(orient: Orientation, question: Question, answers: Answers, data: Any = None) -> QuestionForm:
    today = clock.today()
    born = countries.find(str(answers.get("birth_country", "")))
    return QuestionForm(
        question,
        orient.options(question, answers, on=today),
        data,
        initial=initial_of(question, answers),
        on=today,
        first_languages=born.languages if born else (),
    )


def _ask(
    request: HttpRequest,
    orient: Orientation,
    restored: Restored,
    question: Question,
    form: QuestionForm,
    *,
    pictures: bool = False,
    status: int = 200,
) -> HttpResponse:
    rank, left = orient.progress(restored.answers, on=clock.today(), current=question)
    context = {
        "form": form,
        "question": question,
        "title": i18n.pick(question.text),
        "why": _why(question),
        "rank": rank,
        "left": left,
        "total": rank + left,
        "token": _sign(restored.answers),
        "so_far": _so_far(orient, restored.answers, question),
        "problem": restored.problem,
        "pictures": _pictures(question) if pictures else [],
        "permits": permits.table() if pictures else (),
        "page_form": True,
    }
    return render(request, "public/question.html", context, status=status)


def _finish(request: HttpRequest, orient: Orientation, restored: Restored) -> HttpResponse:
    today, answers = clock.today(), restored.answers
    found = orient.outcome(answers, on=today)
    if found is None:
        raise Http404
    facts = orient.facts(answers, on=today)
    phases = listing.personal(facts, on=today) if found.kind == REGISTER else []
    context = {
        **_outcome_context(orient, found),
        "phases": phases,
        "count": listing.count(phases),
        "notes": orient.notes_for(answers, on=today) if found.kind == REGISTER else (),
        "so_far": _so_far(orient, answers, None),
        "token": _sign(answers),
        "start_token": _sign(answers),
        "page_form": True,
        "open": request.POST.get("go") == "print",
    }
    return render(request, "public/outcome.html", context)


def _outcome_context(orient: Orientation, found: Outcome) -> dict[str, Any]:
    return {
        "outcome": found,
        "panel": PANELS[found.kind],
        "checked": orient.checked,
        "permits": permits.table() if "residence_permits" in found.show else (),
        "journey": words.journey(),
        "short": words.short(register=found.kind == REGISTER),
    }


def _why(question: Question) -> str:
    hint = f" {i18n.pick(question.hint)}" if question.hint else ""
    return i18n.pick(question.why) + hint


def _so_far(orient: Orientation, answers: Answers, shown: Question | None) -> list[dict[str, str]]:
    """Return the answers given, in words, each with the question to change it."""
    return [
        {
            "id": question.id,
            "label": i18n.pick(question.short),
            "value": _said(question, answers),
            "change": i18n.pick(question.change),
        }
        for question in orient.answered(answers, on=clock.today())
        if question != shown
    ]


def _said(question: Question, answers: Answers) -> str:
    value = answers[question.id]
    option = question.option(("yes" if value else "no") if question.kind == "yes_no" else value)
    if option is not None:
        return i18n.pick(option.short)
    if question.kind == "date":
        return i18n.format_partial_date(str(value))
    row: Any = countries.find(str(value)) if question.kind == "country" else languages.find(str(value))
    second = countries.find(str(answers.get("nationality_2", ""))) if question.id == "nationality" else None
    names = [i18n.pick(found.names) for found in (row, second) if found]
    return i18n.format_list(names) or _("answered")


def _pictures(question: Question) -> list[dict[str, str]]:
    """Return what each stay document looks like, for a person who is not sure."""
    return [
        {
            "title": i18n.pick(option.text),
            "text": i18n.pick(option.hint) if option.hint else "",
            "src": listing.example_url(PICTURES[option.value]) if PICTURES[option.value] else "",
        }
        for option in question.options
        if option.value in PICTURES
    ]
