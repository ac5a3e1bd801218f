"""The texts: complete in both languages, checked at start, in the house's voice."""

import re
from datetime import timedelta

import pytest

from matricule.notices import kinds
from matricule.notices.kinds import BadTextError, Kind

EVERY = [(kind, language) for kind in kinds.all_kinds().values() for language in kinds.LANGUAGES]
IDS = [f"{kind.code}-{language}" for kind, language in EVERY]
BANNED = re.compile(
    r"\b(erreurs?|invalides?|incorrecte?s?|oups|malheureusement|félicitations|rapidement|sous peu|soumettre|traiter|"
    r"le système|errors?|invalid|failed|unfortunately|congratulations|shortly|as soon as possible|submit|process|"
    r"the system|ssn|upload|maiden)\b",
    re.IGNORECASE,
)


def parts(kind: Kind, language: str) -> list[str]:
    text = kind.texts[language]
    return [part for part in (text.subject, text.notice, text.mail) if part]


def test_the_kinds_of_this_stage_are_there():
    assert set(kinds.all_kinds()) == {
        "sign_in_code",
        "new_device_sign_in",
        "deposit_receipt",
        "documents_added",
        "draft_deleted",
        "documents_asked",
        "documents_reminder",
        "closed_for_silence",
        "closed_by_caisse",
        "closed_with_reason",
        "file_reopened",
        "provisional_number",
        "file_complete",
        "register_returned",
        "definitive_number",
        "provisional_number_ended",
        "request_turned_down",
        "request_withdrawn",
        "value_corrected",
        "change_answered",
        "impossibility_answered",
        "message_from_caisse",
        "rib_arrived",
        "rib_not_arrived",
        "office_changed",
        "certificate_ready",
        "certificate_replaced",
        "certificate_withdrawn",
        "certificate_ends",
        "space_closes",
        "address_change_asked",
        "address_changed",
        "address_change_stopped",
        "request_receipt",
        "request_sendable",
        "request_person_added",
        "request_asked",
        "request_reminder",
        "request_number",
        "request_ended",
        "request_taken_back",
        "request_message",
        "request_changed",
        "request_title",
        "request_confirmed",
        "request_office",
        "employee_filed",
        "employee_asked",
        "employee_reminder",
        "employee_provisional",
        "employee_number",
        "employee_ended",
        "employee_taken_back",
        "employee_rib_arrived",
        "employee_rib_not_arrived",
        "employee_office",
        "company_opened",
        "invited_to_company",
        "colleague_joined",
        "colleague_left",
        "place_ended",
        "roles_changed",
        "sign_in_reset",
        "sign_in_added",
        "sign_in_removed",
        "confirm_shared_mailbox",
        "company_proved",
        "company_not_proved",
        "accounts_joined",
        "company_digest",
        "company_waits",
        "address_code",
        "address_kept",
        "new_address_waits",
        "new_address_stopped",
        "mailbox_lost_asked",
        "mailbox_lost_proposed",
        "mailbox_lost_confirmed",
    }
    with pytest.raises(kinds.UnknownKindError):
        kinds.get("lottery")


@pytest.mark.parametrize(("kind", "language"), EVERY, ids=IDS)
def test_the_voice_is_calm(kind, language):
    for part in parts(kind, language):
        assert "!" not in part
        assert not BANNED.search(part)
        assert not re.search(r"[\U0001F300-\U0001FAFF]", part)
    assert "{office}" in kind.texts[language].mail


@pytest.mark.parametrize(("kind", "language"), EVERY, ids=IDS)
def test_sentences_are_short(kind, language):
    for part in parts(kind, language):
        for sentence in re.split(r"(?<=[.?:])\s", part):
            assert len(sentence.split()) <= 22, sentence


@pytest.mark.parametrize("kind", kinds.all_kinds().values(), ids=lambda kind: kind.code)
def test_french_is_typeset_and_english_is_not(kind):
    for part in parts(kind, "fr"):
        assert not re.search(r"[^\u00a0]:(?=[\s{]|$)", part), "a no-break space stands before a colon"
        assert not re.search(r"[^\u202f][;?]", part), "a fine space stands before ; and ?"
        assert "'" not in part, "the apostrophe is ’"
    for part in parts(kind, "en"):
        assert not set(part) & set("\u00a0\u202f")


@pytest.mark.parametrize("kind", kinds.all_kinds().values(), ids=lambda kind: kind.code)
def test_both_languages_use_the_same_variables(kind):
    used = [{name for part in parts(kind, one) for name in kinds._variables("", part)} for one in kinds.LANGUAGES]
    assert used[0] == used[1]


# --- what stops the start

GOOD = "subject: Un sujet\nnotice: Une phrase.\n---\n{greeting}\n\nVoir {link}\n"
SHOWN = Kind("news")
CODE = Kind("code", secret=frozenset({"code"}), shown=False, lifetime=timedelta(minutes=10))


def write(folder, fr: str, en: str = "", code: str = "news"):
    (folder / f"{code}.fr.txt").write_text(fr, encoding="utf-8")
    (folder / f"{code}.en.txt").write_text(en or fr, encoding="utf-8")
    return folder


def test_a_good_file_is_read_in_its_parts(tmp_path):
    text = kinds.load(write(tmp_path, GOOD), [SHOWN])["news"].texts["fr"]
    assert text == kinds.Text("Un sujet", "Une phrase.", "{greeting}\n\nVoir {link}\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD.replace("{link}", "{link} {birth_date}"), "unknown variable birth_date"),
        (GOOD.replace("{greeting}", "{given_name}"), "unknown variable given_name"),
        (GOOD.replace("Une phrase.", "Bonjour {greeting}"), "neither a code nor a name"),
        (GOOD.replace("{link}", "ici"), "lacks {link}"),
        (GOOD.replace("Une phrase.", "Une phrase !"), "exclamation"),
        (GOOD.replace("{link}", "{link"), "news.fr.txt"),
        (GOOD.replace("---", "--"), "expected subject"),
        (GOOD.replace("notice: Une phrase.\n", ""), "expected subject"),
        (GOOD.replace("subject", "sujet"), "expected subject"),
    ],
)
def test_a_wrong_file_is_named_with_its_reason(tmp_path, text, reason):
    with pytest.raises(BadTextError, match=re.escape(reason)) as wrong:
        kinds.load(write(tmp_path, text, GOOD), [SHOWN])
    assert str(wrong.value).startswith("news.fr.txt")


def test_a_code_stands_in_the_mail_and_nowhere_else(tmp_path):
    good = "subject: Un code\n---\n{code} {minutes} {link}\n"
    assert kinds.load(write(tmp_path, good, code="code"), [CODE])["code"].texts["fr"].notice == ""
    with pytest.raises(BadTextError, match="neither a code"):
        kinds.load(write(tmp_path, good.replace("Un code", "{code}"), code="code"), [CODE])
    with pytest.raises(BadTextError, match=re.escape("lacks {code}")):
        kinds.load(write(tmp_path, good.replace("{code}", ""), code="code"), [CODE])


def test_minutes_are_for_kinds_that_end(tmp_path):
    with pytest.raises(BadTextError, match="unknown variable minutes"):
        kinds.load(write(tmp_path, GOOD.replace("{link}", "{link} {minutes}")), [SHOWN])


def test_a_missing_language_and_a_file_of_no_kind_stop_the_start(tmp_path):
    write(tmp_path, GOOD)
    (tmp_path / "news.en.txt").unlink()
    with pytest.raises(BadTextError, match=re.escape("news.en.txt: missing")):
        kinds.load(tmp_path, [SHOWN])
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, code="newz")
    with pytest.raises(BadTextError, match="newz"):
        kinds.load(tmp_path, [SHOWN])


def test_the_app_reads_every_text_when_it_starts(monkeypatch):
    from django.apps import apps

    def wrong() -> None:
        raise BadTextError("news.fr.txt: wrong")

    monkeypatch.setattr(kinds, "all_kinds", wrong)
    with pytest.raises(BadTextError):
        apps.get_app_config("notices").ready()
