"""Every state that a dossier, a document or a file can have shows a word, an icon and a colour, in both languages."""

import pytest

from matricule.core.i18n import in_language
from matricule.dossiers import queries
from matricule.dossiers.models import File, Version
from matricule.dossiers.states import LABELS
from matricule.portals.components.states import FILE_LOOKS, LOOKS, PERSONAL
from matricule.portals.components.templatetags.matricule import look_of_file, tag_my_state, tag_state
from matricule.portals.student import pieces
from tests.portals.components.conftest import words

DOCUMENT_STATES = ("to_send", "optional", "checking", "look", "ready", "sent")


@pytest.mark.parametrize("code", sorted(LABELS))
def test_each_label_of_a_dossier_can_be_shown_as_the_table_of_states_says(tree, code: str) -> None:
    label, look = LABELS[code], LOOKS[code]
    assert (look.colour, look.icon) == (label.tag, label.icon)
    found = tree("{% tag_state code %}", code=code)
    (drawn,) = found.xpath("//span")
    assert drawn.get("class") == f"tag tag-{label.tag}"
    assert found.xpath("//use")[0].get("href").endswith(f"#{label.icon}")
    assert words(drawn)


@pytest.mark.parametrize("code", sorted(LABELS))
def test_a_label_has_one_name_in_each_language(code: str) -> None:
    assert str(LOOKS[code].word) == LABELS[code].en
    with in_language("fr"):
        assert str(LOOKS[code].word) == LABELS[code].fr


@pytest.mark.parametrize("state", sorted(LOOKS))
def test_each_state_speaks_both_languages(state: str) -> None:
    with in_language("fr"):
        french = str(LOOKS[state].word)
    assert french and french != str(LOOKS[state].word)


@pytest.mark.parametrize("state", sorted(FILE_LOOKS))
def test_each_state_of_a_file_speaks_both_languages_or_leaves_the_word_to_the_verdict(state: str) -> None:
    look = look_of_file(state)
    with in_language("fr"):
        french = str(look.word)
    assert (french != str(look.word)) if look.word else state in {"warning", "refused"}


def test_only_a_refused_file_is_bad_and_only_what_moves_is_busy() -> None:
    assert {state for state, look in FILE_LOOKS.items() if look.bad} == {"refused"}
    assert {state for state, look in FILE_LOOKS.items() if look.busy} == {"sending", "checking"}


@pytest.mark.parametrize("state", File.State)
def test_each_state_that_a_file_is_kept_in_has_its_look(state: str) -> None:
    assert pieces.FILE_STATE[state] in FILE_LOOKS


@pytest.mark.parametrize("state", DOCUMENT_STATES)
def test_each_state_of_a_document_has_its_look(state: str) -> None:
    assert state in LOOKS


@pytest.mark.parametrize("state", [*File.State, ""])
@pytest.mark.parametrize("sent", [True, False])
def test_a_document_is_never_in_a_state_without_a_look(state: str, sent: bool) -> None:
    version = Version(sent_at="2026-11-02T10:00Z" if sent else None)
    slot = queries.Slot("identity", 1, [], version, [File(state=state, part="main")] if state else [])
    assert slot.state in DOCUMENT_STATES


def test_a_word_of_ones_own_replaces_the_usual_one_and_keeps_the_colour() -> None:
    shown = tag_state("ready", "Kept <b>")
    assert "Kept &lt;b&gt;" in shown and "tag-ok" in shown and "Ready" not in shown


@pytest.mark.parametrize("unknown", ["", "nonsense", "awaiting_documents", None])
def test_an_unknown_state_stops_the_page_in_a_test_rather_than_showing_nothing(unknown: object) -> None:
    with pytest.raises(KeyError):
        tag_state(unknown)
    with pytest.raises(KeyError):
        look_of_file(unknown)


@pytest.mark.parametrize("code", sorted(LABELS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_person_never_reads_the_abbreviations_of_the_employers_labels(code: str, language: str) -> None:
    with in_language(language):
        shown, label = tag_my_state(code), tag_state(code)
    assert "PJ" not in shown and "NNP" not in shown
    assert (shown == label) == (code not in PERSONAL)
    assert f"tag-{LABELS[code].tag}" in shown
