"""What the invented company filed: every label of its list, reached by the acts of a member and of the caisse."""

from datetime import timedelta

import pytest

from matricule.accounts import organisations
from matricule.accounts.models import User
from matricule.core import clock
from matricule.demo import company, documents, employees, filing, sending, staff
from matricule.demo.employees import load_requests
from matricule.dossiers import labels, people, requests
from matricule.dossiers.case import Ask
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.states import State
from matricule.portals.requests.sections import form_of
from tests.support import factories as make

REQUESTS = {filed.key: filed for filed in load_requests()}


def test_each_label_of_the_list_belongs_to_a_request_and_two_drafts_wait():
    states = [filed.state for filed in REQUESTS.values()]
    assert set(states) == {"draft", *labels.FILTERS}
    drafts = [filed.contract for filed in REQUESTS.values() if filed.state == "draft"]
    assert min(drafts) < 0 < max(drafts), "one can be sent, one waits for the first day of work"
    assert [len(filed.people) for filed in REQUESTS.values()].count(4) >= 2


def test_nobody_shares_what_must_be_their_own():
    everybody = [person for filed in REQUESTS.values() for person in filed.people]
    for read in (lambda one: (one.birth_name, one.given_names), lambda one: one.paper):
        assert len({read(one) for one in everybody}) == len(everybody)
    assert len({filed.own_reference for filed in REQUESTS.values()}) == len(REQUESTS)
    assert all(one.email.endswith("@example.org") for one in everybody if one.role == "principal")


@pytest.mark.parametrize("key", sorted(REQUESTS))
def test_what_the_demo_types_is_what_the_forms_accept(key):
    filed = REQUESTS[key]
    for employee in filed.people:
        person = Registrant(role=employee.role, dossier=Dossier(category=filed.category))
        for name, values in filing.sections_of(filed, employee, clock.today()).items():
            form = form_of(name, person)(sending.typed_of(values))
            assert form.is_valid(), (employee.given_names, name, form.errors)


@pytest.mark.parametrize("key", sorted(REQUESTS))
def test_every_paper_can_be_drawn(key):
    filed = REQUESTS[key]
    for employee in filed.people:
        assert employees.drawn(filed, employee, today=clock.today()).birth_name == employee.birth_name
        assert {paper.kind for paper in employees.papers(employee)} <= set(documents.KINDS)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"state": "lost"}, "unknown state 'lost'"),
        ({"floor": 3}, "floor"),
        ({"people": [{"role": "cat"}]}, "Employee"),
    ],
)
def test_a_wrong_request_says_which_and_why(change, says):
    row = {**vars(REQUESTS["rohan"]), "people": [], **change}
    with pytest.raises(ValueError, match=r"requests\.toml, rohan") as refusal:
        employees._request(row)
    assert says in str(refusal.value)


@pytest.fixture
def load(db, monkeypatch):
    def draw(kind, person, *, seed, fmt, flaw):
        return make.a_pdf(mark=f"{kind}{person.key}{person.given_names}")

    monkeypatch.setattr(documents, "draw", draw)
    staff.load()
    company.load()
    return lambda *keys: [filing.load(REQUESTS[key]) for key in keys]


def request_of(key):
    return Dossier.objects.get(own_reference=REQUESTS[key].own_reference)


def test_every_label_is_reached_by_the_acts(load):
    assert load(*REQUESTS) == [filed.state for filed in REQUESTS.values()]
    for key, filed in REQUESTS.items():
        assert request_of(key).label == filed.state, key
    chloe = organisations.memberships_of(User.objects.get(email="chloe.morel@example.org").pk)[0]
    counts = labels.counts(chloe.company.id)
    assert all(counts[label] >= 1 for label in ("draft", *labels.FILTERS)) and counts["all"] == len(REQUESTS)
    assert {request_of(key).office for key in REQUESTS if REQUESTS[key].state != "draft"} == {"251", "751"}
    family = list(request_of("ousmane").registrants.order_by("position").values_list("state", flat=True))
    assert family == [State.REGISTERED, State.REJECTED, State.REGISTERED, State.REGISTERED]
    to_do = requests.to_do(chloe.company.id)
    assert [row.dossier.own_reference for row in to_do.sendable] == ["LUM-0435"]
    assert {row.dossier.own_reference for row in to_do.asked} == {"LUM-0419", "LUM-0408"}
    assert [one.birth_name for one in to_do.titles] == ["Castro Alves"]
    ask = Ask.objects.get(registrant__dossier=request_of("fatima"))
    assert (clock.now() - ask.asked_at) // timedelta(days=1) == 6
    assert load(*REQUESTS) == ["kept"] * len(REQUESTS)


def test_a_draft_that_a_load_left_unfinished_is_begun_again(load, monkeypatch):
    def cut(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(filing, "_send_papers", cut)
        with pytest.raises(KeyboardInterrupt):
            load("beatriz")
    left = request_of("beatriz")
    assert load("beatriz") == ["draft"] and request_of("beatriz").pk != left.pk
    assert people.obstacles(request_of("beatriz"), request_of("beatriz").registrants.all()) == []
