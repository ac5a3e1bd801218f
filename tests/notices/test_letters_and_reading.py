"""What a message says in each language, when it ends, and what reading marks."""

from datetime import timedelta
from uuid import uuid4

import pytest

from matricule.core import clock, i18n, outbox
from matricule.notices import desk, kinds
from matricule.notices.models import Notice
from tests.core.outbox_support import configured  # noqa: F401

pytestmark = pytest.mark.django_db
SHOWN = sorted(code for code, kind in kinds.all_kinds().items() if kind.shown)


def send(kind: str = "documents_added", **changes):
    given = {"recipient_id": uuid4(), "address": "lina@example.org", "language": "fr", "context": {}}
    days = dict.fromkeys(kinds.get(kind).variables, "2027-01-11")
    changes["context"] = days | changes.get("context", {})
    return desk.send(kind, **{**given, **changes})


def mail() -> outbox.Mail:
    return outbox.Mail.objects.latest("pk")


class TestTwoLanguages:
    """The person's own comes first, the other one below, each with its own way to it."""

    @pytest.mark.parametrize("kind", SHOWN)
    @pytest.mark.parametrize("language", kinds.LANGUAGES)
    def test_both_stand_in_one_mail_when_asked_for(self, kind, language):
        send(kind, language=language, both_languages=True, context={"given_name": "Lina"})
        first, second = mail().body.split(desk.RULE)
        own, other = ("Bonjour Lina,", "Hello Lina,")[:: 1 if language == "fr" else -1]
        assert own in first and other in second and other not in first
        assert first.split("\n\n")[:2] == [own, desk.BOTH[language]] and mail().subject.count(" / ") == 1

    @pytest.mark.parametrize("kind", SHOWN)
    def test_one_language_says_nothing_of_the_other(self, kind):
        send(kind)
        assert desk.RULE not in mail().body and desk.BOTH["fr"] not in mail().body and " / " not in mail().subject

    def test_the_notice_of_a_mail_in_both_is_read_in_either(self):
        notice = send("deposit_receipt", both_languages=True)
        said = {}
        for language in kinds.LANGUAGES:
            with i18n.in_language(language):
                (shown,) = desk.for_recipient(notice.recipient_id)
                said[language] = (shown.title, shown.text)
        assert said["fr"] != said["en"] and all(all(text) for text in said.values())


class TestTheEnd:
    """A mail that is of no use later ends by itself."""

    def test_a_kind_with_a_lifetime_ends_after_it(self):
        before = clock.wall()
        send("sign_in_code", context={"code": "402718"})
        assert timedelta(minutes=10) <= mail().expires_at - before < timedelta(minutes=11)

    def test_an_end_that_the_caller_sets_counts(self):
        end = clock.wall() + timedelta(minutes=3)
        send("sign_in_code", context={"code": "402718"}, expires_at=end)
        assert mail().expires_at == end

    def test_other_mails_have_no_end(self):
        send()
        assert mail().expires_at is None

    def test_the_end_is_wall_time_whatever_the_time_machine_says(self, monkeypatch):
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=400))
        send("sign_in_code", context={"code": "402718"})
        assert mail().expires_at < clock.wall() + timedelta(hours=1)


class TestTheLink:
    """Every link leads to this service."""

    @pytest.mark.parametrize("path", ["/", "/space/", "/fr/student/space/notifications/", "/a?b=c#d"])
    def test_a_path_of_ours_is_taken_as_it_is(self, configured, path):  # noqa: F811
        configured(site_url="https://matricule.fr")
        send(context={"path": path})
        assert f"https://matricule.fr{path}" in mail().body

    @pytest.mark.parametrize(
        "path", ["", "space/", "///evil", "/\tx", "/a\nb", "/a\u00a0b", "\\evil", "mailto:a@b.fr"]
    )
    def test_any_other_is_refused_and_nothing_is_written(self, path):
        with pytest.raises(desk.BadContextError, match="path"):
            send(context={"path": path})
        assert not outbox.Mail.objects.exists() and not Notice.objects.exists()

    def test_without_one_it_leads_to_the_start(self, configured):  # noqa: F811
        configured(site_url="https://matricule.fr")
        send()
        assert "https://matricule.fr/" in mail().body


class TestReading:
    """One's own messages, once."""

    def test_none_named_marks_none(self):
        notice = send()
        assert desk.mark_read(notice.recipient_id, []) == 0
        assert desk.unread_count(notice.recipient_id) == 1

    def test_those_named_are_marked_and_the_others_stay_new(self):
        me = uuid4()
        first, second = send(recipient_id=me), send(recipient_id=me)
        assert desk.mark_read(me, [first.pk]) == 1
        assert {shown.id: shown.unread for shown in desk.for_recipient(me)} == {first.pk: False, second.pk: True}

    def test_the_first_reading_is_the_one_that_is_kept(self, monkeypatch):
        notice = send()
        desk.mark_read(notice.recipient_id)
        notice.refresh_from_db()
        first = notice.read_at
        monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=1))
        assert desk.mark_read(notice.recipient_id) == 0
        notice.refresh_from_db()
        assert notice.read_at == first

    def test_a_message_of_somebody_else_is_not_mine_to_read(self):
        theirs = send()
        assert desk.mark_read(uuid4(), [theirs.pk]) == 0 and desk.for_recipient(uuid4()) == []
        assert desk.unread_count(theirs.recipient_id) == 1

    def test_a_message_belongs_to_its_dossier(self):
        dossier_id, notice = uuid4(), None
        notice = send(dossier_id=dossier_id)
        (shown,) = desk.for_recipient(notice.recipient_id)
        assert shown.dossier_id == dossier_id == mail().dossier_id
        assert [found.kind for found in outbox.mails_for(dossier_id)] == ["documents_added"]


@pytest.mark.parametrize(
    "name", ["Anne--Marie", "-Anne", "Anne-", "Anne  Marie", "Anne_Marie", "Ann\u200be", "A" * 41]
)
def test_a_name_of_another_shape_leaves_the_greeting_plain(name):
    assert desk.first_name(name) == ""


@pytest.mark.parametrize("name", ["A", "A" * 40, "Anne Marie", "Ngọc-Ánh", "N’Golo"])
def test_short_and_long_names_are_said(name):
    assert desk.first_name(name) == name


def test_what_a_kind_may_say_is_what_everybody_may_and_its_own():
    kind = kinds.Kind("x", variables=frozenset({"day"}), secret=frozenset({"code"}))
    assert kind.allowed == kinds.ALWAYS | {"day", "code"}
    assert kinds.Kind("y", lifetime=timedelta(minutes=1)).allowed == kinds.ALWAYS | {"minutes"}


def test_an_unknown_kind_is_told_by_its_code_alone():
    with pytest.raises(kinds.UnknownKindError) as unknown:
        kinds.get("lottery")
    assert unknown.value.args == ("lottery",) and unknown.value.__cause__ is None
