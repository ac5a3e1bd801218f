"""What became of the students: each state is reached by the acts of the desk and the calendar, each on its day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from matricule.accounts.models import User
from matricule.core import clock
from matricule.demo import caisse, documents, loading, sending, stories
from matricule.demo.days import ago
from matricule.demo.people import get_person, load_people
from matricule.dossiers import uploads
from matricule.dossiers.case import Ask, Certificate
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.states import State
from tests.support import factories as make

pytestmark = pytest.mark.django_db
BECOME = {
    "thiago": State.EXAMINED,
    "ananya": State.AWAITING,
    "mamadou": State.REMINDED,
    "mateo": State.CLOSED,
    "clara": State.REJECTED,
    "oleksandra": State.PROVISIONAL,
    "sofia": State.PROVISIONAL,
    "maude": State.AT_REGISTER,
    "zineb": State.PROVISIONAL,
    "giulia": State.REGISTERED,
}


@pytest.fixture
def load(monkeypatch):
    def draw(kind, person, *, seed, fmt, flaw):
        return make.a_pdf(mark=f"{kind}{person.key}")

    monkeypatch.setattr(documents, "draw", draw)
    monkeypatch.setattr(loading, "load_requests", tuple)

    def load(*keys):
        monkeypatch.setattr(loading, "load_people", lambda: tuple(get_person(key) for key in keys))
        return {row.key: row.became for row in loading.load()}

    return load


def dossier_of(key):
    return Dossier.objects.get(owner__email=get_person(key).email)


def days_since(moment):
    return (clock.today() - moment.astimezone(clock.PARIS).date()).days


def test_every_story_belongs_to_somebody_and_goes_forward():
    told = {person.state for person in load_people()}
    assert set(stories.STUDENTS) <= told
    for story in (*stories.STUDENTS.values(), *stories.REQUESTS.values()):
        days = [story.sent_ago, *(day for day, _ in story.steps)]
        assert days == sorted(days, reverse=True) and days[-1] >= 0


def test_each_state_is_reached_by_the_acts(load):
    assert load(*BECOME) == {key: get_person(key).state for key in BECOME}
    for key, state in BECOME.items():
        dossier = dossier_of(key)
        assert dossier.registrants.get().state == state, key
        assert days_since(dossier.submitted_at) == loading._sent_ago(get_person(key)), key
        assert dossier.caseworker_id is not None
    assert clock.now() - clock.wall() < timedelta(minutes=1), "the clock of the loader came back"
    nadia = User.objects.get(email="nadia.haddad@example.org").pk
    hers = {key for key in BECOME if dossier_of(key).caseworker_id == nadia}
    assert {"thiago", "zineb"} <= hers < set(BECOME), "the tours lead her to those two; she has a colleague"
    queues = {key: dossier_of(key).queue for key in ("thiago", "ananya", "mamadou", "maude", "zineb", "giulia")}
    assert list(queues.values()) == ["ready", "waiting", "waiting", "register", "answered", "done"]
    asked = Ask.objects.get(registrant__dossier=dossier_of("ananya"))
    assert days_since(asked.asked_at) == 8 and asked.items.get().reason == "blurred"
    reminded = Ask.objects.get(registrant__dossier=dossier_of("mamadou"))
    assert [days_since(one.sent_at) for one in reminded.reminders.all()] == [5]
    assert dossier_of("mateo").registrants.get().ending["reopen_on"] > clock.today().isoformat(), (
        "it can still be reopened"
    )
    assert dossier_of("clara").registrants.get().ending["words"]


def test_certificates_run_ended_and_were_withdrawn(load):
    load("oleksandra", "sofia", "giulia")
    rows = {
        key: list(Certificate.objects.filter(registrant__dossier=dossier_of(key)).order_by("starts_on", "kind"))
        for key in ("oleksandra", "sofia", "giulia")
    }
    (runs,), (ended,) = rows["oleksandra"], rows["sofia"]
    assert runs.starts_on <= clock.today() <= runs.ends_on and runs.letter_id
    assert ended.ends_on < clock.today() and ended.letter_id
    withdrawn, definitive = rows["giulia"]
    assert withdrawn.withdrawn_at and withdrawn.letter_id and definitive.kind == Certificate.Kind.DEFINITIVE


def test_a_load_that_was_cut_short_within_a_story_tells_it_whole_the_next_time(load, monkeypatch):
    def cut(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stories, "play", cut)
        with pytest.raises(KeyboardInterrupt):
            load("clara")
    assert dossier_of("clara").submitted_at is None
    assert load("clara") == {"clara": "rejected"} and load("clara") == {"clara": "kept"}


def test_a_story_that_sends_back_what_was_not_sent_is_a_fault(load):
    load("lucia")
    worker = caisse.caseworker("nadia", dossier_of("lucia").pk)
    with pytest.raises(LookupError, match="visa_d"):
        worker.send_back(dossier_of("lucia").registrants.get(), "visa_d", "blurred", {"part": "text"})


def test_the_past_ends_also_when_something_fails():
    before = clock.today()
    with pytest.raises(ZeroDivisionError), ago(40):
        assert (before - clock.today()).days == 40
        raise ZeroDivisionError
    assert clock.today() == before


def test_a_file_has_its_verdict_before_anything_else_is_done(monkeypatch):
    dossier = make.a_draft()
    seen = iter([uploads.vision.Busy("busy"), uploads.vision.Busy("busy"), None])
    once = uploads.vision.check

    def check(data, **given):
        fault = next(seen)
        if fault is not None:
            raise fault
        return once(data, **given)

    monkeypatch.setattr(uploads.vision, "check", check)
    sending.add(make.owner_of(dossier), dossier.pk, "identity", "main", "passport.pdf", make.a_pdf())
    assert File.objects.get().state == File.State.READY


def test_one_sent_file_is_stopped_by_the_comparison_and_the_others_are_not(load):
    load("pol", "thiago")
    stopped = numbers_that_wait("pol"), numbers_that_wait("thiago")
    assert stopped == (1, 0)


def numbers_that_wait(key):
    dossier = dossier_of(key)
    worker = caisse.caseworker("nadia", dossier.pk)
    person = dossier.registrants.get()
    until, paper = get_person(key).stay.ends, get_person(key).paper.number
    worker.accept(person, 1, until=until, paper_number=paper)
    try:
        worker.give_number(person)
    except LookupError:
        return person.likenesses.count()
    return person.likenesses.count()


@pytest.mark.parametrize("hour", [0, 12, 22, 23])
def test_a_past_day_is_a_day_of_paris_also_across_the_change_of_the_clocks(hour, monkeypatch):
    """Found by a run at 23:45 in November: 40 days before, counted in hours, was only 39 days before."""
    for day, past in ((date(2026, 11, 26), date(2026, 10, 17)), (date(2027, 4, 10), date(2027, 3, 1))):
        moment = datetime.combine(day, time(hour, 45), clock.PARIS).astimezone(UTC)
        monkeypatch.setattr(clock, "wall", lambda moment=moment: moment)
        with ago(40):
            assert clock.today() == past
            assert clock.now().astimezone(clock.PARIS).time() == time(hour, 45)
        assert clock.today() == day
