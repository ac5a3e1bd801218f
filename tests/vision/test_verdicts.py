"""The sentences, and the limits that they name."""

import re

import pytest

from matricule import vision
from matricule.core import i18n
from matricule.site import uploads
from matricule.vision import Limits, Verdict, limits, verdicts


@pytest.mark.parametrize("code", sorted(verdicts.SENTENCES))
def test_each_sentence_exists_in_both_languages_with_nothing_left_open(code):
    message = verdicts.refusal(code, count=60_000_000, limit=50_000_000, pixels=60_000_000).message
    for language in ("fr", "en"):
        assert message[language].endswith(".")
        assert "{" not in message[language]
    assert message["fr"] != message["en"]


def all_french() -> list[str]:
    rows = [*verdicts.SENTENCES.values(), *verdicts.SEEN.values(), *verdicts.FOUND.values()]
    return [row["fr"] for row in rows] + [row.text["fr"] for row in limits.shown()]


@pytest.mark.parametrize("text", all_french())
def test_french_spaces_and_apostrophes(text):
    assert "'" not in text
    assert not re.search(
        r"(?<!\u00a0)(?<!\})\s*(?<!\u00a0)[:;](?!\d)", text.replace("\u00a0:", "").replace("\u202f;", "")
    )
    assert "« " not in text
    assert " »" not in text


def test_every_kind_that_can_be_seen_has_words():
    for row in verdicts.SEEN.values():
        assert row["fr"]
        assert row["en"]
        assert row["mend"]


def test_a_refused_size_never_looks_allowed():
    assert verdicts.megabytes(25 * limits.MB) == {"fr": "25\u00a0Mo", "en": "25\u00a0MB"}
    over = verdicts.too_large(25 * limits.MB + 1, Limits()).message
    assert over["fr"].startswith("Ce fichier fait 25,1\u00a0Mo\u202f; la limite est de 25\u00a0Mo.")
    assert over["en"].startswith("This file is 25.1\u00a0MB; the limit is 25\u00a0MB.")
    message = verdicts.too_large(26 * limits.MB, Limits()).message
    assert message["fr"].startswith("Ce fichier fait 26\u00a0Mo\u202f; la limite est de 25\u00a0Mo.")
    assert message["en"].startswith("This file is 26\u00a0MB; the limit is 25\u00a0MB.")


@pytest.mark.parametrize("size", [25_000_000, 26_214_400, 25_150_000, 31_449_999, 31_450_000, 99_999_999])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_verdict_and_a_page_write_the_same_size(size, language):
    with i18n.in_language(language):
        assert verdicts.megabytes(size)[language] == i18n.format_size(size)
        assert verdicts.megabytes(size, over=25_000_000)[language] == i18n.format_size(size)


def test_a_shown_limit_is_the_enforced_one_to_the_byte():
    assert Limits().file_bytes == 25_000_000 == uploads.FILE_LIMIT
    assert Limits().document_bytes == 100_000_000


def test_pages_and_pixels_are_written_as_each_language_does():
    pages = verdicts.refusal("too_many_pages", count=10_000, limit=40).message
    assert "10\u202f000 pages" in pages["fr"]
    assert "10,000 pages" in pages["en"]
    pixels = verdicts.refusal("too_many_pixels", count=50_000_001, limit=50_000_000, pixels=50_000_001).message
    assert "51\u00a0millions" in pixels["fr"]
    assert "limit is 50 million" in pixels["en"]


def test_several_finds_are_listed():
    message = verdicts.refusal("active_content_cleaned", scripts=2, attachments=1, media=1).message
    assert "a program, attached files and sound or video" in message["en"]
    assert "un programme, des fichiers joints et du son ou de la vidéo" in message["fr"]


def test_a_verdict_survives_its_json():
    verdict = Verdict(True, "ok", "pdf", ((595, 842),), {"links": 2, "declared": "jpg", "seen": "pdf"}, True, False)
    assert Verdict.from_json(verdict.to_json()) == verdict


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "hacked"},
        {"code": "ok", "kind": "exe"},
        {"code": "ok", "details": {"text": "x" * 41}},
        {"code": "ok", "details": {"list": []}},
        {"code": "ok", "pages": [["a", 1]]},
        {"code": "ok", "pages": [[1, 2, 3]]},
    ],
)
def test_a_verdict_of_the_wrong_shape_is_not_believed(wrong):
    with pytest.raises((ValueError, TypeError)):
        Verdict.from_json(wrong)


def test_ok_follows_from_the_code_whatever_the_child_says():
    assert not Verdict.from_json({"code": "broken", "ok": True}).ok


def test_the_shown_limits_are_the_enforced_ones():
    given = Limits()
    rows = {row.code: row for row in vision.shown()}
    for code in ("file_bytes", "file_pages", "pixels", "document_bytes", "document_pages", "dossier_files"):
        assert rows[code].value == getattr(given, code)
    assert rows["file_bytes"].text == {"fr": "25\u00a0Mo par fichier", "en": "25\u00a0MB per file"}
    assert rows["file_pages"].value == 40
    assert (rows["document_bytes"].value, rows["document_pages"].value) == (100 * limits.MB, 60)
    assert rows["dossier_files"].value == 100
    assert vision.shown(Limits(file_pages=7))[2].text["en"] == "7 pages per file"
