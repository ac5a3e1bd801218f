"""One person of a request is turned down or closed: each keeps their own reason, and the others are left alone."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.core import clock, outbox
from matricule.core.outbox import Mail
from matricule.dossiers import standing
from matricule.dossiers.case import Ask
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, ending, examining, numbers, silence
from matricule.rules import rejections
from tests.support import caisse, company
from tests.support import companies as firm
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

WORDS = "The marriage certificate names somebody else."


@pytest.fixture
def member():
    return company.a_company()


@pytest.fixture
def dossier(member):
    return firm.owned(member, firm.a_sent_request, family=True)


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def chloe(member):
    return company.browser(member.user_id)


def page(chloe, dossier: Dossier, language: str = "en") -> str:
    with translation.override(language):
        return chloe.get(reverse("requests:request", args=[dossier.pk])).content.decode()


def reject(worker, dossier: Dossier, role: str, reason: str, words: str = ""):
    person = dossier.registrants.filter(role=role).order_by("position")[0]
    ending.reject(worker, dossier.pk, person.pk, expects=caisse.version_of(dossier), reason=reason, words=words)
    return person


def states(dossier: Dossier) -> list[str]:
    return list(dossier.registrants.order_by("position").values_list("state", flat=True))


def test_a_second_rejection_leaves_the_words_of_the_first(worker, dossier, chloe):
    spouse = reject(worker, dossier, "spouse", "not_entitled", WORDS)
    child = reject(worker, dossier, "child", "already_registered")
    spouse.refresh_from_db()
    child.refresh_from_db()
    assert (spouse.ending["reason"], spouse.ending["words"]) == ("not_entitled", WORDS)
    assert child.ending["reason"] == "already_registered"
    shown = page(chloe, dossier)
    table = rejections.table()
    for row in (table.rows["not_entitled"], table.rows["already_registered"]):
        assert row.about["en"] in shown and row.text["en"] not in shown
    assert shown.count(table.appeal_about["en"]) == 2 and shown.count(WORDS) == 1
    assert table.rows["not_entitled"].about["fr"] in page(chloe, dossier, "fr")
    assert states(dossier) == ["under_examination", "rejected", "rejected", "under_examination"]


def test_a_number_that_ended_is_told_to_the_company_with_its_reason_and_the_rest_goes_on(worker, dossier, chloe):
    spouse = dossier.registrants.filter(role="spouse")[0]
    for half in standing.halves(spouse):
        if half.blocks:
            given = {"until": caisse.UNTIL, "paper_number": "C8X4T2L9"}
            examining.accept(
                worker, dossier.pk, half.version.pk, half.part, expects=caisse.version_of(dossier), **given
            )  # fmt: skip
    caisse.answer_checks(worker, dossier, spouse)
    given = {"expects": caisse.version_of(dossier), "key": uuid4()}
    assert not numbers.issue_provisional(worker, dossier.pk, spouse.pk, **given)
    ending.deactivate(
        worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), reason="not_genuine", words=WORDS
    )
    shown = page(chloe, dossier)
    assert "Provisional number ended" in shown and shown.count(WORDS) == 1
    assert rejections.table().rows["not_genuine"].about["en"] in shown
    assert states(dossier)[1] == "nia_deactivated" and states(dossier).count("under_examination") == 3
    assert Mail.objects.filter(kind="request_ended").count() == 1


def test_the_desk_says_of_each_why_it_ended_and_nothing_of_the_others(worker, dossier):
    spouse = reject(worker, dossier, "spouse", "not_entitled", WORDS)
    child = reject(worker, dossier, "child", "duplicate")
    desk = caisse.desk(worker)
    said = {}
    for person in (spouse, child, dossier.registrants.get(position=1)):
        with translation.override("en"):
            address = reverse("caseworker:half", args=[dossier.pk, "identity", "main"])
        said[person.pk] = desk.get(f"{address}?person={person.pk}").content.decode()
    assert WORDS in said[spouse.pk] and "Conditions not met" in said[spouse.pk] and "Turned down on" in said[spouse.pk]
    assert "Another request is open" in said[child.pk] and WORDS not in said[child.pk]
    assert "Turned down on" not in said[dossier.registrants.get(position=1).pk]


def test_each_rejection_is_told_to_the_company_and_no_mail_says_why(worker, dossier):
    reject(worker, dossier, "spouse", "not_entitled", WORDS)
    reject(worker, dossier, "child", "already_registered")
    mails = list(Mail.objects.filter(kind="request_ended"))
    assert len(mails) == 2
    for mail in mails:
        assert WORDS not in str(mail.body) and "Bello" not in str(mail.body) and str(dossier.pk) in str(mail.body)


def test_opened_again_for_one_the_others_stay_as_they_are(worker, dossier):
    spouse = reject(worker, dossier, "spouse", "not_entitled", WORDS)
    child = reject(worker, dossier, "child", "duplicate")
    ending.reopen(worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier))
    spouse.refresh_from_db()
    child.refresh_from_db()
    assert spouse.ending == {} and spouse.state == "reopened"
    assert child.ending["reason"] == "duplicate" and child.state == "rejected"


def ask_the_spouse(worker, dossier: Dossier):
    spouse = dossier.registrants.get(role="spouse")
    codes = {"marriage": ("not_sent", {})}
    asking.ask(worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), codes=codes)
    return spouse


def close_for_silence(worker, dossier: Dossier, later) -> None:  # noqa: F811
    ask_the_spouse(worker, dossier)
    for _ in range(60):
        later(1)
        outbox.deliver_due()
        silence.run()
        if "closed" in states(dossier):
            return
    raise AssertionError("it was never closed")


def test_silence_of_one_closes_that_one_and_the_company_opens_it_again(worker, dossier, chloe, later):  # noqa: F811
    close_for_silence(worker, dossier, later)
    spouse = dossier.registrants.get(role="spouse")
    assert states(dossier) == ["under_examination", "closed", "under_examination", "under_examination"]
    assert "Closed, as no answer came" in page(chloe, dossier)
    last = date.fromisoformat(spouse.ending["reopen_on"])
    assert last - clock.today() >= timedelta(days=29)
    with translation.override("en"):
        address = reverse("requests:reopen", args=[dossier.pk, spouse.pk])
    assert chloe.post(address).status_code == 302
    assert states(dossier)[1] == "reopened"
    version = caisse.version_of(dossier)
    assert chloe.post(address).status_code == 302 and caisse.version_of(dossier) == version, "twice opens it once"
    assert not Ask.objects.filter(registrant=spouse, state="open").exists()
    dossier.refresh_from_db()
    assert dossier.queue == "answered" and dossier.label == "in_progress"


def test_after_its_days_the_company_is_told_and_nothing_moves(worker, dossier, chloe, later):  # noqa: F811
    close_for_silence(worker, dossier, later)
    later(40)
    spouse = dossier.registrants.get(role="spouse")
    with translation.override("en"):
        chloe = company.browser(dossier.owner_id)
        assert chloe.post(reverse("requests:reopen", args=[dossier.pk, spouse.pk])).status_code == 302
    assert states(dossier)[1] == "closed"
    assert "The days to open this request again are over" in page(chloe, dossier)


def test_a_rejection_is_not_opened_again_by_the_company(worker, dossier):
    spouse = reject(worker, dossier, "spouse", "duplicate")
    with pytest.raises(ending.TooLate):
        ending.reopen(firm.actor_of(dossier), dossier.pk, spouse.pk)
    assert states(dossier)[1] == "rejected"
