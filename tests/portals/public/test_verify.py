"""The page that checks a certificate: four answers, initials, kind and dates, and the same for what nobody knows."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from matricule.attestations import verification
from matricule.core import clock, i18n, ids
from matricule.portals.public import verify
from tests.portals.public.conftest import Page
from tests.support import certificates

pytestmark = pytest.mark.django_db
LANGUAGES = ("fr", "en")


@pytest.fixture(autouse=True)
def _nobody_asked():
    cache.clear()


def opened(client, code: str, language: str = "en") -> Page:
    return Page(client.get(f"/{language}/verify/{code}/"))


def typed(client, code: str, language: str = "en") -> Page:
    return Page(client.post(f"/{language}/verify/", {"code": code}))


def verdict(page: Page) -> str:
    return page.words("//*[@role='alert']//h2")


@pytest.mark.parametrize("ask", [opened, typed])
@pytest.mark.parametrize(
    ("language", "sentence", "kind"),
    [
        ("fr", "Cette attestation est valable", "Attestation de droits provisoire"),
        ("en", "This certificate is valid", "Provisional certificate of cover"),
    ],
)
def test_a_valid_certificate_shows_initials_kind_and_dates_and_no_more(client, ask, language, sentence, kind):
    code = certificates.issued()
    page = ask(client, code, language)
    assert page.status == 200 and verdict(page) == sentence
    today = clock.today()
    with i18n.in_language(language):
        span = i18n.format_span(today, today + certificates.YEAR)
    rows = [" ".join(value.split()) for value in page.tree.xpath("//dl//dd/text()")]
    assert rows == ["T. N.", kind, " ".join(span.split())]
    for hidden in ("Minh", "Nguy"):
        assert hidden not in page.text


@pytest.mark.parametrize(
    ("given", "sentence", "then"),
    [
        (
            {"withdrawn": True},
            "This certificate was withdrawn",
            "Ask the person for the certificate that replaces",
        ),
        ({"ends_on": -1, "starts_on": -9}, "This certificate has ended", "Its last day was"),
        ({"ends_on": -1, "starts_on": -9, "withdrawn": True}, "This certificate was withdrawn", "It was withdrawn on"),
        ({"ends_on": 0, "starts_on": -9}, "This certificate is valid", "Compare initials and dates"),
        ({"starts_on": 1}, "This certificate is valid", "The dates begin on"),
        ({"ends_on": None}, "This certificate is valid", "from "),
    ],
)
def test_each_state_says_what_to_do(client, given, sentence, then):
    days = {
        key: clock.today() + timedelta(days=value) if isinstance(value, int) and key != "withdrawn" else value
        for key, value in given.items()
    }
    page = opened(client, certificates.issued(**days))
    assert verdict(page) == sentence
    assert then in page.words("//*[@role='alert']")


def plain(page: Page) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.text)


UNKNOWN = ids.new_code()
OTHER_CHECK = UNKNOWN[:-1] + ids.ALPHABET[(ids.ALPHABET.index(UNKNOWN[-1]) + 1) % 31]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(OTHER_CHECK, id="other-check-character"),
        *("x", "A" * 100, "é", "M26-7KQ4-92HX", "1" * 16, "%3Cb%3E", "٣" * 16),
    ],
)
def test_what_is_no_code_is_answered_like_a_code_that_nobody_knows(
    client, text, django_assert_num_queries, monkeypatch
):
    with django_assert_num_queries(1):
        expected = typed(client, UNKNOWN)
    with django_assert_num_queries(1):
        page = typed(client, text)
    assert plain(page) == plain(expected) and page.status == expected.status == 200
    assert verdict(page) == "No certificate carries this code"


def test_the_address_of_a_malformed_code_answers_like_that_of_an_unknown_one(client):
    answers = [opened(client, code) for code in (UNKNOWN, OTHER_CHECK, "x")]
    pages = {re.sub(r'/(fr|en)/verify/[^"]+/', "", plain(page)) for page in answers}
    assert len(pages) == 1 and {page.status for page in answers} == {200}


@pytest.mark.parametrize("change", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c.replace('-', ' ')} "])
def test_a_code_is_read_however_it_is_typed(client, change):
    code = certificates.issued()
    assert verdict(typed(client, change(code))) == "This certificate is valid"


def test_look_alikes_are_read_as_the_digits_that_they_look_like(client):
    code = certificates.issued()
    assert verdict(typed(client, code.translate(str.maketrans("01852", "OIBSZ")))) == "This certificate is valid"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_typed_is_asked_for_again(client, language):
    page = typed(client, "", language)
    assert page.status == 422 and page.tree.xpath("//*[@id='id_code' and @aria-invalid]")
    assert typed(client, "7" * 101, language).status == 422


def test_the_language_can_change_while_the_code_stays_typed(client):
    answer = client.post("/fr/verify/", {"code": "7KQ4", "switch_language": "fr"})
    assert 'value="7KQ4"' in answer.content.decode() and answer.status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_on_the_paper_is_the_one_of_the_page(language):
    with override(language):
        assert reverse("public:verify") == verification.PAGE.format(language=language)
        assert reverse("public:certificate", args=("X",)) == verification.PAGE.format(language=language) + "X/"


def test_the_answer_is_neither_listed_nor_kept_and_says_the_address_to_nobody(client):
    answer = client.get(f"/en/verify/{certificates.issued()}/")
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_network_that_asks_all_the_time_waits_and_another_does_not(client):
    code = certificates.issued()
    for _ in range(verify.PER_NETWORK):
        assert opened(client, code).status == 200
    assert opened(client, code).status == typed(client, code).status == 429
    assert client.get(f"/en/verify/{code}/", REMOTE_ADDR="203.0.113.9").status_code == 200
    assert client.get("/en/verify/").status_code == 200


def test_a_window_that_ends_while_it_is_counted_lets_the_request_through(client, monkeypatch):
    monkeypatch.setattr(verify.cache, "add", lambda *_: False)
    assert opened(client, UNKNOWN).status == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_found_from_the_foot_of_every_page_and_from_help(client, language):
    page = Page(client.get(f"/{language}/help/"))
    assert len(page.tree.xpath(f"//footer//a[@href='/{language}/verify/']")) == 1
    assert len(page.tree.xpath(f"//main//a[@href='/{language}/verify/']")) == 1
