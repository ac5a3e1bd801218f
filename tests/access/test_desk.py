"""The caisse's desk: every route × the cast × a dossier of this office, of another, of nobody (R49, R51, R70)."""

import hashlib
from uuid import uuid4

import pytest

from matricule.accounts import proofs, staff
from matricule.dossiers.models import Dossier
from tests.access import table
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db

ROUTES = cast.desk_routes()
OF_A_DOSSIER = [route for route in ROUTES if "dossier_id" in route.parts]
OPEN = {"caseworker:sign-in", "caseworker:sign-out"}
"""The door itself: open to everybody."""

PARTS = {
    "slot": "identity",
    "part": "main",
    "size": "thumb",
    "message_id": uuid4(),
    "correction_id": uuid4(),
    "impossibility_id": uuid4(),
}


def addresses(ids, routes=OF_A_DOSSIER):
    from django.urls import reverse

    known = {**PARTS, **ids}
    return [(route.name, reverse(route.name, kwargs={part: known[part] for part in route.parts})) for route in routes]


OF_COMPANIES = [route for route in ROUTES if {"company_id", "proof_id"} & set(route.parts)]


def of_a_company():
    """Return the identifiers of a company and of a document that it sent to prove itself."""
    chief, data = company.a_company(), make.a_pdf()
    digest = hashlib.sha256(data).hexdigest()
    sent = proofs.send(chief.user_id, chief.company.id, name="kbis.pdf", kind="pdf", sha256=digest, data=data)
    return {"company_id": chief.company.id, "proof_id": sent}


def no_company():
    return {"company_id": uuid4(), "proof_id": uuid4()}


def at_the_wrong_door(role):
    """Return a browser signed in as the role does, but the staff's: theirs came in by the door of persons."""
    return cast.browser(cast.somebody(role)) if role in cast.STAFF else cast.signed_in(role)


def nobodys():
    return {"dossier_id": uuid4(), "file_id": uuid4(), "page_id": uuid4()}


def answers(client, ids):
    for name, address in addresses(ids):
        for method in ("get", "post"):
            yield (name, method), getattr(client, method)(address)


def test_every_route_of_the_desk_has_its_rule():
    assert len(ROUTES) >= 25
    rules = {route.name: route.view.rule for route in ROUTES}
    assert {name for name, rule in rules.items() if rule != "desk"} == OPEN


def test_nobody_signed_in_is_sent_to_the_desks_own_door():
    dossier = make.a_submitted()
    for (name, method), answer in answers(cast.browser(), table.ids_of(dossier)):
        assert answer.status_code == 302 and "/desk/sign-in/" in answer["Location"], (name, method)


@pytest.mark.parametrize("role", ["owner", *cast.OUTSIDERS])
def test_for_everybody_without_a_post_there_is_no_desk(role, promise):
    dossier, company_ids = make.a_submitted(), of_a_company()
    client = cast.browser(dossier.owner) if role == "owner" else at_the_wrong_door(role)
    before, mark = cast.fingerprint(), cast.last_entry()
    known = [(what, cast.plain(answer)) for what, answer in answers(client, table.ids_of(dossier))]
    none = [(what, cast.plain(answer)) for what, answer in answers(client, nobodys())]
    assert known == none
    assert {answer[0] for _, answer in known} == {404}
    assert {outcome for _, outcome in cast.entries_since(mark)} == {"refused"}
    assert len(cast.entries_since(mark)) == 2 * len(known)
    for name, address in addresses({}, [route for route in ROUTES if not route.parts and route.name not in OPEN]):
        assert client.get(address).status_code == 404, name
    there = [cast.plain(client.get(address)) for _, address in addresses(company_ids, OF_COMPANIES)]
    assert there == [cast.plain(client.get(address)) for _, address in addresses(no_company(), OF_COMPANIES)]
    assert {answer[0] for answer in there} == {404}
    assert cast.fingerprint() == before
    promise(f"access to the desk, {role}", f"{len(known)} answers, each that of what does not exist")


NOT_OF_THE_OFFICE = {
    "another office": make.a_submitted,
    "a draft": make.a_ready_draft,
    "somebody who left": make.a_submitted,
    "another office, a company": firm.a_sent_request,
    "a draft of a company": firm.a_ready_request,
}


@pytest.mark.parametrize("of", NOT_OF_THE_OFFICE)
def test_what_is_not_of_this_office_does_not_exist(of, promise):
    dossier = NOT_OF_THE_OFFICE[of]()
    worker = caisse.a_caseworker(office=caisse.PARIS if of.startswith("another office") else caisse.DOUBS)
    client = caisse.desk(worker)
    if of == "somebody who left":
        staff.appoint(by="system:tests", user=make.a_user(), name="Else", office=caisse.DOUBS, role="supervisor")
        staff.dismiss(by="system:tests", user_id=worker.uuid, office=caisse.DOUBS)
    before = cast.fingerprint()
    found = list(answers(client, table.ids_of(dossier)))
    for (name, method), answer in found:
        gone = of == "somebody who left"
        assert answer.status_code in ({302} if gone else {404, 405}), (name, method)
    assert cast.fingerprint() == before
    promise(f"access to the desk, {of}", f"{len(found)} answers: none shows the dossier, none changes a row")


@pytest.mark.parametrize("filed_by", ["a student", "a company"])
@pytest.mark.parametrize("role", ["caseworker", "supervisor"])
def test_a_caseworker_of_the_office_reads_each_page_and_leaves_a_trace(role, filed_by, promise):
    dossier, shown = make.a_submitted() if filed_by == "a student" else firm.a_sent_request(family=True), 0
    client = caisse.desk(caisse.a_caseworker(role=role))
    silent = {"caseworker:take", "caseworker:give-back", "caseworker:handle", "caseworker:close", "caseworker:reopen",
              "caseworker:reveal", "caseworker:rib-undo"}  # fmt: skip
    for name, address in addresses(table.ids_of(dossier)):
        mark = cast.last_entry()
        answer = client.get(address)
        assert answer.status_code < 500, name
        if name in silent:
            assert answer.status_code == 405, name
        elif answer.status_code == 200:
            assert [action for action, _ in cast.entries_since(mark)], name
            shown += 1
    assert shown >= 12
    promise(f"journal rows at the desk, {role}, {filed_by}", f"{shown} pages were read, each with its row")


def test_what_a_company_sent_to_prove_itself_is_seen_with_a_row_for_its_image_and_its_bytes(promise):
    client, ids, rows = caisse.desk(caisse.a_caseworker()), of_a_company(), 0
    for name, address in addresses(ids, OF_COMPANIES):
        mark = cast.last_entry()
        answer = client.get(address)
        assert answer.status_code == 200, name
        if not answer["Content-Type"].startswith("text/html"):
            assert [outcome for _, outcome in cast.entries_since(mark)] == ["done"], name
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


def test_files_of_another_dossier_are_not_reached_through_one_of_the_office():
    mine, other = make.a_submitted(), make.a_submitted()
    Dossier.objects.filter(pk=other.pk).update(office=caisse.PARIS)
    client = caisse.desk(caisse.a_caseworker())
    swapped = {**table.ids_of(other), "dossier_id": mine.pk}
    for name, address in addresses(swapped, [r for r in OF_A_DOSSIER if {"file_id", "page_id"} & set(r.parts)]):
        assert client.get(address).status_code == 404, name
