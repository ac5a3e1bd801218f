"""What a document shows of its files: the verdict in words, the tools, the state."""

import pytest

from matricule.core import i18n
from matricule.dossiers import queries
from matricule.dossiers.models import File
from matricule.dossiers.operations import files
from matricule.portals.student import pieces
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def shown(dossier, slot: str, language: str = "en") -> dict:
    space = queries.space(make.owner_of(dossier), dossier.pk)
    with i18n.in_language(language):
        return pieces.view(space, next(row for row in space.slots if row.slot == slot))


def only_file(view: dict) -> dict:
    files = [file for part in view["parts"] for file in part["files"]]
    assert len(files) == 1
    return files[0]


def test_an_empty_document_is_asked_for():
    dossier = make.a_draft()
    assert shown(dossier, "identity")["state"] == "to_send"
    assert shown(dossier, "rib")["state"] == "optional"


def test_a_good_file_says_its_pages_and_size():
    dossier = make.a_draft()
    make.add(dossier, "identity", pages=2, size=212_000)
    file = only_file(shown(dossier, "identity"))
    assert (file["state"], file["text"]) == ("ok", "2 pages, 212\u00a0kB")
    assert "/image/thumb/" in file["thumb"]


def test_a_file_with_another_ending_is_kept_and_says_so():
    dossier = make.a_draft()
    make.add(dossier, "identity", detail={"declared": "jpg", "seen": "pdf"})
    assert "ends in “.jpg”" in only_file(shown(dossier, "identity"))["text"]


def test_links_alone_alarm_nobody():
    dossier = make.a_draft()
    make.add(dossier, "identity", needs_clean=True)
    assert only_file(shown(dossier, "identity"))["state"] == "ok"


def test_scripts_inside_are_told():
    dossier = make.a_draft()
    make.add(dossier, "identity", needs_clean=True, verdict="active_content_cleaned", detail={"scripts": 1})
    file = only_file(shown(dossier, "identity", "fr"))
    assert file["state"] == "warning" and "programme" in file["text"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refused_file_says_what_to_do_and_can_only_be_removed(language):
    dossier = make.a_draft()
    make.add(dossier, "identity", data=b"x", ok=False, verdict="password_protected")
    File.objects.update(state=File.State.REFUSED)
    view = shown(dossier, "identity", language)
    file = only_file(view)
    assert view["state"] == "look"
    assert file["title"] and file["text"]
    assert [tool["icon"] for tool in file["tools"]] == ["trash"] and file["actions"] == []


def test_the_same_file_elsewhere_asks_whether_to_keep_it():
    dossier = make.a_draft()
    data = make.a_pdf()
    make.add(dossier, "identity", data=data)
    make.add(dossier, "visa_d", data=data)
    view = shown(dossier, "visa_d")
    file = only_file(view)
    assert view["state"] == "look" and file["state"] == "already_sent"
    assert "Passport" in file["text"]
    assert [act["label"] for act in file["actions"]] == ["Keep it here", "Remove it"]


def test_two_files_can_change_places():
    dossier = make.a_draft()
    make.add(dossier, "identity", name="one.pdf")
    make.add(dossier, "identity", name="two.pdf")
    first, second = shown(dossier, "identity")["parts"][0]["files"]
    assert [tool["icon"] for tool in first["tools"]] == ["arrow-down", "trash"]
    assert [tool["icon"] for tool in second["tools"]] == ["arrow-up", "trash"]


def test_the_birth_record_has_two_halves():
    dossier = make.a_draft()
    view = shown(dossier, "civil_status")
    assert [part["part"] for part in view["parts"]] == ["main", "translation"]
    make.add(dossier, "civil_status")
    assert shown(dossier, "civil_status")["state"] == "look"
    make.add(dossier, "civil_status", part="translation")
    view = shown(dossier, "civil_status")
    assert view["state"] == "look" and view["nameless"]
    files.name_translator(make.owner_of(dossier), dossier.pk, "civil_status", "sworn", "Claire Duval", "Besançon")
    assert shown(dossier, "civil_status")["state"] == "ready"


@pytest.mark.parametrize("code", sorted(pieces.LIMITS))
def test_each_limit_has_its_sentence(code):
    dossier = make.a_draft()
    make.add(dossier, "identity", data=b"x", ok=False, verdict=code)
    File.objects.update(state=File.State.REFUSED)
    said = {language: only_file(shown(dossier, "identity", language))["text"] for language in ("fr", "en")}
    assert said["fr"] and said["en"] and said["fr"] != said["en"]
