"""Sending documents through HTTP: each file gets its verdict in the answer, adding never removes."""

import io
import re

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from matricule.core.journal import entries_about
from matricule.dossiers.models import File, Page, Version
from matricule.dossiers.operations import deposit
from matricule.dossiers.operations import files as operations
from matricule.portals.public import listing
from tests.support import factories as make

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Matricule-Fragment": "1"}


def address(dossier, rest: str) -> str:
    return f"/en/student/dossier/{dossier.pk}/{rest}"


def send(client, dossier, slot: str, *uploads, part: str = "main", headers=None):
    given = [SimpleUploadedFile(name, data) for name, data in uploads]
    return client.post(
        address(dossier, f"documents/{slot}/add/"), {"files": given, "part": part}, headers=headers or {}
    )


def locked_pdf() -> bytes:
    out = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


def waiting_file(dossier, slot: str = "identity"):
    """Add a file that came while the parser was busy."""
    return make.add(dossier, slot, verdict="checking", ok=False, pages=0, kind="", waiting=True)


class TestAFileThatWaitsForItsVerdict:
    """The page says "one or two seconds more": its script asks again at the address that the document names."""

    def test_the_document_says_where_and_only_while_it_waits(self, client, student):
        dossier = student(make.a_draft)
        make.add(dossier, "visa_d")
        assert "data-poll" not in client.get(address(dossier, "documents/")).content.decode()
        waiting_file(dossier)
        html = client.get(address(dossier, "documents/")).content.decode()
        assert re.findall(r'id="(\w+)" data-piece[^>]* data-poll="([^"]*)"', html) == [
            ("identity", address(dossier, "documents/identity/add/"))
        ]

    def test_the_script_gets_the_document_as_it_is_now_and_the_reading_is_journaled(self, client, student):
        dossier = student(make.a_draft)
        file_id = waiting_file(dossier)
        where = address(dossier, "documents/identity/add/")
        assert "data-poll" in client.get(where, headers=FRAGMENT).content.decode()
        File.objects.filter(pk=file_id).update(state="ready", verdict="ok")
        before = [entry.action for entry in entries_about(("dossier", dossier.pk))]
        html = client.get(where, headers=FRAGMENT).content.decode()
        assert "data-poll" not in html and "Opens well." in html and "where-card" in html
        assert [entry.action for entry in entries_about(("dossier", dossier.pk))] == [*before, "read.documents"]

    def test_a_stranger_gets_nothing_and_a_document_that_nothing_asks_for_neither(self, client, student):
        dossier = student(make.a_draft)
        assert client.get(address(dossier, "documents/resources/add/"), headers=FRAGMENT).status_code == 404
        other = make.a_draft()
        assert client.get(address(other, "documents/identity/add/"), headers=FRAGMENT).status_code == 404


def test_each_answer_says_of_which_version_it_is(client, student):
    """Two answers may overtake each other on the way: the script keeps the later one."""
    dossier = student(make.a_draft)
    numbers = []
    for shade in (10, 60):
        html = send(client, dossier, "identity", (f"{shade}.jpg", make.a_jpeg(shade=shade)), headers=FRAGMENT)
        found = re.findall(r'id="(identity|where-card)" data-(?:piece|also) data-as-of="(\d+)"', html.content.decode())
        dossier.refresh_from_db()
        assert found == [("identity", str(dossier.version)), ("where-card", str(dossier.version))]
        numbers.append(dossier.version)
    assert numbers[0] < numbers[1]


def test_several_files_at_once(client, student):
    dossier = student(make.a_draft)
    send(client, dossier, "identity", ("front.jpg", make.a_jpeg()), ("back.jpg", make.a_jpeg(shade=90)))
    assert [file.name for file in File.objects.order_by("position")] == ["front.jpg", "back.jpg"]
    assert set(File.objects.values_list("state", flat=True)) == {"ready"}


def test_adding_never_removes(client, student):
    dossier = student(make.a_draft)
    for shade in (10, 60, 110):
        send(client, dossier, "identity", (f"{shade}.jpg", make.a_jpeg(shade=shade)))
    assert File.objects.filter(removed_at=None).count() == 3


def test_a_script_gets_the_document_alone_with_its_verdict(client, student):
    dossier = student(make.a_draft)
    html = send(client, dossier, "identity", ("a.pdf", make.a_pdf(3)), headers=FRAGMENT).content.decode()
    assert "<html" not in html and 'id="identity"' in html
    assert "3 pages" in html and "Opens well." in html


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("visa.pdf", locked_pdf(), "password"),
        ("letter.docx", b"PK\x03\x04" + b"word/document.xml" * 20, "We accept PDF"),
        ("empty.pdf", b"", "empty"),
        ("cut.jpg", make.a_jpeg()[:400], "damaged"),
    ],
)
def test_a_file_that_cannot_be_used_says_how_to_mend_it_and_keeps_no_bytes(client, student, name, data, word):
    dossier = student(make.a_draft)
    html = send(client, dossier, "visa_d", (name, data), headers=FRAGMENT).content.decode()
    assert word in html and "file-bad" in html
    file = File.objects.get()
    assert file.state == "refused" and file.blob is None


def test_a_file_over_the_limit_is_named_with_its_size(client, student, monkeypatch):
    from matricule.site import uploads

    monkeypatch.setattr(uploads, "FILE_LIMIT", 1000)
    dossier = student(make.a_draft)
    html = send(client, dossier, "identity", ("big.pdf", b"x" * 5000), headers=FRAGMENT).content.decode()
    assert "the limit is" in html and File.objects.get().verdict == "too_large"


def test_no_file_chosen_changes_nothing(client, student):
    dossier = student(make.a_draft)
    sent = client.post(address(dossier, "documents/identity/add/"), {"part": "main"})
    assert sent["Location"] == address(dossier, "documents/?nothing=identity#identity")
    page = client.get(sent["Location"]).content.decode()
    assert page.count("Choose a file first") == 1
    assert "Choose a file first" in page[page.index('id="identity"') : page.index('id="enrolment"')]
    assert "Choose a file first" not in client.get(address(dossier, "documents/")).content.decode()
    assert "Choose a file first" in send(client, dossier, "identity", headers=FRAGMENT).content.decode()
    assert not File.objects.exists()


@pytest.mark.parametrize("slot", ["s1", "nothing"])
def test_a_document_that_is_not_asked_is_not_found(client, student, slot):
    dossier = student(make.a_draft)
    assert send(client, dossier, slot, ("a.pdf", make.a_pdf())).status_code == 404


def test_removing_and_bringing_back(client, student):
    dossier = student(make.a_draft)
    file_id = make.add(dossier, "identity")
    client.post(address(dossier, f"files/{file_id}/remove/"))
    page = client.get(address(dossier, "documents/")).content.decode()
    assert "bring it back for 30 days" in page
    client.post(address(dossier, f"files/{file_id}/restore/"))
    assert File.objects.get().removed_at is None


def test_changing_the_order(client, student):
    dossier = student(make.a_draft)
    make.add(dossier, "identity", name="one.pdf")
    second = make.add(dossier, "identity", name="two.pdf")
    client.post(address(dossier, f"files/{second}/earlier/"))
    assert [file.name for file in File.objects.order_by("position")] == ["two.pdf", "one.pdf"]
    client.post(address(dossier, f"files/{second}/later/"))
    assert [file.name for file in File.objects.order_by("position")] == ["one.pdf", "two.pdf"]


def test_keeping_what_was_sent_elsewhere(client, student):
    dossier = student(make.a_draft)
    data = make.a_pdf()
    make.add(dossier, "identity", data=data)
    twin = make.add(dossier, "visa_d", data=data)
    html = client.post(address(dossier, f"files/{twin}/keep/"), headers=FRAGMENT).content.decode()
    assert "Opens well." in html and File.objects.get(pk=twin).state == "ready"


def test_an_act_that_does_not_exist(client, student):
    dossier = student(make.a_draft)
    file_id = make.add(dossier, "identity")
    assert client.post(address(dossier, f"files/{file_id}/burn/")).status_code == 404
    leads = client.get(address(dossier, f"files/{file_id}/remove/"))
    assert leads["Location"] == address(dossier, "documents/#identity")
    assert File.objects.get().removed_at is None


@pytest.mark.parametrize(
    ("rest", "leads_to"),
    [
        ("bank/", "documents/#bank"),
        ("documents/identity/add/", "documents/#identity"),
        ("documents/civil_status/translator/", "documents/#civil_status"),
        ("documents/civil_status/translator/?again=1", "documents/#civil_status"),
        ("bank/?again=1", "documents/#bank"),
        ("documents/identity/replace/", "documents/#identity"),
    ],
)
def test_the_address_of_a_form_opened_as_a_page_leads_to_its_document(client, student, rest, leads_to):
    dossier = student(make.a_draft)
    assert client.get(address(dossier, rest))["Location"] == address(dossier, leads_to)
    assert client.put(address(dossier, rest)).status_code == 405


def test_the_act_on_a_page_opened_as_a_page_changes_nothing(client, student):
    dossier = student(make.a_draft)
    file_id = make.add(dossier, "identity", data=make.a_pdf())
    page = Page.objects.get(file=file_id)
    assert client.get(address(dossier, f"pages/{page.pk}/turn/"))["Location"] == address(dossier, f"files/{file_id}/")
    page.refresh_from_db()
    assert page.rotation == 0


def test_after_submission_the_address_of_a_form_leads_to_the_space(client, student):
    dossier = student(make.a_submitted)
    assert client.get(address(dossier, "bank/"))["Location"] == "/en/student/space/documents/#bank"


def test_each_document_says_what_it_must_show_with_its_drawn_example(client, student):
    dossier = student(make.a_draft)
    page = client.get(address(dossier, "documents/")).content.decode()
    asked = [row.code for row in dossier.registrants.get().requirements.all()]
    assert page.count("You do not need") == len(asked)
    for code in asked:
        item = listing.item(code)
        assert str(escape(item.shows[0])) in page and item.example in page


class TestWhereIAm:
    """The card never says that something can be sent when it cannot."""

    SEND = "You can send the first group now"

    def card(self, client, dossier) -> str:
        page = client.get(address(dossier, "documents/")).content.decode()
        return page[page.index('id="where-card"') :].split("</section>")[0][:4000]

    def test_what_is_missing_is_named(self, client, student):
        dossier = student(make.a_filled_draft)
        card = self.card(client, dossier)
        assert "still to send" in card and card.count("<li>") == 3 and self.SEND not in card

    def test_the_documents_alone_are_not_enough(self, client, student):
        dossier = student(make.a_ready_draft)
        assert self.SEND in self.card(client, dossier)
        deposit.save_section(make.owner_of(dossier), dossier.pk, "contact", {"phone": "1"}, None)
        card = self.card(client, dossier)
        assert "is complete. Before you can send it" in card and self.SEND not in card
        assert "/identify/contact/?back=check" in card

    def test_a_scripted_act_brings_the_card(self, client, student):
        dossier = student(make.a_filled_draft)
        html = send(client, dossier, "identity", ("a.jpg", make.a_jpeg()), headers=FRAGMENT).content.decode()
        assert "still to send" in html and "where-card" in html

    def test_a_question_opened_again_is_told_on_the_way(self, client, student):
        dossier = student(make.a_ready_draft)
        changed = {**make.CIVIL_STATUS, "nationality": "DE"}
        deposit.save_section(make.owner_of(dossier), dossier.pk, "civil_status", {}, changed)
        for rest in ("documents/", "identify/civil_status/"):
            page = client.get(address(dossier, rest)).content.decode()
            assert "your nationality or birth country opened" in page and 'name="answers"' in page, rest
        assert (
            "nationality or birth country opened"
            not in client.get(address(dossier, "identify/contact/")).content.decode()
        )

    def test_another_outcome_is_told_on_the_way(self, client, student):
        dossier = student(make.a_ready_draft)
        changed = {**make.CIVIL_STATUS, "birth_country": "FR"}
        deposit.save_section(make.owner_of(dossier), dossier.pk, "civil_status", {}, changed)
        for rest in ("documents/", "identify/civil_status/"):
            assert "/student/outcome/born-in-france/" in client.get(address(dossier, rest)).content.decode(), rest


def test_a_translation_of_nobody_asks_who_made_it_and_stops_nothing(client, student):
    dossier = student(make.a_ready_draft)
    make.add(dossier, "civil_status")
    make.add(dossier, "civil_status", part="translation")
    page = client.get(address(dossier, "documents/")).content.decode()
    assert '<details class="more" open><summary>Say who translated' in page
    assert "Send my registration" in client.get(address(dossier, "check/")).content.decode()
    operations.name_translator(make.owner_of(dossier), dossier.pk, "civil_status", "consulate", "", "Hanoï")
    assert '<details class="more" open>' not in client.get(address(dossier, "documents/")).content.decode()


def test_who_translated_is_kept(client, student):
    dossier = student(make.a_draft)
    given = {
        "civil_status-kind": "sworn",
        "civil_status-name": "Hélène Vũ-Marchand",
        "civil_status-place": "Cour d’appel de Besançon",
    }
    client.post(address(dossier, "documents/civil_status/translator/"), given)
    version = Version.objects.get(document__slot="civil_status")
    assert (version.translator_kind, version.translator_place) == ("sworn", "Cour d’appel de Besançon")


def test_a_sworn_translator_has_a_name_and_what_was_typed_stays(client, student):
    dossier = student(make.a_draft)
    given = {"civil_status-kind": "sworn", "civil_status-name": "", "civil_status-place": "Lyon"}
    where = address(dossier, "documents/civil_status/translator/")
    sent = client.post(where, given)
    assert (sent.status_code, sent["Location"]) == (303, where + "?again=1")
    answer = client.get(sent["Location"])
    html = answer.content.decode()
    assert answer.status_code == 422 and "as on the stamp" in html and 'value="Lyon"' in html
    scripted = client.post(where, given, headers=FRAGMENT)
    assert scripted.status_code == 422 and 'value="Lyon"' in scripted.content.decode()


def test_the_iban_with_its_key_wrong_is_said_and_kept(client, student):
    dossier = student(make.a_draft)
    sent = client.post(address(dossier, "bank/"), {"iban": "FR76 3000 6000 0112 3456 7890 18", "own_name": "on"})
    assert (sent.status_code, sent["Location"]) == (303, address(dossier, "bank/?again=1"))
    answer = client.get(sent["Location"])
    html = answer.content.decode()
    assert answer.status_code == 422 and "26 instead of 27" in html
    assert dossier.registrants.get().typed["iban"] == "FR76 3000 6000 0112 3456 7890 18"
    assert dossier.registrants.get().iban == ""


def test_the_iban_needs_the_persons_own_word(client, student):
    dossier = student(make.a_draft)
    answer = client.post(address(dossier, "bank/"), {"iban": "FR7630006000011234567890189"}, follow=True)
    assert answer.status_code == 422 and "in your own name" in answer.content.decode()


def test_a_good_iban_is_kept(client, student):
    dossier = student(make.a_draft)
    answer = client.post(address(dossier, "bank/"), {"iban": "FR76 3000 6000 0112 3456 7890 189", "own_name": "on"})
    assert answer["Location"].endswith("#bank")
    assert dossier.registrants.get().iban == "FR7630006000011234567890189"


def test_a_foreign_account_of_the_sepa_area_is_fine(client, student):
    dossier = student(make.a_draft)
    client.post(address(dossier, "bank/"), {"iban": "ES91 2100 0418 4502 0005 1332", "own_name": "on"})
    assert dossier.registrants.get().iban.startswith("ES")


def test_after_submission_a_file_is_received_at_once(client, student):
    dossier = student(make.a_submitted)
    send(client, dossier, "rib", ("rib.pdf", make.a_pdf()))
    assert Version.objects.get(document__slot="rib").sent_at is not None
    assert "Received" in client.get("/en/student/space/documents/").content.decode()


class TestReplacing:
    """A click takes nothing back: the first new file does, and what it replaces can still be looked at."""

    def form(self, client, dossier, slot="identity") -> dict:
        page = client.get(address(dossier, f"documents/{slot}/replace/")).content.decode()
        return {"part": "main", "replaces": re.search(r'name="replaces" value="([^"]+)"', page).group(1)}

    def post(self, client, dossier, form, *uploads, headers=None):
        given = [SimpleUploadedFile(name, data) for name, data in uploads]
        where = address(dossier, "documents/identity/add/")
        return client.post(where, {**form, "files": given}, headers=headers or {})

    def test_a_click_takes_nothing_back(self, client, student):
        dossier = student(make.a_submitted)
        assert (
            f'href="{address(dossier, "documents/identity/replace/")}"'
            in client.get("/en/student/space/documents/").content.decode()
        )
        assert client.post(address(dossier, "documents/identity/replace/")).status_code == 303
        page = client.get(address(dossier, "documents/identity/replace/")).content.decode()
        assert "What you sent stays until your new file arrives" in page and "/remove/" not in page
        version = Version.objects.get(document__slot="identity")
        assert (version.number, version.replaced_at) == (1, None)

    def test_the_first_file_opens_the_new_version_and_the_old_one_can_be_looked_at(self, client, student):
        dossier = student(make.a_submitted)
        old = File.objects.get(version__document__slot="identity")
        sent = self.post(
            client,
            dossier,
            self.form(client, dossier),
            ("front.jpg", make.a_jpeg()),
            ("back.jpg", make.a_jpeg(shade=9)),
        )
        assert sent["Location"] == "/en/student/space/documents/#identity"
        versions = Version.objects.filter(document__slot="identity").order_by("number")
        assert [(version.number, version.files.count()) for version in versions] == [(1, 1), (2, 2)]
        page = client.get("/en/student/space/documents/").content.decode()
        assert "Kept until the decision" in page and address(dossier, f"files/{old.pk}/") in page
        assert client.get(address(dossier, f"files/{old.pk}/")).status_code == 200
        image = client.get(address(dossier, f"pages/{old.pages.get().pk}/image/view/"))
        assert image.status_code == 200 and image["Content-Type"] == "image/jpeg"

    def test_a_file_that_cannot_be_used_takes_nothing_back_and_asks_again(self, client, student):
        dossier = student(make.a_submitted)
        form = self.form(client, dossier)
        sent = self.post(client, dossier, form, ("empty.pdf", b""))
        assert sent["Location"] == address(dossier, "documents/identity/replace/#identity")
        assert "empty" in client.get(sent["Location"]).content.decode()
        html = self.post(client, dossier, form, ("empty.pdf", b""), headers=FRAGMENT).content.decode()
        assert f'name="replaces" value="{form["replaces"]}"' in html
        assert Version.objects.filter(document__slot="identity").count() == 1
        html = self.post(client, dossier, form, ("new.jpg", make.a_jpeg()), headers=FRAGMENT).content.decode()
        assert 'name="replaces"' not in html and "Received" in html

    def test_no_file_chosen_says_so_there(self, client, student):
        dossier = student(make.a_submitted)
        page = client.post(
            address(dossier, "documents/identity/add/"), self.form(client, dossier), follow=True
        ).content.decode()
        assert "Choose a file first" in page and "Replace a document" in page

    @pytest.mark.parametrize("named", ["x", ""])
    def test_what_is_no_version_is_not_found(self, client, student, named):
        dossier = student(make.a_submitted)
        form = {"part": "main", "replaces": named}
        assert self.post(client, dossier, form, ("a.jpg", make.a_jpeg())).status_code == 404


def test_one_files_pages_can_be_turned_ordered_and_taken_out(client, student):
    dossier = student(make.a_draft)
    send(client, dossier, "identity", ("two.pdf", make.a_pdf(2)))
    file = File.objects.get()
    first, second = Page.objects.order_by("number")
    client.post(address(dossier, f"pages/{first.pk}/turn/"))
    client.post(address(dossier, f"pages/{second.pk}/earlier/"))
    html = client.get(address(dossier, f"files/{file.pk}/")).content.decode()
    assert html.index(str(second.pk)) < html.index(str(first.pk))
    first.refresh_from_db()
    assert first.rotation == 90
    client.post(address(dossier, f"pages/{first.pk}/remove/"))
    assert "Pages taken out" in client.get(address(dossier, f"files/{file.pk}/")).content.decode()
    client.post(address(dossier, f"pages/{first.pk}/restore/"))
    client.post(address(dossier, f"pages/{first.pk}/earlier/"))
    assert not Page.objects.exclude(removed_at=None).exists()


def test_a_page_is_drawn_and_the_original_is_a_download(client, student):
    dossier = student(make.a_draft)
    data = make.a_pdf()
    send(client, dossier, "identity", ("é.pdf", data))
    file, page = File.objects.get(), Page.objects.get()
    for size in ("thumb", "view"):
        image = client.get(address(dossier, f"pages/{page.pk}/image/{size}/"))
        assert image["Content-Type"] == "image/jpeg" and image.content.startswith(b"\xff\xd8")
    assert client.get(address(dossier, f"pages/{page.pk}/image/huge/")).status_code == 404
    original = client.get(address(dossier, f"files/{file.pk}/original/"))
    assert original.content == data and "UTF-8''%C3%A9.pdf" in original["Content-Disposition"]


def test_original_and_translation_become_one_pdf_the_original_first(client, student):
    dossier = student(make.a_draft)
    send(client, dossier, "civil_status", ("translation.pdf", make.a_pdf(2)), part="translation")
    send(client, dossier, "civil_status", ("photo.jpg", make.a_jpeg(400, 600)))
    answer = client.get(address(dossier, "documents/civil_status/pdf/"))
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 3
        assert "/XObject" in pdf.pages[0].obj.Resources


def test_nothing_sent_is_no_pdf(client, student):
    dossier = student(make.a_draft)
    assert client.get(address(dossier, "documents/rib/pdf/")).status_code == 404


def test_a_limit_of_the_document_is_said(client, student, monkeypatch):
    from matricule.vision import Limits

    monkeypatch.setattr(operations, "LIMITS", Limits(document_pages=2))
    dossier = student(make.a_draft)
    send(client, dossier, "identity", ("one.pdf", make.a_pdf(2)))
    html = send(client, dossier, "identity", ("two.pdf", make.a_pdf(1)), headers=FRAGMENT).content.decode()
    assert "may have 60 pages" in html
    assert File.objects.filter(state="ready").count() == 1
