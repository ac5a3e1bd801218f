"""A company's account: who may open it, what it proves, its shared mailbox, joining two of one SIRET."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import signing

from matricule.accounts import companies, invitations, members, organisations
from matricule.accounts.organisation_door import NotTheirs
from matricule.accounts.organisations import Organisation
from matricule.core import clock
from matricule.core.outbox import Mail
from tests.support import cast, company
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def kinds_to(address: str) -> list[str]:
    return [mail.kind for mail in Mail.objects.order_by("created_at", "pk") if mail.to_address == address]


def link_in(address: str) -> str:
    mails = [mail for mail in Mail.objects.order_by("created_at", "pk") if mail.to_address == address]
    return next(word for word in mails[-1].body.split() if "/employer/" in word)


def test_whoever_opens_an_account_administers_it_and_it_proves_nothing():
    chief = company.a_company()
    assert chief.administers and chief.company.siret == company.SIRET and chief.company.siren == "912345675"
    assert not chief.company.is_proved and chief.company.head_office == "25000"
    assert kinds_to(chief.email) == ["company_opened"]


def test_la_postes_siret_has_its_own_key_and_a_wrong_key_is_refused():
    assert company.a_company(siret="356 000 000 00048").company.siret == company.OTHER_SIRET
    for wrong in ("91234567500018", "123", "abc", ""):
        with pytest.raises(companies.BadSiret):
            company.a_company(siret=wrong)


def test_the_same_person_opening_the_same_siret_again_finds_their_account():
    user = make.a_user()
    first, again = company.a_company(user), company.a_company(user, name="Written otherwise")
    assert first.company.id == again.company.id and again.company.name == "Atelier Lumen"
    assert Organisation.objects.count() == 1


def test_two_people_who_open_the_same_siret_see_nothing_of_each_other():
    one, two = company.a_company(), company.a_company()
    assert one.company.id != two.company.id
    assert [row.user_id for row in organisations.members(one.company.id)] == [one.user_id]
    assert organisations.membership_of(two.user_id, one.company.id) is None
    assert not organisations.is_member(two.user_id, one.company.id)


def test_a_person_may_act_for_several_companies_the_oldest_comes_first():
    user = make.a_user()
    first, second = company.a_company(user), company.a_company(user, siret=company.OTHER_SIRET)
    assert [place.company.id for place in organisations.memberships_of(user.pk)] == [
        first.company.id,
        second.company.id,
    ]
    assert organisations.membership_of(user.pk).company.id == first.company.id


def test_an_administrator_changes_the_address_a_member_does_not():
    chief = company.a_company()
    colleague = company.a_colleague(chief)
    moved = {**company.ADDRESS, "city": "Dole", "postcode": "39100", "head_postcode": "75011"}
    with pytest.raises(NotTheirs):
        companies.change_address(colleague.user_id, chief.company.id, moved)
    mark = cast.last_entry()
    companies.change_address(chief.user_id, chief.company.id, moved)
    companies.change_address(chief.user_id, chief.company.id, moved)
    assert cast.entries_since(mark) == [("organisation.changed", "done")]
    found = organisations.company_of(chief.company.id)
    assert (found.city, found.head_office) == ("Dole", "75011")


def test_a_refusal_is_in_the_journal_also_for_a_company_that_does_not_exist():
    stranger, mark = make.a_user(), cast.last_entry()
    for company_id in (company.a_company().company.id, uuid4()):
        with pytest.raises(NotTheirs):
            companies.change_address(stranger.pk, company_id, company.ADDRESS)
    assert cast.entries_since(mark)[-2:] == [("organisation.change_address", "refused")] * 2


def test_the_shared_mailbox_gets_a_copy_only_after_it_confirmed():
    chief, shared = company.a_company(), "rh@example.org"
    companies.set_shared_mailbox(chief.user_id, chief.company.id, shared)
    assert organisations.shared_mailbox_of(chief.company.id) == organisations.SharedMailbox(shared, False)
    companies.prove("system:tests", chief.company.id)
    assert kinds_to(shared) == ["confirm_shared_mailbox"]
    token = link_in(shared).rstrip("/").rsplit("/", 1)[1]
    assert companies.confirm_shared_mailbox(token) and companies.confirm_shared_mailbox(token)
    assert organisations.shared_mailbox_of(chief.company.id).confirmed
    other = company.a_company()
    companies.join("system:tests", chief.company.id, other.company.id)
    assert kinds_to(shared) == ["confirm_shared_mailbox", "accounts_joined"]


def test_naming_the_same_mailbox_again_writes_nothing_and_another_one_starts_anew():
    chief = company.a_company()
    for address in ("rh@example.org", "rh@example.org", "paie@example.org"):
        companies.set_shared_mailbox(chief.user_id, chief.company.id, address)
    assert len(kinds_to("rh@example.org")) == len(kinds_to("paie@example.org")) == 1
    old = link_in("rh@example.org").rstrip("/").rsplit("/", 1)[1]
    assert not companies.confirm_shared_mailbox(old)
    companies.set_shared_mailbox(chief.user_id, chief.company.id, "")
    assert organisations.shared_mailbox_of(chief.company.id) == organisations.SharedMailbox("", False)


def test_a_link_that_is_too_old_forged_or_of_no_company_confirms_nothing():
    chief = company.a_company()
    companies.set_shared_mailbox(chief.user_id, chief.company.id, "rh@example.org")
    token = link_in("rh@example.org").rstrip("/").rsplit("/", 1)[1]
    with time_machine.travel(clock.wall() + timedelta(days=15), tick=False):
        assert not companies.confirm_shared_mailbox(token)
    assert not companies.confirm_shared_mailbox(token[:-1] + ("a" if token[-1] != "a" else "b"))
    for payload in ({"o": str(uuid4()), "a": ""}, {"o": "x"}, ["o"]):
        assert not companies.confirm_shared_mailbox(signing.dumps(payload, salt=companies.SALT))


def test_the_address_of_the_shared_mailbox_lies_sealed():
    chief = company.a_company()
    companies.set_shared_mailbox(chief.user_id, chief.company.id, "secret-box@example.org")
    invitations.invite(chief.user_id, chief.company.id, "secret-guest@example.org", "member")
    stored = cast.everything_stored()
    assert "secret-box@" not in stored and "secret-guest@" not in stored


def test_what_is_proved_stays_proved_and_is_told_once():
    chief = company.a_company()
    by = uuid4()
    companies.prove("system:tests", chief.company.id, by=by)
    first = Organisation.objects.get(pk=chief.company.id).proved_at
    companies.prove("system:tests", chief.company.id)
    row = Organisation.objects.get(pk=chief.company.id)
    assert (row.proved_at, row.proved_by) == (first, by)
    assert kinds_to(chief.email).count("company_proved") == 1
    with pytest.raises(NotTheirs):
        companies.prove("system:tests", uuid4())


def test_joining_lets_the_people_of_both_act_in_one_and_nobody_in_the_other():
    one, two = company.a_company(), company.a_company()
    colleague, both = company.a_colleague(two), make.a_user()
    company.a_colleague(one, user=both)
    company.a_colleague(two, role="administrator", user=both)
    invitations.invite(two.user_id, two.company.id, "late@example.org", "member")
    companies.join("system:tests", one.company.id, two.company.id)
    companies.join("system:tests", one.company.id, two.company.id)
    team = {row.user_id: row.role for row in organisations.members(one.company.id)}
    assert team == {one.user_id: "administrator", two.user_id: "administrator", colleague.user_id: "member",
                    both.pk: "member"}  # fmt: skip
    assert organisations.members(two.company.id) == []
    assert organisations.membership_of(two.user_id).company.id == one.company.id
    assert invitations.still_open(two.company.id) == []
    with pytest.raises(NotTheirs):
        members.rename(two.user_id, two.company.id, "Nobody")


def test_only_accounts_of_one_siret_are_joined_and_only_such_as_stand():
    one, other = company.a_company(), company.a_company(siret=company.OTHER_SIRET)
    with pytest.raises(companies.NotAlike):
        companies.join("system:tests", one.company.id, other.company.id)
    for pair in ((one.company.id, one.company.id), (one.company.id, uuid4())):
        with pytest.raises(NotTheirs):
            companies.join("system:tests", *pair)


def test_names_and_texts_of_rows_say_nothing():
    chief = company.a_company()
    row = Organisation.objects.get(pk=chief.company.id)
    place = row.memberships.get()
    invitations.invite(chief.user_id, row.pk, "who@example.org", "member")
    texts = [str(row), str(place), str(row.invitations.get())]
    assert texts[0] == f"organisation:{row.pk}" and row.siren == "912345675"
    assert not any("Lumen" in text or "@" in text for text in texts)
