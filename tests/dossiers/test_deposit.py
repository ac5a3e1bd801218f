"""From a draft to a submitted dossier, through the operations."""

from uuid import uuid4

import pytest

from matricule.core import clock, vault
from matricule.core.journal import entries_about
from matricule.core.outbox import Mail
from matricule.dossiers import access, plan
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.operations import deposit
from matricule.dossiers.operations.door import AlreadyDone, Conflict
from matricule.dossiers.states import IllegalMove, State
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def actions(dossier_id) -> list[str]:
    return [entry.action for entry in entries_about(("dossier", dossier_id))]


def test_a_draft_holds_the_documents_that_the_rules_ask():
    dossier = make.a_draft()
    codes = set(dossier.registrants.get().requirements.values_list("code", flat=True))
    assert codes == {"enrolment", "identity", "visa_d", "civil_status", "translation", "vls_ts_validation", "rib"}
    assert dossier.label == "draft"
    assert "draft.opened" in actions(dossier.pk)


def test_a_person_has_one_open_dossier():
    user = make.a_user()
    first, second = make.a_draft(user), make.a_draft(user)
    assert first.pk == second.pk
    assert Dossier.objects.filter(owner=user).count() == 1


def test_new_answers_change_the_list_and_remove_no_file():
    dossier = make.a_draft()
    make.add(dossier, "visa_d")
    european = {**make.NON_EU, "nationality": "DE", "residence_title": "not_needed", "home_cover": "none"}
    again = make.a_draft(dossier.owner, european)
    assert again.pk == dossier.pk
    rows = {row.code: row for row in dossier.registrants.get().requirements.all()}
    assert rows["visa_d"].dropped_at is not None
    assert rows["resources"].dropped_at is None
    assert File.objects.filter(version__document__slot="visa_d", removed_at=None).count() == 1


def test_an_autosave_keeps_the_value_and_no_version_step():
    dossier = make.a_draft()
    before = dossier.version
    saved = deposit.save_typed(make.owner_of(dossier), dossier.pk, {"birth_name": ("", "Nguyễn")})
    dossier.refresh_from_db()
    assert saved.kept == ["birth_name"]
    assert dossier.registrants.get().typed["birth_name"] == "Nguyễn"
    assert dossier.version == before


def test_an_autosave_reports_what_another_window_changed():
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    deposit.save_typed(owner, dossier.pk, {"city": ("", "Dole")})
    saved = deposit.save_typed(owner, dossier.pk, {"city": ("", "Besançon"), "street": ("", "1 rue")})
    assert saved.conflicts == {"city": "Dole"}
    assert saved.kept == ["street"]
    assert dossier.registrants.get().typed["city"] == "Dole"


def test_a_sitting_is_journaled_once():
    dossier = make.a_draft()
    owner = make.owner_of(dossier)
    for value in ("a", "ab", "abc"):
        deposit.save_typed(owner, dossier.pk, {"city": (value[:-1], value)})
    assert actions(dossier.pk).count("draft.edited") == 1


def test_typed_values_are_sealed_in_the_database():
    from django.db import connection

    dossier = make.a_draft()
    deposit.save_typed(make.owner_of(dossier), dossier.pk, {"iban": ("", "FR7630006000011234567890189")})
    with connection.cursor() as cursor:
        cursor.execute("select typed from dossiers_registrant")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"FR7630006000011234567890189" not in stored


def test_a_page_with_an_error_keeps_what_was_typed_and_is_not_complete():
    dossier = make.a_draft()
    deposit.save_section(make.owner_of(dossier), dossier.pk, "contact", {"phone": "12"}, None)
    registrant = dossier.registrants.get()
    assert registrant.typed["phone"] == "12"
    assert registrant.sections_done == []


def test_a_page_that_was_complete_and_is_broken_again_is_open_again():
    dossier = make.a_filled_draft()
    deposit.save_section(make.owner_of(dossier), dossier.pk, "contact", {"phone": "12"}, None)
    assert "contact" not in dossier.registrants.get().sections_done


def test_the_nationality_of_the_form_counts_over_the_questionnaire():
    dossier = make.a_draft()
    changed = {**make.CIVIL_STATUS, "nationality": "DE"}
    deposit.save_section(make.owner_of(dossier), dossier.pk, "civil_status", {}, changed)
    dossier.refresh_from_db()
    assert dossier.answers["nationality"] == "DE"
    assert dossier.registrants.get().requirements.get(code="visa_d").dropped_at is not None


@pytest.mark.parametrize(
    "changed",
    [{"nationality": "TH"}, {"birth_country": "TH"}, {"birth_date": "2003-03-14"}],
    ids=str,
)
def test_new_answers_that_differ_from_the_form_ask_to_look_again(changed):
    dossier = make.a_ready_draft()
    owner = make.owner_of(dossier)
    deposit.change_answers(owner, dossier.pk, {**make.NON_EU, **changed})
    dossier.refresh_from_db()
    registrant = dossier.registrants.get()
    assert plan.disagreements(dossier, registrant) == list(changed)
    assert "civil_status" not in registrant.sections_done and "contact" in registrant.sections_done
    with pytest.raises(deposit.NotReady) as refused:
        deposit.submit(owner, dossier.pk, expects=dossier.version, key=uuid4())
    assert refused.value.reasons == ["section:civil_status"]
    deposit.save_section(owner, dossier.pk, "civil_status", {}, make.CIVIL_STATUS)
    dossier.refresh_from_db()
    assert dossier.answers == make.NON_EU and plan.obstacles(dossier, dossier.registrants.get()) == []


def test_new_answers_that_agree_ask_nothing_again():
    dossier = make.a_ready_draft()
    deposit.change_answers(make.owner_of(dossier), dossier.pk, {**make.NON_EU, "residence_title": "vls_ts"})
    assert dossier.registrants.get().sections_done == list(plan.SECTIONS)


def test_a_disagreement_is_never_submitted_whatever_the_pages_say():
    dossier = make.a_ready_draft()
    Dossier.objects.filter(pk=dossier.pk).update(answers={**make.NON_EU, "birth_date": "2001-01-01"})
    dossier.refresh_from_db()
    assert plan.obstacles(dossier, dossier.registrants.get()) == ["section:civil_status"]


def test_submitting_dates_everything_and_tells_in_both_languages():
    dossier = make.a_submitted()
    registrant = dossier.registrants.get()
    assert dossier.submitted_at is not None and dossier.label == "in_progress"
    assert registrant.state == State.EXAMINED
    versions = File.objects.filter(version__document__registrant=registrant).values_list("version__sent_at", flat=True)
    assert all(versions)
    mail = Mail.objects.get(kind="deposit_receipt")
    assert "Bonjour" in mail.body and "Hello" in mail.body
    assert dossier.reference not in mail.body + mail.subject
    assert "dossier.submitted" in actions(dossier.pk)


def test_the_same_key_again_is_already_done():
    dossier = make.a_ready_draft()
    key, owner = uuid4(), make.owner_of(dossier)
    deposit.submit(owner, dossier.pk, expects=dossier.version, key=key)
    with pytest.raises(AlreadyDone) as done:
        deposit.submit(owner, dossier.pk, expects=dossier.version, key=key)
    assert done.value.dossier_id == dossier.pk
    assert Mail.objects.filter(kind="deposit_receipt").count() == 1


def test_another_key_after_submission_is_refused_by_the_table_of_states():
    dossier = make.a_submitted()
    with pytest.raises(IllegalMove):
        deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())


def test_a_stale_page_cannot_submit():
    dossier = make.a_ready_draft()
    with pytest.raises(Conflict) as conflict:
        deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version - 1, key=uuid4())
    assert conflict.value.current == dossier.version
    dossier.refresh_from_db()
    assert dossier.submitted_at is None


def test_what_is_missing_is_named_and_nothing_is_submitted():
    dossier = make.a_draft()
    with pytest.raises(deposit.NotReady) as refused:
        deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    assert refused.value.reasons == [
        "section:civil_status", "section:parents", "section:contact", "section:studies",
        "document:identity", "document:enrolment", "document:visa_d",
    ] or set(refused.value.reasons) == {
        "section:civil_status", "section:parents", "section:contact", "section:studies",
        "document:identity", "document:enrolment", "document:visa_d",
    }  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.submitted_at is None


def test_somebody_born_in_france_cannot_submit():
    dossier = make.a_ready_draft()
    born_here = {**make.CIVIL_STATUS, "birth_country": "FR"}
    deposit.save_section(make.owner_of(dossier), dossier.pk, "civil_status", {}, born_here)
    dossier.refresh_from_db()
    reasons = plan.obstacles(dossier, dossier.registrants.get())
    assert any(reason.startswith("outcome:") for reason in reasons)


def test_a_deleted_draft_leaves_no_row_and_no_key():
    dossier = make.a_ready_draft()
    blobs = list(File.objects.filter(version__document__registrant__dossier=dossier).values_list("pk", "blob"))
    dossier_id = dossier.pk
    deposit.delete_draft(make.owner_of(dossier), dossier.pk, expects=dossier.version)
    assert not Dossier.objects.filter(pk=dossier_id).exists()
    assert not Registrant.objects.filter(dossier_id=dossier_id).exists()
    for file_id, blob in blobs:
        with pytest.raises(vault.Missing):
            vault.read(blob, context=str(file_id))
    assert "draft.deleted" in actions(dossier_id)
    assert Mail.objects.filter(kind="draft_deleted").count() == 1


def test_a_submitted_dossier_cannot_be_deleted():
    dossier = make.a_submitted()
    with pytest.raises(IllegalMove):
        deposit.delete_draft(make.owner_of(dossier), dossier.pk, expects=dossier.version)
    assert Dossier.objects.filter(pk=dossier.pk).exists()


def test_the_iban_is_kept_with_its_index_and_its_confirmation():
    dossier = make.a_submitted()
    deposit.save_bank_details(make.owner_of(dossier), dossier.pk, "FR7630006000011234567890189", confirmed=True)
    registrant = dossier.registrants.get()
    assert registrant.iban == "FR7630006000011234567890189"
    assert registrant.iban_confirmed_at is not None and registrant.iban_index is not None


def test_an_iban_that_is_not_right_yet_is_kept_as_typed():
    dossier = make.a_draft()
    deposit.save_bank_typed(make.owner_of(dossier), dossier.pk, "FR76 3000")
    registrant = dossier.registrants.get()
    assert registrant.typed["iban"] == "FR76 3000" and registrant.iban == ""


@pytest.mark.parametrize("act", ["save_typed", "submit", "delete", "answers", "bank"])
def test_a_stranger_finds_no_dossier_and_the_refusal_is_journaled(act):
    dossier = make.a_ready_draft()
    stranger = access.person(make.a_user().pk)
    acts = {
        "save_typed": lambda: deposit.save_typed(stranger, dossier.pk, {"city": ("", "x")}),
        "submit": lambda: deposit.submit(stranger, dossier.pk, expects=dossier.version, key=uuid4()),
        "delete": lambda: deposit.delete_draft(stranger, dossier.pk, expects=dossier.version),
        "answers": lambda: deposit.change_answers(stranger, dossier.pk, {}),
        "bank": lambda: deposit.save_bank_details(stranger, dossier.pk, "", confirmed=False),
    }
    with pytest.raises(access.NotFound):
        acts[act]()
    assert [entry.outcome for entry in entries_about(("dossier", dossier.pk)) if str(stranger) == entry.actor] == [
        "refused"
    ]


def test_a_dossier_that_does_not_exist_answers_the_same():
    with pytest.raises(access.NotFound):
        deposit.save_typed(access.person(make.a_user().pk), uuid4(), {"city": ("", "x")})


def test_the_first_given_name_is_all_that_a_message_carries():
    assert deposit.first_given_name(Registrant(given_names="Thị Minh Anh")) == "Thị"
    assert deposit.first_given_name(Registrant(given_names="")) == ""


def test_a_dossier_is_opened_in_business_time():
    dossier = make.a_draft()
    assert abs((clock.now() - dossier.opened_at).total_seconds()) < 60
