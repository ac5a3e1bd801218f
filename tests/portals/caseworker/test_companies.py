"""Companies at the desk: proving one, joining two accounts of one SIRET."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from matricule.accounts import organisations, proofs
from matricule.core import journal
from tests.support import caisse, company

pytestmark = pytest.mark.django_db


def picture(colour: str = "white") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 1200), colour).save(out, "PNG")
    return out.getvalue()


def sent(chief, data=None, name="kbis.png"):
    browser = company.browser(chief.user_id)
    files = {"files": SimpleUploadedFile(name, data if data is not None else picture())}
    return browser.post("/en/employer/company/proof/", files)


@pytest.fixture
def chief():
    return company.a_company()


@pytest.fixture
def worker():
    return caisse.desk(caisse.a_caseworker())


def text(answer) -> str:
    return answer.content.decode()


def test_an_account_names_its_people_and_leaves_a_row_for_it(chief, worker):
    page = worker.get(f"/en/desk/companies/{chief.company.id}/")
    assert "Chloé Morel" in text(page) and chief.email in text(page)
    assert [entry.action for entry in journal.entries_about(("organisation", chief.company.id))][-1] == "read.company"
    nobodys = f"/en/desk/companies/{uuid4()}/"
    assert worker.get(nobodys).status_code == 404


def test_a_document_sent_by_the_company_is_looked_at_and_proves_it(chief, worker):
    assert sent(chief)["Location"] == "/en/employer/company/"
    mine = company.browser(chief.user_id)
    assert "The caisse looks at it" in text(mine.get("/en/employer/company/"))
    (proof,) = proofs.waiting()
    assert "Atelier Lumen" in text(worker.get("/en/desk/companies/"))
    path = f"/en/desk/companies/proof/{proof.id}/"
    assert "It proves the company" in text(worker.get(path))
    assert worker.get(path + "image/").content.startswith(b"\xff\xd8\xff")
    original = worker.get(path + "original/")
    assert original.content == picture() and original["Content-Disposition"].startswith("attachment")
    read = [entry.action for entry in journal.entries_about(("organisation", chief.company.id))]
    assert read[-2:] == ["read.page_image", "read.original"]
    assert worker.post(path, {"accept": "1"})["Location"] == f"/en/desk/companies/{chief.company.id}/"
    assert organisations.company_of(chief.company.id).is_proved
    late = worker.post(path, {"accept": "1"})
    assert late.status_code == 409 and "A colleague decided" in text(late)
    assert b"error-summary" not in late.content, "nothing is missing from a page that asks for nothing any more"
    assert "Checked by the caisse" in text(mine.get("/en/employer/company/"))


def test_a_document_is_sent_back_with_a_reason_and_never_by_an_empty_form(chief, worker):
    sent(chief)
    (proof,) = proofs.waiting()
    path = f"/en/desk/companies/proof/{proof.id}/"
    answer = worker.post(path, {})
    assert answer.status_code == 422 and "Choose why it does not prove the company" in text(answer)
    assert worker.post(path, {"reason": "made_up"}).status_code == 422 and proofs.waiting()
    worker.post(path, {"reason": "too_old"})
    page = text(company.browser(chief.user_id).get("/en/employer/company/"))
    assert "older than three months: send a new one" in page and "Needs another look" in page


def test_what_cannot_be_kept_is_said_at_once(chief, monkeypatch):
    browser = company.browser(chief.user_id)
    assert "Choose a document first" in text(browser.post("/en/employer/company/proof/"))
    answer = sent(chief, b"not a document", "kbis.pdf")
    assert answer.status_code == 422 and "cannot be opened here" in text(answer)
    monkeypatch.setattr(proofs, "MOST", 0)
    assert "wait for its answer" in text(sent(chief))
    assert proofs.waiting() == []


def test_a_file_that_is_too_large_is_said(chief):
    from matricule.site.uploads import FILE_LIMIT

    answer = sent(chief, b"%PDF" + b"x" * FILE_LIMIT, "kbis.pdf")
    assert answer.status_code == 422 and "too large" in text(answer)


def test_accounts_of_a_siret_are_found_and_joined(chief, worker):
    second = company.a_company(name="Lumen bis")
    answer = worker.post("/en/desk/companies/", {"siret": company.SIRET})
    assert "Lumen bis" in text(answer) and "Not proved" in text(answer)
    assert "No account" in text(worker.post("/en/desk/companies/", {"siret": company.OTHER_SIRET}))
    assert worker.post("/en/desk/companies/", {"siret": "12"}).status_code == 422
    path = f"/en/desk/companies/{chief.company.id}/"
    page = text(worker.get(path))
    assert "Lumen bis" in page and "Join it to this one" in page and chief.email in page
    assert worker.post(path, {"other": str(second.company.id)})["Location"] == path
    assert organisations.membership_of(second.user_id).company.id == chief.company.id
    assert "Lumen bis" not in text(worker.get(path))


def test_what_does_not_exist_or_does_not_fit_is_refused(chief, worker):
    other = company.a_company(siret=company.OTHER_SIRET)
    path = f"/en/desk/companies/{chief.company.id}/"
    assert worker.post(path, {"other": str(other.company.id)}).status_code == 422
    for wrong in ("", "x", str(chief.company.id)):
        assert worker.post(path, {"other": wrong}).status_code == 404
    nobody = "01900000-0000-7000-8000-000000000000"
    for name in ("", "proof/"):
        assert worker.get(f"/en/desk/companies/{name}{nobody}/").status_code == 404


def test_every_act_asks_who_acts_again(chief):
    sent(chief)
    second = company.a_company()
    (proof,) = proofs.waiting()
    stale = caisse.desk(caisse.a_caseworker(), method="code")
    for path, data in (
        (f"/en/desk/companies/proof/{proof.id}/", {"accept": "1"}),
        (f"/en/desk/companies/{chief.company.id}/", {"other": str(second.company.id)}),
    ):
        assert "passkey" in text(stale.post(path, data))
    assert proofs.waiting() and organisations.membership_of(second.user_id).company.id == second.company.id
