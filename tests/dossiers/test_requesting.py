"""A company's request: several people, several colleagues, nothing overwritten, nothing sent too early."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from matricule.core import clock, journal
from matricule.core.outbox import Mail
from matricule.dossiers import access, labels, people, receipts, requests, telling
from matricule.dossiers.access import NotFound
from matricule.dossiers.models import Dossier, File, LabelCount, Registrant
from matricule.dossiers.operations import deposit, files, requesting
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.dossiers.states import IllegalMove
from matricule.notices.models import Notice
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def codes(dossier: Dossier) -> list[str]:
    rows = dossier.registrants.order_by("position")
    return [one.code for one in people.obstacles(dossier, rows)]


def slots(person: Registrant) -> set[str]:
    return set(person.requirements.filter(dropped_at=None).values_list("slot", flat=True))


def test_a_request_belongs_to_the_company_and_counts_as_a_draft():
    dossier = firm.a_request()
    assert dossier.organisation is not None and dossier.route == "employee"
    assert labels.counts(dossier.organisation_id)["draft"] == 1
    assert dossier.registrants.count() == 1


def test_the_same_key_opens_one_request():
    company = firm.a_company()
    actor, key = access.member(firm.a_member(company).pk), uuid4()
    first = requesting.open_request(actor, company.pk, "salarie", {}, key=key)
    with pytest.raises(AlreadyDone) as done:
        requesting.open_request(actor, company.pk, "salarie", {}, key=key)
    assert done.value.dossier_id == first.pk
    assert Dossier.objects.filter(organisation=company).count() == 1


def test_a_stranger_opens_nothing_for_a_company():
    company = firm.a_company()
    with pytest.raises(NotFound):
        requesting.open_request(access.member(make.a_user().pk), company.pk, "salarie", {}, key=uuid4())
    with pytest.raises(NotFound):
        requesting.open_request(access.person(firm.a_member(company).pk), company.pk, "salarie", {}, key=uuid4())


def test_two_requests_of_one_member_stand_side_by_side():
    company = firm.a_company()
    user = firm.a_member(company)
    firm.a_request(company, user)
    firm.a_request(company, user)
    assert Dossier.objects.filter(organisation=company).count() == 2


def test_each_person_owes_the_documents_of_their_place():
    dossier = firm.a_request()
    firm.fill(dossier, dossier.registrants.get(position=1))
    firm.with_family(dossier)
    employee, spouse, child, _ = dossier.registrants.order_by("position")
    assert {"identity", "civil_status", "residence_permit", "work_contract"} <= slots(employee)
    assert "marriage" not in slots(employee), "the record of the couple is asked once"
    assert {"identity", "civil_status", "residence_permit", "marriage"} <= slots(spouse)
    assert "work_contract" not in slots(spouse)
    assert "residence_permit" not in slots(child), "minors owe no stay title"
    assert "civil_status" in slots(child)


def test_nothing_is_asked_before_the_rules_can_say():
    dossier = firm.a_request()
    assert slots(dossier.registrants.get()) == set()
    assert "section:civil_status" in codes(dossier)


def test_a_change_of_category_changes_the_list_and_keeps_the_files():
    dossier = firm.a_ready_request()
    before = File.objects.count()
    requesting.change_request(firm.actor_of(dossier), dossier.pk, category="ict", answers={}, own_reference="A-12")
    person = dossier.registrants.get()
    assert "no_home_cover" in slots(person) and File.objects.count() == before
    dossier.refresh_from_db()
    assert dossier.own_reference == "A-12"


def test_two_people_of_a_request_are_never_mixed():
    dossier = firm.a_request()
    firm.fill(dossier, dossier.registrants.get(position=1))
    spouse = firm.with_family(dossier)[0]
    deposit.save_typed(firm.actor_of(dossier), dossier.pk, {"birth_name": ("", "Bello")}, person_id=spouse)
    assert "birth_name" not in dossier.registrants.get(position=1).typed
    other = firm.a_request()
    with pytest.raises(NotFound):
        deposit.save_typed(firm.actor_of(other), other.pk, {"birth_name": ("", "X")}, person_id=spouse)


def test_colleagues_typing_in_the_same_field_never_overwrite_each_other():
    company = firm.a_company()
    one, two = firm.a_member(company), firm.a_member(company)
    dossier = firm.a_request(company, one)
    person = dossier.registrants.get()
    deposit.save_typed(access.member(one.pk), dossier.pk, {"city": ("", "Dole")}, person_id=person.pk)
    saved = deposit.save_typed(
        access.member(two.pk), dossier.pk, {"city": ("", "Paris"), "street": ("", "1 rue")}, person_id=person.pk
    )
    assert saved.conflicts == {"city": "Dole"} and saved.kept == ["street"]
    with pytest.raises(requesting.Clash) as clash:
        requesting.save_section(access.member(two.pk), dossier.pk, person.pk, "contact", {"city": ("", "Paris")}, None)
    assert clash.value.fields == {"city": "Dole"}
    person.refresh_from_db()
    assert person.typed == {"city": "Dole", "street": "1 rue"}


def test_a_sitting_is_journaled_once():
    dossier = firm.a_request()
    person = dossier.registrants.get()
    for text in ("D", "Do", "Dole"):
        before = Registrant.objects.get(pk=person.pk).typed.get("city", "")
        deposit.save_typed(firm.actor_of(dossier), dossier.pk, {"city": (before, text)}, person_id=person.pk)
    said = [entry.action for entry in journal.entries_about(("dossier", dossier.pk))]
    assert said.count("draft.edited") == 1


def test_each_colleague_has_a_sitting_of_their_own_and_taking_turns_begins_none():
    dossier = firm.a_request()
    colleague = access.member(firm.a_member(dossier.organisation).pk)
    people = [firm.actor_of(dossier), colleague] * 3
    for number, actor in enumerate(people, start=1):
        before = f"Dole {number - 1}" if number > 1 else ""
        deposit.save_typed(actor, dossier.pk, {"city": (before, f"Dole {number}")})
    said = [entry for entry in journal.entries_about(("dossier", dossier.pk)) if entry.action == "draft.edited"]
    assert [entry.actor for entry in said] == [str(actor) for actor in people[:2]]


def test_a_removed_person_leaves_with_their_files_and_the_employee_stays():
    dossier = firm.a_ready_request(family=True)
    spouse = dossier.registrants.get(role="spouse")
    requesting.remove_person(firm.actor_of(dossier), dossier.pk, spouse.pk)
    assert not Registrant.objects.filter(pk=spouse.pk).exists()
    with pytest.raises(NotFound):
        requesting.remove_person(firm.actor_of(dossier), dossier.pk, dossier.registrants.get(position=1).pk)


def test_a_person_added_after_a_removal_has_a_place_of_their_own():
    dossier = firm.a_request()
    first = requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4())
    second = requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4())
    requesting.remove_person(firm.actor_of(dossier), dossier.pk, first)
    third = requesting.add_person(firm.actor_of(dossier), dossier.pk, "partner", key=uuid4())
    places = list(dossier.registrants.order_by("position").values_list("pk", flat=True))
    assert places[1:] == [second, third]


def test_a_request_holds_twelve_people_and_no_other_kind():
    dossier = firm.a_request()
    for _ in range(people.MOST - 1):
        requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4())
    with pytest.raises(requesting.TooMany):
        requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4())
    with pytest.raises(ValueError, match="role"):
        requesting.add_person(firm.actor_of(dossier), dossier.pk, "principal", key=uuid4())


def test_sending_moves_everybody_and_tells_every_member():
    company = firm.a_company()
    one, two = firm.a_member(company), firm.a_member(company)
    dossier = firm.a_sent_request(company, one, family=True)
    assert {person.state for person in dossier.registrants.all()} == {"under_examination"}
    assert dossier.label == "in_progress" and dossier.office == "251" and dossier.queue == "to_take"
    assert dossier.declared_at is not None
    assert labels.counts(company.pk)["in_progress"] == 1 and labels.counts(company.pk)["draft"] == 0
    told = set(
        Notice.objects.filter(dossier_id=dossier.pk, kind="request_receipt").values_list("recipient_id", flat=True)
    )
    assert told == {one.pk, two.pk}
    assert Mail.objects.filter(dossier_id=dossier.pk, kind="request_receipt").count() == 2


def test_a_mail_to_a_company_names_nobody():
    dossier = firm.a_sent_request(family=True)
    for mail in Mail.objects.filter(dossier_id=dossier.pk).exclude(kind__startswith="employee_"):
        for word in ("Adaeze", "Okonkwo", "Tunde", "Bello", dossier.reference):
            assert word not in mail.subject + mail.body


def test_a_second_sending_is_refused_and_a_stale_page_too():
    dossier = firm.a_ready_request()
    with pytest.raises(Conflict):
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version - 1, key=uuid4())
    key = uuid4()
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=key)
    with pytest.raises(AlreadyDone):
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=key)
    dossier.refresh_from_db()
    with pytest.raises(IllegalMove):
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())


def test_an_incomplete_request_says_what_is_missing():
    dossier = firm.a_request()
    with pytest.raises(deposit.NotReady) as missing:
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    assert "section:work" in missing.value.reasons


def test_a_stay_title_that_has_ended_stands_in_the_way():
    dossier = firm.a_ready_request()
    person = dossier.registrants.get()
    over = {**firm.EMPLOYEE["stay"], "title_until": clock.today() - timedelta(days=1)}
    requesting.save_section(firm.actor_of(dossier), dossier.pk, person.pk, "stay", {}, over)
    assert codes(dossier) == ["title:expired"]


def test_a_contract_that_starts_later_is_a_draft_until_its_day_and_the_company_is_told_once():
    dossier = firm.a_ready_request()
    person, day = dossier.registrants.get(), clock.today() + timedelta(days=20)
    requesting.save_section(firm.actor_of(dossier), dossier.pk, person.pk, "work", {}, {"contract_start": day})
    dossier.refresh_from_db()
    assert dossier.sendable_on == day and codes(dossier) == ["contract:future"]
    with pytest.raises(deposit.NotReady):
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    assert requesting.tell_sendable() == 0
    with time_machine.travel(clock.now() + timedelta(days=20)):
        assert requesting.tell_sendable() == 1 and requesting.tell_sendable() == 0
        assert codes(dossier) == []
        assert Notice.objects.filter(kind="request_sendable", dossier_id=dossier.pk).count() == 1
        dossier.refresh_from_db()
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())


@pytest.mark.parametrize("later", [0, 1, 40])
def test_a_draft_whose_contract_had_begun_is_to_do_until_it_is_sent_and_nobody_is_told_of_it(later):
    dossier = firm.a_ready_request()
    company, person = dossier.organisation_id, dossier.registrants.get()
    assert dossier.sendable_on == person.contract_start < clock.today()

    def to_do():
        return [row.dossier.pk for row in requests.to_do(company).sendable]

    with time_machine.travel(clock.now() + timedelta(days=later)):
        assert to_do() == [dossier.pk] and requesting.tell_sendable() == 0
        contact = {**firm.EMPLOYEE["contact"], "city": "Dole"}
        requesting.save_section(firm.actor_of(dossier), dossier.pk, person.pk, "contact", {}, contact)
        assert to_do() == [dossier.pk], "another page that is saved changes nothing"
        dossier.refresh_from_db()
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
        assert to_do() == []


def test_a_draft_whose_day_came_stays_to_do_when_it_is_gone_on_with():
    dossier = firm.a_ready_request()
    person, day = dossier.registrants.get(), clock.today() + timedelta(days=3)
    requesting.save_section(firm.actor_of(dossier), dossier.pk, person.pk, "work", {}, {"contract_start": day})
    with time_machine.travel(clock.now() + timedelta(days=4)):
        requesting.save_section(firm.actor_of(dossier), dossier.pk, person.pk, "parents", {}, firm.EMPLOYEE["parents"])
        assert requesting.tell_sendable() == 1, "the company is told, once its day has come"
        assert [row.dossier.pk for row in requests.to_do(dossier.organisation_id).sendable] == [dossier.pk]


def test_a_draft_that_cannot_be_told_hides_none_behind_it(monkeypatch, caplog):
    company = firm.a_company()
    user = firm.a_member(company)
    bad, good = (firm.a_request(company, user) for _ in range(2))
    for days, dossier in enumerate((good, bad)):
        Dossier.objects.filter(pk=dossier.pk).update(sendable_on=clock.today() - timedelta(days=days))
    tell = telling.company

    def failing(dossier, kind, context):
        if dossier.pk == bad.pk:
            raise LookupError
        return tell(dossier, kind, context)

    monkeypatch.setattr(telling, "company", failing)
    assert requesting.tell_sendable() == 1 and requesting.tell_sendable() == 0
    assert f"sweep=sendable dossier={bad.pk}" in caplog.text
    assert Dossier.objects.get(sendable_told_at=None).pk == bad.pk, "the next round tries again"


def test_a_draft_that_was_deleted_meanwhile_is_told_of_no_more(caplog):
    assert not requesting._tell_sendable(uuid4())
    assert "sweep=" not in caplog.text


def test_a_colleague_goes_on_when_a_member_has_left():
    company = firm.a_company()
    one, two = firm.a_member(company), firm.a_member(company)
    dossier = firm.a_ready_request(company, one)
    firm.leave(company, one)
    with pytest.raises(NotFound):
        requesting.send(access.member(one.pk), dossier.pk, expects=dossier.version, key=uuid4())
    with pytest.raises(NotFound):
        access.get(access.person(one.pk), dossier.pk)
    requesting.send(access.member(two.pk), dossier.pk, expects=dossier.version, key=uuid4())


def test_a_file_goes_to_the_person_it_was_sent_for():
    dossier = firm.a_ready_request(family=True)
    spouse = dossier.registrants.get(role="spouse")
    files.add_file(firm.actor_of(dossier), dossier.pk, "identity", "main", make.checked(), person_id=spouse.pk)
    counts = {
        person.role: File.objects.filter(
            version__document__registrant=person, version__document__slot="identity"
        ).count()
        for person in dossier.registrants.filter(role__in=["principal", "spouse"])
    }
    assert counts == {"principal": 1, "spouse": 2}
    with pytest.raises(NotFound):
        files.add_file(
            firm.actor_of(dossier), dossier.pk, "work_contract", "main", make.checked(), person_id=spouse.pk
        )


def test_a_deleted_draft_leaves_the_counts():
    dossier = firm.a_request()
    company = dossier.organisation_id
    dossier.refresh_from_db()
    deposit.delete_draft(firm.actor_of(dossier), dossier.pk, expects=dossier.version)
    assert labels.counts(company)["draft"] == 0
    assert LabelCount.objects.get(organisation=company, label="draft").n == 0


def test_the_receipt_names_the_company_and_every_person_but_no_parent():
    dossier = firm.a_sent_request(family=True)
    facts = receipts.facts(dossier)
    assert [row["role"] for row in facts["people"]] == ["principal", "spouse", "child", "child"]
    assert facts["company"] == "Atelier Doubs" and "Okafor" not in str(facts)
    assert receipts.pdf(dossier.pk).startswith(b"%PDF")


def test_the_category_decides_the_office():
    dossier = firm.a_request(category="mannequin")
    firm.fill(dossier, dossier.registrants.get())
    firm.send_documents(dossier)
    dossier.refresh_from_db()
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    dossier.refresh_from_db()
    assert dossier.office == "751"


def test_a_place_with_several_caisses_asks_for_one():
    dossier = firm.a_ready_request()
    person = dossier.registrants.get()
    there = {**firm.EMPLOYEE["contact"], "postcode": "59000", "city": "Lille"}
    requesting.save_section(firm.actor_of(dossier), dossier.pk, person.pk, "contact", {}, there)
    dossier.refresh_from_db()
    with pytest.raises(deposit.NotReady) as missing:
        requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    assert missing.value.reasons == ["office"]
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4(), office="595")


def test_unknown_birth_days_count_as_the_youngest():
    year = clock.today().year - 18
    assert people.owes_title(Registrant(nationality="NG", birth_date=f"{year}-00-00")) is False
    assert people.owes_title(Registrant(nationality="NG", birth_date=f"{year - 2}-00-00")) is True
    assert people.owes_title(Registrant(nationality="DE", birth_date=f"{year - 2}-00-00")) is False
    assert people.owes_title(Registrant()) is None and people.title_of(Registrant()) is None


def test_the_receipt_says_that_a_permit_was_checked_only_where_somebody_has_or_owes_one():
    dossier = firm.a_sent_request()
    assert dossier.receipt["title_checked"] is True
    dossier.registrants.update(nationality="IT", title_kind="", title_until=None)
    assert receipts.of_request(dossier, dossier.registrants.all())["title_checked"] is False
    dossier.registrants.update(title_kind="csp")
    assert receipts.of_request(dossier, dossier.registrants.all())["title_checked"] is True
