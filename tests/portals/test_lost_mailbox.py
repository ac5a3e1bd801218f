"""A lost mailbox through HTTP: the public page that says nothing, the desk where two people act."""

import re

import pytest
from django.test import Client

from matricule.accounts import address_changes
from matricule.core import jobs
from matricule.core.ids import reference_of
from matricule.core.outbox import Mail
from matricule.dossiers.mailbox import LostMailbox, Recovery
from matricule.portals.components.forms import SWITCH
from tests.support import caisse, cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
LOST, SENT = "/en/student/lost-mailbox/", "/en/student/lost-mailbox/sent/"
NEW = "new-box@example.org"
CHECKED = {"act": "propose", "seen": "video", "paper_number": "C8X4T2L9", "email": NEW, "agrees": "on"}


@pytest.fixture
def dossier():
    return make.a_submitted()


def typed(reference: str, **changes: str) -> dict[str, str]:
    born = {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "2004"}
    return {"reference": reference, "email": NEW, "phone": "", "words": "", **born, **changes}


def ask(dossier, **changes):
    answer = Client().post(LOST, typed(**{"reference": dossier.reference, **changes}))
    jobs.run_pending()
    return answer


def page(dossier) -> str:
    return f"/en/desk/dossier/{dossier.pk}/mailbox/"


def act(client, dossier, **data):
    return client.post(page(dossier), {"version": caisse.version_of(dossier), **data})


def test_the_sign_in_page_leads_to_it():
    assert LOST in Client().get("/en/student/sign-in/").content.decode()


def test_whoever_asks_gets_the_same_answer_whatever_exists(dossier):
    seen = []
    nobodys = reference_of(2026, "7KQ492H")
    for reference, year in ((dossier.reference, "2004"), (dossier.reference, "1999"), (nobodys, "2004")):
        client = Client()
        answer = client.post(LOST, typed(reference, birth_date_year=year))
        seen.append((answer.status_code, answer["Location"], cast.plain(client.get(SENT))))
    jobs.run_pending()
    assert seen[0] == seen[1] == seen[2] and Recovery.objects.count() == 1


def test_a_reference_is_read_as_people_write_it(dossier):
    assert ask(dossier, reference=f" {dossier.reference.replace('-', ' ').lower()} ")["Location"] == SENT
    assert Recovery.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reference": ""}, "Write the reference"),
        ({"reference": "M26-0000-0000"}, "One of them seems wrong"),
        ({"birth_date_year": ""}, "The year is missing"),
        ({"email": "a@b.fr, c@d.fr"}, "one @"),
    ],
)
def test_what_is_written_wrong_is_said_and_nothing_is_kept(dossier, changes, said):
    answer = ask(dossier, **changes)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not LostMailbox.objects.exists()


def test_a_change_of_language_keeps_what_was_typed_and_asks_nothing(dossier):
    answer = ask(dossier, **{SWITCH: "fr"})
    assert answer.status_code == 200 and dossier.reference in answer.content.decode()
    assert not LostMailbox.objects.exists()


def test_two_people_at_the_desk_then_the_24_hours(dossier):
    ask(dossier, phone="06 98 76 54 01", words="I can come on Tuesday.")
    one = caisse.desk(caisse.a_caseworker(name="Camille Roy"))
    two = caisse.desk(caisse.a_caseworker(name="Irène Faivre"))
    half = one.get(f"/en/desk/dossier/{dossier.pk}/identity/main/").content.decode()
    assert "The mailbox is lost" in half
    shown = one.get(page(dossier)).content.decode()
    assert NEW in shown and "I can come on Tuesday." in shown and "06 98 76 54 01" in shown
    assert act(one, dossier, **CHECKED)["Location"] == page(dossier)
    assert "A colleague must confirm" in one.get(page(dossier)).content.decode()
    again = act(one, dossier, act="confirm", agrees="on")
    assert again.status_code == 422
    assert Recovery.objects.get().state == "proposed", "the one who proposed does not confirm, whatever they send"
    shown = two.get(page(dossier)).content.decode()
    assert "Camille Roy" in shown and "by video call" in shown and "Another address is proposed" not in shown
    assert act(two, dossier, act="confirm").status_code == 422, "not without the box"
    assert act(two, dossier, act="confirm", agrees="on")["Location"] == page(dossier)
    shown = two.get(page(dossier)).content.decode()
    assert "A change waits for its 24 hours" in shown and "Irène Faivre" in shown
    assert address_changes.waiting(dossier.owner_id) is not None


@pytest.mark.parametrize("missing", ["seen", "paper_number", "email", "agrees"])
def test_every_check_is_asked_for(dossier, missing):
    client = caisse.desk(caisse.a_caseworker())
    given = {name: value for name, value in CHECKED.items() if name != missing}
    assert act(client, dossier, **given).status_code == 422
    assert not Recovery.objects.exists()


def test_what_is_in_the_way_of_an_address_is_said(dossier):
    client = caisse.desk(caisse.a_caseworker())
    taken = make.a_user("taken@example.org")
    make.a_draft(taken)
    for email, said in ((dossier.owner.email, "address of the space already"), (taken.email, "opens another space")):
        answer = act(client, dossier, **{**CHECKED, "email": email})
        assert answer.status_code == 422 and said in answer.content.decode()
    answer = act(client, dossier, **{**CHECKED, "paper_number": "–"})
    assert answer.status_code == 422 and "number of the document that was shown" in answer.content.decode()
    type(dossier.registrants.get()).objects.update(paper_number="ZZ 999")
    answer = act(client, dossier, **CHECKED)
    assert answer.status_code == 422 and "not the number of the document in the file" in answer.content.decode()
    address_changes.begin(dossier.owner_id, "third@example.org", by="system:tests")
    answer = act(client, dossier, **{**CHECKED, "paper_number": "ZZ999"})
    assert answer.status_code == 422 and "waits for its 24 hours" in answer.content.decode()


def test_a_confirmation_says_what_came_in_its_way(dossier):
    one, two = caisse.desk(caisse.a_caseworker()), caisse.desk(caisse.a_caseworker())
    act(one, dossier, **CHECKED)
    make.a_draft(make.a_user(NEW))
    answer = act(two, dossier, act="confirm", agrees="on")
    assert answer.status_code == 422 and "opens another space" in answer.content.decode()


def test_it_is_turned_down_with_a_reason(dossier):
    ask(dossier)
    client = caisse.desk(caisse.a_caseworker())
    assert act(client, dossier, act="refuse", why=" ").status_code == 422
    assert act(client, dossier, act="refuse", why="Another face.")["Location"] == page(dossier)
    shown = client.get(page(dossier)).content.decode()
    assert "Turned down by" in shown and "Another face." in shown and "Propose an address" in shown


def test_the_present_address_stops_it_by_the_link_of_its_message(dossier):
    ask(dossier)
    link = re.search(r"/space/stop/\S+", Mail.objects.get(kind="mailbox_lost_asked").body)[0]
    anybody = Client()
    where = anybody.get(link, follow=True).redirect_chain[-1][0]
    assert Recovery.objects.get().state == "asked"
    assert anybody.post(where).status_code == 200
    assert Recovery.objects.get().state == "stopped"
    client = caisse.desk(caisse.a_caseworker())
    assert (
        "The present address stopped a change"
        in client.get(f"/en/desk/dossier/{dossier.pk}/identity/main/").content.decode()
    )
    assert "Stopped by the present address" in client.get(page(dossier)).content.decode()


def test_no_act_without_a_fresh_proof(dossier):
    client = caisse.desk(caisse.a_caseworker(), method="code")
    assert "Is it you?" in client.get(page(dossier)).content.decode()
    answer = act(client, dossier, **CHECKED)
    assert "Is it you?" in answer.content.decode() and not Recovery.objects.exists()


def test_a_companys_request_has_no_such_page(dossier):
    type(dossier).objects.filter(pk=dossier.pk).update(route="employee")
    assert caisse.desk(caisse.a_caseworker()).get(page(dossier)).status_code == 404


def test_a_stale_page_shows_what_the_colleague_did(dossier):
    one, two = caisse.desk(caisse.a_caseworker()), caisse.desk(caisse.a_caseworker(name="Irène Faivre"))
    stale = caisse.version_of(dossier)
    act(one, dossier, **CHECKED)
    answer = two.post(page(dossier), {"version": stale, **CHECKED})
    assert answer.status_code == 409 and "another address proposed" in answer.content.decode()


def test_one_form_holds_both_answers_and_what_stands_in_the_other_is_kept(dossier):
    client = caisse.desk(caisse.a_caseworker())
    answer = act(client, dossier, **{**CHECKED, "act": "propose", "seen": "", "why": "Ou bien non"})
    page = answer.content.decode()
    assert answer.status_code == 422 and page.count("<form") == page.count("</form>")
    assert NEW in page and page.count('id="page-form"') == 1 and not Recovery.objects.exists()


def test_the_key_of_a_line_sends_what_the_page_offers_first(dossier):
    """Enter in a field presses no button of an act: the first one on the page is meant."""
    one, two = (caisse.desk(caisse.a_caseworker()) for _ in range(2))
    given = {name: value for name, value in CHECKED.items() if name != "act"}
    act(one, dossier, **given)
    assert Recovery.objects.get().state == "proposed"
    assert "Write why" in act(one, dossier).content.decode(), "whoever proposed can only turn it down"
    act(two, dossier, agrees="on")
    assert Recovery.objects.get().state == "confirmed"
