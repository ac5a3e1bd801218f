"""The pages of a company's account: opening it, changing it, its people, what happened."""

import pytest

from matricule.accounts import companies, invitations, organisations
from matricule.core.outbox import Mail
from tests.accounts.test_companies import kinds_to, link_in
from tests.support import company
from tests.support import factories as make

pytestmark = pytest.mark.django_db

TYPED = {**company.ADDRESS, "siret": "912 345 675 00017", "person": "Chloé Morel"}


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def chief():
    return company.a_company()


@pytest.fixture
def mine(chief):
    return company.browser(chief.user_id)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "page", ["requests/", "company/", "people/", "notifications/", "me/", "register/", "household/"]
)
def test_every_page_of_a_company_opens_in_both_languages(mine, chief, page, language):
    invitations.invite(chief.user_id, chief.company.id, "guest@example.org", "member")
    answer = mine.get(f"/{language}/employer/{page}")
    assert answer.status_code == 200 and "Matricule" in text(answer)


def test_the_first_page_is_an_account_to_open_then_the_company():
    mine = company.browser(make.a_user().pk)
    assert mine.get("/en/employer/")["Location"] == "/en/employer/register/"
    answer = mine.post("/en/employer/register/", TYPED)
    assert answer["Location"] == "/en/employer/"
    page = text(mine.get("/en/employer/", follow=True))
    assert "Atelier Lumen" in page and "912 345 675 00017" in page.replace("\u202f", " ").replace("\xa0", " ")
    assert "has not yet checked" in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("siret", "912 345 675 00018", "copied wrong"),
        ("siret", "123", "14 digits"),
        ("siret", "", "Copy the SIRET"),
        ("postcode", "99999", "A French postcode"),
        ("head_postcode", "abc", "A French postcode"),
        ("person", "", "first name and name"),
    ],
)
def test_what_needs_another_look_is_said_beside_its_field(field, typed, said):
    mine = company.browser(make.a_user().pk)
    answer = mine.post("/en/employer/register/", {**TYPED, field: typed})
    assert answer.status_code == 422 and said in text(answer)
    assert organisations.Organisation.objects.count() == 0


def test_changing_the_language_keeps_what_is_typed():
    mine = company.browser(make.a_user().pk)
    answer = mine.post("/fr/employer/register/", {**TYPED, "siret": "12", "switch_language": "en"})
    assert answer.status_code == 200 and 'value="12"' in text(answer)


def test_a_household_learns_which_caisse_takes_its_request():
    from django.test import Client

    answer = Client().post("/en/employer/household/", {"postcode": "25000"})
    assert "CPAM du Doubs" in text(answer) and "S1106" in text(answer)
    several = text(Client().post("/fr/employer/household/", {"postcode": "59000"}))
    assert several.count("CPAM") > 1, "where a department has several, all are named"
    assert Client().post("/en/employer/household/", {"postcode": "x"}).status_code == 422


def test_an_administrator_changes_the_address_and_the_shared_mailbox(mine, chief):
    assert mine.post("/en/employer/company/", {**company.ADDRESS, "city": "Dole"}).status_code == 302
    assert organisations.company_of(chief.company.id).city == "Dole"
    assert mine.post("/en/employer/company/", {**company.ADDRESS, "name": ""}).status_code == 422
    assert mine.post("/en/employer/company/mailbox/", {"shared": "not an address"}).status_code == 422
    mine.post("/en/employer/company/mailbox/", {"shared": "rh@example.org"})
    assert "not confirmed yet" in text(mine.get("/en/employer/company/"))
    from django.test import Client

    path = "/" + link_in("rh@example.org").split("/", 3)[3]
    visitor = Client()
    assert "Confirmer" in text(visitor.get(path))
    assert not organisations.shared_mailbox_of(chief.company.id).confirmed, "opening the page confirms nothing"
    assert "confirmée" in text(visitor.post(path))
    assert organisations.shared_mailbox_of(chief.company.id).confirmed
    assert visitor.post("/fr/employer/mailbox/forged/").status_code == 404


def test_a_member_reads_the_company_and_changes_nothing(chief):
    mine = company.browser(company.a_colleague(chief).user_id)
    page = text(mine.get("/en/employer/company/"))
    assert "An administrator of your team can change this" in page and "Save the mailbox" not in page
    assert mine.post("/en/employer/company/", {**company.ADDRESS, "city": "Dole"}).status_code == 404
    assert mine.post("/en/employer/company/mailbox/", {"shared": "rh@example.org"}).status_code == 404
    assert "Invite a colleague" not in text(mine.get("/en/employer/people/"))
    assert mine.post("/en/employer/people/invite/", {"email": "x@example.org", "role": "member"}).status_code == 404
    assert mine.get(f"/en/employer/people/{chief.user_id}/remove/").status_code == 404


def test_somebody_of_two_companies_chooses_for_which_they_act(mine, chief):
    user = make.a_user().__class__.objects.get(pk=chief.user_id)
    second = company.a_company(user, siret=company.OTHER_SIRET, name="Poste de Dole")
    assert "Atelier Lumen" in text(mine.get("/en/employer/", follow=True))
    assert mine.post("/en/employer/company/choose/", {"company": str(second.company.id)}).status_code == 302
    page = text(mine.get("/en/employer/", follow=True))
    assert "Poste de Dole" in page and "change company" in page
    stranger = company.a_company()
    assert mine.post("/en/employer/company/choose/", {"company": str(stranger.company.id)}).status_code == 404


def test_inviting_by_the_page_shows_the_link_to_administrators_only(mine, chief):
    answer = mine.post("/en/employer/people/invite/", {"email": "Guest@Example.org", "role": "administrator"})
    assert answer.status_code == 302
    (waiting,) = invitations.still_open(chief.company.id)
    assert (waiting.address, waiting.role) == ("guest@example.org", "administrator")
    assert invitations.token_of(waiting.id) in text(mine.get("/en/employer/people/"))
    colleague = company.browser(company.a_colleague(chief).user_id)
    assert invitations.token_of(waiting.id) not in text(colleague.get("/en/employer/people/"))
    again = mine.post("/en/employer/people/invite/", {"email": chief.email, "role": "member"})
    assert again.status_code == 422 and "of your team already" in text(again)
    assert mine.post("/en/employer/people/invite/", {"email": "no", "role": "member"}).status_code == 422
    mine.post(f"/en/employer/people/invitations/{waiting.id}/withdraw/")
    assert invitations.still_open(chief.company.id) == []


def test_too_many_invitations_are_said(mine, monkeypatch):
    monkeypatch.setattr(invitations, "MOST", 0)
    answer = mine.post("/en/employer/people/invite/", {"email": "x@example.org", "role": "member"})
    assert answer.status_code == 422 and "Too many invitations" in text(answer)


def test_a_guest_comes_in_by_the_link(chief):
    invitation = invitations.invite(chief.user_id, chief.company.id, "guest@example.org", "member")
    path = invitations.path_of(invitation, "en")
    from django.test import Client

    page = text(Client().get(path))
    assert "Atelier Lumen" in page and "guest@example.org" not in page and "/en/employer/sign-in/?next=" in page
    stranger = company.browser(make.a_user().pk)
    assert "for another address" in text(stranger.get(path))
    assert "for another address" in text(stranger.post(path, {"person": "X"}))
    guest = company.browser(make.a_user("guest@example.org").pk)
    assert guest.post(path, {"person": ""}).status_code == 422
    assert guest.post(path, {"person": "Awa", "switch_language": "fr"}).status_code == 200
    assert guest.post(path, {"person": "Awa Diop"})["Location"] == "/en/employer/"
    assert "Atelier Lumen" in text(guest.get("/en/employer/", follow=True))
    assert guest.get(path)["Location"] == "/en/employer/", "the mail opened again leads in"


def test_an_invitation_withdrawn_between_page_and_button_is_said(chief, monkeypatch):
    invitation = invitations.invite(chief.user_id, chief.company.id, "guest@example.org", "member")
    guest = company.browser(make.a_user("guest@example.org").pk)

    def gone(*_):
        raise invitations.BadInvitation

    monkeypatch.setattr(invitations, "accept", gone)
    assert guest.post(invitations.path_of(invitation, "en"), {"person": "Awa"}).status_code == 404


def test_removing_asks_once_and_ends_the_access_at_the_next_request(mine, chief):
    colleague = company.a_colleague(chief)
    theirs = company.browser(colleague.user_id)
    assert theirs.get("/en/employer/", follow=True).status_code == 200
    path = f"/en/employer/people/{colleague.user_id}/remove/"
    assert "Their access ends at once" in text(mine.get(path))
    assert theirs.get("/en/employer/", follow=True).status_code == 200, "the page asks, the button does"
    assert mine.post(path)["Location"] == "/en/employer/people/"
    assert theirs.get("/en/employer/")["Location"] == "/en/employer/register/"
    assert mine.post(path).status_code == 409, "a second click says that they are gone"


def test_the_last_administrator_is_told_to_name_another_one(mine, chief):
    colleague = company.a_colleague(chief)
    assert "make a colleague one before you leave" in text(mine.get("/en/employer/people/"))
    for answer in (
        mine.post(f"/en/employer/people/{chief.user_id}/remove/"),
        mine.post(f"/en/employer/people/{chief.user_id}/role/", {"role": "member"}),
    ):
        assert answer.status_code == 422 and "A company keeps an administrator" in text(answer)
    assert mine.post(f"/en/employer/people/{colleague.user_id}/role/", {"role": "owner"}).status_code == 404
    mine.post(f"/en/employer/people/{colleague.user_id}/role/", {"role": "administrator"})
    answer = mine.post(f"/en/employer/people/{chief.user_id}/remove/")
    assert answer["Location"] == "/en/employer/"
    assert mine.get("/en/employer/")["Location"] == "/en/employer/register/"


def test_a_lost_passkey_is_a_colleagues_click_away(mine, chief):
    colleague = company.a_colleague(chief)
    path = f"/en/employer/people/{colleague.user_id}/sign-in/"
    assert "Bruno Petit" in text(mine.get(path))
    assert mine.post(path).status_code == 302
    assert kinds_to(chief.email)[-1] == "sign_in_reset"
    assert mine.get(f"/en/employer/people/{chief.user_id}/sign-in/").status_code == 404
    assert company.browser(company.a_colleague(chief).user_id).post(path).status_code == 404


def test_ones_name_and_how_one_is_written_to(mine, chief):
    assert mine.post("/en/employer/me/", {"person": ""}).status_code == 422
    mine.post("/en/employer/me/", {"person": "Chloé Morel-Roy"})
    mine.post("/en/employer/notifications/delivery/", {"delivery": "none"})
    found = company.member(chief.user_id, chief.company.id)
    assert (found.name, found.delivery) == ("Chloé Morel-Roy", "none")
    assert mine.post("/en/employer/notifications/delivery/", {"delivery": "weekly"}).status_code == 404
    before = Mail.objects.count()
    companies.prove("system:tests", chief.company.id)
    assert Mail.objects.count() == before
    page = text(mine.get("/en/employer/notifications/"))
    assert "has checked your company" in page and "New" in page
    mine.post("/en/employer/notifications/read/")
    assert ">New<" not in text(mine.get("/en/employer/notifications/"))


def test_an_e_mailed_code_alone_opens_no_company(chief):
    weak = company.browser(chief.user_id, method="code")
    answer = weak.get("/en/employer/people/")
    assert (
        answer.status_code == 302 and answer["Location"] == "/en/employer/sign-in/?next=%2Fen%2Femployer%2Fpeople%2F"
    )
    assert weak.get("/en/employer/register/").status_code == 302
    assert weak.get("/en/employer/sign-in/").status_code == 200


def test_the_address_that_messages_carry_leads_to_the_portal_in_the_readers_language(mine):
    answer = mine.get("/employer/", headers={"accept-language": "en"})
    assert answer["Location"] in {"/en/employer/", "/fr/employer/"}


def test_signing_out_ends_the_session_and_opened_as_a_page_nothing(mine):
    assert mine.get("/en/employer/sign-out/")["Location"] == "/en/employer/"
    assert mine.post("/en/employer/sign-out/")["Clear-Site-Data"] == '"cache"'
    assert "sign-in" in mine.get("/en/employer/")["Location"]
