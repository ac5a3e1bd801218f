"""The nine filters and what each label says, beside the table of states that derives it."""

import copy
import itertools

import pytest

from matricule.dossiers import states
from matricule.dossiers.states import State
from matricule.rules import data
from matricule.rules.employer import labels
from matricule.rules.errors import RulesError


def test_the_nine_filters_in_the_order_of_the_seed():
    assert [row.name["fr"] for row in labels.filters()] == [
        "Tous",
        "Traitement en cours",
        "Rejeté",
        "Attente PJ",
        "NNP attribué",
        "Traitement partiel",
        "NIR attribué",
        "Attente PJ (relance)",
        "Sans suite",
    ]


def test_the_filters_carry_the_names_of_the_labels():
    for row in labels.filters()[1:]:
        label = states.LABELS[row.code]
        assert (row.name["fr"], row.name["en"]) == (label.fr, label.en)


def test_every_label_says_what_it_means_and_stands_under_one_filter():
    assert set(labels.table().labels) == set(states.LABELS)
    for code in states.LABELS:
        found = labels.meaning(code)
        assert found.means["fr"] and found.todo["en"] and found.source
        shown = [row.code for row in labels.filters()[1:] if code in labels.shown_by(row.code)]
        assert shown == ([] if code == "draft" else [found.filter])
    assert labels.shown_by("all") == set(states.LABELS)
    assert labels.shown_by("closed") == {"closed", "withdrawn"}
    assert labels.shown_by("mood") == frozenset()
    with pytest.raises(KeyError):
        labels.meaning("mood")


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_family_is_found_under_one_filter_or_is_a_draft(size):
    """All families of up to three people in any states, with and without a number known: no request is lost."""
    for people in itertools.combinations_with_replacement(State, size):
        for known in (False, True):
            label = states.dossier_label(people, [known] * size)
            shown = [row.code for row in labels.filters()[1:] if label in row.labels]
            assert len(shown) == (0 if label == "draft" else 1), people


def test_the_provisional_label_is_explained_as_nia_and_without_the_old_name():
    found = labels.meaning("provisional")
    for words in (found.means["fr"], found.means["en"]):
        assert "NIA" in words and "NNP" in words


def test_who_acts_agrees_with_what_is_awaited():
    assert {code for code in states.LABELS if labels.meaning(code).acts == "caisse"} == {"in_progress", "partial"}
    for code in ("awaiting", "reminded"):
        assert labels.meaning(code).acts == "company" and "date" in labels.meaning(code).todo["fr"]


@pytest.mark.parametrize(
    ("people", "label"),
    [
        # 1 any relance, 2 any Attente PJ
        ("AWAITING REMINDED EXAMINED", "reminded"),
        ("REGISTERED REJECTED REMINDED", "reminded"),
        ("REGISTERED AWAITING", "awaiting"),
        ("PROVISIONAL AWAITING WITHDRAWN", "awaiting"),
        # 3 all alike
        ("PROVISIONAL NOTICED SUSPENDED", "provisional"),
        ("REJECTED REJECTED", "rejected"),
        ("REGISTERED REGISTERED REGISTERED WITHDRAWN", "registered"),
        ("EXAMINED AT_REGISTER REOPENED", "in_progress"),
        # 4 at least one ended and not all alike
        ("REJECTED REGISTERED REGISTERED REGISTERED", "partial"),
        ("CLOSED EXAMINED", "partial"),
        ("DEACTIVATED PROVISIONAL", "partial"),
        ("REGISTERED PROVISIONAL", "partial"),
        # 5 any NNP attribué, 6 Traitement en cours
        ("EXAMINED PROVISIONAL", "provisional"),
        ("AT_REGISTER SUSPENDED", "provisional"),
        ("DRAFT EXAMINED", "in_progress"),
        # withdrawn people are left out
        ("WITHDRAWN EXAMINED", "in_progress"),
        ("WITHDRAWN WITHDRAWN", "withdrawn"),
    ],
)
def test_mixed_families_follow_the_precedence_of_the_house(people, label):
    found = states.dossier_label([State[name] for name in people.split()])
    assert found == label
    assert labels.meaning(found).filter == ("closed" if label == "withdrawn" else label)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw["filter"].reverse(), "first filter is all"),
        (lambda raw: raw["label"][0].update(filter="mood"), "one of the filters"),
        (lambda raw: raw["label"][0].update(acts="fate"), "one of the filters"),
        (lambda raw: raw["label"][1].update(filter="all"), "no label stands under in_progress"),
        (lambda raw: raw["label"][0].pop("todo"), "holds fr and en"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(spoil, reason):
    raw = copy.deepcopy(data.read_toml("employer/labels.toml"))
    spoil(raw)
    with pytest.raises(RulesError, match=reason) as caught:
        labels.build(raw)
    assert caught.value.file == "employer/labels.toml" and caught.value.row
