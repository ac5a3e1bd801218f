"""Every text of the service has its French, in the catalogue of its own app."""

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from matricule.core import catalogs
from matricule.core.catalogs import compile_catalogs, missing_translations

HEAD = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
HEAD += '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'


@pytest.fixture
def room(tmp_path: Path) -> Path:
    app = tmp_path / "room"
    (app / "locale/fr/LC_MESSAGES").mkdir(parents=True)
    (app / "templates/room").mkdir(parents=True)
    (app / "apps.py").write_text("")
    return app


def catalogue(room: Path, body: str) -> Path:
    path = room / "locale/fr/LC_MESSAGES/django.po"
    path.write_text(HEAD + body, encoding="utf-8")
    return path


def page(room: Path, text: str) -> None:
    (room / "templates/room/page.html").write_text(text, encoding="utf-8")


def test_nothing_lacks_its_french() -> None:
    gaps = missing_translations()
    assert not gaps, "\n".join(f"{gap.app} {gap.where} {gap.problem}: {gap.text!r}" for gap in gaps)


def test_a_text_of_a_template_or_module_without_french_is_found(room: Path) -> None:
    page(room, '{% load i18n %}<p>\n    "it\'s"\n  {% translate "Hello" %}</p>')
    (room / "views.py").write_text("from django.utils.translation import gettext as _\nx = _('Bye')\n")
    found = {(gap.text, gap.where, gap.problem) for gap in missing_translations(room.parent)}
    assert found == {
        ("Hello", "templates/room/page.html:3", "not in the catalogue"),
        ("Bye", "views.py:2", "not in the catalogue"),
    }


def test_blocks_plurals_contexts_and_constants_are_read(room: Path) -> None:
    page(
        room,
        "{% load i18n %}{% blocktranslate trimmed count n=x %}\n  one {{ n }}\n{% plural %}\n  many {{ n }}\n"
        '{% endblocktranslate %}{% translate "to" context "mail" %}{% btn _("Send") %}',
    )
    texts = [gap.text for gap in missing_translations(room.parent)]
    assert texts == ["one %(n)s | many %(n)s", "to", "Send"]
    catalogue(
        room,
        'msgid "one %(n)s"\nmsgid_plural "many %(n)s"\nmsgstr[0] "un %(n)s"\nmsgstr[1] "des %(n)s"\n\n'
        'msgctxt "mail"\nmsgid "to"\nmsgstr "à"\n\nmsgid "Send"\nmsgstr "Envoyer"\n',
    )
    assert missing_translations(room.parent) == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "Hi %(who)s"\nmsgstr ""\n', "empty"),
        ('#, fuzzy\nmsgid "Hi %(who)s"\nmsgstr "Salut %(who)s"\n', "fuzzy"),
        ('msgid "Hi %(who)s"\nmsgstr "Salut %(qui)s"\n', "variables differ"),
    ],
)
def test_a_bad_entry_is_named(room: Path, entry: str, problem: str) -> None:
    page(room, "{% load i18n %}{% blocktranslate %}Hi {{ who }}{% endblocktranslate %}")
    catalogue(room, entry)
    assert [gap.problem for gap in missing_translations(room.parent)] == [problem]


def test_another_apps_catalogue_does_not_count(room: Path) -> None:
    inner = room / "inner"
    inner.mkdir()
    (inner / "apps.py").write_text("")
    (inner / "views.py").write_text("x = _('Hello')\n")
    catalogue(room, 'msgid "Hello"\nmsgstr "Bonjour"\n')
    assert [(gap.app, gap.text) for gap in missing_translations(room.parent)] == [("room/inner", "Hello")]


def test_a_text_that_two_apps_say_in_two_ways_is_found_unless_its_context_tells_them_apart(room: Path) -> None:
    catalogue(room, 'msgid "Done"\nmsgstr "Terminés"\n')
    (room.parent / "other/locale/fr/LC_MESSAGES").mkdir(parents=True)
    other = catalogue(room.parent / "other", 'msgid "Done"\nmsgstr "Terminée"\n')
    gap = missing_translations(room.parent)
    assert [(one.app, one.text, one.where) for one in gap] == [("room", "Done", "other")]
    other.write_text(HEAD + 'msgctxt "a request"\nmsgid "Done"\nmsgstr "Terminée"\n', encoding="utf-8")
    assert missing_translations(room.parent) == []


def test_compiled_catalogues_speak_and_are_made_once(room: Path) -> None:
    source = catalogue(room, 'msgid "Hello"\nmsgstr "Bonjour"\n')
    assert compile_catalogs(room.parent) == [source.with_suffix(".mo")]
    with source.with_suffix(".mo").open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("Hello") == "Bonjour"
    assert compile_catalogs(room.parent) == []
    assert [path.name for path in source.parent.iterdir() if path.suffix == ".new"] == []


def test_a_broken_catalogue_stops_the_build(room: Path) -> None:
    catalogue(room, 'msgid "Hello"\nmsgstr "Bonjour"\nwhatever\n')
    with pytest.raises(PoFileError):
        compile_catalogs(room.parent)
    assert not list(room.rglob("*.mo"))


def test_french_texts_use_the_typographic_apostrophe_and_spaces() -> None:
    for path in catalogs.PACKAGE.rglob("locale/fr/LC_MESSAGES/django.po"):
        for message in catalogs._read(path):
            strings = [message.string] if isinstance(message.string, str) else message.string
            for text in strings if message.id else ():
                assert "'" not in text, (path.parts[-5], text)
                assert not any(f" {sign}" in text for sign in ":;!?»"), (path.parts[-5], text)
                assert "« " not in text, (path.parts[-5], text)
