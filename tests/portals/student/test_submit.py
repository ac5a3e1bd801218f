"""Reading again, submitting once, the receipt, deleting a draft; the space."""

import io
import re

import pikepdf
import pytest

from matricule.attestations.models import Letter
from matricule.core.outbox import Mail
from matricule.dossiers import queries, receipts
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import deposit, files
from matricule.portals.student import summary
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def address(dossier, rest: str) -> str:
    return f"/en/student/dossier/{dossier.pk}/{rest}"


def hidden(client, dossier) -> dict:
    page = client.get(address(dossier, "check/")).content.decode()
    return dict(re.findall(r'name="(idempotency_key|version)" value="([^"]+)"', page))


def test_what_is_missing_is_listed_with_where_to_mend_it(client, student):
    dossier = student(make.a_draft)
    page = client.get(address(dossier, "check/")).content.decode()
    assert "Before you can send" in page and "Send my registration" not in page
    for name in ("civil_status", "parents", "contact", "studies"):
        assert f"/identify/{name}/?back=check" in page
    for slot in ("identity", "enrolment", "visa_d"):
        assert f"/documents/#{slot}" in page


def test_everything_typed_is_there_to_read_again(client, student):
    dossier = student(make.a_ready_draft)
    page = client.get(address(dossier, "check/")).content.decode()
    for word in ("Nguyễn", "Thị Minh Anh", "14 March 2004", "Hà Nội", "Vietnam", "12 rue Battant", "Besançon"):
        assert word in page, word


def test_the_declaration_is_asked_for(client, student):
    dossier = student(make.a_ready_draft)
    sent = client.post(address(dossier, "check/"), hidden(client, dossier))
    assert (sent.status_code, sent["Location"]) == (303, address(dossier, "check/") + "?again=1")
    answer = client.get(sent["Location"])
    assert answer.status_code == 422 and "Tick the box" in answer.content.decode()
    form = dict(re.findall(r'name="(idempotency_key|version)" value="([^"]+)"', answer.content.decode()))
    assert form["version"] == str(dossier.version) and form["idempotency_key"]
    dossier.refresh_from_db()
    assert dossier.submitted_at is None


def test_a_double_click_submits_once(client, student):
    dossier = student(make.a_ready_draft)
    form = {**hidden(client, dossier), "declare": "on"}
    answers = [client.post(address(dossier, "check/"), form) for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {address(dossier, "receipt/")}
    assert Mail.objects.filter(kind="deposit_receipt").count() == 1


def test_a_page_that_went_stale_is_a_conflict(client, student):
    dossier = student(make.a_ready_draft)
    form = {**hidden(client, dossier), "declare": "on"}
    deposit.save_section(make.owner_of(dossier), dossier.pk, "contact", {}, {**make.CONTACT, "city": "Dole"})
    assert client.post(address(dossier, "check/"), form).status_code == 409
    dossier.refresh_from_db()
    assert dossier.submitted_at is None


def test_a_nationality_that_opens_a_question_leads_back_to_it(client, student):
    dossier = student(make.a_ready_draft)
    changed = {**make.CIVIL_STATUS, "nationality": "DE"}
    deposit.save_section(make.owner_of(dossier), dossier.pk, "civil_status", {}, changed)
    page = client.get(address(dossier, "check/")).content.decode()
    assert "your nationality or birth country opened" in page
    token = re.search(r'name="answers" value="([^"]+)"', page).group(1)
    question = client.post("/en/student/questions/", {"answers": token}).content.decode()
    assert "European" in question


def test_somebody_born_in_france_is_told_kindly(client, student):
    dossier = student(make.a_ready_draft)
    changed = {**make.CIVIL_STATUS, "birth_country": "FR"}
    deposit.save_section(make.owner_of(dossier), dossier.pk, "civil_status", {}, changed)
    page = client.get(address(dossier, "check/")).content.decode()
    assert "/student/outcome/born-in-france/" in page and "Send my registration" not in page


def test_the_receipt_says_what_was_sent_and_what_can_come_later(client, student):
    dossier = student(make.a_submitted)
    page = client.get(address(dossier, "receipt/")).content.decode()
    assert dossier.reference in page and "Documents that can come later" in page and "Bank details" in page
    assert "E-mail:" in page


def rows_of(page: str, section: str) -> list[str]:
    part = page[page.index(f'<section class="stack-s" aria-labelledby="{section}"') :]
    rows = re.findall(r"<li[^>]*><span>(.*?)</span>", part[: part.index("</section>")], re.DOTALL)
    return [re.sub(r"\s*<[^>]+>.*", "", row, flags=re.DOTALL).strip() for row in rows]


def test_the_receipt_on_screen_lists_what_the_sealed_one_lists_whatever_came_after(client, student):
    dossier = student(make.a_submitted)
    facts = receipts.facts(dossier)
    make.add(dossier, "rib")
    make.replace(dossier, "identity", data=b"x", verdict="checking", ok=False, pages=0, kind="", waiting=True)
    files.remove_file(make.owner_of(dossier), dossier.pk, File.objects.get(version__document__slot="enrolment").pk)
    page = client.get(address(dossier, "receipt/")).content.decode()
    assert rows_of(page, "sent") == [row["en"] for row in facts["sent"]]
    assert rows_of(page, "later") == [row["en"] for row in facts["later"]]


def test_the_last_file_of_a_first_document_taken_out_is_the_persons_turn(client, student):
    dossier = student(make.a_submitted)
    before = client.get("/en/student/space/").content.decode()
    assert "You have nothing to do now" in before and "Send what is missing" not in before
    files.remove_file(make.owner_of(dossier), dossier.pk, File.objects.get(version__document__slot="enrolment").pk)
    for rest in ("/en/student/space/", address(dossier, "receipt/")):
        page = client.get(rest).content.decode()
        assert "Your turn" in page and "Send what is missing" in page and "You have nothing to do now" not in page
        assert "/en/student/space/documents/#enrolment" in page
    space = queries.space(make.owner_of(dossier), dossier.pk)
    assert [tab["waiting"] for tab in summary.tabs(space, "status", 0)] == [0, 0, 1, 0]


def test_a_file_that_still_asks_is_told_to_stay_out(client, student):
    dossier = student(make.a_ready_draft)
    assert "is not sent" not in client.get(address(dossier, "check/")).content.decode()
    data = make.a_pdf()
    make.add(dossier, "identity", data=data)
    twin = make.add(dossier, "enrolment", data=data)
    page = client.get(address(dossier, "check/")).content.decode()
    assert "is not sent. Answer it on the documents page" in page and "Send my registration" in page
    client.post(address(dossier, "check/"), {**hidden(client, dossier), "declare": "on"})
    dossier.refresh_from_db()
    assert dossier.submitted_at is not None and File.objects.get(pk=twin).state == "already_sent"
    assert sorted(row["files"] for row in receipts.facts(dossier)["sent"]) == [1, 1, 2]


@pytest.mark.parametrize(
    ("build", "step"), [(make.a_draft, 2), (make.a_filled_draft, 3), (make.a_ready_draft, 3), (make.a_submitted, 4)]
)
def test_the_space_shows_the_step_at_which_the_person_is(client, student, build, step):
    student(build)
    page = client.get("/en/student/space/").content.decode()
    steps = re.findall(r"<li( aria-current=\"step\"| class=\"done\"|)>", page[page.index('<ol class="steps"') :])[:4]
    assert [mark.strip() for mark in steps].index('aria-current="step"') == step - 1


def test_the_pdf_is_sealed_bilingual_and_always_the_same(client, student):
    dossier = student(make.a_submitted)
    first = client.get(address(dossier, "receipt/pdf/"))
    assert first.content == client.get(address(dossier, "receipt/pdf/")).content
    assert Letter.objects.count() == 1
    with pikepdf.open(io.BytesIO(first.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked and "/AcroForm" in pdf.Root
    assert first["Content-Disposition"] == f"attachment; filename*=UTF-8''{dossier.reference}.pdf"


def test_a_draft_has_no_receipt(client, student):
    dossier = student(make.a_ready_draft)
    assert client.get(address(dossier, "receipt/"))["Location"] == address(dossier, "check/")
    assert client.get(address(dossier, "receipt/pdf/")).status_code == 404


def test_a_submitted_dossier_is_not_submitted_again_from_its_page(client, student):
    dossier = student(make.a_submitted)
    assert client.get(address(dossier, "check/"))["Location"] == address(dossier, "receipt/")


def test_deleting_asks_once(client, student):
    dossier = student(make.a_ready_draft)
    page = client.get(address(dossier, "delete/")).content.decode()
    assert "erased at once" in page and Dossier.objects.exists()
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    answer = client.post(address(dossier, "delete/"), {"version": version})
    assert "The draft is deleted" in answer.content.decode() and not Dossier.objects.exists()


@pytest.mark.parametrize("version", ["", "0", "x", "-1"])
def test_a_stale_deletion_deletes_nothing(client, student, version):
    dossier = student(make.a_ready_draft)
    assert client.post(address(dossier, "delete/"), {"version": version}).status_code == 409
    assert Dossier.objects.exists()


def test_what_was_submitted_cannot_be_deleted(client, student):
    dossier = student(make.a_submitted)
    assert client.get(address(dossier, "delete/")).status_code == 404
    assert client.post(address(dossier, "delete/"), {"version": dossier.version}).status_code == 404


def test_without_a_dossier_the_space_leads_to_the_questions(client):
    from tests.portals.student.test_way import sign_in

    sign_in(client, "nothing@example.org")
    assert "You have no file yet" in client.get("/en/student/space/").content.decode()
    for tab in ("information", "documents", "notifications"):
        assert client.get(f"/en/student/space/{tab}/")["Location"] == "/en/student/space/"


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (make.a_draft, "Go on with “Civil status”"),
        (make.a_filled_draft, "Send my documents"),
        (make.a_ready_draft, "Read again and send"),
        (make.a_submitted, "The caisse examines your documents"),
    ],
)
def test_the_status_says_who_acts_next(client, student, build, words):
    student(build)
    assert words in client.get("/en/student/space/").content.decode()


def test_the_target_is_called_a_target(client, student):
    student(make.a_submitted)
    page = client.get("/en/student/space/").content.decode()
    assert "target: 15 working days" in page and "at the latest" not in page


def test_messages_can_be_marked_as_read(client, student):
    student(make.a_submitted)
    assert "New" in client.get("/en/student/space/notifications/").content.decode()
    client.post("/en/student/space/notifications/read/")
    page = client.get("/en/student/space/notifications/").content.decode()
    assert ">New<" not in page and "receipt/pdf/" in page


def test_the_language_of_messages_is_the_persons(client, student):
    dossier = student(make.a_draft)
    answer = client.post("/en/student/space/language/", {"language": "fr"})
    assert answer["Location"] == "/fr/student/space/information/"
    dossier.owner.refresh_from_db()
    assert dossier.owner.language == "fr"
    client.post("/en/student/space/language/", {"language": "xx"})
    dossier.owner.refresh_from_db()
    assert dossier.owner.language == "fr"


def test_the_address_in_messages_leads_to_the_space(client, student):
    student(make.a_submitted)
    assert client.get("/space/", headers={"accept-language": "en"})["Location"] == "/en/student/space/"
    assert "/space/" in Mail.objects.get(kind="deposit_receipt").body


def test_a_key_that_is_no_key_gets_a_new_one_and_stops_nobody(client, student):
    dossier = student(make.a_ready_draft)
    form = {"idempotency_key": "x", "version": dossier.version, "declare": "on"}
    assert client.post(address(dossier, "check/"), form)["Location"] == address(dossier, "receipt/")
    assert client.post(address(dossier, "check/"), form)["Location"] == address(dossier, "receipt/")
    assert Mail.objects.filter(kind="deposit_receipt").count() == 1
