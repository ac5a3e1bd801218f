"""French and English are both first-hand: nothing lacks its French, nothing is kept unused, each keeps its typography.

Sources: wording.md, section 1 (voice), 2 (words never said) and 3 (spaces and quotes).
"""

import ast
import csv
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from matricule.core import catalogs
from matricule.notices import kinds

SRC = Path(catalogs.PACKAGE)
Sentence = tuple[str, str]

FRENCH_RULES = {
    "a fine no-break space before ; ! ?": re.compile(r"(?<![\u202f&\w#/.=?])[;!?]|\w[;!?](?=\s|$)"),
    "a no-break space before :": re.compile(r"(?<=[ \w»)\u202f]):(?=\s|$)"),
    "no-break spaces inside « »": re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"),
    "’, not '": re.compile(r"(?<=\w)'(?=\w)"),
    "no English quotes": re.compile(r"[“”]"),
    "a no-break space before %": re.compile(r"\d[ ]?%(?![(sd])"),
    "three dots are one sign": re.compile(r"\.\.\."),
    "no double space": re.compile(r"(?<=\S)  +(?=\S)"),
}
ENGLISH_RULES = {
    "no space before a sign": re.compile(r"\w[ \u00a0\u202f][;:!?](?=\s|$)"),
    "no French quotes": re.compile(r"[«»]"),
    "’, not '": re.compile(r"(?<=\w)'(?=\w)"),
    '“ ”, not "': re.compile(r"(?<![=\w])\"\w"),
    "no double space": re.compile(r"(?<=\S)  +(?=\S)"),
}
# Words of the other language that an English sentence may not hold; official names stay French and are not here.
FRENCH_LEFT = re.compile(
    r"\b(?:votre|vos|nous|avec|pour|dans|cette|être|êtes|demande|pièces?|justificatif|envoyer|veuillez|merci|"
    r"numéro|naissance|dossiers?)\b",
    re.IGNORECASE,
)
ENGLISH_LEFT = re.compile(r"\b(?:the|your|with|and|please|file|upload|send|birth|number|which)\b", re.IGNORECASE)
NEVER_FRENCH = re.compile(
    r"\b(?:malheureusement|félicitations|oups|nom de jeune fille|uploader|invalide|incorrecte?|shortly|"
    r"le système(?! de santé)|rapidement|sous peu|Monsieur/Madame)\b|·e|\(e\)|\(s\)",
    re.IGNORECASE,
)
NEVER_ENGLISH = re.compile(
    r"\b(?:unfortunately|congratulations|oops|maiden name|invalid|incorrect|shortly|as soon as possible|the system|"
    r"SSN|beneficiary|upload)\b",
    re.IGNORECASE,
)


def catalogues() -> Iterator[tuple[Path, object]]:
    for path in sorted(SRC.rglob("locale/fr/LC_MESSAGES/django.po")):
        with path.open("rb") as stream:
            yield path, read_po(stream, locale="fr", domain="django", abort_invalid=True)


def _strings(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())  # type: ignore[call-overload]


def of_catalogues() -> Iterator[tuple[str, str, str]]:
    for path, catalog in catalogues():
        where = path.relative_to(SRC).as_posix()
        for message in catalog:  # type: ignore[attr-defined]
            if message.id:
                yield from ((where, "en", text) for text in _strings(message.id))
                yield from ((where, "fr", text) for text in _strings(message.string))


def of_data() -> Iterator[tuple[str, str, str]]:
    for path in sorted(SRC.rglob("*.toml")):
        if "people" in path.parts or "sheets" in path.parts or path.name in {"countries.toml", "cards.toml"}:
            continue  # invented people, and what foreign documents say
        yield from _pairs(path.relative_to(SRC).as_posix(), tomllib.loads(path.read_text(encoding="utf-8")))
    for path in sorted(SRC.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for column, text in row.items():
                    if column and text and column.endswith(("_fr", "_en")):
                        yield path.relative_to(SRC).as_posix(), column[-2:], text


def _pairs(where: str, value: object) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _pairs(where, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            code = key[-2:] if key in ("fr", "en") or key.endswith(("_fr", "_en")) else ""
            texts = [text for text in (item if isinstance(item, list) else [item]) if isinstance(text, str)]
            if code and texts:
                yield from ((where, code, text) for text in texts)
            else:
                yield from _pairs(where, item)


def of_code() -> Iterator[tuple[str, str, str]]:
    """Pairs written in modules: ``{"fr": …, "en": …}``, and ``t(fr, en)`` of the samples."""
    for path in sorted(SRC.rglob("*.py")):
        if path.name == "desk.py":
            continue  # its pair says in each language what stands in the other
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            pairs: list[tuple[object, ast.expr]] = []
            if isinstance(node, ast.Dict):
                both = zip(node.keys, node.values, strict=True)
                pairs = [(key.value, row) for key, row in both if isinstance(key, ast.Constant)]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
                pairs = list(zip(("fr", "en"), node.args, strict=False))
            for code, value in pairs:
                if code in ("fr", "en") and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield path.relative_to(SRC).as_posix(), str(code), value.value


def of_notices() -> Iterator[tuple[str, str, str]]:
    for kind in kinds.all_kinds().values():
        for language, text in (kind.texts or {}).items():
            for part in (text.subject, text.notice, text.mail):
                yield f"notices/{kind.code}.{language}", language, part


@cache
def said(language: str) -> list[Sentence]:
    """Return every sentence of one language, with where it stands; markup and variables taken out."""
    found = (*of_catalogues(), *of_data(), *of_code(), *of_notices())
    return [(where, _bare(text)) for where, code, text in found if code == language]


def _bare(text: str) -> str:
    return re.sub(r"%\(\w+\)[sd]|\{\w*\}", "x", unescape(re.sub(r"<[^>]+>|https?://\S+", "", text)))


def test_there_is_something_to_read() -> None:
    assert len(said("fr")) > 900
    assert len(said("en")) > 900


@pytest.mark.parametrize("rule", FRENCH_RULES)
def test_french_typography(rule: str) -> None:
    assert [one for one in said("fr") if FRENCH_RULES[rule].search(one[1])] == []


@pytest.mark.parametrize("rule", ENGLISH_RULES)
def test_english_typography(rule: str) -> None:
    assert [one for one in said("en") if ENGLISH_RULES[rule].search(one[1])] == []


def test_no_exclamation_mark_anywhere() -> None:
    assert [one for one in (*said("fr"), *said("en")) if "!" in one[1]] == []


def test_no_english_is_left_in_french() -> None:
    assert [one for one in said("fr") if ENGLISH_LEFT.search(one[1])] == []


def test_no_french_is_left_in_english() -> None:
    assert [one for one in said("en") if FRENCH_LEFT.search(re.sub(r"“[^”]*”|\([^)]*\)", "", one[1]))] == []


@pytest.mark.parametrize(("language", "never"), [("fr", NEVER_FRENCH), ("en", NEVER_ENGLISH)], ids=["fr", "en"])
def test_words_that_the_desk_never_says(language: str, never: re.Pattern[str]) -> None:
    assert [one for one in said(language) if never.search(one[1])] == []


def test_nothing_lacks_its_french() -> None:
    gaps = catalogs.missing_translations()
    assert [f"{gap.app} {gap.where} {gap.problem}: {gap.text!r}" for gap in gaps] == []


def test_no_text_is_kept_that_nothing_shows() -> None:
    unused = []
    for path, catalog in catalogues():
        app = path.parents[3]
        used = {(context, text if isinstance(text, str) else text[0]) for context, text, _w in catalogs._texts_of(app)}
        for message in catalog:  # type: ignore[attr-defined]
            key = _strings(message.id)[0] if message.id else ""
            if key and (message.context, key) not in used:
                unused.append(f"{app.name}: {key!r}")
    assert unused == []


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("a fine no-break space before ; ! ?", "Un ; deux", "Un\u202f; deux"),
        ("a fine no-break space before ; ! ?", "Vraiment?", "Vraiment\u202f?"),
        ("a no-break space before :", "Un : deux", "Un\u00a0: deux"),
        ("a no-break space before :", "Un: deux", "À 14:32"),
        ("no-break spaces inside « »", "« un »", "«\u00a0un\u00a0»"),
        ("’, not '", "l'acte", "l’acte"),
        ("a no-break space before %", "83 %", "83\u00a0%"),
    ],
)
def test_the_french_rules_find_what_they_look_for(rule: str, bad: str, good: str) -> None:
    assert FRENCH_RULES[rule].search(bad)
    assert not FRENCH_RULES[rule].search(good)
