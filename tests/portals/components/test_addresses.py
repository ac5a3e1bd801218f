"""The same page in the other language: its address with another first part, whatever the page."""

from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse, translate_url
from django.urls.converters import IntConverter, UUIDConverter

from matricule.core import i18n
from matricule.portals.components import addresses

KINDS = {UUIDConverter: uuid4(), IntConverter: 7}


def every_address(code: str) -> dict[str, str]:
    """Return the address of every named page of every portal in one language."""
    found = {}
    with i18n.in_language(code):
        for namespace, (_prefix, resolver) in get_resolver().namespace_dict.items():
            for pattern in resolver.url_patterns:
                values = {name: KINDS.get(type(kind), "identity") for name, kind in pattern.pattern.converters.items()}
                name = f"{namespace}:{pattern.name}"
                found[name] = reverse(name, kwargs=values)
    return found


def test_the_addresses_of_both_languages_differ_in_their_first_part_only():
    french, english = every_address("fr"), every_address("en")
    assert len(french) > 60
    for name, address in french.items():
        if address.startswith("/fr/"):
            assert english[name] == "/en/" + address.removeprefix("/fr/")
            with i18n.in_language("fr"):
                assert addresses.in_language(address, "en") == translate_url(address, "en") == english[name]
            assert addresses.in_language(english[name], "fr") == address
            assert addresses.in_language(address, "fr") == address


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/fr/nothing/here/?a=1&b=/fr/", "/en/nothing/here/?a=1&b=/fr/"),
        ("/en/", "/en/"),
        ("/fr/", "/en/"),
        ("/", "/en/"),
        ("/fr", "/en/"),
        ("/space/", "/en/"),
        ("/france/", "/en/"),
    ],
)
def test_what_follows_the_language_is_kept_and_what_has_none_leads_to_the_start(path, other):
    assert addresses.in_language(path, "en") == other
