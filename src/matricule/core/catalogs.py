"""The catalogues of French texts (gettext .po files): how they are compiled, and what they lack.

The identifier of a text is its English wording; each Django app keeps the French of its own texts in
``locale/fr/LC_MESSAGES/django.po``. Compiled .mo files are built at set-up and never committed.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_HOLES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@dataclass(frozen=True)
class Gap:
    """One text without its French: which app, which English text, where it is used, what is wrong."""

    app: str
    text: str
    where: str
    problem: str


def compile_catalogs(root: Path = PACKAGE) -> list[Path]:
    """Compile every ``locale/*/LC_MESSAGES/django.po`` under ``root`` whose .mo is older; return the files written.

    Safe beside another process that does the same: each file is written aside and renamed.
    """
    from babel.messages import mofile

    written = []
    for source in sorted(root.rglob("locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".mo.new", delete=False) as out:
            mofile.write_mo(out, _read(source))
        os.replace(out.name, target)
        written.append(target)
    return written


def missing_translations(root: Path = PACKAGE) -> list[Gap]:
    """Compare the texts used in the templates and modules of every app with the app's French catalogue.

    A text is missing when its own app's catalogue lacks it, leaves it empty or marks it fuzzy, when the French loses
    or invents a variable such as ``%(name)s``, or when another app's catalogue says it in another way. Modules outside
    an app may not hold texts at all.
    """
    gaps: list[Gap] = []
    for app in sorted(path.parent for path in root.rglob("apps.py")):
        catalog = _Catalog(app / "locale/fr/LC_MESSAGES/django.po")
        for context, text, where in _texts_of(app):
            problem = catalog.problem(context, text)
            if problem:
                shown = text if isinstance(text, str) else " | ".join(text)
                gaps.append(Gap(app.relative_to(root).as_posix(), shown, where, problem))
    return gaps + _said_twice(root)


def _said_twice(root: Path) -> list[Gap]:
    """Return the texts that two catalogues say in two ways: Django reads them as one, and shows one of the two."""
    gaps: list[Gap] = []
    first: dict[tuple[str | None, str], tuple[object, str]] = {}
    for path in sorted(root.rglob("locale/fr/LC_MESSAGES/django.po")):
        app = path.parents[3].relative_to(root).as_posix()
        for message in _read(path):
            if message.id:
                key = (message.context, message.id if isinstance(message.id, str) else message.id[0])
                known, where = first.setdefault(key, (message.string, app))
                if known != message.string:
                    gaps.append(Gap(app, key[1], where, "another catalogue says it in another way"))
    return gaps


class _Catalog:
    def __init__(self, path: Path) -> None:
        self._messages = _read(path) if path.exists() else None

    def problem(self, context: str | None, text: str | tuple[str, ...]) -> str:
        key = text if isinstance(text, str) else text[0]
        message = self._messages.get(key, context) if self._messages is not None else None
        if message is None:
            return "not in the catalogue"
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        if message.fuzzy:
            return "fuzzy"
        if not all(strings):
            return "empty"
        wanted = set(_HOLES.findall(key if isinstance(text, str) else text[1]))
        if set(_HOLES.findall(strings[-1])) != wanted:
            return "variables differ"
        return ""


def _read(path: Path):  # type: ignore[no-untyped-def]
    from babel.messages.pofile import read_po

    with path.open("rb") as stream:
        return read_po(stream, locale=path.parts[-3], domain="django", abort_invalid=True)


def _texts_of(app: Path) -> Iterator[tuple[str | None, str | tuple[str, ...], str]]:
    for path in sorted(app.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or not path.is_file() or _owner(path) != app:
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            source = _as_python(source, path)
        for line, context, text in _extract(source):
            yield context, text, f"{path.relative_to(app).as_posix()}:{line}"


def _owner(path: Path) -> Path | None:
    return next((folder for folder in path.parents if (folder / "apps.py").exists()), None)


def _as_python(template: str, path: Path) -> str:
    from django.utils.translation.template import templatize

    # Blanked-out text keeps its indentation, which Python's tokenizer refuses.
    return "\n".join(line.strip() for line in templatize(template, origin=str(path)).splitlines())


def _extract(source: str) -> Iterable[tuple[int, str | None, str | tuple[str, ...]]]:
    from babel.messages.extract import extract

    found = extract("python", BytesIO(source.encode()), keywords=_KEYWORDS, options={"encoding": "utf-8"})
    for line, text, _comments, context in found:
        yield line, context, tuple(text) if isinstance(text, list | tuple) else text
