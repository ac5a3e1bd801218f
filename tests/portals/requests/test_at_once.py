"""Two colleagues type into one request at the same moment, each signed in on their own (F21; issue 3, section 1)."""

import re

import pytest
from django.test import Client

from matricule.core import journal
from matricule.dossiers.models import Registrant
from tests.portals.requests.test_filing import at
from tests.support import companies as firm
from tests.support import company
from tests.support.autosaves import Autosaves
from tests.support.promises import bulk

pytestmark = [pytest.mark.usefixtures("whole_db"), pytest.mark.slow, pytest.mark.race, pytest.mark.bulk]
FIELDS = ["street", "building", "apartment", "letter_box", "postcode", "city"]


def shown(page: str) -> dict[str, str]:
    """Return what a page shows in the fields."""
    found = (re.search(rf'<input[^>]*\bname="{name}"[^>]*>', page) for name in FIELDS)
    values = [re.search(r'\bvalue="([^"]*)"', one[0]) if one else None for one in found]
    return {name: value[1] if value else "" for name, value in zip(FIELDS, values, strict=True)}


def test_two_colleagues_who_type_at_once_lose_nothing_in_silence_and_see_only_what_is_kept(promise):
    rounds = bulk(8, 200)
    chief = company.a_company()
    people = [chief, company.a_colleague(chief)]
    dossier = firm.owned(chief)
    person = dossier.registrants.get()
    browsers: list[Client] = [company.browser(one.user_id) for one in people]
    saves = Autosaves(
        browsers,
        at("autosave", dossier.pk, person.pk),
        FIELDS,
        lambda: Registrant.objects.get(pk=person.pk).typed,
    )
    page = at("identify", dossier.pk, person.pk, "contact")
    for number in range(rounds):
        answers = saves.save_at_once(number)
        mine = [saves.kept[who] | saves.refused[who] for who in (0, 1)]
        for who, answer in enumerate(answers):
            assert not any(value in answer for value in mine[1 - who]), "an autosave tells a colleague's words"
        stored = saves.stored()
        for browser in browsers:
            text = browser.get(page).content.decode()
            assert shown(text) == {name: stored.get(name, "") for name in FIELDS}
            assert not any(value in text for refused in saves.refused for value in refused)
    saves.nothing_is_lost()
    kept, refused = ([len(one) for one in found] for found in (saves.kept, saves.refused))
    assert all(kept) and sum(refused)
    entries = [one for one in journal.entries_about(("dossier", dossier.pk)) if one.action == "draft.edited"]
    assert sorted(one.actor for one in entries) == sorted(f"user:{one.user_id}" for one in people)
    promise(
        "two colleagues",
        f"{rounds * 2} autosaves of one request, two at once, a session each: {kept[0]} + {kept[1]} fields kept, "
        f"{sum(refused)} conflicts said, 0 lost; {rounds * 2} pages show what is kept, to both alike; "
        "who typed is in the journal",
    )
