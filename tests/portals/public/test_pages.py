"""The pages that explain: whole in both languages, linked to each other, true to the seeds."""

import io
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from lxml import html as lxml_html

from matricule.core import config
from matricule.core.journal.sealing import KEPT_MONTHS
from matricule.dossiers.operations.files import UNDO
from matricule.rules import requirement_rows
from tests.portals.public.conftest import Page

PATHS = {
    "start": "",
    "prepare": "prepare/",
    "translation": "prepare/translation/",
    "number": "number/",
    "lost": "lost-number/",
    "verify": "verify/",
    "help": "help/",
    "accessibility": "accessibility/",
    "personal-data": "personal-data/",
    "source": "source/",
    "poster": "poster/",
    "questionnaire": "student/questions/",
}
LANGUAGES = ("fr", "en")


def get(client, name, language="en", query="") -> Page:
    return Page(client.get(f"/{language}/{PATHS[name]}{query}"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PATHS)
def test_each_page_is_whole(client, name, language):
    page = get(client, name, language)
    assert page.status == 200
    assert page.tree.get("lang") == language
    assert len(page.tree.xpath("//h1")) == 1
    assert page.words("//title").endswith("– Matricule")
    footer = {"fr": "Ce site n’est pas un site de l’État.", "en": "This is not a website of the French State."}
    assert footer[language] in page.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PATHS)
def test_nothing_runs_or_is_styled_inside_a_page(client, name, language):
    tree = get(client, name, language).tree
    assert tree.xpath("//@style | //style | //script[not(@src)] | //@onclick") == []
    assert [src for src in tree.xpath("//img/@src | //script/@src") if not src.startswith("/")] == []
    assert [img for img in tree.xpath("//img") if img.get("alt") is None] == []
    ids = tree.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_two_languages_say_different_things_everywhere(client, language):
    """A text that was never translated would be the same on both sides."""
    for name in PATHS:
        here, there = (
            {" ".join(text.split()) for text in get(client, name, code).tree.xpath("//main//text()")}
            for code in (language, "en" if language == "fr" else "fr")
        )
        shared = {text for text in here & there if len(text.split()) > 4 and any(c.isalpha() for c in text)}
        assert shared <= {"CPAM du Doubs, 25036 Besançon cedex"}, (name, shared)


@pytest.mark.django_db  # the door of the employers keeps its challenge in a session
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_public_pages_leads_somewhere(client, language):
    seen: set[str] = set()
    for name in PATHS:
        for href in get(client, name, language).tree.xpath("//main//a/@href | //footer//a/@href"):
            seen.add(urlsplit(href)._replace(fragment="").geturl() if href != "#content" else "")
    elsewhere = ("/student/space", "/student/sign-in", "/demo/")  # other portals: their own tests open them
    local = sorted(href for href in seen if href.startswith("/") and not any(part in href for part in elsewhere))
    assert len(local) > 8
    for href in local:
        assert client.get(href).status_code == 200, href
    outside = {urlsplit(href).hostname for href in seen if "://" in href}
    assert outside <= {"www.ameli.fr", "www.cnil.fr", "www.defenseurdesdroits.fr"}


@pytest.mark.parametrize(
    ("asked", "address"), [("fr-FR,fr;q=0.9", "/fr/"), ("en-GB", "/en/"), ("de-DE", "/fr/"), ("vi,en;q=0.5", "/en/")]
)
def test_the_bare_address_speaks_the_reader_s_language(client, asked, address):
    response = client.get("/", headers={"Accept-Language": asked})
    assert (response.status_code, response["Location"]) == (302, address)
    assert "Accept-Language" in response["Vary"]


def test_the_start_page_says_what_insurance_and_the_number_are_for(client):
    """S3-1, S1-1, S3-4."""
    page = get(client, "start")
    for words in (
        "it protects your health, in private life and at work",
        "it pays for care: illness, maternity, disability",
        "it explains health, and how the health system works",
        "care, and its reimbursement",
        "pension rights, and family benefits",
    ):
        assert words in page.text
    steps = [" ".join(h.text_content().split()) for h in page.tree.xpath("//ol[@class='timeline']//h4")]
    assert [step.split(": ")[-1] for step in steps] == [
        "I prepare",
        "I identify myself",
        "I send my documents",
        "My personal space",
    ]


def test_only_doors_that_exist_are_shown(client):
    page = get(client, "start")
    doors = page.tree.xpath("//li[contains(@class,'door ')]//h3/a")
    assert [(door.text, door.get("href")) for door in doors] == [
        ("I study", "/en/student/questions/"),
        ("I employ", "/en/employer/sign-in/"),
    ]
    assert not page.tree.xpath("//*[@class='figure']"), "no figure before it is measured"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_leads_to_the_start_page(client, language):
    """S3-2: the drawing is the QR code of the address, big enough and with its quiet zone."""
    response = client.get(f"/{language}/poster/address.svg")
    assert response["Content-Type"] == "image/svg+xml"
    with override(language):
        address = config.current().site_url.rstrip("/") + reverse("public:start")
    assert address.endswith(f"/{language}/")
    expected = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        expected, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False
    )
    assert response.content == expected.getvalue()
    assert b"style" not in response.content


def test_the_poster_shows_the_address_in_words(client):
    page = get(client, "poster")
    assert config.current().site_url.split("//")[1] in page.text
    assert page.tree.xpath("//main//img/@src") == ["/en/poster/address.svg"]


def test_prepare_shows_every_document_once_by_phase(client):
    page = get(client, "prepare")
    shown = page.tree.xpath("//ul[@class='checklist']/li/@id")
    codes = {row.code for row in requirement_rows.table().rows if row.applies_to in ("everyone", "student", "refugee")}
    assert sorted(shown) == sorted(codes)
    first = page.tree.xpath("//section[@class='phase'][1]//li/@id")
    assert {"identity", "visa_d", "enrolment", "resources"} <= set(first)
    last = page.tree.xpath("//section[@class='phase'][3]/ul/li/@id")
    assert last == ["rib"]


def test_prepare_can_be_printed_whole(client):
    closed, opened = get(client, "prepare"), get(client, "prepare", query="?print")
    assert not closed.tree.xpath("//details[@open]")
    assert len(opened.tree.xpath("//details[@open]")) == len(opened.tree.xpath("//details")) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_gives_the_lines_and_their_hours(client, language):
    """S3-34 to S3-36, S1-11."""
    text = " ".join(lxml_html.fromstring(get(client, "help", language).text).text_content().split())
    for number in ("3646", "+33 1 84 90 36 46", "09 74 75 36 46", "+33 9 74 75 36 46"):
        assert number in text
    hours = {"fr": "de 8 h 30 à 17 h 30", "en": "8:30 to 17:30"}
    desk = {"fr": "Il est inutile de se déplacer à l’accueil.", "en": "There is no need to come to the desk."}
    assert hours[language] in text
    assert desk[language] in text


def test_a_lost_number_is_looked_for_before_it_is_asked_for(client):
    """S1-8 to S1-11."""
    page = get(client, "lost")
    cards = page.tree.xpath("//div[@class='split']/section")
    assert [card.xpath("string(h2)") for card in cards][:3] == ["Where it is written", "Whom to ask", "From abroad"]
    assert "payslip" in cards[0].text_content()
    assert "kiosk" in cards[1].text_content()
    assert "+33 1 84 90 36 46" in cards[2].text_content()


def test_the_numbers_are_explained_with_a_number_that_belongs_to_nobody(client):
    page = get(client, "number")
    assert "2 69 05 49 588 157 80" in page.text
    assert len(page.tree.xpath("//tbody/tr")) == 7


def test_the_accessibility_statement_claims_no_more_than_is_tested(client):
    page = get(client, "accessibility")
    assert "we do not claim full conformity" in page.text
    assert "a full audit against the RGAA by an outside body" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_gives_the_address_that_answers(client, monkeypatch, language):
    said = get(client, "accessibility", language).words("//main")
    assert "3646" in said and "@" not in said
    given = replace(config.current(), contact_address="access@caisse.example")
    monkeypatch.setattr(config, "current", lambda: given)
    assert 'href="mailto:access@caisse.example"' in get(client, "accessibility", language).text


def test_how_long_things_are_kept_is_what_the_code_holds(client):
    said = " ".join(get(client, "personal-data").tree.xpath("string(//section[@aria-labelledby='long'])").split())
    assert f"you remove: {UNDO.days} days" in said
    assert f"a session: {settings.SESSION_COOKIE_AGE // 60} minutes" in said
    assert f"the journal of who did what: {KEPT_MONTHS} months" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_source_is_linked_when_the_operator_says_where_it_is(client, monkeypatch, language):
    assert not get(client, "source", language).tree.xpath("//main//a")
    given = replace(config.current(), source_url="https://code.example/matricule")
    monkeypatch.setattr(config, "current", lambda: given)
    assert get(client, "source", language).tree.xpath("//main//a/@href") == ["https://code.example/matricule"]


# ------------------------------------------------------------------------------------------------- translation tool


def ask(client, language="en", **data) -> Page:
    return Page(client.post(f"/{language}/prepare/translation/", data))


@pytest.mark.parametrize(
    ("data", "heading"),
    [
        ({"document_country": "VN", "document_language": "vi"}, "Yes: a translation is needed"),
        ({"document_country": "GR", "document_language": "el"}, "No: it is read as it is"),
        ({"document_country": "BR", "document_language": "pt"}, "No: it is read as it is"),
        ({"document_country": "MA", "document_language": "fr"}, "No: it is read as it is"),
        (
            {"document_country": "RS", "document_language": "sr", "plurilingual_extract": "on"},
            "No: it is read as it is",
        ),
    ],
)
def test_the_answer_about_translation(client, data, heading):
    page = ask(client, **data)
    assert page.words("//*[@role='alert']//h2") == heading
    assert page.tree.xpath("//*[@role='alert']//cite")


def test_who_may_translate_is_said_with_the_answer(client):
    assert "French embassy or consulate" in ask(client, document_country="VN", document_language="vi").text or (
        "embassy or consulate of France" in ask(client, document_country="VN", document_language="vi").text
    )


def test_missing_choices_are_said_and_the_other_is_kept(client):
    page = ask(client, document_country="VN")
    assert page.status == 422
    assert "Choose the language that the document is written in." in page.text
    assert page.tree.xpath("//select[@name='document_country']/option[@selected]/@value") == ["VN"]


def test_the_translation_tool_changes_language_with_what_was_chosen(client):
    page = ask(client, "fr", document_country="VN", switch_language="fr")
    assert page.status == 200
    assert page.tree.xpath("//select[@name='document_country']/option[@selected]/@value") == ["VN"]
    assert page.title == "Faut-il une traduction ?"


def test_the_languages_read_as_they_are_stand_in_the_reader_s_order(client):
    english = get(client, "translation").words("//aside//section[1]/p[1]").rstrip(".").split(", ")
    french = get(client, "translation", "fr").words("//aside//section[1]/p[1]").rstrip(".").split(", ")
    assert len(english) == len(french) == 21
    assert english == sorted(english)
    assert (english[0], french[0]) == ("Albanian", "albanais")


@pytest.mark.parametrize("name", ["start", "prepare", "number", "poster"])
def test_pages_to_read_take_no_post(client, name):
    assert client.post(f"/en/{PATHS[name]}").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("fr", "Accès des agents"), ("en", "For caisse staff")])
def test_whoever_works_at_a_caisse_finds_the_desk_from_the_foot_of_the_start_page(client, language, words):
    tree = lxml_html.fromstring(client.get(f"/{language}/").content)
    (link,) = [one for one in tree.xpath("//footer//a") if one.text == words]
    assert link.get("href") == f"/{language}/desk/sign-in/"
    assert client.get(link.get("href")).status_code == 200
