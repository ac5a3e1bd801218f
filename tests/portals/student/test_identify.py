"""The four pages through HTTP: typed values are kept, whatever happens."""

import json
from uuid import uuid4

import pytest

from matricule.dossiers.operations import deposit
from tests.portals.student.test_way import FORMS, code_from_mail, sign_in
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client):
    user = make.a_user("typing@example.org", "en")
    dossier = make.a_draft(user)
    sign_in(client, user.email)
    return dossier


def page(dossier, name: str, language: str = "en") -> str:
    return f"/{language}/student/dossier/{dossier.pk}/identify/{name}/"


def typed(dossier) -> dict:
    return dossier.registrants.get().typed


def test_what_the_questionnaire_knows_is_not_asked_twice(client, draft):
    html = client.get(page(draft, "civil_status")).content.decode()
    assert '<option value="VN" selected>' in html
    assert 'value="2004"' in html and 'value="14"' in html


def test_a_page_with_an_error_keeps_everything(client, draft):
    values = {**FORMS["contact"], "postcode": "25"}
    sent = client.post(page(draft, "contact") + "?back=check", values)
    assert (sent.status_code, sent["Location"]) == (303, page(draft, "contact") + "?back=check&again=1")
    answer = client.get(sent["Location"])
    assert answer.status_code == 422 and "error-summary" in answer.content.decode()
    assert typed(draft)["street"] == "12 rue Battant" and typed(draft)["postcode"] == "25"
    assert 'value="12 rue Battant"' in client.get(page(draft, "contact")).content.decode()


def test_the_error_page_says_so_in_its_title_and_links_to_the_field(client, draft):
    sent = {**FORMS["contact"], "postcode": "25"}
    html = client.post(page(draft, "contact"), sent, follow=True).content.decode()
    assert "<title>Error: " in html and 'href="#id_postcode"' in html


def test_a_switch_of_language_keeps_what_was_typed_unchecked(client, draft):
    values = {**FORMS["contact"], "postcode": "25", "switch_language": "fr"}
    answer = client.post(page(draft, "contact", "fr"), values, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain == [(page(draft, "contact", "fr"), 303)]
    html = answer.content.decode()
    assert "Code postal" in html and 'value="25"' in html and "error-summary" not in html
    assert typed(draft)["postcode"] == "25"


def test_a_name_in_another_script_is_kept_beside(client, draft):
    values = {**FORMS["civil_status"], "birth_name": "Коваленко", "given_names": ""}
    html = client.post(page(draft, "civil_status"), values, follow=True).content.decode()
    assert "Latin letters" in html
    assert typed(draft)["original_names"] == "Коваленко" and typed(draft)["birth_name"] == "Коваленко"


def test_a_reload_after_a_refused_form_keeps_what_autosave_kept(client, draft):
    sent = client.post(page(draft, "contact"), {**FORMS["contact"], "postcode": "25"})
    deposit.save_typed(make.owner_of(draft), draft.pk, {"street": ("12 rue Battant", "3 rue Neuve")})
    html = client.get(sent["Location"]).content.decode()
    assert 'value="3 rue Neuve"' in html and 'href="#id_postcode"' in html
    assert typed(draft)["street"] == "3 rue Neuve"


def test_a_page_mended_meanwhile_shows_no_error(client, draft):
    client.post(page(draft, "contact"), {**FORMS["contact"], "postcode": "25"})
    deposit.save_typed(make.owner_of(draft), draft.pk, {"postcode": ("25", "25000")})
    answer = client.get(page(draft, "contact") + "?again=1")
    assert answer.status_code == 200 and "error-summary" not in answer.content.decode()


def test_from_the_page_with_errors_the_way_leads_back_to_the_check_page(client, draft):
    sent = client.post(page(draft, "contact") + "?back=check", {**FORMS["contact"], "postcode": "25"})
    answer = client.post(sent["Location"], FORMS["contact"])
    assert answer["Location"].endswith(f"/{draft.pk}/check/")


def test_the_address_of_the_autosave_opened_as_a_page_leads_to_the_space(client, draft):
    assert client.get(f"/en/student/dossier/{draft.pk}/autosave/")["Location"] == "/en/student/space/"


def test_new_answers_that_differ_are_shown_beside_what_was_written(client):
    user = make.a_user("twice@example.org", "en")
    dossier = make.a_ready_draft(user)
    sign_in(client, user.email)
    assert "Which is right?" not in client.get(page(dossier, "civil_status")).content.decode()
    changed = {**make.NON_EU, "nationality": "TH", "birth_date": "2003-03-14"}
    deposit.change_answers(make.owner_of(dossier), dossier.pk, changed)
    html = client.get(page(dossier, "civil_status")).content.decode()
    for answered, written in (("Thailand", "Vietnam"), ("14 March 2003", "14 March 2004")):
        said = f'<b translate="no">{answered}</b> in the questions and wrote <b translate="no">{written}</b>'
        assert said in html
    check = f"/en/student/dossier/{dossier.pk}/check/"
    assert "Complete “Civil status”" in client.get(check).content.decode()
    assert client.post(page(dossier, "civil_status") + "?back=check", FORMS["civil_status"])["Location"] == check
    assert "Which is right?" not in client.get(page(dossier, "civil_status")).content.decode()
    assert "Send my registration" in client.get(check).content.decode()


def test_coming_from_the_check_page_leads_back_to_it(client, draft):
    answer = client.post(page(draft, "contact") + "?back=check", FORMS["contact"])
    assert answer["Location"].endswith(f"/{draft.pk}/check/")


def test_a_page_that_does_not_exist(client, draft):
    assert client.get(page(draft, "hobbies")).status_code == 404


def test_autosave_keeps_values_and_says_when(client, draft):
    answer = client.post(
        f"/en/student/dossier/{draft.pk}/autosave/",
        {"autosave": "1", "street": "3 rue Neuve", "base:street": "", "unknown": "x"},
    )
    said = json.loads(answer.content)
    assert said["text"].startswith("Saved at ") and said["conflicts"] == []
    assert typed(draft)["street"] == "3 rue Neuve" and "unknown" not in typed(draft)


def test_autosave_tells_of_another_window(client, draft):
    deposit.save_typed(make.owner_of(draft), draft.pk, {"street": ("", "4 rue Vieille")})
    answer = client.post(
        f"/en/student/dossier/{draft.pk}/autosave/", {"street": "3 rue Neuve", "base:street": "", "city": "Dole"}
    )
    said = json.loads(answer.content)
    assert [row["name"] for row in said["conflicts"]] == ["street"]
    assert typed(draft)["street"] == "4 rue Vieille" and typed(draft)["city"] == "Dole"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "You sent your file"), ("fr", "Vous avez envoyé votre dossier")]
)
def test_autosave_after_sending_says_so_and_keeps_nothing(client, language, said):
    dossier = make.a_submitted()
    sign_in(client, dossier.owner.email)
    before = typed(dossier)
    answer = client.post(f"/{language}/student/dossier/{dossier.pk}/autosave/", {"city": "Dole", "base:city": ""})
    told = json.loads(answer.content)
    assert answer.status_code == 409 and told["text"].startswith(said)
    assert client.get(told["href"]).status_code == 200 and typed(dossier) == before


def test_autosave_after_sign_out_is_refused_without_a_redirect(client, draft):
    client.post("/en/student/sign-out/")
    answer = client.post(
        f"/en/student/dossier/{draft.pk}/autosave/", {"city": "Dole"}, headers={"X-Matricule-Fragment": "1"}
    )
    assert answer.status_code == 401
    assert "city" not in typed(draft)


def test_after_submission_the_pages_lead_to_the_space(client):
    user = make.a_user("sent@example.org", "en")
    dossier = make.a_submitted(user)
    sign_in(client, user.email)
    assert client.get(page(dossier, "contact"))["Location"] == "/en/student/space/information/"


def test_schools_are_found_by_a_few_letters(client, draft):
    html = client.get("/en/student/schools/", {"school": "cote azur"}).content.decode()
    assert "Université Côte d" in html and "0062205P" in html


def test_a_school_that_is_not_found_may_be_written(client, draft):
    html = client.get("/en/student/schools/", {"school": "zzzzzz"}).content.decode()
    assert "write its full name" in html


def sign_in_again(client, address: str, path: str) -> str:
    client.post("/en/student/sign-in/", {"email": address, "next": path})
    answer = client.post("/en/student/sign-in/code/", {"code": code_from_mail(), "next": path})
    return answer["Location"]


def test_a_page_sent_after_the_session_ended_is_kept(client, draft):
    client.post("/en/student/sign-out/")
    asked = client.post(page(draft, "contact"), FORMS["contact"])
    assert asked["Location"].startswith("/en/student/sign-in/?next=")
    assert "What you wrote is kept" in client.get("/en/student/sign-in/").content.decode()
    assert typed(draft).get("street") is None
    back = sign_in_again(client, "typing@example.org", page(draft, "contact"))
    assert back == page(draft, "contact") and typed(draft)["street"] == "12 rue Battant"
    assert 'value="12 rue Battant"' in client.get(back).content.decode()


def test_what_was_kept_never_reaches_another_persons_dossier(client, draft):
    client.post("/en/student/sign-out/")
    client.post(page(draft, "contact"), FORMS["contact"])
    sign_in_again(client, "somebody-else@example.org", page(draft, "contact"))
    assert typed(draft).get("street") is None


def test_what_was_kept_does_not_touch_a_dossier_that_was_sent_meanwhile(client):
    user = make.a_user("meanwhile@example.org", "en")
    dossier = make.a_ready_draft(user)
    client.post(page(dossier, "contact"), FORMS["contact"])
    deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    sign_in_again(client, user.email, page(dossier, "contact"))
    assert "street" not in typed(dossier)
