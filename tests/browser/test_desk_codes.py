"""Staff sign in with an e-mailed code and the code of an app, where an office has no passkeys (issue 4, section 2)."""

import re
import time

import pyotp
import pytest

from tests.browser import steps
from tests.support.service import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory, chromium):
    """Start a service whose staff may use codes."""
    running = Service(tmp_path_factory.mktemp("codes"))
    running.tuned["MATRICULE_STAFF_CODES"] = "1"
    running.start()
    yield running
    running.stop()


def app_code(who, code):
    """Type the code of the app."""
    who.page.fill("form:has([value=app]) [name=code]", code)
    who.press("form:has([value=app]) button")


def test_without_a_passkey_the_mailed_code_and_the_app_together_open_the_desk(visit, service):
    who = visit("en")
    steps.appoint(service, who.email)
    steps.give_mailed_code(who)
    who.look("desk, first app")
    secret = re.sub(r"\s", "", who.text(".card .num"))
    app_code(who, "000000")
    assert "sign-in" in who.path, "a wrong code opens nothing"
    app_code(who, pyotp.TOTP(secret).now())
    assert who.path == "/desk/", who.text()

    who.press("header form[action$='/desk/sign-out/'] button")
    steps.give_mailed_code(who)
    assert who.path.startswith("/desk/sign-in/"), "the mailed code alone opens nothing"
    assert who.page.locator(".card .num").count() == 0, "the secret is shown until it was proved once"
    app_code(who, pyotp.TOTP(secret).at(time.time() + 30))
    assert who.path == "/desk/", who.text()
