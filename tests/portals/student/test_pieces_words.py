"""What one document shows of its files, told without a database: words, tools, ways on."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest

from matricule.core import i18n
from matricule.dossiers.access import NotFound
from matricule.dossiers.models import Dossier, Registrant, Requirement, Version
from matricule.dossiers.queries import Slot, Space
from matricule.portals.student import pieces
from matricule.vision import verdicts

SENT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    with i18n.in_language("en"):
        yield


def a_file(state: str = "ready", *, pages: int = 1, out: int = 0, **changes) -> SimpleNamespace:
    """Return a file as the queries give it, with ``pages`` pages of which ``out`` are taken out."""
    rows = [SimpleNamespace(pk=uuid4(), removed_at=SENT if n < out else None) for n in range(pages)]
    given = {
        "pk": uuid4(), "name": "passport.pdf", "state": state, "part": "main",
        "blob": uuid4(), "size": 212_000, "detail": {},
        "verdict": "ok", "removed_at": None, "rows": rows, "said": "",
        "live_pages": [row.pk for row in rows if row.removed_at is None],
    }  # fmt: skip
    return SimpleNamespace(**{**given, **changes})


def a_slot(*files, codes=("identity",), name="identity", **changes) -> Slot:
    rows = [Requirement(code=code, blocks_submission=True) for code in codes]
    values = {"slot": name, "phase": 1, "requirements": rows, "version": Version(), "files": list(files)}
    return Slot(**{**values, **changes})


def view(slot: Slot, *others: Slot) -> dict:
    return pieces.view(Space(Dossier(route="student"), Registrant(), [slot, *others]), slot)


def shown(file, *others, **changes) -> dict:
    """Return how ``file`` is shown beside ``others`` in its document."""
    parts = view(a_slot(file, *others, **changes))["parts"]
    return next(row for part in parts for row in part["files"] if row["id"] == f"f-{file.pk}")


class TestTheWords:
    """What is said under the name of a file."""

    @pytest.mark.parametrize(
        ("pages", "out", "said"),
        [(1, 0, "1 page, 212\u00a0kB"), (2, 0, "2 pages, 212\u00a0kB"), (3, 2, "1 page, 212\u00a0kB")],
    )
    def test_a_good_file_counts_the_pages_that_stay(self, pages, out, said):
        file = shown(a_file(pages=pages, out=out))
        assert (file["title"], file["text"], file["state"]) == ("", said, "ok")

    def test_in_french_as_in_english(self):
        with i18n.in_language("fr"):
            assert shown(a_file(pages=2))["text"] == "2 pages, 212\u00a0ko"

    def test_a_file_that_is_checked_asks_for_patience(self):
        file = shown(a_file("checking", pages=0, verdict="checking"))
        assert (file["state"], file["text"], file["thumb"], file["actions"]) == (
            "checking", "One or two seconds more.", "", [],
        )  # fmt: skip

    @pytest.mark.parametrize("verdict", sorted(set(verdicts.SENTENCES) - verdicts.ACCEPTED_CODES))
    def test_a_refused_file_says_what_is_wrong_and_then_what_to_do(self, verdict):
        file = shown(a_file("refused", pages=0, verdict=verdict))
        assert file["state"] == "refused" and file["title"] and file["title"].endswith(".")
        assert "%(" not in file["title"] + file["text"] and "{" not in file["title"] + file["text"]

    @pytest.mark.parametrize("code", sorted(pieces.LIMITS))
    def test_a_limit_is_a_sentence_without_a_heading(self, code):
        file = shown(a_file("refused", pages=0, verdict=code))
        assert file["title"] == "" and re.search(r"\d", file["text"])

    def test_a_twin_names_the_document_that_it_was_sent_as(self):
        file = a_file("already_sent", detail={"twin_slot": "visa_d"})
        visa = a_slot(codes=("visa_d",), name="visa_d")
        (row,) = view(a_slot(file), visa)["parts"][0]["files"]
        assert pieces.title("visa_d", Space(Dossier(route="student"), Registrant(), [visa])) in row["text"]

    @pytest.mark.parametrize("detail", [{}, {"twin_slot": ""}, {"twin_slot": "gone"}])
    def test_a_twin_of_a_document_that_is_gone_asks_without_naming_it(self, detail):
        assert shown(a_file("already_sent", detail=detail))["text"] == "Is it the right file here?"

    def test_programmes_inside_are_told_with_a_warning(self):
        file = shown(a_file(verdict=pieces.CLEANED, detail={"scripts": 1}))
        assert file["state"] == "warning" and file["title"] and "212" not in file["text"]


class TestTheTools:
    """What can be done with a file: only what has an effect is offered."""

    def rows(self, *files) -> list[list[str]]:
        part = view(a_slot(*files))["parts"][0]
        return [[tool["icon"] for tool in row["tools"]] for row in part["files"]]

    def test_a_file_alone_cannot_change_places(self):
        assert self.rows(a_file()) == [["trash"]]

    def test_the_first_goes_down_the_last_goes_up_the_others_both(self):
        assert self.rows(a_file(), a_file(), a_file()) == [
            ["arrow-down", "trash"], ["arrow-up", "arrow-down", "trash"], ["arrow-up", "trash"],
        ]  # fmt: skip

    def test_a_refused_file_has_no_place_in_the_order(self):
        assert self.rows(a_file(), a_file("refused"), a_file()) == [
            ["arrow-down", "trash"], ["trash"], ["arrow-up", "trash"],
        ]  # fmt: skip

    def test_the_two_halves_are_ordered_apart(self):
        slot = a_slot(a_file(), a_file(part="translation"), codes=("civil_status", "translation"))
        assert [[tool["icon"] for tool in row["tools"]] for part in view(slot)["parts"] for row in part["files"]] == [
            ["trash"], ["trash"],
        ]  # fmt: skip

    def test_each_tool_names_its_file_for_those_who_do_not_see_the_list(self):
        labels = [tool["label"] for tool in shown(a_file(name="scan 1.pdf"), a_file())["tools"]]
        assert labels == ["Move scan 1.pdf down", "Remove scan 1.pdf"]

    def test_a_name_with_a_per_cent_sign_breaks_nothing(self):
        assert shown(a_file(name="100%(x)s.pdf"))["tools"][0]["label"] == "Remove 100%(x)s.pdf"

    def test_no_address_carries_the_name_of_a_file(self):
        file = shown(a_file(name="Nguyễn passport.pdf"), a_file())
        addresses = [row.get("action") or row["href"] for row in file["tools"] + file["actions"]] + [file["thumb"]]
        assert all("passport" not in address and address.isascii() for address in addresses)

    @pytest.mark.parametrize(("state", "ways"), [("ready", 1), ("already_sent", 2), ("checking", 0), ("refused", 0)])
    def test_the_ways_on_depend_on_the_state(self, state, ways):
        assert len(shown(a_file(state))["actions"]) == ways


class TestThePicture:
    """The thumbnail is the first page that stays."""

    def test_it_is_the_first_page_that_is_not_taken_out(self):
        file = a_file(pages=3, out=1)
        assert str(file.rows[1].pk) in shown(file)["thumb"]

    @pytest.mark.parametrize("state", ["checking", "refused", "already_sent"])
    def test_what_is_not_in_order_is_not_drawn(self, state):
        assert shown(a_file(state))["thumb"] == ""

    def test_a_file_without_a_page_left_is_not_drawn(self):
        assert shown(a_file(pages=1, out=1))["thumb"] == ""


class TestTheDocument:
    """The piece around its files."""

    @pytest.mark.parametrize(
        ("files", "label"),
        [
            ((), "Send this document"),
            ((a_file("refused"),), "Send this document"),
            ((a_file(),), "Add a page or a file"),
        ],
    )
    def test_the_button_says_whether_something_is_there_already(self, files, label):
        assert view(a_slot(*files))["parts"][0]["drop_label"] == label

    def test_a_shared_document_has_a_button_for_each_half(self):
        slot = a_slot(a_file(), codes=("civil_status", "translation"), name="civil_status")
        labels = [part["drop_label"] for part in view(slot)["parts"]]
        assert labels == ["Add to the original", "Send the translation"]
        assert view(slot)["title"] == "Birth certificate and its translation"
        assert [part["hidden"] for part in view(slot)["parts"]] == [
            [{"name": "part", "value": "main"}], [{"name": "part", "value": "translation"}],
        ]  # fmt: skip

    def test_a_certificate_without_a_translation_to_make_has_its_own_name(self):
        slot = a_slot(codes=("civil_status",), name="civil_status")
        assert view(slot)["title"] != "Birth certificate and its translation" and not view(slot)["shared"]
        assert view(slot)["translator_form"] is None

    @pytest.mark.parametrize(
        ("files", "joined"),
        [
            ((), False),
            ((a_file("refused"),), False),
            ((a_file("checking"),), False),
            ((a_file("already_sent"),), False),
            ((a_file("refused"), a_file()), True),
        ],
    )
    def test_one_pdf_is_offered_when_there_is_a_file_in_order(self, files, joined):
        assert view(a_slot(*files))["joined"] is joined
        assert view(a_slot(*files, dropped=True))["joined"] is False

    @pytest.mark.parametrize(
        ("sent", "files", "can"), [(SENT, (a_file(),), True), (None, (a_file(),), False), (SENT, (), False)]
    )
    def test_only_what_was_sent_can_be_replaced(self, sent, files, can):
        assert view(a_slot(*files, version=Version(sent_at=sent)))["can_replace"] is can

    def test_the_translator_who_is_known_stands_in_the_form(self):
        version = Version(translator_kind="sworn", translator_name="Hélène Vũ", translator_place="Besançon")
        found = view(a_slot(codes=("civil_status", "translation"), version=version))
        assert found["translator_known"]
        assert found["translator_form"].initial == {"kind": "sworn", "name": "Hélène Vũ", "place": "Besançon"}

    def test_before_the_first_file_nobody_translated(self):
        found = view(a_slot(codes=("civil_status", "translation"), version=None))
        assert not found["translator_known"] and found["translator_form"].initial == {}

    def test_what_was_removed_can_be_brought_back_and_nothing_else(self):
        found = view(a_slot(removed=[a_file(name="old.pdf")]))
        (row,) = found["removed"]
        assert row["name"] == "old.pdf" and row["action"].endswith("/restore/")

    def test_files_of_earlier_versions_are_listed_unless_they_were_removed(self):
        kept, gone = a_file(name="kept"), a_file(removed_at=SENT)
        rows = view(a_slot(earlier_files=[kept, gone]))["earlier"]
        assert [row["name"] if isinstance(row, dict) else row.name for row in rows] == ["kept"]

    def test_a_document_that_may_come_later_is_not_to_be_sent_now(self):
        later = a_slot(requirements=[Requirement(code="rib")], name="rib")
        assert view(later)["state"] == "optional" and view(a_slot())["state"] == "to_send"

    def test_a_document_that_the_page_does_not_show_is_not_found(self):
        with pytest.raises(NotFound):
            pieces.title("visa_d", Space(None, None, [a_slot()]))
