"""Loading the invented people: their answers lead where their story says, and a second load changes nothing."""

import pytest

from matricule.core import clock
from matricule.demo import documents, loading, sending
from matricule.demo.people import get_person, load_people
from matricule.dossiers import plan
from matricule.dossiers.models import Dossier, File
from matricule.portals.student import sections
from matricule.rules import orientation
from tests.support import factories as make

PEOPLE = {person.key: person for person in load_people()}


@pytest.mark.parametrize("key", sorted(PEOPLE))
def test_the_answers_lead_where_the_story_says(key):
    person = PEOPLE[key]
    end = orientation.load("student").outcome(loading.answers_of(person), on=clock.today())
    assert end is not None, "a question stays open"
    assert (end.kind == "register") == (person.state != "none")


@pytest.mark.parametrize("key", sorted(PEOPLE))
def test_what_the_demo_types_is_what_the_form_accepts(key):
    pages = loading.sections_of(PEOPLE[key])
    for name, form_class in sections.SECTIONS.items():
        form = form_class(sending.typed_of(pages[name]) | ({"no_parents": "on"} if not pages[name] else {}))
        assert form.is_valid(), (name, form.errors)


@pytest.fixture
def quick_drawing(monkeypatch):
    drawn = []

    def draw(kind, person, *, seed, fmt, flaw):
        drawn.append(kind)
        return make.a_pdf(mark=f"{kind}{person.key}")

    monkeypatch.setattr(documents, "draw", draw)
    return drawn


def only(monkeypatch, *keys):
    monkeypatch.setattr(loading, "load_requests", tuple)
    monkeypatch.setattr(loading, "load_people", lambda: tuple(get_person(key) for key in keys))


@pytest.mark.django_db
def test_people_become_what_their_state_says(monkeypatch, quick_drawing):
    only(monkeypatch, "anh", "thiago", "jonas")
    assert [(row.key, row.became) for row in loading.load()] == [
        ("anh", "draft"),
        ("thiago", "ready"),
        ("jonas", "account"),
    ]
    draft = Dossier.objects.get(owner__email=PEOPLE["anh"].email)
    assert draft.submitted_at is None and plan.obstacles(draft, draft.registrants.get()) == []
    assert Dossier.objects.get(owner__email=PEOPLE["thiago"].email).submitted_at is not None
    assert not Dossier.objects.filter(owner__email=PEOPLE["jonas"].email).exists()


@pytest.mark.django_db
def test_a_second_load_keeps_everything(monkeypatch, quick_drawing):
    only(monkeypatch, "anh", "thiago")
    list(loading.load())
    count, drawings = File.objects.count(), len(quick_drawing)
    assert {row.became for row in loading.load()} == {"kept"}
    assert (File.objects.count(), len(quick_drawing)) == (count, drawings)


@pytest.mark.django_db
def test_a_load_that_was_cut_short_goes_on(monkeypatch, quick_drawing):
    only(monkeypatch, "thiago")
    whole = len(PEOPLE["thiago"].documents)
    sent = loading._send

    def cut(*args):
        if len(quick_drawing) == 2:
            raise KeyboardInterrupt
        sent(*args)

    monkeypatch.setattr(loading, "_send", cut)
    with pytest.raises(KeyboardInterrupt):
        list(loading.load())
    monkeypatch.setattr(loading, "_send", sent)
    assert [row.became for row in loading.load()] == ["ready"]
    assert len(quick_drawing) == whole


@pytest.mark.django_db
def test_a_refugee_sends_no_translation(monkeypatch, quick_drawing):
    only(monkeypatch, "oleksandra")
    assert [row.became for row in loading.load()] == ["certified"]
    assert "ofpra" in quick_drawing and "translation" not in quick_drawing


@pytest.mark.django_db
def test_a_specimen_passport_is_accepted_by_the_parser(monkeypatch):
    person = PEOPLE["anh"]
    only(monkeypatch, "anh")
    dossier = make.a_draft(make.a_user(person.email), loading.answers_of(person))
    owned = next(one for one in person.documents if one.requirement == "identity")
    loading._send(make.owner_of(dossier), dossier, person, owned, 1, "identity")
    file = File.objects.get()
    assert (file.state, file.kind, file.verdict) == ("ready", "jpeg", "ok")
