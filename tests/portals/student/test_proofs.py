"""Proof that a document cannot be had: sent with the reason, checked like every file, read by the caseworker."""

import json
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml.html import fromstring

from matricule.core.journal import entries_about
from matricule.dossiers import proofs, standing
from matricule.dossiers.case import Ask, Impossibility
from matricule.dossiers.models import File
from matricule.dossiers.operations import asking
from matricule.portals.components.forms import SWITCH
from tests.support import caisse, cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db
WHY = "Le bureau d’état civil de ma ville a brûlé en 1998."
CIVIL = "cannot/civil_status/main/"


@pytest.fixture
def dossier():
    return make.a_submitted()


@pytest.fixture
def client(dossier):
    return cast.browser(dossier.owner)


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def at(dossier, rest=CIVIL):
    return f"/en/student/dossier/{dossier.pk}/{rest}"


def say(client, dossier, *files, why=WHY, rest=CIVIL):
    given = {"why": why, "how_long": "lasting", "proof": [SimpleUploadedFile(name, data) for name, data in files]}
    return client.post(at(dossier, rest), given)


def held(dossier, **filters):
    slot = proofs.slot_for("civil_status", "main")
    rows = File.objects.filter(version__document__registrant__dossier=dossier, version__document__slot=slot)
    return rows.filter(**filters)


@pytest.mark.parametrize(
    ("slot", "part"), [("civil_status", "main"), ("civil_status", "translation"), ("rib", "main")]
)
def test_a_slot_of_proof_names_the_half_that_it_is_about(slot, part):
    assert proofs.half_of(proofs.slot_for(slot, part)) == (slot, part)
    assert proofs.half_of(slot) is None


def test_reason_and_proof_are_sent_at_once_and_both_are_kept(client, dossier):
    answer = say(client, dossier, ("refus.pdf", make.a_pdf(2)))
    assert answer.status_code == 302 and answer["Location"].endswith("/space/documents/#civil_status")
    file = held(dossier).get()
    assert (file.state, file.page_count, file.part) == ("ready", 2, "main")
    assert Impossibility.objects.get().why == WHY
    html = client.get(at(dossier)).content.decode()
    assert "You have told the caisse" in html and "refus.pdf" in html and WHY in html


def test_proof_is_never_taken_for_the_document(client, worker, dossier):
    codes = {"civil_status": ("not_sent", {})}
    asking.ask(worker, dossier.pk, caisse.person(dossier).pk, expects=caisse.version_of(dossier), codes=codes)
    make.add(dossier, proofs.slot_for("civil_status", "main"))
    half = next(one for one in standing.halves(caisse.person(dossier)) if one.code == "civil_status")
    assert half.state == "missing" and Ask.objects.get().state == "open"
    html = client.get("/en/student/space/documents/").content.decode()
    assert "proof-" not in fromstring(html).xpath('string(//*[@id="civil_status"])')


def test_a_file_that_is_not_in_order_is_said_so_and_the_reason_counts_all_the_same(client, dossier):
    answer = say(client, dossier, ("photo.pdf", b"not a pdf at all"))
    assert answer.status_code == 302 and answer["Location"].endswith(f"/{CIVIL}")
    assert Impossibility.objects.count() == 1
    page = fromstring(client.get(answer["Location"]).content)
    assert page.xpath('//li[contains(@class, "file-bad")]//p[@class="file-name"]/text()') == ["photo.pdf"]
    assert held(dossier).get().state == "refused"


def test_proof_stays_when_the_reason_is_too_short(client, dossier):
    answer = say(client, dossier, ("refus.pdf", make.a_pdf(1)), why="no")
    assert answer.status_code == 422 and "refus.pdf" in answer.content.decode()
    assert not Impossibility.objects.exists() and held(dossier).count() == 1


def test_a_change_of_the_language_sends_no_file(client, dossier):
    given = {"why": WHY, "proof": SimpleUploadedFile("refus.pdf", make.a_pdf(1)), SWITCH: "fr"}
    answer = client.post(at(dossier).replace("/en/", "/fr/"), given)
    assert WHY in answer.content.decode() and not held(dossier).exists()


def test_proof_is_looked_at_and_removed_and_the_page_comes_back(client, dossier):
    say(client, dossier, ("refus.pdf", make.a_pdf(1)))
    file = held(dossier).get()
    assert "Proof: " in client.get(at(dossier, f"files/{file.pk}/")).content.decode()
    answer = client.post(at(dossier, f"files/{file.pk}/remove/"))
    assert answer.status_code == 302 and answer["Location"].endswith(f"/{CIVIL}")
    assert "refus.pdf" not in client.get(at(dossier)).content.decode()
    assert client.get(at(dossier, f"files/{file.pk}/remove/"))["Location"].endswith(f"/{CIVIL}")


def test_no_proof_is_kept_about_what_was_never_asked(client, dossier):
    for slot in ("proof-marriage-main", "proof-", "proof-civil_status"):
        answer = client.post(
            at(dossier, f"documents/{slot}/add/"), {"files": SimpleUploadedFile("a.pdf", make.a_pdf(1))}
        )
        assert answer.status_code == 404, slot
    assert not File.objects.filter(version__document__slot__startswith="proof-").exists()


def test_the_caseworker_reads_it_beside_the_reason_and_each_look_is_noted(client, worker, dossier):
    say(client, dossier, ("refus.pdf", make.a_pdf(2)))
    row, desk = Impossibility.objects.get(), caisse.desk(worker)
    page = fromstring(desk.get(f"/en/desk/dossier/{dossier.pk}/impossible/{row.pk}/").content)
    pictures = page.xpath('//div[@class="viewer"]/img/@src')
    assert len(pictures) == 2 and WHY in page.text_content()
    before = len(entries_about(("dossier", dossier.pk)))
    answer = desk.get(pictures[0])
    assert answer.status_code == 200 and answer["Content-Type"].startswith("image/")
    assert len(entries_about(("dossier", dossier.pk))) == before + 1
    (original,) = set(page.xpath('//a[contains(@href, "/original/")]/@href'))
    assert b"".join(desk.get(original)) == make.a_pdf(2) or desk.get(original).status_code == 200


def test_without_proof_the_caseworker_reads_that_there_is_none(client, worker, dossier):
    say(client, dossier)
    row = Impossibility.objects.get()
    html = caisse.desk(worker).get(f"/en/desk/dossier/{dossier.pk}/impossible/{row.pk}/").content.decode()
    assert "The person sent no proof." in html


def test_somebody_else_neither_sends_nor_reads_it(client, dossier):
    say(client, dossier, ("refus.pdf", make.a_pdf(1)))
    stranger = cast.browser(make.a_submitted().owner)
    assert say(stranger, dossier, ("x.pdf", make.a_pdf(1))).status_code == 404
    assert stranger.get(at(dossier, f"files/{held(dossier).get().pk}/original/")).status_code == 404
    assert held(dossier).count() == 1


def test_it_goes_with_the_persons_export(client, dossier):
    say(client, dossier, ("refus.pdf", make.a_pdf(1)))
    with zipfile.ZipFile(BytesIO(b"".join(client.get(at(dossier, "everything/"))))) as archive:
        files = json.loads(archive.read("data.json"))["files"]
    assert "proof-civil_status-main" in {file["document"] for file in files}
