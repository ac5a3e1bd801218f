"""A pseudo-language: every text that comes from a translation is put between ⟦ and ⟧.

What a page shows outside these brackets was never translated. Personal words (a name, a reference, a file's name)
stand in elements with ``translate="no"``, which are left out.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from unittest import mock

from django.utils import translation

from matricule.core import i18n

OPEN, CLOSE = "⟦", "⟧"
SHOWN_ATTRIBUTES = frozenset(
    {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-valuetext", "label", "data-label"}
)
SPOKEN_DATA = frozenset({"data-saving", "data-failed", "data-retry", "data-copied", "data-busy", "data-count"})
NEVER_SHOWN = frozenset({"script", "style"})
VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr path circle rect use".split()  # noqa: SIM905
)
BRAND = "Matricule"
_LETTER = re.compile(r"[^\W\d_]")


def bracketed(text: str) -> str:
    """Return ``text`` between the brackets."""
    return f"{OPEN}{text}{CLOSE}"


@contextmanager
def pseudo() -> Iterator[None]:
    """Speak the pseudo-language: gettext and its family, ``i18n.pick`` and every format of ``core.i18n``."""
    real = translation._trans

    def gettext(message: str) -> str:
        return bracketed(message) if message else ""

    def pgettext(context: str, message: str) -> str:
        return bracketed(message)

    def ngettext(singular: str, plural: str, number: int) -> str:
        return bracketed(singular if number == 1 else plural)

    def npgettext(context: str, singular: str, plural: str, number: int) -> str:
        return ngettext(singular, plural, number)

    functions = {"gettext": gettext, "pgettext": pgettext, "ngettext": ngettext, "npgettext": npgettext}
    with mock.patch.multiple(real, create=True, **functions), mock.patch.object(i18n, "_said", bracketed):
        yield


def leaks(html: str) -> list[str]:
    """Return every text of the page that a person may see or hear and that no translation brought.

    A translation may hold elements, so that its brackets stand in several texts of the page; one that never closes is
    a leak too, for it would hide what follows.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.leaks + ([f"never closed: {reader.opened}"] if reader.depth else [])


def outside(text: str) -> str:
    """Return what stands outside the brackets, which may be nested."""
    return _outside(text, 0)[0]


def _outside(text: str, depth: int) -> tuple[str, int]:
    """Return what stands outside, and the depth at the end, for a text that begins at ``depth``."""
    kept = []
    for letter in text:
        depth += letter == OPEN
        if depth == 0:
            kept.append(letter)
        depth -= letter == CLOSE and depth > 0
    return "".join(kept), depth


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.leaks: list[str] = []
        self.depth, self.opened = 0, ""
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self._hidden or tag in NEVER_SHOWN or values.get("translate") == "no":
            if tag not in VOID:
                self._hidden.append(tag)
            return
        for name, value in attrs:
            if value and (name in SHOWN_ATTRIBUTES or name in SPOKEN_DATA):
                self._judge(value, 0)
        if tag == "input" and values.get("type") in ("submit", "button", "reset") and values.get("value"):
            self._judge(values["value"] or "", 0)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag in self._hidden:
            while self._hidden.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            before = self.depth
            self.depth = self._judge(data.strip(), before)
            if self.depth and not before:
                self.opened = data.strip()

    def _judge(self, text: str, depth: int) -> int:
        said, depth = _outside(text, depth)
        if _LETTER.search(said.replace(BRAND, "")):
            self.leaks.append(text)
        return depth
