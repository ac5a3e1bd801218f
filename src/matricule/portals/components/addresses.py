"""Addresses that a page shows only when they exist, and the same address in the other language."""

from django.urls import NoReverseMatch, reverse

from matricule.core.i18n import LANGUAGES

# A portal that appears later brings its addresses: no page links to a door that is not there (design.md 1.8).
SIGN_IN = ("student:sign-in", "student:sign_in", "accounts:sign-in")
SIGN_OUT = ("student:sign-out", "student:sign_out", "accounts:sign-out")
SPACE = ("student:space",)


def first_of(*names: str) -> str:
    """Return the address of the first URL name that exists here, or an empty text."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


def in_language(path: str, code: str) -> str:
    """Return the address of the same page in language ``code``; the start page when the path has no language.

    The addresses of both languages differ in their first part only (tests/portals/components/test_addresses.py).
    """
    parts = path.split("/", 2)
    if len(parts) == 3 and parts[1] in LANGUAGES:
        return f"/{code}/{parts[2]}"
    return f"/{code}/"
