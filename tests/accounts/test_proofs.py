"""The document that proves a company: sent by a member, looked at by a caseworker, never overwritten."""

from uuid import uuid4

import pytest

from matricule.accounts import organisations, proofs
from matricule.accounts.organisation_door import NotTheirs
from matricule.core import journal
from tests.accounts.test_companies import kinds_to
from tests.support import cast, company
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def send(who, data=b"%PDF kbis", name="kbis.pdf"):
    import hashlib

    digest = hashlib.sha256(data).hexdigest()
    return proofs.send(who.user_id, who.company.id, name=name, kind="pdf", sha256=digest, data=data)


def test_a_member_sends_a_document_and_a_caseworkers_yes_proves_the_company():
    chief = company.a_company()
    colleague, worker = company.a_colleague(chief), uuid4()
    proof = send(colleague)
    assert [one.id for one in proofs.waiting()] == [proof]
    what, data = proofs.original(proof)
    assert data == b"%PDF kbis" and what.name == "kbis.pdf" and what.waits
    proofs.decide(f"user:{worker}", proof, by=worker)
    assert organisations.company_of(chief.company.id).is_proved and proofs.waiting() == []
    assert kinds_to(chief.email)[-1] == "company_proved"
    entries = journal.entries_about(("organisation", chief.company.id))
    assert [entry.action for entry in entries][-2:] == ["organisation.proof_sent", "organisation.proved"]


def test_a_no_says_why_and_the_next_document_stands_beside_it():
    chief = company.a_company()
    first = send(chief)
    proofs.decide("system:tests", first, by=uuid4(), reason="too_old")
    assert not organisations.company_of(chief.company.id).is_proved
    assert kinds_to(chief.email)[-1] == "company_not_proved"
    send(chief, b"%PDF newer")
    assert [one.reason for one in proofs.of_company(chief.company.id)] == ["", "too_old"]
    with pytest.raises(ValueError, match="reason"):
        proofs.decide("system:tests", first, by=uuid4(), reason="because")


def test_two_caseworkers_do_not_decide_twice():
    proof = send(company.a_company())
    proofs.decide("system:tests", proof, by=uuid4())
    with pytest.raises(proofs.AlreadyDecided):
        proofs.decide("system:tests", proof, by=uuid4(), reason="too_old")
    with pytest.raises(NotTheirs):
        proofs.decide("system:tests", uuid4(), by=uuid4())


def test_a_second_yes_changes_nothing_of_what_is_proved():
    chief = company.a_company()
    one, two = send(chief), send(chief, b"%PDF two")
    worker = uuid4()
    proofs.decide("system:tests", one, by=worker)
    proofs.decide("system:tests", two, by=uuid4())
    assert organisations.Organisation.objects.get().proved_by == worker


def test_the_same_bytes_are_one_document_and_five_may_wait():
    chief = company.a_company()
    assert send(chief) == send(chief, name="again.pdf")
    for number in range(proofs.MOST - 1):
        send(chief, b"%%PDF %d" % number)
    with pytest.raises(proofs.TooManyProofs):
        send(chief, b"%PDF one more")


def test_strangers_send_nothing_and_the_name_lies_sealed():
    chief = company.a_company()
    proof = send(chief, name="kbis-of-atelier.pdf")
    with pytest.raises(NotTheirs):
        proofs.send(make.a_user().pk, chief.company.id, name="x", kind="pdf", sha256="0", data=b"x")
    assert "kbis-of-atelier" not in cast.everything_stored()
    assert proofs.original(uuid4()) is None
    assert str(proofs.OrganisationProof.objects.get(pk=proof)) == f"proof:{proof}"
