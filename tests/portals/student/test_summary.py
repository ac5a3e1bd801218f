"""What the check page and the space say of a dossier: every value as it was written, each gap with its way out."""

from datetime import UTC, date, datetime

import pytest

from matricule.core import i18n
from matricule.dossiers import plan, queries
from matricule.dossiers.models import Dossier, File, Registrant, Requirement, Version
from matricule.portals import answers
from matricule.portals.student import summary
from matricule.portals.student.sections import SECTIONS
from tests.support import factories as make

DOSSIER = Dossier(route="student", answers=make.NON_EU)
EVERYTHING = {name: value for checked in make.SECTIONS.values() for name, value in checked.items()}


@pytest.fixture(autouse=True)
def _english():
    with i18n.in_language("en"):
        yield


def a_space(*slots: queries.Slot, sent: datetime | None = None, **columns) -> queries.Space:
    """Return a dossier as the pages see it, without a database."""
    dossier = Dossier(pk=DOSSIER.pk, route="student", answers=make.NON_EU, submitted_at=sent)
    return queries.Space(dossier, Registrant(dossier=dossier, **columns), list(slots))


def a_slot(code: str = "identity", *, blocks: bool = True, state: str = "", sent: bool = False) -> queries.Slot:
    version = Version(sent_at=datetime(2026, 11, 2, tzinfo=UTC) if sent else None)
    held = [File(state=state, part="main")] if state else []
    return queries.Slot(code, 1, [Requirement(code=code, blocks_submission=blocks)], version, held)


def items(name: str, **columns) -> dict[str, str]:
    found = summary.sections(a_space(**columns))
    section = next(section for section in found if section["name"] == name)
    return {str(item["label"]): item["value"] for item in section["items"]}


class TestTheSections:
    """Four sections, in their order, each value with the label under which it was asked."""

    def test_they_stand_in_the_order_of_the_pages_with_their_way_back(self):
        found = summary.sections(a_space(sections_done=["parents"]))
        assert [section["name"] for section in found] == list(plan.SECTIONS)
        assert [section["complete"] for section in found] == [False, True, False, False]
        assert all(section["href"].endswith(f"/identify/{section['name']}/") for section in found)

    def test_once_sent_nothing_leads_back_to_the_form(self):
        found = summary.sections(a_space(sent=datetime(2026, 11, 2, tzinfo=UTC)))
        assert all("/change/" in section["href"] for section in found), "a change is asked for, the form is closed"
        found = summary.sections(a_space(sent=datetime(2026, 11, 2, tzinfo=UTC)), changes=False)
        assert {section["href"] for section in found} == {""}

    @pytest.mark.parametrize("name", plan.SECTIONS)
    def test_every_value_of_a_section_is_there_to_read(self, name):
        shown = items(name, **EVERYTHING)
        labels = {str(field.label) for key, field in SECTIONS[name].base_fields.items() if key != "no_parents"}
        assert set(shown) <= labels and all(shown.values())
        filled = [key for key, value in make.SECTIONS[name].items() if value]
        assert len(shown) == len(filled)

    @pytest.mark.parametrize(
        ("kept", "said"),
        [("+33639980114", "06 39 98 01 14"), ("+4930123456", "+49 30 123456"), ("not a number", "not a number")],
    )
    def test_a_phone_number_is_read_in_groups(self, kept, said):
        assert said in items("contact", phone=kept).values()

    @pytest.mark.parametrize("name", plan.SECTIONS)
    def test_what_was_not_written_leaves_no_empty_line(self, name):
        assert items(name) == {}

    def test_civil_status_is_said_in_words(self):
        shown = items("civil_status", **EVERYTHING)
        assert "Female" in shown.values() and "14 March 2004" in shown.values() and "Vietnam" in shown.values()
        assert items("civil_status", sex="M") == {"Sex, as on the certificate": "Male"}

    @pytest.mark.parametrize(("kept", "said"), [("2004-03-00", "March 2004"), ("2004-00-00", "2004")])
    def test_a_birth_date_of_which_a_part_is_unknown(self, kept, said):
        assert items("civil_status", birth_date=kept) == {"Date of birth": said}

    def test_a_country_that_no_table_knows_is_shown_as_it_is_kept(self):
        assert items("civil_status", nationality="XX") == {"Nationality": "XX"}

    def test_names_and_places_are_the_persons_own_words_and_lists_are_ours(self):
        section = summary.sections(a_space(**EVERYTHING))[0]
        ours = {str(item["label"]) for item in section["items"] if not item["own"]}
        assert ours == {"Sex, as on the certificate", "Country of birth", "Nationality"}

    def test_dates_of_studies_are_written_in_full(self):
        shown = items("studies", courses_start=date(2026, 9, 7), arrival_date=date(2026, 8, 28))
        assert shown == {"First day of courses": "7 September 2026", "Date of arrival in France": "28 August 2026"}

    def test_the_school_stands_under_the_label_of_its_question(self):
        assert items("studies", school_name="École de cirque") == {"School or university": "École de cirque"}

    def test_a_certificate_without_parents_is_said_so_once_the_page_is_complete(self):
        assert items("parents") == {}
        done = items("parents", sections_done=["parents"])
        assert done == {"Parents": "None named on the certificate"}
        named = items("parents", sections_done=["parents"], parent1_birth_name="Trần")
        assert named == {"First parent: birth name": "Trần"}

    def test_the_same_in_french(self):
        with i18n.in_language("fr"):
            shown = items("civil_status", **EVERYTHING)
        assert "14 mars 2004" in shown.values() and "Féminin" in shown.values()


class TestWhatStandsInTheWay:
    """Each obstacle says what to do and leads there."""

    def one(self, code: str, *slots) -> dict[str, str]:
        (found,) = summary.obstacles(a_space(*slots), [code])
        return found

    @pytest.mark.parametrize("name", plan.SECTIONS)
    def test_a_page_leads_to_itself_and_back(self, name):
        found = self.one(f"section:{name}")
        assert found["href"].endswith(f"/identify/{name}/?back=check")
        assert str(summary.TITLES[name]) in found["text"]

    def test_a_document_leads_to_its_place(self):
        found = self.one("document:identity", a_slot("identity"))
        assert found["href"].endswith("/documents/#identity") and found["text"].startswith("Send: ")

    def test_open_questions_are_carried_signed_and_not_in_the_address(self):
        found = self.one("answers:open")
        assert answers.answers_of(found["token"]) == make.NON_EU
        assert "?" not in found["href"] and "VN" not in found["href"]

    def test_another_outcome_is_named_by_its_title(self):
        found = self.one("outcome:born-in-france")
        assert found["text"] and found["href"].endswith("/outcome/born-in-france/")

    def test_an_outcome_that_is_gone_breaks_nothing(self):
        assert self.one("outcome:no-such-end")["text"] == ""

    def test_they_keep_the_order_in_which_they_came(self):
        codes = ["section:studies", "section:parents", "document:identity"]
        found = summary.obstacles(a_space(a_slot()), codes)
        assert ["/studies/" in found[0]["href"], "/parents/" in found[1]["href"], "#identity" in found[2]["href"]] == [
            True, True, True,
        ]  # fmt: skip

    def test_nothing_in_the_way_is_an_empty_list(self):
        assert summary.obstacles(a_space(), []) == []


class TestTheTabs:
    """What waits for the person is counted on the tab where it is done."""

    def waiting(self, *slots, unread: int = 0) -> dict[str, tuple[int, int]]:
        return {tab["label"]: (tab["waiting"], tab["new"]) for tab in summary.tabs(a_space(*slots), "status", unread)}

    def test_the_tab_that_is_shown_is_marked_alone(self):
        for name in ("status", "information", "documents", "notifications"):
            marked = [tab["current"] for tab in summary.tabs(a_space(), name, 0)]
            assert marked.count(True) == 1
        assert [tab["current"] for tab in summary.tabs(a_space(), "documents", 0)] == [False, False, True, False]

    @pytest.mark.parametrize(
        ("slots", "count"),
        [
            ([], 0),
            ([a_slot()], 1),
            ([a_slot(blocks=False)], 0),
            ([a_slot(blocks=False, state="refused")], 1),
            ([a_slot(state="refused"), a_slot("enrolment")], 2),
            ([a_slot(state="ready")], 0),
            ([a_slot(state="checking")], 0),
            ([a_slot(state="ready", sent=True), a_slot("rib", blocks=False, state="already_sent")], 1),
        ],
    )
    def test_documents_that_ask_for_an_act_are_counted(self, slots, count):
        assert self.waiting(*slots)["My documents"] == (count, 0)

    def test_unread_messages_are_news_and_not_a_task(self):
        assert self.waiting(unread=3)["My notifications"] == (0, 3)
        assert self.waiting()["Status"] == self.waiting()["My information"] == (0, 0)


class TestTheNextStep:
    """A draft goes on where it stopped."""

    @pytest.mark.parametrize("done", range(4))
    def test_first_the_pages_in_their_order(self, done):
        found = summary.next_step(a_space(a_slot(), sections_done=list(plan.SECTIONS[:done])))
        assert found["href"].endswith(f"/identify/{plan.SECTIONS[done]}/")

    @pytest.mark.parametrize("state", ["", "refused", "checking", "already_sent"])
    def test_then_the_documents_that_the_deposit_waits_for(self, state):
        found = summary.next_step(a_space(a_slot(state=state), sections_done=list(plan.SECTIONS)))
        assert found["href"].endswith("/documents/") and found["text"] == "Send my documents"

    def test_a_document_that_may_come_later_holds_nobody_up(self):
        space = a_space(a_slot(state="ready"), a_slot("rib", blocks=False), sections_done=list(plan.SECTIONS))
        assert summary.next_step(space)["href"].endswith("/check/")
