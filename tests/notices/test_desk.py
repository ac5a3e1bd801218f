"""Writing messages and showing them: what is said, to whom, in which language, and what is never said."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from matricule import notices
from matricule.core import clock, jobs, outbox
from matricule.core.ids import uuid7
from matricule.notices import desk, kinds
from matricule.notices.models import Notice
from tests.core.outbox_support import configured  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

ME = uuid7()
SECRETS = {"code": "482913"}


def send(kind: str = "documents_added", **values):
    given = {"recipient_id": ME, "address": "lina@example.org", "language": "fr", "context": {"given_name": "Lina"}}
    return notices.send(kind, **(given | values))


def days_of(kind: kinds.Kind) -> dict[str, str]:
    """Give each day that a kind names: a Monday."""
    return dict.fromkeys(kind.variables, "2027-01-11")


def last_mail() -> outbox.Mail:
    return outbox.Mail.objects.latest("created_at", "pk")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", kinds.all_kinds().values(), ids=lambda kind: kind.code)
def test_every_kind_is_sent_with_a_link_and_at_most_a_first_name(kind, language, configured):  # noqa: F811
    configured(site_url="https://matricule.fr", office_name="CPAM du Doubs")
    context = {"given_name": "Thiago"} | {name: SECRETS[name] for name in kind.secret} | days_of(kind)
    send(kind.code, language=language, context=context, dossier_id=uuid7())
    mail = last_mail()
    assert mail.language == language
    assert "https://matricule.fr/" in mail.body
    assert mail.body.startswith("Bonjour Thiago," if language == "fr" else "Hello Thiago,")
    assert "CPAM du Doubs" in mail.body
    for text in (mail.subject, mail.body):
        assert "!" not in text
        assert "{" not in text
        assert "lina" not in text
        assert not re.search(r"M\d\d-", text), "the reference stays in the space"
    if kind.shown:
        (shown,) = notices.for_recipient(ME)
        assert "Thiago" not in shown.title + shown.text
        assert "{" not in shown.title + shown.text


@pytest.mark.parametrize(("language", "day"), [("fr", "lundi 11 janvier 2027"), ("en", "Monday 11 January 2027")])
def test_a_day_is_written_with_its_weekday_in_the_readers_language(language, day):
    send("documents_asked", language=language, context={"due_on": "2027-01-11"})
    assert day in last_mail().body
    with translation.override(language):
        (shown,) = notices.for_recipient(ME)
    assert day in shown.text


def test_the_persons_language_rules_whatever_the_request_speaks():
    with translation.override("en"):
        send(language="fr")
    assert last_mail().subject == "Nous avons reçu vos documents"
    assert "Bonjour" in last_mail().body


def test_a_notice_is_put_into_words_when_it_is_shown():
    send(language="fr")
    with translation.override("en"):
        assert notices.for_recipient(ME)[0].title == "We have received your documents"
    with translation.override("fr"):
        assert notices.for_recipient(ME)[0].title == "Nous avons reçu vos documents"


@pytest.mark.parametrize(
    ("language", "first", "second"), [("fr", "Bonjour Lina", "Hello Lina"), ("en", "Hello Lina", "Bonjour Lina")]
)
def test_a_receipt_speaks_both_languages_the_persons_own_first(language, first, second):
    send("deposit_receipt", language=language, both_languages=True)
    mail = last_mail()
    assert 0 == mail.body.index(first) < mail.body.index(second)
    greeting, notice, _rest = mail.body.split("\n\n", 2)
    assert greeting == f"{first}," and notice == desk.BOTH[language], "after the greeting, in the other language"
    assert set(mail.subject.split(" / ")) == {"Nous avons reçu votre dossier", "We have received your file"}


def test_a_code_goes_into_the_mail_ends_in_ten_minutes_and_leaves_no_notice():
    before = clock.wall()
    assert send("sign_in_code", context={"code": "482913"}) is None
    mail = last_mail()
    assert "482913" in mail.body
    assert "482913" not in mail.subject
    assert timedelta(minutes=10) <= mail.expires_at - before < timedelta(minutes=11)
    assert Notice.objects.count() == 0
    ends = before + timedelta(minutes=3)
    send("sign_in_code", context={"code": "1"}, expires_at=ends)
    assert last_mail().expires_at == ends


def test_a_secret_is_never_kept_in_a_notice(monkeypatch):
    shown = dict(kinds.all_kinds())
    code = shown["sign_in_code"]
    texts = {one: kinds.Text(text.subject, "Un code est parti.", text.mail) for one, text in code.texts.items()}
    shown["sign_in_code"] = kinds.Kind("sign_in_code", secret=code.secret, lifetime=code.lifetime, texts=texts)
    monkeypatch.setattr(kinds, "all_kinds", lambda: shown)
    notice = send("sign_in_code", context={"code": "482913", "given_name": "Lina"})
    notice.refresh_from_db()
    assert notice.context == {"given_name": "Lina"}


def test_an_address_that_nobody_proved_gets_the_mail_and_no_notice():
    assert send(recipient_id=None) is None
    assert last_mail().to_address == "lina@example.org"
    assert last_mail().recipient_id is None


def test_notice_mail_and_job_belong_to_the_callers_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        send()
        raise RuntimeError
    assert (Notice.objects.count(), outbox.Mail.objects.count(), jobs.health().waiting) == (0, 0, 0)


def test_a_bad_address_leaves_nothing_behind():
    with pytest.raises(outbox.BadAddressError), transaction.atomic():
        send(address="a@b.fr, c@d.fr")
    assert Notice.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "context", "named"),
    [
        ("sign_in_code", {}, "code"),
        ("documents_added", {"iban": "FR76 3000"}, "iban"),
        ("documents_added", {"path": "https://evil.example"}, "path"),
        ("documents_added", {"path": "//evil.example"}, "path"),
        ("documents_added", {"path": "/\\evil.example"}, "path"),
        ("documents_added", {"path": "/a b"}, "path"),
    ],
)
def test_variables_that_do_not_fit_are_named_without_their_values(kind, context, named):
    with pytest.raises(desk.BadContextError, match=named) as wrong:
        send(kind, context=context)
    assert "3000" not in str(wrong.value)
    assert "evil" not in str(wrong.value)


def test_an_unknown_kind_and_an_unknown_language_are_refused():
    with pytest.raises(kinds.UnknownKindError):
        send("lottery")
    with pytest.raises(ValueError, match="fr or en"):
        send(language="de")


def test_the_link_leads_where_the_caller_says_on_this_service(configured):  # noqa: F811
    configured(site_url="https://matricule.fr")
    send(context={"path": "/espace/"})
    assert "https://matricule.fr/espace/" in last_mail().body


# --- the first name


@pytest.mark.parametrize("name", ["Thiago", "Nguyễn Thị Hương", "Jean-Éloi", "D’Arcy", "O'Neil", "Ирина", "محمد"])
def test_first_names_of_the_world_are_said(name):
    assert desk.first_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    ["", "evil.example", "http://evil", "Gagnez 100", "a\nb", "x@y.fr", "Lina <b>", "a" * 41, "{link}", "www/x"],
)
def test_what_could_be_a_message_of_somebody_else_is_left_out(name):
    assert desk.first_name(name) == ""
    send(context={"given_name": name})
    assert last_mail().body.startswith("Bonjour,")


@given(st.text(max_size=60))
def test_no_text_passes_as_a_name_with_what_makes_a_link(text):
    assert not set(desk.first_name(text)) & set("./:@<>{}\r\n\\0123456789")


def test_without_a_first_name_the_greeting_is_plain():
    send(context={"given_name": None}, language="en")
    assert last_mail().body.startswith("Hello,\n")


# --- my notifications


def test_the_latest_stands_first_with_the_state_of_its_mail(django_assert_num_queries):
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False):
        send("draft_deleted", dossier_id=(dossier := uuid7()))
    with time_machine.travel("2026-11-21T09:00:00Z", tick=False):
        send("new_device_sign_in")
    send(recipient_id=uuid7())
    with django_assert_num_queries(1), translation.override("fr"):
        shown = notices.for_recipient(ME)
    assert [one.kind for one in shown] == ["new_device_sign_in", "draft_deleted"]
    assert shown[0].created_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert "21 novembre 2026" in shown[0].text
    assert "10\u00a0h\u00a000" in shown[0].text
    assert (shown[1].dossier_id, shown[1].mail.state, shown[1].mail.words["fr"]) == (
        dossier,
        "waiting",
        "en attente d’envoi",
    )


def test_a_date_that_people_read_is_business_time(monkeypatch):
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=40))
    notice = send()
    assert notice.created_at - clock.wall() > timedelta(days=39)
    assert last_mail().created_at - clock.wall() < timedelta(days=1)


def test_reading_marks_mine_only_and_once():
    mine, other = send(), uuid7()
    theirs = send(recipient_id=other)
    send()
    assert notices.unread_count(ME) == 2
    assert notices.mark_read(ME, [mine.pk, theirs.pk]) == 1
    assert notices.mark_read(ME, [mine.pk]) == 0
    assert [one.unread for one in notices.for_recipient(ME)] == [True, False]
    assert notices.unread_count(other) == 1
    assert notices.mark_read(ME) == 1
    assert notices.unread_count(ME) == 0


def test_a_notice_whose_mail_is_gone_is_still_shown():
    notice = send()
    outbox.Mail.objects.all().delete()
    assert notices.for_recipient(ME)[0].mail is None
    assert str(notice) == f"notice:{notice.pk}"


def test_only_so_many_are_shown():
    for _ in range(3):
        send()
    assert len(notices.for_recipient(ME, limit=2)) == 2


def test_the_first_name_lies_nowhere_readable():
    send(context={"given_name": "Thiagolino"})
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select json_agg(n)::text from notices_notice n) || (select json_agg(m)::text from core_mail m)"
        )
        assert "Thiagolino" not in cursor.fetchone()[0]
        cursor.execute("select context from notices_notice")
        assert b"Thiagolino" not in bytes(cursor.fetchone()[0])


def test_the_package_names_only_what_it_has():
    with pytest.raises(AttributeError):
        _ = notices.broadcast
