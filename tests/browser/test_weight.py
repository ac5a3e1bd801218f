"""A first view stays light: 150 kB compressed, pictures and fonts included (design.md, section 3)."""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.inspect_page import BUDGET, Scales


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_start_page(visit, language):
    who = visit(language, PHONE)
    scales = Scales(who.page)
    who.goto("/")
    who.page.wait_for_load_state("networkidle")
    found = scales.weight()
    assert any("matricule" in url and url.endswith(".css") for url in found)
    assert sum(found.values()) <= BUDGET, found


def test_the_documents_page(visit):
    who = visit("en", PHONE)
    who.arrive_at("documents/", filled=True)
    fresh = visit("en", PHONE)
    fresh.context.add_cookies(who.context.cookies())
    fresh.dossier = who.dossier
    scales = Scales(fresh.page)
    fresh.goto(fresh.place("documents/"))
    fresh.page.wait_for_load_state("networkidle")
    found = scales.weight()
    assert len(found) > 4
    assert sum(found.values()) <= BUDGET, found
