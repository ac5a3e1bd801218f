"""One real service and one Chromium for the browser tests of a worker; each test has visitors, watched for trouble."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.inspect_page import Inspector
from tests.browser.visitor import PATIENCE, Visitor
from tests.support.service import Service

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# a page that answers 422 shows its form again, which Chromium reports as a failed load; a focus kept by a fragment
EXPECTED = (re.compile(r"the server responded with a status of 422"), re.compile(r"utofocus"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Start the one Chromium; missing, every test that needs it fails with the package to install."""
    if os.environ.get("NO_BROWSER") == "1":
        pytest.skip("NO_BROWSER=1")
    found = next(filter(None, map(shutil.which, filter(None, (os.environ.get("CHROMIUM", ""), *NAMES)))), None)
    if not found:
        pytest.fail(
            "Browser tests need Chromium: install the package chromium (or set CHROMIUM, or NO_BROWSER=1).",
            pytrace=False,
        )
    driver = request.getfixturevalue("playwright")
    started = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
    yield started
    started.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Service]:
    """Start the service once, with a worker and without the invented people."""
    running = Service(tmp_path_factory.mktemp("service"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def inspector() -> Inspector:
    """Remember which pages were already looked at closely, in which language."""
    return Inspector()


class Trouble:
    """What browsers and server complained about during one test."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.allowed = list(EXPECTED)

    def allow(self, pattern: str) -> None:
        """Expect complaints that match ``pattern`` in this test."""
        self.allowed.append(re.compile(pattern))

    def watch(self, context: Any) -> None:
        """Listen to every page of a context."""
        context.on("console", self._said)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("response", self._answered)

    def _said(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.found.append(f"console: {message.text}")

    def _answered(self, response: Any) -> None:
        if response.status >= 500:
            self.found.append(f"answer {response.status}: {response.request.method} {response.url}")

    def left(self) -> list[str]:
        """Return the complaints that nobody expected."""
        return [text for text in self.found if not any(pattern.search(text) for pattern in self.allowed)]


@pytest.fixture
def trouble() -> Iterator[Trouble]:
    """Fail a test during which a console complained or the server broke."""
    seen = Trouble()
    yield seen
    assert seen.left() == []


@pytest.fixture
def visit(chromium: Any, service: Service, inspector: Inspector, trouble: Trouble) -> Iterator[Callable[..., Visitor]]:
    """Give visitors, each with a browser of their own: ``visit("en", PHONE, script=False)``."""
    contexts = []

    def come(language: str = "en", size: dict[str, int] | None = None, **options: Any) -> Visitor:
        script = options.pop("script", True)
        context = chromium.new_context(
            base_url=service.address,
            viewport=size or DESK,
            locale=LOCALES[language],
            java_script_enabled=script,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        trouble.watch(context)
        return Visitor(context, language, inspector, script=script)

    yield come
    for context in contexts:
        context.close()
