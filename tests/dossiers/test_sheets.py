"""A list as a file: its columns, its language, formulas made harmless, a number only where it may be, chunks."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matricule.accounts import companies
from matricule.core import clock
from matricule.dossiers import lines, requests, sheets
from matricule.dossiers.case import Ask
from matricule.dossiers.listing import EVERYTHING, View
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking
from tests.support import caisse
from tests.support import companies as firm

pytestmark = pytest.mark.django_db

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
FORMULAS = ('=HYPERLINK("http://x")', "@SUM(A1)", "-1+1", "+33", "\tcmd", "\rcmd", " =1", "＝1", "=1;2")


def rows_of(company_id, view=EVERYTHING):
    return requests.matching(company_id, view)[0]


def file_of(company_id, kind="csv", language="en", view=EVERYTHING, *, proved=False):
    out = io.BytesIO()
    book = sheets.opened(kind, out, language, proved=proved)
    with book.closed():
        for chunk in sheets.chunks(rows_of(company_id, view), view):
            book.add(chunk)
    return out.getvalue()


def table(data, language="en"):
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=sheets.separator(language)))


def cells(data):
    """Return the texts of the only sheet of a workbook, and the kinds of its cells; read without the writer's help."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            found = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(part.itertext()) for part in found.findall("m:si", NS)]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert not sheet.findall(".//m:f", NS) and not sheet.findall(".//m:hyperlink", NS)
        texts, kinds = [], set()
        for cell in sheet.findall(".//m:c", NS):
            kinds.add(cell.get("t", "n"))
            value = "".join(cell.itertext())
            texts.append(shared[int(value)] if cell.get("t") == "s" else value)
    return texts, kinds


def test_a_person_has_a_line_with_what_the_list_says_of_them():
    dossier = firm.a_sent_request(family=True)
    rows = table(file_of(dossier.organisation_id))
    assert [row["Who"] for row in rows] == ["Employee", "Spouse", "Child", "Child"]
    first = rows[0]
    assert (first["Reference"], first["Birth name"], first["Given names"]) == (
        dossier.reference, "Okonkwo", "Adaeze Ifeoma",
    )  # fmt: skip
    assert (first["Status of the person"], first["Who acts"], first["By"]) == ("In progress", "The caisse", "")
    assert first["Residence permit ends"] == "2028-06-30"
    assert first["Number (masked)"] == ""
    assert (first["E-mail of the person"], first["Language of the e-mails"]) == ("adaeze@example.org", "English")
    assert [row["E-mail of the person"] for row in rows[1:]] == ["", "", ""], "no address was given for the family"


def test_bank_details_asked_of_the_employee_have_a_day_of_their_own_beside_the_caisses_turn():
    dossier = firm.a_sent_request()
    asking.ask(
        caisse.a_caseworker(), dossier.pk, dossier.registrants.get().pk, expects=caisse.version_of(dossier),
        codes={"rib": ("not_sent", {})},
    )  # fmt: skip
    due = Ask.objects.get().due_on.isoformat()
    (row,) = table(file_of(dossier.organisation_id))
    assert (row["Who acts"], row["By"], row["The person sends by"]) == ("The caisse", "", due)


def test_french_has_its_own_words_and_separator():
    dossier = firm.a_request()
    data = file_of(dossier.organisation_id, language="fr")
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    (row,) = table(data, "fr")
    assert (row["Statut de la demande"], row["Qui agit"], row["Qui"]) == ("Brouillon", "Vous", "Salarié")


@pytest.mark.parametrize("kind", sheets.KINDS)
def test_a_text_that_a_spreadsheet_would_run_is_text_in_both_kinds(kind):
    company = firm.a_company()
    for formula in FORMULAS:
        dossier = firm.a_request(company)
        Registrant.objects.filter(dossier=dossier).update(birth_name=formula, given_names=formula)
        Dossier.objects.filter(pk=dossier.pk).update(own_reference=formula)
    data = file_of(company.pk, kind)
    if kind == "csv":
        found = [value for row in table(data) for value in row.values()]
    else:
        found, kinds = cells(data)
        assert kinds <= {"s", "inlineStr", "n"}
    risky = [text for text in found if text.strip()[:1] in "=+-@＝" and text.strip()]
    assert risky == []
    assert sum(text.startswith("'") for text in found) == 3 * len(FORMULAS)


@pytest.mark.parametrize("text", ["Dupont", "Jean-Marie", "O'Neill", "1990", "Ångström", "", "李"])
def test_a_name_that_is_none_stays_as_it_is(text):
    assert sheets.neutral(text) == text


def test_a_workbook_holds_days_as_days_and_names_as_they_are():
    dossier = firm.a_sent_request()
    found, kinds = cells(file_of(dossier.organisation_id, "xlsx", "fr"))
    assert {"Okonkwo", "Adaeze Ifeoma", dossier.reference, "Nom de naissance"} <= set(found)
    assert "n" in kinds


def test_a_number_is_there_masked_for_a_proved_company_only():
    dossier = firm.a_sent_request()
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    dossier.refresh_from_db()
    (row,) = table(file_of(dossier.organisation_id))
    assert row["Number (masked)"] == ""
    companies.prove("system:tests", dossier.organisation_id)
    (row,) = table(file_of(dossier.organisation_id, proved=True))
    assert "•" in row["Number (masked)"]
    assert not any(len("".join(filter(str.isdigit, value))) >= 13 for value in row.values())


def test_whoever_is_at_the_register_reads_that_a_provisional_number_exists_and_no_number_is_shown_for_it():
    dossier = firm.a_sent_request()
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    Registrant.objects.filter(dossier=dossier).update(state="at_register")
    (row,) = table(file_of(dossier.organisation_id))
    assert (row["Status of the person"], row["Number (masked)"]) == ("Provisional number issued (NIA)", "")


def test_a_confirmation_shows_the_numbers_of_that_request_alone():
    company = firm.a_company()
    user = firm.a_member(company)
    dossier = firm.a_sent_request(company, user)
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    other = firm.a_sent_request(company, user)
    shown = []
    for one in (other, dossier):
        Dossier.objects.filter(pk=one.pk).update(confirmed_at=clock.now())
        numbers = {row["Reference"]: row["Number (masked)"] for row in table(file_of(company.pk))}
        shown.append("•" in numbers[dossier.reference])
        assert numbers[other.reference] == "", "it has none"
    assert shown == [False, True]


@pytest.mark.parametrize(
    ("language", "head", "word"), [("en", "Who", "Family member"), ("fr", "Qui", "Membre de la famille")]
)
def test_whoever_is_filed_as_a_family_member_is_no_employee(language, head, word):
    dossier = firm.a_request(category="membre_majeur_famille")
    (row,) = table(file_of(dossier.organisation_id, language=language), language)
    assert row[head] == word


def test_only_what_is_filtered_in_its_order_and_nothing_of_another_company():
    company = firm.a_company()
    user = firm.a_member(company)
    for name in ("Zadeh", "Alvarez", "Moreau"):
        dossier = firm.a_request(company, user)
        Registrant.objects.filter(dossier=dossier).update(birth_name=name)
        lines.settle(dossier, dossier.opened_at, changed=True)
    sent = firm.a_sent_request(company, user)
    firm.a_sent_request()
    rows = table(file_of(company.pk, view=View("draft", "person")))
    assert [row["Birth name"] for row in rows] == ["Alvarez", "Moreau", "Zadeh"]
    assert [row["Reference"] for row in table(file_of(company.pk, view=View("in_progress")))] == [sent.reference]
    assert [row["Birth name"] for row in table(file_of(company.pk, view=View(text="zad")))] == ["Zadeh"]


def test_chunks_miss_nothing_and_cost_the_same_each():
    company = firm.a_company()
    user = firm.a_member(company)
    made = [firm.a_request(company, user) for _ in range(5)]
    with CaptureQueriesContext(connection) as seen:
        found = [line.pk for chunk in sheets.chunks(rows_of(company.pk), EVERYTHING, 2) for line in chunk]
    assert sorted(found) == sorted(dossier.pk for dossier in made) and len(found) == 5
    assert len(seen) == 3 + 1


def test_another_kind_is_refused():
    with pytest.raises(ValueError, match="kind"):
        sheets.opened("pdf", io.BytesIO(), "fr", proved=False)


def test_a_sink_gives_what_was_written_once():
    sink = sheets.Sink()
    assert sink.writable() and (sink.write(b"one"), sink.write(memoryview(b" two"))) == (3, 4)
    assert (sink.take(), sink.take()) == (b"one two", b"")
