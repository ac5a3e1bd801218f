"""A dossier goes to another office with its whole history (issue 5, section 4)."""

import pytest

from matricule.core import journal
from matricule.core.outbox import Mail
from matricule.dossiers import access, queries
from matricule.dossiers.case import Note
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, examining, handing, talking
from matricule.dossiers.operations.door import Conflict
from matricule.notices.models import Notice
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db
WHY = "Lives in Paris since November."


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def paris():
    return caisse.a_caseworker(caisse.PARIS, name="Samia Benali")


@pytest.fixture
def dossier(worker):
    made = make.a_submitted()
    examining.take(worker, made.pk, expects=caisse.version_of(made))
    caisse.accept(worker, made, "identity")
    talking.note(worker, made.pk, "Called, no answer.")
    return made


def give(worker, dossier, office=caisse.PARIS, why=WHY):
    handing.hand_over(worker, dossier.pk, office, why, expects=caisse.version_of(dossier))


def listed(office, queue="to_take"):
    return [row.pk for row in queries.office_list(office, queue).dossiers]


def test_it_waits_at_the_other_office_to_be_taken_with_all_that_was_decided(worker, paris, dossier):
    give(worker, dossier)
    there = Dossier.objects.get(pk=dossier.pk)
    assert (there.office, there.caseworker_id, there.queue) == (caisse.PARIS, None, "to_take")
    assert listed(caisse.PARIS) == [dossier.pk] and listed(caisse.DOUBS, "taken") == []
    assert queries.office_counts(caisse.PARIS)["to_take"] == 1 and queries.office_counts(caisse.DOUBS)["taken"] == 0
    assert caisse.halves(dossier)["identity"].state == "accepted"
    assert [row.text for row in Note.objects.order_by("at")] == ["Called, no answer.", WHY]
    caisse.accept(paris, dossier, "enrolment")


def test_the_office_that_gave_it_reads_it_no_more(worker, paris, dossier):
    give(worker, dossier)
    with pytest.raises(access.NotFound):
        access.get(worker, dossier.pk)
    assert access.get(paris, dossier.pk).pk == dossier.pk


def test_the_person_is_told_once_and_the_journal_says_from_where_to_where(worker, paris, dossier):
    give(worker, dossier)
    assert Mail.objects.filter(kind="office_changed").count() == 1
    entries = journal.entries_about(("dossier", dossier.pk))
    (entry,) = [one for one in entries if one.action == "dossier.handed_over"]
    assert (entry.detail["of"], entry.detail["to"]) == (caisse.DOUBS, caisse.PARIS)


@pytest.mark.parametrize("office", [caisse.DOUBS, "131", "", "nowhere"])
def test_never_to_an_office_where_nobody_would_find_it(worker, paris, dossier, office):
    with pytest.raises(handing.NobodyThere):
        give(worker, dossier, office)
    assert Dossier.objects.get(pk=dossier.pk).office == caisse.DOUBS and not Mail.objects.filter(kind="office_changed")


@pytest.mark.parametrize("why", ["", "   ", "x" * (handing.LONGEST + 1)])
def test_the_next_office_reads_why(worker, paris, dossier, why):
    with pytest.raises(ValueError, match="why"):
        give(worker, dossier, why=why)


def test_a_page_that_is_older_than_the_file_gives_nothing_away(worker, paris, dossier):
    with pytest.raises(Conflict):
        handing.hand_over(worker, dossier.pk, caisse.PARIS, WHY, expects=caisse.version_of(dossier) - 1)
    assert Dossier.objects.get(pk=dossier.pk).office == caisse.DOUBS


def test_neither_the_person_nor_another_office_hands_it_over(worker, paris, dossier):
    for actor in (make.owner_of(dossier), paris):
        with pytest.raises(access.NotFound):
            give(actor, dossier)


def test_the_offices_to_choose_from_are_those_where_somebody_works(worker, paris):
    assert handing.open_to(caisse.DOUBS) == [caisse.PARIS]
    assert handing.open_to(caisse.PARIS) == [caisse.DOUBS]


# --- a company's request


def written_to(dossier):
    """Return what was written about the hand-over, by address."""
    mails = Mail.objects.filter(
        dossier_id=dossier.pk, kind__in=("request_office", "employee_office", "office_changed")
    )
    return {mail.to_address: mail for mail in mails}


def test_the_company_and_each_adult_are_told_which_caisse_and_the_adult_where_to_post(worker, paris):
    dossier = firm.a_sent_request(family=True)
    dossier.registrants.filter(role="spouse").update(email="tunde@example.org", language="fr")
    give(worker, dossier)
    member = dossier.owner.email
    told = written_to(dossier)
    assert set(told) == {member, "adaeze@example.org", "tunde@example.org"}, "no minor, nobody twice"
    assert told[member].kind == "request_office"
    for address, mail in told.items():
        assert "CPAM de Paris" in mail.body and "CPAM du Doubs" not in mail.body, address
    for address, words in {
        "adaeze@example.org": ("Hello Adaeze", "Atelier Doubs", "goes to this address from today", "75948 PARIS"),
        "tunde@example.org": ("Bonjour Tunde", "Atelier Doubs", "c’est désormais à cette adresse", "75948 PARIS"),
    }.items():
        for word in words:
            assert word in told[address].body, word


def test_the_company_reads_the_name_of_the_caisse_and_of_nobody(worker, paris):
    dossier = firm.a_sent_request()
    give(worker, dossier)
    notice = Notice.objects.get(kind="request_office")
    assert notice.context["caisse"] == "CPAM de Paris" and "Adaeze" not in str(notice.context)
    assert notice.context["path"] == f"/employer/requests/{dossier.pk}/", "where the address of the caisse stands"
    assert not Notice.objects.filter(kind="request_changed")


def test_who_is_not_sent_yet_is_not_told_and_who_ended_is(worker, paris):
    dossier = firm.a_sent_request()
    added = firm.added(dossier)
    dossier.registrants.filter(pk=added.pk).update(email="tunde@example.org")
    dossier.registrants.filter(position=1).update(state="registered")
    give(worker, dossier)
    assert set(written_to(dossier)) == {dossier.owner.email, "adaeze@example.org"}


def test_without_an_address_the_company_alone_is_told(worker, paris):
    dossier = firm.a_sent_request()
    dossier.registrants.update(email="")
    give(worker, dossier)
    assert set(written_to(dossier)) == {dossier.owner.email}


def test_a_caisse_whose_address_is_not_known_is_named_with_where_to_find_it(worker, paris, monkeypatch):
    monkeypatch.setattr("matricule.rules.offices.postal_address", lambda *_: ())
    dossier = firm.a_sent_request()
    give(worker, dossier)
    body = written_to(dossier)["adaeze@example.org"].body
    assert "CPAM de Paris\nThe postal address of this caisse is on ameli.fr." in body


def test_what_is_asked_by_post_afterwards_names_the_new_address(worker, paris):
    dossier = firm.a_sent_request()
    give(worker, dossier)
    person = caisse.person(dossier)
    asking.ask(
        paris, dossier.pk, person.pk, expects=caisse.version_of(dossier), codes={"rib": ("not_sent", {})}
    )  # fmt: skip
    mails = {kind: Mail.objects.get(kind=kind).body for kind in ("employee_office", "employee_asked")}
    assert all("75948 PARIS" in body for body in mails.values())
