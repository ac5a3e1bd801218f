"""The addresses of the service: each page under its language, nothing invented for real people, trouble has pages."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.module_loading import import_string
from tests.site.test_settings import production

from matricule.site import urls

OUTSIDE = {"root", "space", "to-objection", "bounces", "robots", "security"}
"""Addresses without a language: the door that chooses one, the two links of the mails, the provider's hook, two texts
for programs."""
LIST = """
import json, django
django.setup()
from matricule.site import urls
from tests.site.test_urls import walk
print("ANSWER" + json.dumps([[name, inside] for name, inside in walk(urls.urlpatterns)]))
"""


def walk(
    patterns: list[URLPattern | URLResolver], *, inside: bool = False, space: str = ""
) -> Iterator[tuple[str, bool]]:
    """Yield the name of every address and whether it lies under a language."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            below = inside or isinstance(pattern.pattern, LocalePrefixPattern)
            yield from walk(pattern.url_patterns, inside=below, space=f"{space}{pattern.namespace or ''}:".lstrip(":"))
        else:
            yield f"{space}{pattern.name}", inside


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bool]]:
    """Return the addresses of a service for real people."""
    env = production(tmp_path_factory.mktemp("real"))
    env["PYTHONPATH"] += f":{Path(__file__).resolve().parents[2]}"
    done = subprocess.run([sys.executable, "-c", LIST], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [(name, inside) for name, inside in json.loads(done.stdout.rpartition("ANSWER")[2])]


def test_every_page_lies_under_its_language(real: list[tuple[str, bool]]) -> None:
    assert {name for name, inside in real if not inside} == OUTSIDE
    assert len([name for name, inside in real if inside]) > 20


def test_nothing_of_the_demo_exists_for_real_people(real: list[tuple[str, bool]]) -> None:
    names = {name for name, _ in real}
    invented = {name for name, _ in walk(urls.urlpatterns)} - names
    assert not any("demo" in name for name in names)
    assert any(name.startswith("demo:") for name in invented)
    assert any("showroom" in name or "components" in name for name in invented), "the showroom is for demo mode"


def test_every_address_has_a_name_and_no_two_share_one() -> None:
    names = [name for name, _ in walk(urls.urlpatterns)]
    assert not [name for name in names if name.endswith(("None", ":"))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_trouble_has_a_page_of_ours(status: int) -> None:
    handler = getattr(urls, f"handler{status}")
    assert callable(import_string(handler))
    assert get_resolver().resolve_error_handler(status) is import_string(handler)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_same_page_has_an_address_in_each_language(language: str) -> None:
    with translation.override(language):
        assert reverse("student:sign-in").startswith(f"/{language}/student/")
    assert reverse("space") == "/space/"
    assert reverse("bounces") == "/hooks/bounces/"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/zz-lang/", "/fr/no-such-page/", "/admin/", "/en/.env", "/wp-login.php"])
def test_what_is_not_there_is_said_in_a_page_of_ours(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<main" in answer.content.decode()
    assert path.strip("/") not in answer.content.decode(), "what a visitor typed is not repeated"
