"""``matricule statuses``: what differs, in words and in JSON, and the exit code that a timer watches."""

import json
from contextlib import nullcontext
from dataclasses import replace
from uuid import UUID

import pytest

from matricule.cli import dossiers, main, runtime
from matricule.dossiers import counting, labels, queues, reconciling, states

ONE = reconciling.Difference(
    dossier_id=UUID(int=0x1A2),
    label="waiting",
    right_label="ended",
    file_count=3,
    right_file_count=4,
    ended=False,
    right_ended=True,
    queue="done",
    right_queue="done",
)


@pytest.fixture
def differing(monkeypatch):
    """Say how many dossiers differ, without a database."""

    def differ(*found, counts=(), companies=()):
        monkeypatch.setattr(runtime, "service", nullcontext)
        monkeypatch.setattr(reconciling, "compare", lambda: (7, list(found)))
        monkeypatch.setattr(reconciling, "rebuild", lambda: (7, list(found)))
        monkeypatch.setattr(reconciling, "recount", lambda: counts)
        monkeypatch.setattr(queues, "miscounted", lambda: counts)
        monkeypatch.setattr(reconciling, "recount_labels", lambda: companies)
        monkeypatch.setattr(labels, "miscounted", lambda: companies)

    return differ


@pytest.mark.parametrize(
    ("words", "found", "code", "said"),
    [
        ([], [], 0, "7 dossiers compared, 0 differ."),
        ([], [ONE], 1, "7 dossiers compared, 1 differ."),
        (["--fix"], [ONE], 0, "7 dossiers compared, 1 differ, mended."),
        (["--fix"], [], 0, "7 dossiers compared, 0 differ."),
    ],
)
def test_the_code_tells_what_still_differs(differing, capsys, words, found, code, said):
    differing(*found)
    assert main(["statuses", *words]) == code
    assert capsys.readouterr().out.splitlines()[-1] == said


def test_each_difference_is_told_both_ways(differing, capsys):
    differing(ONE)
    main(["statuses"])
    line = capsys.readouterr().out.splitlines()[0]
    assert line == f"{ONE.dossier_id}: label waiting should be ended, 3 files should be 4, open should be ended"


@pytest.mark.parametrize("fix", [True, False])
def test_json_says_whether_it_was_mended(differing, capsys, fix):
    differing(ONE)
    main(["statuses", "--json", *(["--fix"] if fix else [])])
    assert json.loads(capsys.readouterr().out) == {
        "compared": 7,
        "fixed": fix,
        "differences": [ONE.as_json()],
        "counts": [],
        "label_counts": [],
    }


def test_a_wrong_queue_and_a_wrong_count_are_told(differing, capsys):
    moved = replace(ONE, queue="", right_queue="to_take")
    differing(moved, counts=(counting.Miscount("251", "done", 2, 1),))
    assert main(["statuses"]) == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.endswith("open should be ended, queue none should be to_take")
    assert (second, last) == ("office 251, queue done: 2 should be 1", "7 dossiers compared, 1 differ.")
    differing(counts=(counting.Miscount("251", "done", 2, 1),))
    assert main(["statuses"]) == 1
    assert main(["statuses", "--fix"]) == 0


def test_a_wrong_line_and_a_wrong_count_of_a_label_are_told(differing, capsys):
    company = UUID(int=7)
    wrong = counting.Miscount(company, "draft", 2, 1)
    differing(replace(ONE, lines=False), companies=(wrong,))
    assert main(["statuses"]) == 1
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first.endswith("its lines in the company's list differ")
    assert second == f"company {company}, label draft: 2 should be 1"
    assert main(["statuses", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["label_counts"] == [
        {"organisation_id": str(company), "label": "draft", "n": 2, "right": 1}
    ]
    assert main(["statuses", "--fix"]) == 0


def test_a_postcode_that_is_not_the_first_persons_is_told(differing, capsys):
    differing(replace(ONE, place=False))
    assert main(["statuses"]) == 1
    assert capsys.readouterr().out.splitlines()[0].endswith("its postcode is not that of its first person")


def test_the_document_names_every_state_and_every_move(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "service", lambda: pytest.fail("a document needs no database"))
    page = tmp_path / "statuses.md"
    assert main(["statuses", "--doc", str(page)]) == 0
    text = page.read_text("utf-8")
    assert text == dossiers.document()
    for state in states.State:
        assert text.count(f"| `{state}` | {states.LABELS[states.LABEL_OF[state]].fr}") == 1
    moves = text.partition("## Moves")[2].partition("## The label")[0]
    assert moves.count("\n| `") == len(states.MOVES)


def test_whoever_can_move_has_a_name():
    assert set(dossiers.WHO) == set(states.Who)
