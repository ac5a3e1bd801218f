"""How a test reaches every address of the service in every state that a person may see.

``PAGES`` names each page that shows text, ``OTHERS`` each address that answers with something else. An address that is
in neither fails tests/consistency/test_pseudo_language.py, so that a new page cannot be forgotten.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from matricule import notices
from matricule.accounts.models import User
from matricule.core import clock
from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import deposit, files, pages
from matricule.portals import answers as signed
from matricule.rules import orientation
from matricule.rules.orientation_answers import kept
from matricule.vision import verdicts
from tests.consistency import address_visits, company_visits, desk_visits, employee_visits, request_visits
from tests.portals.public import employer_walk
from tests.support import certificates
from tests.support import factories as make

Visit = tuple[str, HttpResponse]
Visitor = Callable[["World"], Iterator[Visit]]
FRAGMENT = {"X-Matricule-Fragment": "1"}
LIMITS = ("too_many_files", "document_too_large", "document_too_many_pages")
ENOUGH = 120
"""How often a question is answered on the way to the ends."""
TRIED = {
    "country": ("VN", "IT", "FR", "CA", "AD", "NC"),
    "date": ("2004-03-14", "2012-01-01", "2027-08-31", "2026-12-31"),
    "language": ("vi", "en"),
}


class World:
    """A database with one person for each state of a dossier; ``language`` is that of the addresses."""

    def __init__(self, language: str = "en") -> None:
        self.language = language

    def url(self, name: str, *args: Any) -> str:
        """Return the address ``name`` in this world's language."""
        from matricule.core.i18n import in_language

        with in_language(self.language):
            return reverse(name, args=args)

    def client(self, dossier: Dossier | User | None = None) -> Client:
        """Return a browser, signed in as the owner of ``dossier`` or as a person."""
        client = Client()
        if dossier is not None:
            owner = dossier.owner if isinstance(dossier, Dossier) else dossier
            client.force_login(owner, backend="matricule.accounts.backend.CodeBackend")
        return client

    def get(self, name: str, *args: Any, by: Dossier | User | None = None, query: str = "") -> HttpResponse:
        """Open a page."""
        return self.client(by).get(self.url(name, *args) + query)

    def post(self, name: str, *args: Any, by: Dossier | User | None = None, fragment=False, **data) -> HttpResponse:
        """Send a form; ``fragment`` as the script does."""
        return shown(self.client(by), self.url(name, *args), data, headers=FRAGMENT if fragment else {})

    def busy_draft(self) -> Dossier:
        """Return a draft whose documents have a file in every state, and a removed one."""
        dossier = make.a_filled_draft()
        owner = make.owner_of(dossier)
        two = make.a_pdf(2)
        make.add(dossier, "identity", data=two, pages=2, name="passeport.pdf")
        gone = make.add(dossier, "identity", name="brouillon.pdf")
        make.add(dossier, "identity", name="suite.pdf")
        files.remove_file(owner, dossier.pk, gone)
        make.add(dossier, "enrolment", data=two, pages=2, name="encore.pdf")  # already sent as identity
        make.add(dossier, "visa_d", needs_clean=True, verdict="active_content_cleaned", detail={"javascript": 1})
        make.add(dossier, "visa_d", name="attente.pdf", verdict="checking", ok=False, pages=0, waiting=True)
        for code in (*sorted(verdicts.SENTENCES), *LIMITS):
            if code not in verdicts.ACCEPTED_CODES:
                make.add(dossier, "civil_status", data=b"", verdict=code, ok=False, pages=0, name=f"{code}.pdf")
        File.objects.filter(state=File.State.REFUSED).update(blob=None)
        make.add(dossier, "civil_status", part="translation", name="traduction.pdf")
        files.name_translator(owner, dossier.pk, "civil_status", "sworn", "Claire Duval", "Besançon")
        dossier.refresh_from_db()
        return dossier

    def replaced(self) -> Dossier:
        """Return a submitted dossier with one document replaced and one more sent."""
        dossier = make.a_submitted()
        owner = make.owner_of(dossier)
        make.replace(dossier, "identity")
        make.add(dossier, "civil_status", name="acte.pdf")
        deposit.save_bank_details(owner, dossier.pk, "FR7630006000011234567890189", confirmed=True)
        return dossier


def shown(client: Client, address: str, data: dict, **options: Any) -> HttpResponse:
    """Return what a browser shows of a form that it sent: a refused one is opened again by its own address (303)."""
    answer = client.post(address, data, **options)
    return client.get(answer["Location"]) if answer.status_code == 303 else answer


@dataclass(frozen=True)
class Route:
    """One address of the resolver: its name with its namespaces, and its view's rule."""

    name: str
    rule: str


def routes() -> list[Route]:
    """Return every address of the URLconf."""
    return sorted(set(_walk(get_resolver().url_patterns, "")), key=lambda route: route.name)


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield Route(f"{prefix}{pattern.name}", getattr(pattern.callback, "rule", ""))


def _page(name: str) -> Visitor:
    def visit(world: World) -> Iterator[Visit]:
        yield "open", world.get(name)

    return visit


# ------------------------------------------------------------------------------------------------- public pages


@cache
def every_answer() -> dict[str, dict[str, Any]]:
    """Return, for each question and each end of the student's questionnaire, answers that lead to it."""
    orient, today = orientation.load("student"), clock.today()
    found: dict[str, dict[str, Any]] = {}
    waiting: deque[dict[str, Any]] = deque([{}])
    tried: Counter[str] = Counter()
    while waiting:
        given = waiting.popleft()
        asked, end = orient.next_question(given, on=today), orient.outcome(given, on=today)
        name = f"end {end.slug} {given.get('document_language', '')}".strip() if end else f"question {asked.id}"
        found.setdefault(name, given)
        tried[name] += 1
        if asked is not None and tried[name] <= ENOUGH:
            values = [option.value for option in orient.options(asked, given, on=today) if option.settles]
            known = [value == "yes" for value in values] if asked.kind == "yes_no" else values
            wider = [kept(orient, {**given, asked.id: value}, on=today) for value in known or TRIED[asked.kind]]
            waiting += [one for one in wider if asked.id in one]
    return found


def questionnaire(world: World) -> Iterator[Visit]:
    """Open the first question, each question as answered wrongly, each end with a person's own list, each problem."""
    yield "first", world.get("public:questionnaire")
    orient, today = orientation.load("student"), clock.today()
    for name, given in every_answer().items():
        token = signed.write({"format": "questions-1", "answers": given})
        yield name, world.post("public:questionnaire", answers=token)
        question = orient.next_question(given, on=today)
        if question is not None:
            yield (
                f"{name}, no answer",
                world.post("public:questionnaire", answers=token, question=question.id, go="next"),
            )
            unsure = {question.id: "unsure", "question": question.id, "go": "next"}
            yield f"{name}, unsure", world.post("public:questionnaire", answers=token, **unsure)
    yield "changed token", world.post("public:questionnaire", answers="nothing:good")


def outcomes(world: World) -> Iterator[Visit]:
    for end in orientation.load("student").outcomes:
        yield end.slug, world.get("public:outcome", end.slug)
        yield f"{end.slug} to print", world.get("public:outcome", end.slug, query="?print")
    yield "unknown", world.get("public:outcome", "no-such-end")


def prepare(world: World) -> Iterator[Visit]:
    yield "open", world.get("public:prepare")
    yield "print", world.get("public:prepare", query="?print")


def translation(world: World) -> Iterator[Visit]:
    name = "public:translation"
    yield "empty", world.get(name)
    yield "nothing chosen", world.post(name)
    for country, language in (("VN", "vi"), ("IT", "it"), ("GR", "el"), ("US", "en"), ("MA", "fr"), ("JP", "ja")):
        yield f"{country} {language}", world.post(name, document_country=country, document_language=language)
    for extra in ("multilingual_form", "plurilingual_extract"):
        sent = {"document_country": "UA", "document_language": "uk", extra: "on"}
        yield extra, world.post(name, **sent)


def employers(world: World) -> Iterator[Visit]:
    yield "open", world.get("public:employers")
    yield "print", world.get("public:employers", query="?print")


def employer_classic(world: World) -> Iterator[Visit]:
    yield "open", world.get("public:employer-classic")
    yield "print", world.get("public:employer-classic", query="?print")


def employer_way(world: World) -> Iterator[Visit]:
    name = "public:employer-way"
    yield "open", world.get(name)
    yield "nothing chosen", world.post(name, step="person")
    yield "changed on the way", world.post(name, step="work", answers="changed")
    for way in employer_walk.SEEN:
        client, answer = Client(), None
        for values in employer_walk.steps(way):
            shape = employer_walk.fields_of(answer)
            answer = shown(client, world.url(name), employer_walk.sent(*shape, values))
        assert answer is not None
        yield way, answer
    step, token = employer_walk.fields_of(answer)
    yield "to print", world.post(name, step=step, answers=token, go="print")


def verify(world: World) -> Iterator[Visit]:
    yield "open", world.get("public:verify")
    yield "nothing typed", world.post("public:verify")
    yield "much typed", world.post("public:verify", code="7" * 101)
    yield "unknown", world.post("public:verify", code="7KQ4-92HX-M3TD-5VAC")
    yield "valid", world.post("public:verify", code=certificates.issued())


def certificate(world: World) -> Iterator[Visit]:
    today = clock.today()
    yield "unknown", world.get("public:certificate", "7KQ4-92HX-M3TD-5VAC")
    yield "valid", world.get("public:certificate", certificates.issued("definitive_certificate"))
    later = certificates.issued(starts_on=today + timedelta(days=3))
    yield "valid later", world.get("public:certificate", later)
    yield "open ended", world.get("public:certificate", certificates.issued("definitive_certificate", ends_on=None))
    yield "withdrawn", world.get("public:certificate", certificates.issued(withdrawn=True))
    ended = certificates.issued(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    yield "expired", world.get("public:certificate", ended)


# ------------------------------------------------------------------------------------------------- signing in


def sign_in(world: World) -> Iterator[Visit]:
    yield "open", world.get("student:sign-in")
    yield "nothing typed", world.post("student:sign-in")
    yield "not an address", world.post("student:sign-in", email="minh at example")
    yield "misspelt", world.post("student:sign-in", email="minh@gmial.com")
    client = world.client()
    token = signed.write({"answers": make.NON_EU})
    client.post(world.url("student:start"), {"answers": token})
    yield "after the questionnaire", client.get(world.url("student:sign-in"))


def code(world: World) -> Iterator[Visit]:
    client = world.client()
    client.post(world.url("student:sign-in"), {"email": f"{uuid4().hex}@example.org"})
    address = world.url("student:code")
    yield "open", client.get(address)
    yield "nothing typed", shown(client, address, {"code": ""})
    yield "letters", shown(client, address, {"code": "abc"})
    yield "wrong", shown(client, address, {"code": "000000"})
    client.post(address, {"again": "1"})
    yield "sent again", client.get(address)


# ------------------------------------------------------------------------------------------------- the way


def identify(world: World) -> Iterator[Visit]:
    for state, dossier in (("empty", make.a_draft()), ("filled", make.a_filled_draft())):
        for section in make.SECTIONS:
            address = ("student:identify", dossier.pk, section)
            yield f"{state} {section}", world.get(*address, by=dossier)
            yield f"{state} {section}, nothing typed", world.post(*address, by=dossier)
    wrong = {
        "birth_name": "Нгуен", "given_names": "X5", "birth_date_day": "14", "birth_date_month": "14",
        "birth_date_year": "2040", "phone": "06", "postcode": "2", "school_uai": "0251215A",
        "parent1_birth_name": "山田",
        "courses_start_day": "31", "courses_start_month": "2", "courses_start_year": "2026",
    }  # fmt: skip
    for section in make.SECTIONS:
        yield f"wrong {section}", world.post("student:identify", dossier.pk, section, by=dossier, **wrong)


def documents(world: World) -> Iterator[Visit]:
    for state, dossier in _drafts(world):
        yield state, world.get("student:documents", dossier.pk, by=dossier)


def _drafts(world: World) -> Iterator[tuple[str, Dossier]]:
    yield "empty", make.a_draft()
    yield "ready", make.a_ready_draft()
    yield "busy", world.busy_draft()
    dropped = make.a_draft()
    make.add(dropped, "visa_d")
    minor = {**make.NON_EU, "birth_date": "2012-03-14", "with_parent": False}
    deposit.change_answers(make.owner_of(dropped), dropped.pk, minor)
    yield "dropped document", dropped


def add(world: World) -> Iterator[Visit]:
    dossier = make.a_filled_draft()
    sent = {"good": make.a_pdf(2), "empty": b"", "text": b"Bonjour", "broken": b"%PDF-1.7 nothing"}
    for state, data in sent.items():
        upload = SimpleUploadedFile(f"{state}.pdf", data, "application/pdf")
        yield state, world.post("student:add", dossier.pk, "identity", by=dossier, fragment=True, files=[upload])
    yield "nothing chosen", world.post("student:add", dossier.pk, "identity", by=dossier, fragment=True)


def translator(world: World) -> Iterator[Visit]:
    dossier = world.busy_draft()
    address = ("student:translator", dossier.pk, "civil_status")
    yield "nothing typed", world.post(*address, by=dossier)
    yield "fragment, nothing typed", world.post(*address, by=dossier, fragment=True)
    typed = {"civil_status-kind": "sworn", "civil_status-name": "Claire Duval", "civil_status-place": "Besançon"}
    yield "kept", world.post(*address, by=dossier, fragment=True, **typed)


def replace(world: World) -> Iterator[Visit]:
    dossier = make.a_submitted()
    yield "open", world.get("student:replace", dossier.pk, "identity", by=dossier)
    yield "nothing chosen", world.get("student:replace", dossier.pk, "identity", by=dossier, query="?nothing=identity")


def bank(world: World) -> Iterator[Visit]:
    dossier = make.a_filled_draft()
    for state, iban in {
        "nothing": "", "one short": "FR76 3000 6000 0112 3456 7890 18", "key": "FR7630006000011234567890188",
        "country": "US12345678901234", "not confirmed": "FR7630006000011234567890189", "words": "my bank",
    }.items():  # fmt: skip
        yield state, world.post("student:bank", dossier.pk, by=dossier, iban=iban)


def file(world: World) -> Iterator[Visit]:
    dossier = world.busy_draft()
    for row in File.objects.filter(version__document__registrant__dossier=dossier, removed_at=None):
        if row.state != File.State.REFUSED:
            yield row.state, world.get("student:file", dossier.pk, row.pk, by=dossier)
    first = _first_file(dossier)
    pages.remove_page(make.owner_of(dossier), dossier.pk, first.pages.order_by("position")[0].pk)
    yield "a page removed", world.get("student:file", dossier.pk, first.pk, by=dossier)


def file_act(world: World) -> Iterator[Visit]:
    dossier = world.busy_draft()
    for action in ("later", "remove", "restore"):
        address = ("student:file-act", dossier.pk, _first_file(dossier).pk, action)
        yield action, world.post(*address, by=dossier, fragment=True)


def _first_file(dossier: Dossier) -> File:
    rows = File.objects.filter(version__document__registrant__dossier=dossier, state=File.State.READY)
    return rows.filter(page_count=2).order_by("position")[0]


def check(world: World) -> Iterator[Visit]:
    for state, dossier in _drafts(world):
        yield state, world.get("student:check", dossier.pk, by=dossier)
    odd = make.a_ready_draft()
    for answers in ({"has_number": "yes"}, {"nationality": "IT", "document_country": "", "home_cover": ""}):
        deposit.change_answers(make.owner_of(odd), odd.pk, {**make.NON_EU, **answers})
        yield f"answers {sorted(answers)}", world.get("student:check", odd.pk, by=odd)
    ready = make.a_ready_draft()
    sent = {"version": str(ready.version), "idempotency_key": str(uuid4())}
    yield "not declared", world.post("student:check", ready.pk, by=ready, **sent)
    stale = {"version": "999", "idempotency_key": str(uuid4()), "declare": "on"}
    yield "out of date", world.post("student:check", ready.pk, by=ready, **stale)


def receipt(world: World) -> Iterator[Visit]:
    dossier = make.a_submitted()
    for state in ("waiting", "sending", "sent", "refused", "bounced", "expired"):
        Mail.objects.filter(dossier_id=dossier.pk).update(state=state)
        yield f"mail {state}", world.get("student:receipt", dossier.pk, by=dossier)


def delete(world: World) -> Iterator[Visit]:
    dossier = make.a_filled_draft()
    yield "asked", world.get("student:delete", dossier.pk, by=dossier)
    yield "stale", world.post("student:delete", dossier.pk, by=dossier, version="999")
    yield "done", world.post("student:delete", dossier.pk, by=dossier, version=str(dossier.version))


def schools(world: World) -> Iterator[Visit]:
    person = make.a_user()
    for text in ("", "Franche", "qqqqq"):
        yield text or "nothing", world.get("student:schools", by=person, query=f"?school={text}")


# ------------------------------------------------------------------------------------------------- the space


def _tab(name: str) -> Visitor:
    def visit(world: World) -> Iterator[Visit]:
        for state, dossier in (*_drafts(world), ("submitted", make.a_submitted()), ("replaced", world.replaced())):
            response = world.get(name, by=dossier)
            if response.status_code != 302:  # a draft's documents stand in step 3
                yield state, response

    return visit


def space(world: World) -> Iterator[Visit]:
    yield "no dossier", world.get("student:space", by=make.a_user())
    yield from _tab("student:space")(world)
    yield from desk_visits.states_of_the_space(world)


def information(world: World) -> Iterator[Visit]:
    yield from _tab("student:information")(world)
    yield from address_visits.information(world)


def notifications(world: World) -> Iterator[Visit]:
    yield from _tab("student:notifications")(world)
    dossier = world.replaced()
    owner = dossier.owner
    known = {"recipient_id": owner.pk, "address": owner.email, "language": "fr", "dossier_id": dossier.pk}
    for kind in ("new_device_sign_in", "draft_deleted"):
        notices.send(kind, context={}, **known)
    yield "every kind", world.get("student:notifications", by=dossier)


# ------------------------------------------------------------------------------------------------- the demonstration


def demo_start(world: World) -> Iterator[Visit]:
    from matricule.demo.people import load_people

    yield "nobody", world.get("demo:start")
    for number, person in enumerate(load_people()):
        user = make.a_user(email=person.email)
        if number == 0:
            make.a_submitted(user)
        elif number == 1:
            make.a_draft(user)
    yield "people", world.get("demo:start")


def demo_mailbox(world: World) -> Iterator[Visit]:
    yield "empty", world.get("demo:mailbox")
    make.a_submitted()
    world.client().post(world.url("student:sign-in"), {"email": "minh@example.org"})
    yield "mails", world.get("demo:mailbox")
    yield "fragment", world.client().get(world.url("demo:mailbox"), headers={"HX-Request": "true"})


def demo_mail(world: World) -> Iterator[Visit]:
    dossier = make.a_submitted()
    yield "receipt", world.get("demo:mail", Mail.objects.get(dossier_id=dossier.pk).pk)


def demo_time(world: World) -> Iterator[Visit]:
    yield "open", world.get("demo:time-machine")


PAGES: dict[str, Visitor] = {
    **{
        f"public:{name}": _page(f"public:{name}")
        for name in ("start", "number", "lost", "help", "accessibility", "personal-data", "source", "poster")
    },
    "public:questionnaire": questionnaire,
    "public:outcome": outcomes,
    "public:prepare": prepare,
    "public:translation": translation,
    "public:employers": employers,
    "public:employer-way": employer_way,
    "public:employer-classic": employer_classic,
    **employee_visits.PAGES,
    "public:verify": verify,
    "public:certificate": certificate,
    "student:sign-in": sign_in,
    "student:code": code,
    "student:identify": identify,
    "student:documents": documents,
    "student:add": add,
    "student:translator": translator,
    "student:replace": replace,
    "student:bank": bank,
    "student:file": file,
    "student:file-act": file_act,
    "student:check": check,
    "student:receipt": receipt,
    "student:delete": delete,
    "student:schools": schools,
    "student:space": space,
    "student:information": information,
    "student:my-documents": _tab("student:my-documents"),
    "student:notifications": notifications,
    "demo:start": demo_start,
    "demo:mailbox": demo_mailbox,
    "demo:mail": demo_mail,
    "demo:time-machine": demo_time,
    "components:showroom": _page("components:showroom"),
    **address_visits.PAGES,
    **desk_visits.PAGES,
    **company_visits.PAGES,
    **request_visits.PAGES,
}


# ------------------------------------------------------------------------------------------------- no page of text


def _address_of_page(dossier: Dossier) -> UUID:
    return _first_file(dossier).pages.order_by("position")[0].pk


def _posted(name: str, *args: Any, **data: Any) -> Visitor:
    def visit(world: World) -> Iterator[Visit]:
        yield "posted", world.post(name, *args, by=make.a_user(), **data)

    return visit


def _in_draft(name: str, *args: Callable[[Dossier], Any], post: bool = False) -> Visitor:
    def visit(world: World) -> Iterator[Visit]:
        dossier = world.busy_draft()
        act = world.post if post else world.get
        yield name, act(name, dossier.pk, *(arg(dossier) for arg in args), by=dossier)

    return visit


def _receipt_pdf(world: World) -> Iterator[Visit]:
    dossier = make.a_submitted()
    yield "sealed", world.get("student:receipt-pdf", dossier.pk, by=dossier)


def _demo_sign_in(world: World) -> Iterator[Visit]:
    from matricule.demo.people import load_people

    person = load_people()[0]
    make.a_user(email=person.email)
    yield "one click", world.post("demo:sign-in", person.key)


def _send_back(world: World) -> Iterator[Visit]:
    make.a_submitted()
    yield "sent back", world.post("demo:send-back", Mail.objects.latest("created_at").pk)


OTHERS: dict[str, Visitor] = {
    **address_visits.OTHERS,
    **desk_visits.OTHERS,
    **company_visits.OTHERS,
    **request_visits.OTHERS,
    "root": _page("root"),
    "robots": _page("robots"),
    "security": _page("security"),
    "space": _page("space"),
    "bounces": _posted("bounces"),
    "public:address-code": _page("public:address-code"),
    "student:start": _posted("student:start"),
    "student:sign-out": _posted("student:sign-out"),
    "student:language": _posted("student:language", language="fr"),
    "student:notifications-read": _posted("student:notifications-read"),
    "student:autosave": _in_draft("student:autosave", post=True),
    "student:joined": _in_draft("student:joined", lambda _d: "identity"),
    "student:original": _in_draft("student:original", lambda d: _first_file(d).pk),
    "student:image": _in_draft("student:image", _address_of_page, lambda _d: "thumb"),
    "student:page-act": _in_draft("student:page-act", _address_of_page, lambda _d: "turn", post=True),
    "student:receipt-pdf": _receipt_pdf,
    "demo:sign-in": _demo_sign_in,
    "demo:send-back": _send_back,
}
"""Addresses that answer with a redirect, a picture, a file or data."""
