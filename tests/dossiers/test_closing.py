"""Closing without a decision: for a reason that is read, opened again within its days, never after a number."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.core import clock, i18n, journal
from matricule.core.outbox import Mail
from matricule.dossiers.access import NotFound
from matricule.dossiers.case import Ask
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import asking, ending
from matricule.dossiers.operations.door import Conflict
from matricule.dossiers.states import MOVES, OPEN, IllegalMove, State, Who
from matricule.rules import rejections
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
WORDS = "By phone on 25 November: the course is cancelled."


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def dossier():
    return make.a_submitted()


def close(worker, dossier, reason="at_wish", words=WORDS, person=None):
    person = person or caisse.person(dossier)
    expects = caisse.version_of(dossier)
    ending.close_with_reason(worker, dossier.pk, person.pk, expects=expects, reason=reason, words=words)


def at(name: str, *parts) -> str:
    with translation.override("en"):
        return reverse(name, args=parts)


def space(dossier, language="en") -> str:
    return cast.browser(dossier.owner).get(f"/{language}/student/space/").content.decode()


def test_it_starts_before_a_number_only_and_is_the_caisses():
    (move,) = [move for move in MOVES if move.action == "close_with_reason"]
    assert (move.starts, move.ends, move.who) == (OPEN, State.CLOSED, Who.CAISSE)
    assert not OPEN & {State.PROVISIONAL, State.NOTICED, State.SUSPENDED, State.AT_REGISTER, State.REGISTERED}


@pytest.mark.parametrize("reason", ending.CLOSURES)
def test_the_person_is_told_reads_why_in_their_language_and_how_to_open_it_again(worker, dossier, reason):
    row = rejections.get(reason)
    close(worker, dossier, reason, WORDS if row.needs_words else "")
    person = caisse.person(dossier)
    last = date.fromisoformat(person.ending["reopen_on"])
    assert person.state == "closed" and last - clock.today() >= timedelta(days=30)
    (mail,) = Mail.objects.filter(kind="closed_with_reason")
    assert mail.recipient_id == dossier.owner_id
    for language, button in (("en", "Open my file again"), ("fr", "Rouvrir mon dossier")):
        page = space(dossier, language)
        with translation.override(language):
            assert row.text[language] in page and button in page and i18n.format_date(last) in page
        assert (WORDS in page) is row.needs_words
    page = space(dossier)
    assert not any(words in page for words in ("aims to answer", "without an answer", "recours amiable"))


def test_the_act_is_in_the_journal_and_what_was_asked_for_is_dropped(worker, dossier):
    asking.ask(
        worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier),
        codes={"civil_status": ("not_sent", {})},
    )  # fmt: skip
    close(worker, dossier)
    entry = [entry for entry in journal.entries_about(("dossier", dossier.pk)) if entry.action == "request.closed"]
    assert len(entry) == 1 and entry[0].actor == str(worker)
    assert Ask.objects.get().state == Ask.State.DROPPED
    found = Dossier.objects.get(pk=dossier.pk)
    assert (found.queue, found.label) == ("done", "closed") and found.ended_at is not None


@pytest.mark.parametrize(
    ("reason", "words"), [("silence", ""), ("duplicate", ""), ("mood", ""), ("at_wish", "  ")], ids=str
)
def test_an_unknown_reason_or_one_without_its_words_closes_nothing(worker, dossier, reason, words):
    with pytest.raises(ValueError, match="words" if reason == "at_wish" else "reason"):
        close(worker, dossier, reason, words)
    assert caisse.person(dossier).state == "under_examination"


def test_a_reason_to_close_turns_nothing_down(worker, dossier):
    with pytest.raises(ValueError, match="reason"):
        ending.reject(
            worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier), reason="opened_twice"
        )


def test_after_a_number_it_is_not_closed(worker, dossier):
    caisse.give_provisional(worker, dossier)
    with pytest.raises(IllegalMove):
        close(worker, dossier)
    client, address = caisse.desk(worker), at("caseworker:close-with-reason", dossier.pk)
    assert client.get(address).status_code == 302
    given = {"version": caisse.version_of(dossier), "reason": "died", "words": ""}
    assert client.post(address, given).status_code == 409
    assert caisse.person(dossier).state == "provisional_number"
    page = client.get(at("caseworker:half", dossier.pk, "identity", "main")).content.decode()
    assert "Close without a decision" not in page


def test_another_office_closes_nothing_and_a_stale_page_neither(worker, dossier):
    with pytest.raises(NotFound):
        close(caisse.a_caseworker(caisse.PARIS), dossier)
    with pytest.raises(Conflict):
        ending.close_with_reason(
            worker, dossier.pk, caisse.person(dossier).pk, expects=0, reason="opened_twice"
        )  # fmt: skip
    assert caisse.person(dossier).state == "under_examination"


def test_the_person_opens_it_again_within_its_days_and_afterwards_the_caisse(worker, dossier, later):  # noqa: F811
    close(worker, dossier)
    ending.reopen(make.owner_of(dossier), dossier.pk, caisse.person(dossier).pk)
    person = caisse.person(dossier)
    assert person.state == "reopened" and person.ending == {}
    close(worker, dossier, "not_here", "")
    later(40)
    with pytest.raises(ending.TooLate):
        ending.reopen(make.owner_of(dossier), dossier.pk, person.pk)
    assert "The days to open it again are over" in space(dossier)
    ending.reopen(worker, dossier.pk, person.pk, expects=caisse.version_of(dossier))
    assert caisse.person(dossier).state == "reopened"


def test_at_the_desk_it_is_closed_on_a_page_that_asks_why(worker, dossier):
    client, address = caisse.desk(worker), at("caseworker:close-with-reason", dossier.pk)
    page = client.get(at("caseworker:half", dossier.pk, "identity", "main")).content.decode()
    assert address in page and at("caseworker:reject", dossier.pk) in page
    given = {"version": caisse.version_of(dossier), "reason": "at_wish", "words": ""}
    assert "needs an explanation" in client.post(address, given).content.decode()
    assert client.post(address, {"version": given["version"]}).status_code == 422
    assert client.post(address, given | {"words": WORDS}).status_code == 302
    page = client.get(at("caseworker:half", dossier.pk, "identity", "main")).content.decode()
    assert "At the person’s wish" in page and WORDS in page and "Closed on" in page and "Open again" in page
    assert address not in page and "target" not in page, "nobody aims to answer what ended"
    assert "Closed without a decision" in client.get(at("caseworker:history", dossier.pk)).content.decode()


def test_one_of_a_companys_request_is_closed_and_the_company_opens_it_again(worker):
    member = company.a_company()
    dossier = firm.owned(member, firm.a_sent_request, family=True)
    spouse = dossier.registrants.get(role="spouse")
    close(worker, dossier, "not_here", "", spouse)
    states = list(dossier.registrants.order_by("position").values_list("state", flat=True))
    assert states == ["under_examination", "closed", "under_examination", "under_examination"]
    assert Mail.objects.filter(kind="request_ended").exists()
    chloe = company.browser(member.user_id)
    page = chloe.get(at("requests:request", dossier.pk)).content.decode()
    assert "Closed for this person" in page and rejections.get("not_here").about["en"] in page
    assert "Everything that you sent is kept" in page and "then send what is missing" not in page
    assert chloe.post(at("requests:reopen", dossier.pk, spouse.pk)).status_code == 302
    spouse.refresh_from_db()
    assert spouse.state == "reopened"
