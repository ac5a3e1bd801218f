"""An employee's word on a company, on the pages: no account, one link, the same answer for each that opens nothing."""

import logging

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from matricule.core.outbox import Mail
from matricule.dossiers import people
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import confirming
from matricule.portals.components.forms import SWITCH
from tests.consistency.employee_visits import BORN
from tests.support import caisse, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return firm.a_sent_request()


def at(token: str, language: str = "en") -> str:
    with translation.override(language):
        return reverse("public:employee-word", args=[token])


def send(client: Client, dossier: Dossier, **given: str):
    return client.post(at(firm.link_of(dossier)), given)


def test_the_link_of_the_mail_opens_the_page_in_the_persons_language(client, dossier):
    mail = Mail.objects.get(kind="employee_filed")
    path = at(firm.link_of(dossier))
    assert path in mail.body
    answer = client.get(path)
    html = answer.content.decode()
    assert answer.status_code == 200 and "Atelier Doubs" in html and "I do not know this company" in html
    for word in ("Okonkwo", "Adaeze", dossier.reference, "1990-05-17"):
        assert word not in html, "whoever holds the link reads nothing of the person"


@pytest.mark.parametrize(
    ("category", "yes"), [("salarie", "It is my employer"), (people.ADULT_FAMILY, "I know this company")]
)
def test_who_is_of_the_family_is_not_asked_about_an_employer_of_theirs(client, dossier, category, yes):
    Dossier.objects.filter(pk=dossier.pk).update(category=category)
    html = client.get(at(firm.link_of(dossier))).content.decode()
    assert f">{yes}</h2>" in html and html.count('id="yes"') == 1


def test_opening_the_link_does_nothing(client, dossier):
    for _ in range(3):
        client.get(at(firm.link_of(dossier)))
        client.head(at(firm.link_of(dossier)))
    found = Dossier.objects.get(pk=dossier.pk)
    assert found.confirmed_at is None and found.unknown_at is None


def test_the_birth_date_confirms_and_the_company_reads_it(client, dossier):
    assert "It is confirmed" in send(client, dossier, step="confirm", **BORN).content.decode()
    assert Dossier.objects.get(pk=dossier.pk).confirmed_at is not None
    with translation.override("en"):
        page = reverse("requests:request", args=[dossier.pk])
    html = company.browser(dossier.owner_id).get(page).content.decode()
    assert "Company confirmed by the employee" in html


def test_a_wrong_date_keeps_the_page_and_the_fifth_ends_it(client, dossier):
    token = firm.link_of(dossier)
    wrong = {"step": "confirm", **BORN, "birth_date_year": "1991"}
    answers = [client.post(at(token), wrong) for _ in range(confirming.TRIES)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [404]
    assert 'value="1991"' in answers[0].content.decode(), "what was typed stays"
    assert client.post(at(token), {"step": "confirm", **BORN}).status_code == 404


def test_unknown_used_and_ended_links_are_answered_alike(client, dossier):
    used = firm.link_of(dossier)
    client.post(at(used), {"step": "confirm", **BORN})
    second = firm.a_sent_request()
    over = firm.link_of(second)
    confirming.write_again(
        firm.actor_of(second), second.pk, second.registrants.get().pk, "x@example.org", key=second.pk
    )
    tokens = (used, over, "0" * 64)
    answers = [client.get(at(token)) for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    bodies = {answer.content.decode().replace(token, "") for answer, token in zip(answers, tokens, strict=True)}
    assert len(bodies) == 1
    for step in ({"step": "disown"}, {"step": "confirm", **BORN}):
        assert {client.post(at(token), step).status_code for token in tokens} == {404}


def test_who_does_not_know_the_company_is_read_at_the_caisse_and_not_by_the_company(client, dossier):
    assert "The caisse is told" in send(client, dossier, step="disown").content.decode()
    with translation.override("en"):
        theirs = company.browser(dossier.owner_id).get(reverse("requests:request", args=[dossier.pk]))
        desk = caisse.desk(caisse.a_caseworker()).get(reverse("caseworker:dossier", args=[dossier.pk]), follow=True)
    assert "do not know this company" in desk.content.decode()
    assert "know" not in theirs.content.decode().split("Who did what", 1)[1].split("</section>", 1)[0]
    assert "disowned" not in theirs.content.decode()


def test_the_token_is_in_no_log_line_and_pages_are_not_kept(client, dossier, caplog):
    token = firm.link_of(dossier)
    with caplog.at_level(logging.INFO):
        answer = client.get(at(token))
    assert "employee/" in caplog.text and token not in caplog.text
    assert answer["X-Robots-Tag"] == "noindex" and "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_guide_is_there_in_both_languages(client, language):
    with translation.override(language):
        html = client.get(reverse("public:employee")).content.decode()
    assert "RIB" in html and "3646" in html


def test_a_change_of_language_keeps_what_is_typed_and_asks_nothing(client, dossier):
    answer = send(client, dossier, step="confirm", **{SWITCH: "fr"}, **BORN)
    assert answer.status_code == 200 and 'value="1990"' in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).confirmed_at is None
