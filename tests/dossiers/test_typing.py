"""What is typed is kept, by any window and in any order; what is checked replaces it; a sent dossier is shut."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from matricule.core import clock, crypto
from matricule.core.journal import entries_about
from matricule.core.outbox import Mail
from matricule.dossiers import access, plan
from matricule.dossiers.models import Dossier, File, Registrant, Version
from matricule.dossiers.operations import deposit, files
from matricule.dossiers.states import IllegalMove, State
from tests.support import factories as make

pytestmark = pytest.mark.django_db
IBAN = "FR7630006000011234567890189"
LONG = "é" * (deposit.MAX_TYPED + 50)


@pytest.fixture
def move(monkeypatch):
    def to(**delay):
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(**delay))

    return to


def typed(dossier) -> dict:
    return dossier.registrants.get().typed


def actions(dossier) -> list[str]:
    return [entry.action for entry in entries_about(("dossier", dossier.pk))]


class TestTheDraft:
    """One person has one open dossier on a route."""

    def test_a_race_for_it_ends_with_the_one_that_won(self, monkeypatch):
        user = make.a_user()
        first = make.a_draft(user)
        answers = iter([None, first])
        monkeypatch.setattr(deposit, "_open_dossier", lambda *_: next(answers))

        def lost(*_args):
            raise IntegrityError

        monkeypatch.setattr(deposit, "_make_draft", lost)
        found = deposit.open_draft(access.person(user.pk), user.pk, "student", make.NON_EU)
        assert found.pk == first.pk and Dossier.objects.count() == 1

    def test_another_fault_of_the_database_is_not_taken_for_a_race(self, monkeypatch):
        def broken(*_args):
            raise IntegrityError("another constraint")

        monkeypatch.setattr(deposit, "_make_draft", broken)
        user = make.a_user()
        with pytest.raises(IntegrityError, match="another"):
            deposit.open_draft(access.person(user.pk), user.pk, "student", make.NON_EU)

    def test_the_database_itself_refuses_a_second_open_one(self):
        dossier = make.a_draft()
        with pytest.raises(IntegrityError):
            Dossier.objects.create(
                reference="M26-0000-0000", route="student", owner=dossier.owner, opened_at=clock.now()
            )

    def test_once_ended_another_may_be_opened(self):
        first = make.a_submitted()
        Registrant.objects.filter(dossier=first).update(state=State.REGISTERED)
        make.add(first, "rib")
        first.refresh_from_db()
        second = make.a_draft(first.owner)
        assert first.ended_at is not None and second.pk != first.pk and second.label == "draft"

    @pytest.mark.parametrize("answers", [{}, make.NON_EU])
    def test_no_new_answers_step_no_version(self, answers):
        dossier = make.a_draft()
        again = deposit.open_draft(make.owner_of(dossier), dossier.owner_id, "student", answers)
        assert again.version == dossier.version and again.answers == make.NON_EU
        assert "answers.changed" not in actions(dossier)

    def test_new_answers_never_touch_a_sent_one(self):
        dossier = make.a_submitted()
        again = make.a_draft(dossier.owner, {**make.NON_EU, "nationality": "DE"})
        assert again.pk == dossier.pk and again.answers["nationality"] == "VN"


class TestAutosave:
    """Field by field, in a sitting."""

    def test_a_value_that_two_windows_typed_alike_is_no_conflict(self):
        dossier = make.a_draft()
        owner = make.owner_of(dossier)
        deposit.save_typed(owner, dossier.pk, {"city": ("", "Dole")})
        saved = deposit.save_typed(owner, dossier.pk, {"city": ("", "Dole")})
        assert saved.conflicts == {} and saved.kept == ["city"]

    def test_a_field_may_be_emptied(self):
        dossier = make.a_draft()
        owner = make.owner_of(dossier)
        deposit.save_typed(owner, dossier.pk, {"city": ("", "Dole")})
        saved = deposit.save_typed(owner, dossier.pk, {"city": ("Dole", "")})
        assert saved.kept == ["city"] and typed(dossier)["city"] == ""

    def test_the_others_keep_their_values(self):
        dossier = make.a_draft()
        owner = make.owner_of(dossier)
        deposit.save_typed(owner, dossier.pk, {"city": ("", "Dole"), "street": ("", "1 rue")})
        deposit.save_typed(owner, dossier.pk, {"street": ("1 rue", "2 rue")})
        assert typed(dossier) == {"city": "Dole", "street": "2 rue"}

    def test_when_nothing_was_kept_the_moment_stays_that_of_the_last_value(self, move):
        dossier = make.a_draft()
        owner = make.owner_of(dossier)
        deposit.save_typed(owner, dossier.pk, {"city": ("", "Dole")})
        before = dossier.registrants.get().typed_at
        move(minutes=5)
        deposit.save_typed(owner, dossier.pk, {"city": ("", "Lons")})
        assert dossier.registrants.get().typed_at == before

    def test_a_sitting_goes_on_while_its_pauses_are_short(self, move):
        dossier = make.a_draft()
        for minutes in (0, 29, 58, 87):
            move(minutes=minutes)
            deposit.save_typed(make.owner_of(dossier), dossier.pk, {"city": (typed(dossier).get("city", ""), "x")})
        assert actions(dossier).count("draft.edited") == 1

    def test_after_half_an_hour_of_silence_another_begins(self, move):
        dossier = make.a_draft()
        for minutes in (0, 31, 62):
            move(minutes=minutes)
            deposit.save_typed(make.owner_of(dossier), dossier.pk, {"city": (typed(dossier).get("city", ""), "x")})
        assert actions(dossier).count("draft.edited") == 3

    def test_the_journal_counts_fields_and_holds_no_value(self):
        dossier = make.a_draft()
        deposit.save_typed(make.owner_of(dossier), dossier.pk, {"city": ("", "Dole"), "street": ("", "1 rue")})
        entry = entries_about(("dossier", dossier.pk))[-1]
        assert entry.action == "draft.edited" and dict(entry.detail) == {"fields": 2}


@pytest.mark.parametrize("way", ["autosave", "page", "bank"])
def test_what_is_too_long_is_cut_by_every_way_in(way):
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    {
        "autosave": lambda: deposit.save_typed(owner, dossier.pk, {"iban": ("", LONG)}),
        "page": lambda: deposit.save_section(owner, dossier.pk, "contact", {"iban": LONG}, None),
        "bank": lambda: deposit.save_bank_typed(owner, dossier.pk, LONG),
    }[way]()
    assert typed(dossier)["iban"] == LONG[: deposit.MAX_TYPED]


class TestAPage:
    """A page of the form, complete or not."""

    def test_saved_twice_it_is_complete_once(self):
        dossier = make.a_draft()
        for _ in range(2):
            deposit.save_section(make.owner_of(dossier), dossier.pk, "parents", {}, make.PARENTS)
        assert dossier.registrants.get().sections_done == ["parents"]

    def test_an_error_on_one_leaves_the_others_complete(self):
        dossier = make.a_filled_draft()
        deposit.save_section(make.owner_of(dossier), dossier.pk, "parents", {"parent1_birth_name": "2"}, None)
        assert set(dossier.registrants.get().sections_done) == set(plan.SECTIONS) - {"parents"}

    def test_an_error_leaves_what_was_checked_before_in_its_columns(self):
        dossier = make.a_filled_draft()
        deposit.save_section(make.owner_of(dossier), dossier.pk, "contact", {"city": "Nowhere2"}, None)
        person = dossier.registrants.get()
        assert person.city == "Besançon" and person.typed["city"] == "Nowhere2"

    @pytest.mark.parametrize(("checked", "complete"), [(None, False), (make.PARENTS, True)])
    def test_the_journal_tells_which_page_and_whether_it_is_complete(self, checked, complete):
        dossier = make.a_draft()
        deposit.save_section(make.owner_of(dossier), dossier.pk, "parents", {}, checked)
        entry = entries_about(("dossier", dossier.pk))[-1]
        assert (entry.action, dict(entry.detail)) == ("section.saved", {"section": "parents", "complete": complete})

    def test_answers_that_agree_with_the_form_leave_the_list_alone(self, monkeypatch):
        dossier = make.a_draft()

        def never(*_args):
            pytest.fail("the list of documents must not be made again")

        monkeypatch.setattr(plan, "sync", never)
        deposit.save_section(make.owner_of(dossier), dossier.pk, "civil_status", {}, make.CIVIL_STATUS)
        dossier.refresh_from_db()
        assert dossier.answers == make.NON_EU


class TestBankDetails:
    """Free at any moment, found by index, never read from it."""

    def test_after_the_submission_too(self):
        dossier = make.a_submitted()
        deposit.save_bank_details(make.owner_of(dossier), dossier.pk, IBAN, confirmed=True)
        assert dossier.registrants.get().iban == IBAN

    def test_not_confirmed_any_more_it_loses_its_date(self):
        dossier = make.a_draft()
        owner = make.owner_of(dossier)
        deposit.save_bank_details(owner, dossier.pk, IBAN, confirmed=True)
        deposit.save_bank_details(owner, dossier.pk, IBAN, confirmed=False)
        assert dossier.registrants.get().iban_confirmed_at is None

    def test_taken_away_it_leaves_no_index(self):
        dossier = make.a_draft()
        owner = make.owner_of(dossier)
        deposit.save_bank_details(owner, dossier.pk, IBAN, confirmed=True)
        deposit.save_bank_details(owner, dossier.pk, "", confirmed=False)
        person = dossier.registrants.get()
        assert (person.iban, person.iban_index, person.typed["iban"]) == ("", None, "")

    def test_one_account_in_two_dossiers_is_found_by_its_index_alone(self):
        for _ in range(2):
            dossier = make.a_draft()
            deposit.save_bank_details(make.owner_of(dossier), dossier.pk, IBAN, confirmed=True)
        assert Registrant.objects.filter(iban_index=crypto.blind_index("iban", IBAN)).count() == 2
        assert not Registrant.objects.filter(iban_index=crypto.blind_index("nir", IBAN)).exists()

    def test_half_an_iban_leaves_the_one_that_was_checked(self):
        dossier = make.a_draft()
        owner = make.owner_of(dossier)
        deposit.save_bank_details(owner, dossier.pk, IBAN, confirmed=True)
        version = Dossier.objects.get(pk=dossier.pk).version
        deposit.save_bank_typed(owner, dossier.pk, "FR76")
        assert dossier.registrants.get().iban == IBAN and typed(dossier)["iban"] == "FR76"
        assert Dossier.objects.get(pk=dossier.pk).version == version

    def test_the_journal_holds_nothing_of_it(self):
        dossier = make.a_draft()
        deposit.save_bank_details(make.owner_of(dossier), dossier.pk, IBAN, confirmed=True)
        entry = entries_about(("dossier", dossier.pk))[-1]
        assert (entry.action, dict(entry.detail)) == ("bank_details.saved", {"confirmed": True})


@pytest.mark.parametrize("act", ["answers", "typed", "section", "delete"])
def test_a_sent_dossier_is_shut_to_what_only_a_draft_takes(act):
    dossier = make.a_submitted()
    owner = make.owner_of(dossier)
    before = (typed(dossier), Dossier.objects.get(pk=dossier.pk).version)
    with pytest.raises(IllegalMove) as refused:
        {
            "answers": lambda: deposit.change_answers(owner, dossier.pk, {}),
            "typed": lambda: deposit.save_typed(owner, dossier.pk, {"city": ("", "x")}),
            "section": lambda: deposit.save_section(owner, dossier.pk, "contact", {"city": "x"}, None),
            "delete": lambda: deposit.delete_draft(owner, dossier.pk, expects=dossier.version),
        }[act]()
    assert refused.value.state == State.EXAMINED
    assert (typed(dossier), Dossier.objects.get(pk=dossier.pk).version) == before


class TestSubmitting:
    """Only what is in order is sent."""

    @pytest.mark.parametrize("state", ["refused", "already_sent", "checking"])
    def test_a_document_without_a_file_in_order_is_not_dated(self, state):
        dossier = make.a_ready_draft()
        file_id = make.add(dossier, "rib")
        File.objects.filter(pk=file_id).update(state=state)
        dossier.refresh_from_db()
        deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
        assert Version.objects.get(document__slot="rib").sent_at is None
        assert Version.objects.get(document__slot="identity").sent_at is not None

    def test_a_removed_file_is_not_sent_with_the_others(self):
        dossier = make.a_ready_draft()
        owner = make.owner_of(dossier)
        files.remove_file(owner, dossier.pk, make.add(dossier, "rib"))
        dossier.refresh_from_db()
        deposit.submit(owner, dossier.pk, expects=dossier.version, key=uuid4())
        assert Version.objects.get(document__slot="rib").sent_at is None

    def test_documents_of_others_are_not_dated(self):
        other, dossier = make.a_ready_draft(), make.a_ready_draft()
        deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
        assert not Version.objects.filter(document__registrant__dossier=other).exclude(sent_at=None).exists()

    def test_the_reasons_are_codes_and_the_message_holds_none_of_them(self):
        refused = deposit.NotReady(["section:parents"])
        assert refused.reasons == ["section:parents"] and "parents" not in str(refused)


class TestDeleting:
    """A draft goes with everything, and what is told of it is a count."""

    def test_refused_files_have_nothing_to_erase(self):
        dossier = make.a_draft()
        make.add(dossier, "identity")
        checked = files.Checked("x.pdf", 3, "", None, "", "empty", False, 0, {}, False)
        files.add_file(make.owner_of(dossier), dossier.pk, "identity", "main", checked)
        dossier.refresh_from_db()
        dossier_id = dossier.pk
        deposit.delete_draft(make.owner_of(dossier), dossier.pk, expects=dossier.version)
        entry = entries_about(("dossier", dossier_id))[-1]
        assert (entry.action, dict(entry.detail)) == ("draft.deleted", {"files": 1})

    def test_removed_files_are_erased_as_well(self):
        dossier = make.a_draft()
        owner = make.owner_of(dossier)
        files.remove_file(owner, dossier.pk, make.add(dossier, "identity"))
        dossier.refresh_from_db()
        dossier_id = dossier.pk
        deposit.delete_draft(owner, dossier.pk, expects=dossier.version)
        assert dict(entries_about(("dossier", dossier_id))[-1].detail) == {"files": 1}

    def test_the_person_stays_and_may_begin_again(self):
        dossier = make.a_ready_draft()
        user = dossier.owner
        deposit.delete_draft(make.owner_of(dossier), dossier.pk, expects=dossier.version)
        again = make.a_draft(user)
        assert again.registrants.get().typed == {} and not File.objects.exists()
        assert Mail.objects.get(kind="draft_deleted").to_address == user.email


@pytest.mark.parametrize(
    ("names", "first"),
    [("Thị Minh Anh", "Thị"), ("Jean-Éloi Marie", "Jean-Éloi"), ("Anne, Marie", "Anne"), (" ", ""), (",x", "")],
)
def test_a_message_carries_the_first_given_name_only(names, first):
    assert deposit.first_given_name(Registrant(given_names=names)) == first
