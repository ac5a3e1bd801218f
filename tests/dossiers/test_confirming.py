"""The employee's word on a company: a link that works once, a birth date, and what each of them opens."""

from datetime import timedelta
from uuid import uuid4

import pytest

from matricule.accounts import companies, invitations, organisations
from matricule.core import journal
from matricule.core.outbox import Mail
from matricule.dossiers import access
from matricule.dossiers.access import NotFound
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import confirming, requesting
from matricule.dossiers.operations.confirming import CannotWrite
from matricule.dossiers.told import Told
from matricule.notices.models import Notice
from tests.support import cast
from tests.support import companies as firm
from tests.support import company as office
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

BORN = firm.EMPLOYEE["civil_status"]["birth_date"]
OTHER = "1990-05-18"


def mails_to(address: str) -> list[Mail]:
    return [mail for mail in Mail.objects.order_by("created_at") if mail.to_address == address]


def again(dossier: Dossier, email: str = "adaeze@example.org") -> None:
    confirming.write_again(
        firm.actor_of(dossier), dossier.pk, dossier.registrants.get(position=1).pk, email, key=uuid4()
    )


def shows(dossier: Dossier) -> bool:
    return access.may(firm.actor_of(dossier), "reveal_number", Dossier.objects.get(pk=dossier.pk))


def test_sending_writes_to_the_employee_in_their_language_and_says_who_asks():
    dossier = firm.a_sent_request()
    (mail,) = mails_to("adaeze@example.org")
    assert mail.language == "en" and mail.kind == "employee_filed"
    assert "Atelier Doubs" in mail.subject and "CPAM du Doubs" in mail.body
    assert mail.body.startswith("Hello Adaeze,")
    for word in ("Okonkwo", dossier.reference, BORN):
        assert word not in mail.subject + mail.body


def test_the_birth_date_confirms_the_company_for_this_request_alone():
    company = firm.a_company()
    user = firm.a_member(company)
    dossier, other = firm.a_sent_request(company, user), firm.a_sent_request(company, user)
    assert not shows(dossier)
    token = firm.link_of(dossier)
    assert confirming.asked_by(token).proves
    assert confirming.confirm(token, BORN) == "confirmed"
    assert shows(dossier) and not shows(other)
    assert not organisations.is_proved(company.pk), "a document alone proves the whole account"
    assert Notice.objects.filter(kind="request_confirmed", recipient_id=user.pk).count() == 1
    assert [entry.action for entry in journal.entries_about(("dossier", dossier.pk))].count("employee.confirmed") == 1


def test_a_link_works_once():
    dossier = firm.a_sent_request()
    token = firm.link_of(dossier)
    confirming.confirm(token, BORN)
    assert confirming.asked_by(token) is None
    assert confirming.confirm(token, BORN) == "over" and not confirming.disown(token)


def test_five_wrong_birth_dates_spend_a_link():
    dossier = firm.a_sent_request()
    token = firm.link_of(dossier)
    answers = [confirming.confirm(token, OTHER) for _ in range(confirming.TRIES)]
    assert answers == ["wrong"] * 4 + ["over"]
    assert confirming.confirm(token, BORN) == "over" and not shows(dossier)
    refused = [entry for entry in journal.entries_about(("dossier", dossier.pk)) if entry.outcome == "refused"]
    assert len(refused) == confirming.TRIES


def test_a_link_is_over_after_thirty_days(later):  # noqa: F811
    dossier = firm.a_sent_request()
    token = firm.link_of(dossier)
    later(29)
    assert confirming.asked_by(token) is not None
    later(2)
    assert confirming.asked_by(token) is None
    assert confirming.confirm(token, BORN) == "over" and not confirming.disown(token)


def test_an_unknown_link_answers_like_one_that_is_over():
    assert confirming.asked_by("0" * 64) is None
    assert confirming.confirm("0" * 64, BORN) == "over" and not confirming.disown("")


@pytest.mark.parametrize("whose", ["member", "left", "invited", "shared", "joined"])
def test_an_address_that_somebody_of_the_company_reads_proves_nothing(whose):
    chief = office.a_company()
    company = organisations.Organisation.objects.get(pk=chief.company.id)
    user = make.a_user("adaeze@example.org") if whose in {"member", "left"} else None
    if user is not None:
        firm.a_member(company, user)
    if whose == "left":
        firm.leave(company, user)
    if whose == "invited":
        invitations.invite(chief.user_id, company.pk, "adaeze@example.org", "member")
    if whose == "shared":
        companies.set_shared_mailbox(chief.user_id, company.pk, "adaeze@example.org")
    if whose == "joined":
        other = office.a_company(make.a_user("adaeze@example.org"))
        companies.join("system:tests", company.pk, other.company.id)
    dossier = firm.a_sent_request(company, firm.a_member(company))
    token = firm.link_of(dossier)
    asked = confirming.asked_by(token)
    assert asked.own and not asked.proves
    assert confirming.confirm(token, BORN) == "over" and not shows(dossier)


def test_a_member_of_another_company_may_confirm_theirs():
    elsewhere = firm.a_company("Autre")
    firm.a_member(elsewhere, make.a_user("adaeze@example.org"))
    dossier = firm.a_sent_request()
    assert confirming.confirm(firm.link_of(dossier), BORN) == "confirmed"


def test_only_the_employee_confirms_and_the_family_may_speak_up():
    dossier = firm.a_ready_request(family=True)
    dossier.registrants.filter(role="spouse").update(email="tunde@example.org", language="fr")
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    token = firm.link_of(dossier, "spouse")
    assert not confirming.asked_by(token).proves
    assert confirming.confirm(token, firm.SPOUSE["birth_date"]) == "over" and not shows(dossier)
    assert [mail.language for mail in mails_to("tunde@example.org")] == ["fr"]
    assert confirming.disown(token)
    assert Mail.objects.filter(kind="employee_filed").count() == 2, "children have no address"


def test_who_does_not_know_the_company_tells_the_caisse_alone():
    dossier = firm.a_sent_request()
    before = Notice.objects.count()
    assert confirming.disown(firm.link_of(dossier))
    dossier.refresh_from_db()
    assert dossier.unknown_at is not None and dossier.queue == "answered"
    assert Notice.objects.count() == before, "the company reads nothing of it"
    assert dossier.label == "in_progress"


def test_after_that_no_link_confirms_any_more_and_the_company_is_answered_like_before():
    dossier = firm.a_sent_request()
    confirming.disown(firm.link_of(dossier))
    again(dossier, "somebody@example.org")
    token = firm.link_of(dossier)
    assert not confirming.asked_by(token).proves
    assert confirming.confirm(token, BORN) == "over" and not shows(dossier)


def test_a_proved_company_needs_no_confirmation_and_the_mail_leaves_all_the_same():
    company = firm.a_company()
    companies.prove("system:tests", company.pk)
    dossier = firm.a_sent_request(company)
    asked = confirming.asked_by(firm.link_of(dossier))
    assert not asked.proves and asked.company.is_proved
    assert shows(dossier)


def test_the_company_corrects_the_address_and_writes_again_three_times_at_most():
    dossier = firm.a_sent_request()
    old = firm.link_of(dossier)
    again(dossier, "ada@example.org")
    assert confirming.asked_by(old) is None, "the link to the other address is over"
    assert len(mails_to("ada@example.org")) == 1
    again(dossier, "ada@example.org")
    with pytest.raises(CannotWrite):
        again(dossier)
    assert confirming.confirm(firm.link_of(dossier), BORN) == "confirmed"


def test_who_confirmed_is_not_written_to_again():
    dossier = firm.a_sent_request()
    confirming.confirm(firm.link_of(dossier), BORN)
    with pytest.raises(CannotWrite):
        again(dossier)


def test_nobody_writes_for_a_draft_or_for_another_company():
    draft = firm.a_ready_request()
    with pytest.raises(NotFound):
        again(draft)
    dossier = firm.a_sent_request()
    person = dossier.registrants.get().pk
    with pytest.raises(NotFound):
        confirming.write_again(firm.actor_of(draft), dossier.pk, person, "x@example.org", key=uuid4())


def test_a_birth_date_with_an_unknown_day_is_typed_as_it_was_written():
    dossier = firm.a_sent_request()
    dossier.registrants.update(birth_date="1990-05-00")
    token = firm.link_of(dossier)
    assert confirming.confirm(token, BORN) == "wrong"
    assert confirming.confirm(token, "1990-05-00") == "confirmed"


def test_the_link_is_in_no_row_but_the_mail():
    dossier = firm.a_sent_request()
    row = Told.objects.get(digest__isnull=False)
    token = firm.link_of(dossier)
    assert token.encode() not in bytes(row.digest) and row.expires_at - row.at == timedelta(days=30)
    assert token not in cast.everything_stored()
