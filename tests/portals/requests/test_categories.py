"""The six categories on the screens of a request: each in its words, none like another without a written reason."""

import re
from html import unescape
from itertools import combinations

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import requesting
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer import categories, words
from tests.support import companies as firm
from tests.support import company

pytestmark = pytest.mark.django_db


def at(name: str, *args, language: str) -> str:
    with translation.override(language):
        return reverse(f"requests:{name}", args=args)


def seen(answer) -> str:
    """Return what a person reads of a page's main part."""
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    return plain(unescape(re.sub(r"<[^>]+>", " ", main.group())))


def plain(text: str) -> str:
    """Return a text with one plain space between its words."""
    return " ".join(text.split())


@pytest.fixture
def member():
    return company.a_company()


@pytest.fixture
def browser(member):
    return company.browser(member.user_id)


def request_of(member, category: str) -> Dossier:
    """Return a request of a category with its employee's pages filled."""
    dossier = firm.owned(member, category=category)
    answers = {"has_appointment_order": True} if category == "assistant_langue" else {}
    actor = firm.actor_of(dossier)
    requesting.change_request(actor, dossier.pk, category=category, answers=answers, own_reference="")
    firm.fill(dossier, dossier.registrants.get())
    return Dossier.objects.get(pk=dossier.pk)


def documents_page(browser, dossier, language):
    return browser.get(at("documents", dossier.pk, dossier.registrants.get().pk, language=language))


def words_of_the_category(category: str, language: str) -> dict[str, list[str]]:
    """Return what each page must say: where the category is chosen, beside the documents, before sending."""
    found = categories.get(category)
    papers = [words.entry("principal", category, code) for code in ("work_contract", "residence_permit")]
    wanted = {
        "category": [found.who, found.not_for, found.permit, *found.help],
        "documents": [found.permit, *found.help, *(text for row in papers for text in (row.name, *row.must_show))],
        "check": [text for row in papers for text in (row.name, row.summary)],
    }
    return {page: [plain(text[language]) for text in texts] for page, texts in wanted.items()}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_of_the_six_has_its_own_words_and_none_is_like_another_without_a_written_reason(
    member, browser, language
):
    slots, office, read = {}, {}, {}
    for category in CATEGORIES:
        dossier = request_of(member, category)
        page = documents_page(browser, dossier, language)
        slots[category] = [piece["slot"] for group in page.context["groups"] for piece in group["pieces"]]
        read[category] = {"documents": seen(page)}
        office[category] = browser.get(at("request", dossier.pk, language=language)).context["office"]["names"]
        for name in ("category", "check"):
            read[category][name] = seen(browser.get(at(name, dossier.pk, language=language)))
        for name, texts in words_of_the_category(category, language).items():
            for text in texts:
                assert text in read[category][name], (category, name)
    for first, second in combinations(CATEGORIES, 2):
        assert read[first]["documents"] != read[second]["documents"], f"{first} and {second} read the same"
        for aspect, shown in (("documents", slots), ("office", office)):
            if shown[first] == shown[second]:
                found = categories.likeness(first, second, aspect)
                assert found is not None and found.source, f"{first} and {second} share {aspect}"


def test_the_family_of_an_employee_is_not_told_the_employees_category(member, browser):
    dossier = request_of(member, "passeport_talent")
    spouse = firm.added(dossier)
    page = seen(browser.get(at("documents", dossier.pk, spouse.pk, language="en")))
    assert "letter of assignment" not in page and plain(categories.get("passeport_talent").help[0]["en"]) not in page
