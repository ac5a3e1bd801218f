"""Nothing typed is lost: a killed browser, a killed server, another device, two devices at once."""

from contextlib import suppress
from urllib.parse import parse_qs, unquote_plus

import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import DESK, PHONE

# what only a script shows is looked at by the whole proof too, at both widths
pytestmark = pytest.mark.bulk


def holds(request, name, text):
    """Tell whether a request saves this value; what was typed before may be on its way at the same moment."""
    return request.url.endswith("/autosave/") and parse_qs(request.post_data or "").get(name) == [text]


def leave(who, name, text):
    """Type into a field and leave it."""
    who.page.fill(f"#page-form [name={name}]", text)
    who.page.locator(f"#page-form [name={name}]").blur()


def type_and_wait(who, name, text, says=("Saved at", "Enregistré à")):
    """Type into a field, leave it, and wait until the page says that it is saved (or what else it ``says``)."""
    with who.page.expect_response(lambda answer: holds(answer.request, name, text)) as answer:
        leave(who, name, text)
    assert answer.value.ok
    who.until(lambda: who.page.locator(".saved-text").inner_text().startswith(says))


def try_again(who, retry):
    """Press "save again" while it is there; tell whether nothing is left to save again. The script may be faster."""
    if who.page.locator(".saved-failed").count() == 0:
        return True
    with suppress(PlaywrightError):
        retry.click(timeout=500)
    return False


def again(visit, who, size=None):
    """Return the same person at another browser, signed in, on the same page."""
    other = visit(who.language, size or DESK)
    other.email, other.dossier = who.email, who.dossier
    other.sign_in_fast()
    other.goto(who.path)
    return other


def test_a_killed_browser_and_another_device(visit):
    who = visit("en", PHONE)
    who.arrive_at("identify/civil_status/")
    type_and_wait(who, "birth_name", "Nguyễn")
    who.page.locator("label.choice:has(input[value=F])").click()
    type_and_wait(who, "birth_place", "Huế")
    who.context.close()
    other = again(visit, who)
    assert other.page.input_value("#id_birth_name") == "Nguyễn"
    assert other.page.input_value("#id_birth_place") == "Huế"
    assert other.page.locator("input[name=sex][value=F]").is_checked()


@pytest.mark.parametrize("how", ["web", "everything"])
def test_a_killed_server(visit, service, trouble, how):
    # a request under way when the database goes first is told to come back
    trouble.allow("Failed to load resource|ERR_|answer 503")
    who = visit("fr")
    who.arrive_at("identify/contact/")
    type_and_wait(who, "street", "12 rue des Granges")
    for city in ("Besançon", "Dole", "Lons"):  # a web server that is killed may be back before the page asks for it
        service.kill_web() if how == "web" else service.kill()
        with who.page.expect_request(lambda request, city=city: holds(request, "city", city)) as sent:
            leave(who, "city", city)
        answer = sent.value.response()
        if answer is None or not answer.ok:
            break
    retry = who.page.locator(".saved-failed button")
    retry.wait_for()
    assert who.page.input_value("#id_city") == city
    service.wait_until_ready() if how == "web" else service.start()
    who.until(lambda: try_again(who, retry), "no retry")
    who.until(lambda: who.page.locator(".saved-text").inner_text().startswith("Enregistré à"))
    who.page.reload()
    assert who.page.input_value("#id_street") == "12 rue des Granges"
    assert who.page.input_value("#id_city") == city


def test_two_devices_at_once(visit):
    who = visit("en")
    who.arrive_at("identify/contact/")
    type_and_wait(who, "city", "Besançon")
    who.page.reload()
    other = again(visit, who, PHONE)
    type_and_wait(other, "city", "Dole")
    type_and_wait(who, "city", "Lons", says=("1 field is not saved",))
    message = who.page.locator("#conflict-city")
    message.wait_for()
    assert "another window" in message.inner_text()
    assert who.page.input_value("#id_city") == "Lons"
    who.look("page contact, conflict")


def test_a_school_is_found_by_keyboard_and_kept(visit):
    who = visit("en")
    who.arrive_at("identify/studies/")
    with who.page.expect_response(lambda answer: "marie et louis" in unquote_plus(answer.url)):
        who.page.locator("#id_school").press_sequentially("marie et louis")
    found = who.page.locator("#school-results button")
    who.until(lambda: "Marie et Louis Pasteur" in "".join(found.all_inner_texts()[:1]))
    who.until(lambda: who.page.locator(".htmx-request, .htmx-swapping, .htmx-settling").count() == 0)
    who.look("page studies, schools found")
    who.page.keyboard.press("ArrowDown")
    # the words typed before may be on their way at the same moment: wait for the save that holds the choice
    with who.page.expect_response(lambda answer: "0252044L" in (answer.request.post_data or "")):
        who.page.keyboard.press("Enter")
    assert who.page.input_value("#id_school") == "Université Marie et Louis Pasteur"
    assert who.page.input_value("#id_school_uai") == "0252044L"
    who.has_focus("id_school")
    who.until(lambda: found.count() == 0)
    who.page.reload()
    assert who.page.input_value("#id_school_uai") == "0252044L"


def test_the_keyboard_alone_reaches_the_documents(visit):
    who = visit("en")
    who.arrive_at("identify/civil_status/")
    keys = who.page.keyboard

    def tab_to(name):
        for _ in range(60):
            if who.page.evaluate("document.activeElement.name || document.activeElement.className") == name:
                return
            keys.press("Tab")
        raise AssertionError(f"the keyboard does not reach {name}")

    def type_in(**values):
        for name, text in values.items():
            tab_to(name)
            keys.type(text)

    def send():
        tab_to("btn btn-l")
        with who.page.expect_navigation():
            keys.press("Enter")

    type_in(birth_name="Nguyễn", given_names="Ánh")
    tab_to("sex")
    keys.press("Space")
    type_in(birth_place="Huế")
    send()
    tab_to("no_parents")
    keys.press("Space")
    send()
    type_in(phone="0639980114", street="12 rue des Granges", letter_box="Nguyễn", postcode="25000", city="Besançon")
    send()
    type_in(school="Lycée d’essai", courses_start_day="7", courses_start_month="9", courses_start_year="2026")
    send()
    assert who.path == who.place("documents/")
    keys.press("Tab")
    assert who.page.evaluate("document.activeElement.className") == "skip-link"
    tab_to("files")
    assert who.page.evaluate("document.activeElement.id") == "identity-main"


def test_the_session_warns_and_goes_on(visit):
    who = visit("en", PHONE)
    who.arrive_at("documents/")

    def soon(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('data-session-end="1800"', 'data-session-end="121"'))

    who.page.route("**/documents/", soon)
    who.page.reload()
    dialog = who.page.get_by_role("dialog")
    dialog.wait_for()
    who.look("session end")
    who.page.unroute("**/documents/")
    with who.page.expect_response("**"):
        who.page.get_by_role("button", name="Stay").click()
    dialog.wait_for(state="hidden")
