"""The directory of companies: optional, quick or nothing, and never what decides."""

import os
import subprocess
import sys
import threading
import time

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.accounts import directory
from matricule.accounts.directory import Found
from matricule.accounts.organisations import Organisation
from matricule.core import config
from matricule.demo.directory import COMPANIES, Invented
from matricule.rules.numbers import business
from tests.support import company
from tests.support import factories as make

FOUND = Found("Atelier Trouvé", "5 rue Neuve", "25000", "Besançon")


class Knows:
    def __init__(self, answer: Found | None = FOUND) -> None:
        self.answer, self.asked = answer, 0

    def find(self, siret: str) -> Found | None:
        self.asked += 1
        return self.answer


class Fails:
    def find(self, siret: str) -> Found | None:
        raise ConnectionError(siret)


class Hangs:
    def __init__(self) -> None:
        self.wakes = threading.Event()

    def find(self, siret: str) -> Found | None:
        self.wakes.wait(20)
        return FOUND


class NeverMade:
    tried = 0

    def __init__(self) -> None:
        NeverMade.tried += 1
        raise OSError("no file of companies here")


@pytest.fixture
def use():
    before = list(directory._used)
    yield directory.use
    directory._used[:] = before


def test_off_line_nothing_is_found_and_nothing_is_offered(use):
    use(directory.Nobody())
    assert directory.look_up(company.SIRET) is None and not directory.is_there()


def test_an_adapter_is_asked_once(use):
    adapter = Knows()
    use(adapter)
    assert directory.look_up(company.SIRET) == FOUND and adapter.asked == 1 and directory.is_there()
    use(Knows(None))
    assert directory.look_up(company.SIRET) is None


def test_a_failing_adapter_found_nothing_and_the_log_names_no_siret(use, caplog):
    use(Fails())
    assert directory.look_up(company.SIRET) is None
    assert "ConnectionError" in caplog.text and company.SIRET not in caplog.text


def test_a_slow_adapter_never_holds_up_a_page_and_leaves_few_threads(use, promise):
    adapter = Hangs()
    use(adapter)
    begin = time.monotonic()
    answers = [directory.look_up(company.SIRET, patience=0.05) for _ in range(directory.AT_ONCE + 3)]
    spent = time.monotonic() - begin
    waiting = sum(thread.name == "directory" for thread in threading.enumerate())
    adapter.wakes.set()
    assert answers == [None] * 7 and waiting <= directory.AT_ONCE
    assert spent < 15, "the adapter would have taken 20 seconds a look-up"
    for thread in threading.enumerate():
        if thread.name == "directory":
            thread.join(5)
    use(Knows())
    assert directory.look_up(company.SIRET) == FOUND, "the places are free again"
    promise("a directory that hangs", f"7 look-ups answered without it, {waiting} threads held")


def test_the_settings_name_an_adapter_by_its_dotted_name(monkeypatch, use):
    use(None)
    found = config.load({"MATRICULE_DIRECTORY": "tests.accounts.test_directory.Knows"})
    monkeypatch.setattr(config, "current", lambda: found)
    assert directory.look_up(company.SIRET) == FOUND
    assert not [one for one in config.problems(found) if one.setting == "MATRICULE_DIRECTORY"]


def test_without_a_thread_left_nothing_is_found_and_no_place_is_lost(use, monkeypatch, caplog):
    adapter = Knows()
    use(adapter)

    def refused(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        assert [directory.look_up(company.SIRET) for _ in range(directory.AT_ONCE + 1)] == [None] * 5
    assert adapter.asked == 0 and "directory_no_thread" in caplog.text and company.SIRET not in caplog.text
    assert directory.look_up(company.SIRET) == FOUND, "the places are free again"


def test_an_adapter_that_cannot_be_made_is_as_none_and_is_logged_once(monkeypatch, use, caplog):
    use(None)
    found = config.load({"MATRICULE_DIRECTORY": f"{__name__}.{NeverMade.__name__}"})
    monkeypatch.setattr(config, "current", lambda: found)
    assert directory.look_up(company.SIRET) is None and not directory.is_there()
    assert NeverMade.tried == 1 and caplog.text.count("directory_not_made error=OSError") == 1


@pytest.mark.parametrize("name", ["nowhere.at.All", "Nothing", "tests.accounts.test_directory.Missing"])
def test_a_name_that_leads_nowhere_stops_the_start(name):
    wrong = config.load({"MATRICULE_DIRECTORY": name})
    assert [one.setting for one in config.problems(wrong)].count("MATRICULE_DIRECTORY") == 1


def test_the_demos_companies_have_good_keys():
    assert all(business.check_siret(siret).ok for siret in COMPANIES)
    assert Invented().find(company.SIRET).name == "Atelier Lumen" and Invented().find("0") is None


def test_the_settings_are_checked_before_there_is_a_model():
    load = "from matricule.core import config; print(config.problems(config.load({'MATRICULE_DIRECTORY': '%s'})))"
    code = load % f"{Invented.__module__}.{Invented.__name__}"
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    asked = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=False)
    assert asked.returncode == 0 and "MATRICULE_DIRECTORY" not in asked.stdout, asked.stderr


# --- on the page

TYPED = {
    "siret": company.SIRET,
    "name": "",
    "street": "",
    "postcode": "",
    "city": "",
    "head_postcode": "",
    "person": "",
}


@pytest.fixture
def page(db):
    client = company.browser(make.a_user().pk)
    with translation.override("en"):
        address = reverse("employer:register")
    return lambda **given: client.post(address, {**TYPED, **given})


def test_the_page_fills_what_is_empty_and_keeps_what_is_typed(use, page):
    use(Knows())
    html = page(look_up="1", city="Dole", person="Chloé Morel").content.decode()
    assert 'value="Atelier Trouvé"' in html and 'value="5 rue Neuve"' in html
    assert 'value="Dole"' in html and 'value="Chloé Morel"' in html and "Found." in html
    assert Organisation.objects.count() == 0, "looking up opens nothing"


def test_what_was_filled_may_be_changed_and_is_kept_as_typed(use, page):
    use(Knows())
    given = {"name": "Autre nom", "street": "1 rue", "postcode": "25000", "city": "Dole", "person": "Chloé Morel"}
    assert page(**given).status_code == 302
    assert Organisation.objects.get().name == "Autre nom"


def test_nothing_found_says_so_and_a_wrong_siret_is_an_error_of_its_field_alone(use, page):
    use(Fails())
    html = page(look_up="1").content.decode()
    assert "was not found now" in html
    answer = page(look_up="1", siret="123")
    assert answer.status_code == 422 and "Write the name of the company" not in answer.content.decode()


def test_without_a_directory_the_button_is_not_there(use, page):
    use(directory.Nobody())
    assert "look_up" not in page().content.decode()
    use(Knows())
    assert "look_up" in page().content.decode()
