"""The list of a company: five orders, filters, search, pages by key; what is to do today."""

import base64
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matricule.core import clock
from matricule.dossiers import lines, requests
from matricule.dossiers.listing import ORDERS, ListedRequest
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import requesting
from matricule.dossiers.requests import View
from tests.support import companies as firm

pytestmark = pytest.mark.django_db

EVERY = View()
PEOPLE = ("Moreau Anna", "Álvarez Bruno", "Zadeh Chloé", "Alvarez Ana")


@pytest.fixture
def several():
    """Give a company with four drafts of named people, opened an hour apart, the first one first."""
    company = firm.a_company()
    user = firm.a_member(company)
    made = []
    for number, name in enumerate(PEOPLE):
        dossier = firm.a_request(company, user)
        family, given = name.split(" ")
        Dossier.objects.filter(pk=dossier.pk).update(opened_at=clock.now() - timedelta(hours=9 - number))
        Registrant.objects.filter(dossier=dossier).update(birth_name=family, given_names=given)
        refresh(dossier)
        made.append(dossier)
    return company, made


def refresh(dossier):
    dossier.refresh_from_db()
    lines.settle(dossier, clock.now(), changed=True)


def names(company, view=EVERY, after=""):
    return [row.name.replace(",", "") for row in requests.listed(company.pk, view, after).rows]


def walk(company, view, limit):
    found, after = [], ""
    for _ in range(30):
        page = requests.listed(company.pk, view, after, limit=limit)
        found += [row.dossier.pk for row in page.rows]
        after = page.after
        if not after:
            return found
    raise AssertionError("the pages do not end")


def test_the_latest_opened_comes_first_and_any_column_orders_both_ways(several):
    company, _ = several
    assert names(company) == ["Alvarez Ana", "Zadeh Chloé", "Álvarez Bruno", "Moreau Anna"]
    by_person = ["Alvarez Ana", "Álvarez Bruno", "Moreau Anna", "Zadeh Chloé"]
    assert names(company, View(order="person")) == by_person
    assert names(company, View(order="-person")) == by_person[::-1]
    assert names(company, View(order="changed")) == list(PEOPLE)
    assert names(company, View(order="nonsense")) == names(company)


def test_labels_come_in_the_order_of_the_filters_and_turns_by_who_acts_and_when(several):
    company, (first, second, third, fourth) = several
    for dossier, rank, turn in ((first, 3, "3"), (second, 1, "1 2026-12-09"), (third, 2, "2"), (fourth, 0, "1 later")):
        ListedRequest.objects.filter(pk=dossier.pk).update(rank=rank, turn=turn)
    assert walk(company, View(order="label"), 9) == [fourth.pk, second.pk, third.pk, first.pk]
    assert walk(company, View(order="turn"), 9) == [second.pk, fourth.pk, third.pk, first.pk]


@pytest.mark.parametrize("order", [sign + name for name in ORDERS for sign in ("", "-")])
@pytest.mark.parametrize("filtered", ["", "draft"])
def test_pages_of_any_order_show_everything_once(several, order, filtered):
    company, made = several
    view = View(filtered, order)
    whole = walk(company, view, 9)
    assert walk(company, view, 1) == walk(company, view, 3) == whole
    assert sorted(whole) == sorted(dossier.pk for dossier in made)


def test_a_filter_shows_its_label_and_who_withdrew_stands_with_the_closed(several):
    company, (first, second, *_) = several
    Dossier.objects.filter(pk=first.pk).update(label="withdrawn")
    Dossier.objects.filter(pk=second.pk).update(label="closed")
    refresh(first)
    refresh(second)
    assert set(walk(company, View("closed"), 9)) == {first.pk, second.pk}
    assert len(walk(company, View("draft"), 9)) == 2 and walk(company, View("rejected"), 9) == []


@pytest.mark.parametrize("mark", ["nonsense", "é", "0" * 400, base64.urlsafe_b64encode(b"x" * 80).decode()])
def test_a_mark_that_is_none_begins_at_the_first_page(several, mark):
    company, made = several
    assert len(requests.listed(company.pk, View(), mark).rows) == len(made)


def test_a_mark_tells_no_name_and_counts_for_its_company_and_order_only(several):
    company, made = several
    mark = requests.listed(company.pk, View(order="person"), limit=2).after
    assert b"lvarez" not in base64.urlsafe_b64decode(mark + "==")
    assert names(company, View(order="person"), mark) == ["Moreau Anna", "Zadeh Chloé"]
    assert len(names(company, View(order="changed"), mark)) == len(made)
    other = firm.a_request()
    assert [row.dossier.pk for row in requests.listed(other.organisation_id, View(order="person"), mark).rows] == [
        other.pk
    ]


@pytest.mark.parametrize("text", ["alvarez", "ALV", "Álvarez  Ana", "ana alvarez", "ana"])
def test_a_name_is_found_from_its_first_letters_either_way_round(several, text):
    company, made = several
    assert made[3].pk in walk(company, View(text=text), 9)
    assert made[2].pk not in walk(company, View(text=text), 9)


def test_a_family_member_leads_to_the_request_once(several):
    company, made = several
    child = requesting.add_person(firm.actor_of(made[0]), made[0].pk, "child", key=uuid4())
    firm.fill(made[0], Registrant.objects.get(pk=child), {**firm.CHILD, "birth_name": "Moreau", "usage_name": "Petit"})
    assert walk(company, View(text="moreau"), 9) == walk(company, View(text="petit"), 9) == [made[0].pk]


def test_a_reference_and_an_own_number_are_found_whole(several):
    company, made = several
    requesting.change_request(
        firm.actor_of(made[1]), made[1].pk, category="salarie", answers={}, own_reference="Pay-0042"
    )
    reference = made[0].reference
    for text in (reference, reference.lower(), reference.replace("-", " ")):
        assert walk(company, View(text=text), 9) == [made[0].pk]
    assert walk(company, View(text="pay-0042"), 9) == [made[1].pk]
    assert walk(company, View(text="pay"), 9) == walk(company, View(text=reference[:8]), 9) == []


def test_a_search_finds_nothing_of_another_company_and_stays_within_a_filter(several):
    company, _ = several
    other = firm.a_sent_request()
    for text in ("okonkwo", other.reference):
        assert walk(company, View(text=text), 9) == []
    assert walk(company, View("in_progress", text="alvarez"), 9) == []
    assert len(walk(company, View("draft", text="alvarez"), 9)) == 2


@pytest.mark.parametrize("text", ["%", "_", "\\", "%lvarez", "''", "…"])
def test_a_sign_that_means_something_to_the_database_means_nothing_here(several, text):
    company, _ = several
    assert walk(company, View(text=text), 9) == []


def test_a_search_that_finds_too_many_says_so(several, monkeypatch):
    company, _ = several
    assert not requests.listed(company.pk, View(text="a")).capped
    monkeypatch.setattr(requests, "FOUND", 1)
    assert requests.listed(company.pk, View(text="a")).capped


def test_a_search_that_was_cut_says_so_however_few_requests_it_finds(several, monkeypatch):
    company, made = several
    for role in ("spouse", "child"):
        person = requesting.add_person(firm.actor_of(made[0]), made[0].pk, role, key=uuid4())
        firm.fill(made[0], Registrant.objects.get(pk=person), {**firm.CHILD, "birth_name": "Quivy"})
    monkeypatch.setattr(requests, "FOUND", 1)
    cut = requests.listed(company.pk, View(text="quivy"))
    assert cut.capped and [row.dossier.pk for row in cut.rows] == [made[0].pk]
    monkeypatch.setattr(requests, "FOUND", 2)
    assert not requests.listed(company.pk, View(text="quivy")).capped


def test_two_ways_to_a_name_that_were_each_looked_at_whole_are_no_cut_search(several, monkeypatch):
    company, made = several
    firm.fill(made[0], made[0].registrants.get(), {**firm.EMPLOYEE["civil_status"], "birth_name": "Marin"})
    firm.fill(made[1], made[1].registrants.get(), {**firm.EMPLOYEE["civil_status"], "given_names": "Marin"})
    monkeypatch.setattr(requests, "FOUND", 1)
    found = requests.listed(company.pk, View(text="marin"))
    assert not found.capped and {row.dossier.pk for row in found.rows} == {made[0].pk, made[1].pk}


def test_a_page_costs_three_statements_a_search_four_and_nothing_sealed_is_opened(several):
    company, _ = several
    for view, cost in ((View(), 3), (View("draft", "turn"), 3), (View(text="alvarez"), 4)):
        with CaptureQueriesContext(connection) as seen:
            [row.name for row in requests.listed(company.pk, view).rows]
        assert len(seen) == cost, view
        assert not any('"answers"' in one["sql"] or '"iban"' in one["sql"] for one in seen)


def test_today_the_nearest_day_comes_first_and_only_what_is_asked():
    company = firm.a_company()
    made = [firm.a_request(company) for _ in range(3)]
    for dossier, turn in zip(made, ("1 2026-12-24", "1 2026-12-01", "1 later"), strict=True):
        ListedRequest.objects.filter(pk=dossier.pk).update(turn=turn)
    assert [row.dossier.pk for row in requests.to_do(company.pk).asked] == [made[1].pk, made[0].pk]


def test_today_a_draft_can_be_sent_from_its_day_on():
    company = firm.a_company()
    early, late = firm.a_request(company), firm.a_request(company)
    Dossier.objects.filter(pk=early.pk).update(sendable_on=clock.today())
    Dossier.objects.filter(pk=late.pk).update(sendable_on=clock.today() + timedelta(days=1))
    other = firm.a_request()
    Dossier.objects.filter(pk=other.pk).update(sendable_on=clock.today())
    assert [row.dossier.pk for row in requests.to_do(company.pk).sendable] == [early.pk]


@pytest.mark.parametrize(("days", "there"), [(-1, False), (0, True), (92, True), (93, False)])
def test_today_a_stay_title_that_ends_within_three_months(days, there):
    dossier = firm.a_sent_request()
    until = clock.today() + timedelta(days=days)
    Registrant.objects.filter(dossier=dossier).update(title_until=until)
    refresh(dossier)
    found = requests.to_do(dossier.organisation_id)
    assert [person.title_until for person in found.titles] == ([until] if there else [])


def test_a_line_shows_who_how_many_and_by_when():
    dossier = firm.a_sent_request(family=True)
    ListedRequest.objects.update(due_on=date(2026, 12, 24))
    (row,) = requests.listed(dossier.organisation_id).rows
    assert (row.name, row.count, row.label, row.due_on) == (
        "Okonkwo, Adaeze Ifeoma", 4, "in_progress", date(2026, 12, 24),
    )  # fmt: skip
