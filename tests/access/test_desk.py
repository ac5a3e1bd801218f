"""The caisse's desk: every route × the cast × a dossier of this office, of another, of nobody (R49, R51, R70).

``make test`` asks with the methods that a page uses, in one language; ``make prove`` asks everything.
"""

import hashlib
from collections import Counter
from copy import deepcopy
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.accounts import proofs, staff
from matricule.core import clock
from matricule.dossiers.case import Correction, Impossibility, Message
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import asking as asks
from matricule.dossiers.operations import correcting, posting, talking
from matricule.portals.caseworker import shown
from matricule.portals.components.forms import SWITCH
from matricule.rules.numbers import format_nir, masked
from tests.access import asking, table
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support import factories as make
from tests.support.promises import WHOLE

pytestmark = pytest.mark.django_db

ROUTES = cast.desk_routes()
OF_A_DOSSIER = [route for route in ROUTES if "dossier_id" in route.parts]
OF_COMPANIES = [route for route in ROUTES if {"company_id", "proof_id"} & set(route.parts)]
WITHOUT_ID = [route for route in ROUTES if not route.parts]
INSIDE = [route for route in OF_A_DOSSIER if any(part.endswith("_id") for part in route.parts if part != "dossier_id")]
OPEN = {"caseworker:sign-in", "caseworker:sign-out"}
"""The door itself: open to everybody."""

METHODS = asking.EVERYTHING if WHOLE else {"en": ("get", "post")}
GIVEN = {"slot": "identity", "part": "main", "size": "thumb"}
TYPED = {"version": "1", "reason": "blurred", "act": "accept", "text": "Bonjour", "why": "Lu", "days": "45",
         "field": "birth_name"}  # fmt: skip
"""What a form brings, good enough to reach what the act would do."""


def at(ids) -> asking.Where:
    def addresses(route, language):
        with translation.override(language):
            return [reverse(route.name, kwargs={part: (GIVEN | ids)[part] for part in route.parts})]

    return addresses


def nobodys():
    names = ("dossier_id", "file_id", "page_id", "message_id", "correction_id", "impossibility_id", "company_id",
             "proof_id")  # fmt: skip
    return {name: uuid4() for name in names}


def of_a_company():
    """Return the identifiers of a company and of a document that it sent to prove itself."""
    chief, data = company.a_company(), make.a_pdf()
    digest = hashlib.sha256(data).hexdigest()
    sent = proofs.send(chief.user_id, chief.company.id, name="kbis.pdf", kind="pdf", sha256=digest, data=data)
    return {"company_id": chief.company.id, "proof_id": sent}


def of_a_dossier(dossier):
    """Return every identifier that a route of the desk takes, of a dossier whose person wrote and asked for things.

    Only a student asks for a change of a value: a request of a company has none.
    """
    student = dossier.organisation_id is None
    owner = make.owner_of(dossier) if student else firm.actor_of(dossier)
    talking.write(owner, dossier.pk, "Bonjour", kind="call")
    asks.cannot_get(owner, dossier.pk, "civil_status", "main", why="x" * 30, lasting=False)
    if student:
        correcting.ask_change(owner, dossier.pk, "birth_place", "Hue", "the certificate")
    changes = list(Correction.objects.filter(registrant__dossier=dossier).values_list("pk", flat=True))
    return {
        **ids_of(dossier),
        "message_id": Message.objects.get(dossier=dossier).pk,
        "impossibility_id": Impossibility.objects.get(registrant__dossier=dossier).pk,
        "correction_id": changes[0] if changes else uuid4(),
    }


def ids_of(dossier):
    return {**nobodys(), **table.ids_of(dossier)}


def at_the_wrong_door(role):
    """Return a browser signed in as the role does, but the staff's: theirs came in by the door of persons."""
    return cast.browser(cast.somebody(role)) if role in cast.STAFF else cast.signed_in(role)


def test_every_route_of_the_desk_has_its_rule():
    assert len(ROUTES) >= 25
    rules = {route.name: route.view.rule for route in ROUTES}
    assert {name for name, rule in rules.items() if rule != "desk"} == OPEN


def test_nobody_signed_in_is_sent_to_the_desks_own_door_whatever_exists(promise):
    dossier = make.a_submitted()
    client, where = cast.browser(), at(ids_of(dossier) | of_a_company())
    absent, answers = at(nobodys()), 0
    before = cast.fingerprint()
    routes = OF_A_DOSSIER + OF_COMPANIES
    missing = [cast.plain(answer) for _, answer in asking.calls(client, absent, routes, METHODS)]
    for (what, answer), expected in zip(asking.calls(client, where, routes, METHODS), missing, strict=True):
        assert answer.status_code == 302 and "/desk/sign-in/" in answer["Location"], what
        assert cast.plain(answer) == expected, what
        answers += 1
    assert cast.fingerprint() == before
    promise("access to the desk, nobody", f"{answers} answers, each leads to the desk's door whatever exists")


@pytest.mark.bulk
@pytest.mark.parametrize("role", ["owner", *cast.OUTSIDERS])
def test_for_everybody_without_a_post_there_is_no_desk(role, promise):
    dossier, company_ids = make.a_submitted(), of_a_company()
    client = cast.browser(dossier.owner) if role == "owner" else at_the_wrong_door(role)
    before, mark = cast.fingerprint(), cast.last_entry()
    gone = frozenset({404})
    absent = at(nobodys())
    hidden = asking.alike(client, [at(ids_of(dossier))], absent, OF_A_DOSSIER, METHODS, statuses=gone)
    assert len(cast.entries_since(mark)) == 2 * hidden, "every refusal leaves its row"
    hidden += asking.alike(client, [at(company_ids)], absent, OF_COMPANIES, METHODS, statuses=gone)
    inside = [route for route in WITHOUT_ID if route.name not in OPEN]
    for what, answer in asking.calls(client, at({}), inside, METHODS, {"q": dossier.reference}):
        assert answer.status_code == 404, what
    assert cast.fingerprint() == before
    promise(f"access to the desk, {role}", f"{hidden} answers, each that of what does not exist")


@pytest.mark.bulk
def test_whoever_left_is_sent_to_the_door_like_for_what_does_not_exist():
    dossier, worker = make.a_submitted(), caisse.a_caseworker()
    client = caisse.desk(worker)
    assert client.get(reverse("caseworker:lists")).status_code == 200
    staff.appoint(by="system:tests", user=make.a_user(), name="Else", office=caisse.DOUBS, role="supervisor")
    staff.dismiss(by="system:tests", user_id=worker.uuid, office=caisse.DOUBS)
    before = cast.fingerprint()
    door = frozenset({302})
    assert asking.alike(client, [at(ids_of(dossier))], at(nobodys()), OF_A_DOSSIER, METHODS, statuses=door)
    assert cast.fingerprint() == before


WORKERS = {
    "a caseworker": (caisse.DOUBS, "caseworker"),
    "a supervisor": (caisse.DOUBS, "supervisor"),
    "a caseworker of Paris": (caisse.PARIS, "caseworker"),
    "a supervisor of Paris": (caisse.PARIS, "supervisor"),
}


def elsewhere(office):
    """Return what the desk of ``office`` does not have: dossiers of another office, and drafts of its own.

    ``make test`` takes a student's dossier and a company's draft, ``make prove`` one of each.
    """
    others = caisse.PARIS if office == caisse.DOUBS else caisse.DOUBS
    sent = [make.a_submitted(), *([firm.a_sent_request()] if WHOLE else [])]
    drafts = [firm.a_ready_request(), *([make.a_ready_draft()] if WHOLE else [])]
    ids = [*map(of_a_dossier, sent), *map(ids_of, drafts)]
    Dossier.objects.filter(pk__in=[one.pk for one in sent]).update(office=others)
    Dossier.objects.filter(pk__in=[one.pk for one in drafts]).update(office=office)
    return ids


@pytest.mark.bulk
@pytest.mark.parametrize("who", WORKERS)
def test_what_is_not_of_this_office_answers_like_what_does_not_exist(who, promise):
    office, role = WORKERS[who]
    theirs = [at(ids) for ids in elsewhere(office)]
    client = caisse.desk(caisse.a_caseworker(office=office, role=role))
    before = cast.fingerprint()
    mark = cast.last_entry()
    hidden = asking.alike(client, theirs, at(nobodys()), OF_A_DOSSIER, METHODS, typed=TYPED)
    entries = cast.entries_since(mark)
    assert len(entries) * len(theirs) == hidden * (len(theirs) + 1), "every refusal leaves its row"
    assert cast.fingerprint() == before
    promise(
        f"access to the desk, {who}",
        f"{hidden} answers for {len(theirs)} dossiers of elsewhere, each that of a missing one with its refusal",
    )


@pytest.mark.bulk
def test_what_belongs_to_another_dossier_is_not_reached_through_one_of_the_office(promise):
    mine, colleagues, other = make.a_submitted(), make.a_submitted(), make.a_submitted()
    theirs = [of_a_dossier(colleagues), of_a_dossier(other)]
    Dossier.objects.filter(pk=other.pk).update(office=caisse.PARIS)
    own = {"dossier_id": mine.pk}
    client, before = caisse.desk(caisse.a_caseworker()), cast.fingerprint()
    hidden = asking.alike(client, [at(ids | own) for ids in theirs], at(nobodys() | own), INSIDE, METHODS, typed=TYPED)
    assert cast.fingerprint() == before
    promise("access to the desk, another dossier's", f"{hidden} answers, each that of what does not exist")


SECRETS = {"birth_name": "Zavoryx", "given_names": "Quellabine", "parent1_birth_name": "Urbrandel",
           "phone": "+33698765401", "street": "77 rue Ixolette"}  # fmt: skip
IBAN = "FR7630006000011234567890189"
SHOWS_NOBODY = {
    "caseworker:sign-in", "caseworker:sign-out", "caseworker:people",  # the desk's own
    "caseworker:companies", "caseworker:company-proof",  # the name and SIRET of a company
    "caseworker:dossier", "caseworker:take", "caseworker:give-back", "caseworker:handle", "caseworker:close",
    "caseworker:reopen", "caseworker:rib-undo",  # which lead on, or only act
}  # fmt: skip
"""Routes whose answers hold no name, number or image of a person who has a file or acts for a company."""
NOT_THERE = {
    "a student": {"caseworker:checks"},
    "a company": {"caseworker:answer-change", "caseworker:mailbox"},
}
"""What a dossier filed by one of the two does not have."""


def somebody_known_by_their_traits(monkeypatch, filed_by):
    """Return two dossiers of somebody, each with its ids, and what gives the person away and is found nowhere else.

    The first has a number and everything that the desk answers; the second was just sent.
    """
    for pages in (make.SECTIONS, firm.EMPLOYEE):
        for section in pages.values():
            for name in SECRETS.keys() & section.keys():
                monkeypatch.setitem(section, name, SECRETS[name])
    worker, send = caisse.a_caseworker(name="Else"), make.a_submitted
    if filed_by == "a company":
        send = firm.a_sent_request
    dossier = send()
    caisse.give_provisional(worker, dossier)
    fresh = send()
    worlds = [(dossier, {**of_a_dossier(dossier), **of_a_company()}), (fresh, ids_of(fresh))]
    person, version = caisse.person(dossier), caisse.version_of(dossier)
    posting.note_rib(worker, dossier.pk, person.pk, IBAN, expects=version, arrived_on=clock.today(), place="Binder 4")
    File.objects.filter(version__document__registrant__dossier__in=[dossier, fresh]).update(name="76543201.pdf")
    number = person.numbers.latest("issued_at").value
    traits = [*SECRETS.values(), "Chloé Morel", number, format_nir(number), masked(number), "06 98 76 54 01", IBAN,
              dossier.reference, "76543201.pdf", "FR76 3000"]  # fmt: skip
    return worlds, traits


def asked_of(client, route, address, dossier):
    """Return every way to ask one route: reading, a form with nothing, one filled and out of date, the language."""
    wanted = dossier.reference.lower()
    ways = {
        "get": lambda: client.get(address),
        "nothing": lambda: client.post(address),
        "filled": lambda: client.post(address, {**TYPED, "q": wanted, "siret": company.SIRET}),
        "switch": lambda: client.post(address, {SWITCH: "fr", "q": wanted}),
    }
    if route.name == "caseworker:correct":
        ways["a field"] = lambda: client.get(address, {"field": "birth_name"})
    if route.name == "caseworker:lists":
        ways |= {which: lambda which=which: client.get(address, {"list": which}) for which in shown.LISTS}
    return ways


@pytest.mark.bulk
@pytest.mark.parametrize(("filed_by", "role"), [("a student", "caseworker"), ("a company", "supervisor")])
def test_whatever_the_desk_shows_of_a_person_leaves_a_row(filed_by, role, promise, monkeypatch):
    """What the answers hold decides, not a table: lists, a search, a form shown again, a page out of date as well.

    The search is typed in small letters: a page that shows again what was typed has read nothing.
    """
    worlds, traits = somebody_known_by_their_traits(monkeypatch, filed_by)
    client, seen, again = caisse.desk(caisse.a_caseworker(role=role)), Counter(), 0
    cookies = deepcopy(client.cookies)
    asked = [(route, *world) for world in worlds for route in (ROUTES if world is worlds[0] else OF_A_DOSSIER)]
    for route, dossier, ids in asked:
        (address,) = at(ids)(route, "en")
        for what, ask in asked_of(client, route, address, dossier).items():
            with cast.undone():
                client.cookies = deepcopy(cookies)  # signing out takes them away
                mark = cast.last_entry()
                answer = ask()
                assert answer.status_code < 500, (route.name, what)
                if not cast.shows(answer, traits):
                    continue
                read = [action for action, outcome in cast.entries_since(mark) if outcome == "done"]
                assert any(action.startswith(("read.", "number.revealed")) for action in read), (route.name, what)
                seen[route.name] += 1
                again += answer.status_code in {409, 422}
    silent = {route.name for route in ROUTES} - set(seen)
    assert silent == SHOWS_NOBODY | NOT_THERE[filed_by], "too little was recognised, or a route shows somebody now"
    assert again, "no form was shown again with what is wrong"
    promise(
        f"journal rows at the desk, {role}, {filed_by}",
        f"{seen.total()} answers of {len(seen)} routes show a person, {again} of them refused a form, each with a row",
    )


def test_what_a_company_sent_to_prove_itself_is_seen_with_a_row_for_its_image_and_its_bytes(promise):
    client, ids, rows = caisse.desk(caisse.a_caseworker()), of_a_company(), 0
    for route in OF_COMPANIES:
        mark = cast.last_entry()
        (address,) = at(ids)(route, "en")
        answer = client.get(address)
        assert answer.status_code == 200, route.name
        if not answer["Content-Type"].startswith("text/html"):
            assert [outcome for _, outcome in cast.entries_since(mark)] == ["done"], route.name
            rows += 1
    assert rows == 2
    promise("journal rows of a company's proof", f"{rows} answers show the document, each with its row")


def test_a_student_of_the_desk_session_kind_is_no_caseworker():
    dossier = make.a_submitted()
    worker = caisse.a_caseworker()
    client = cast.browser(dossier.owner.__class__.objects.get(pk=worker.uuid))
    assert client.get("/en/desk/").status_code == 404, "a session that was not opened at the desk opens no desk"


def test_a_list_shows_the_office_only():
    mine = make.a_submitted()
    other = make.a_submitted()
    Dossier.objects.filter(pk=other.pk).update(office=caisse.PARIS)
    html = caisse.desk(caisse.a_caseworker()).get("/en/desk/").content.decode()
    assert mine.reference in html and other.reference not in html
