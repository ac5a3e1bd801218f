"""Settings: read from the environment, named when wrong, unfit ones refused with a remedy."""

import dataclasses
from pathlib import Path

import pytest

from matricule.core import config, keys, startup

GOOD = {
    "MATRICULE_SITE_URL": "https://inscription.caisse.fr",
    "MATRICULE_EMAIL_URL": "smtp://user:secret@mail.caisse.fr:587?tls=starttls",
    "MATRICULE_EMAIL_FROM": "Matricule <inscription@caisse.fr>",
    "DATABASE_URL": "postgresql://app:secret@db/matricule",
    "DATABASE_OWNER_URL": "postgresql://owner:secret@db/matricule",
}


def names(env: dict[str, str]) -> list[str]:
    return [problem.setting for problem in config.problems(config.load(env))]


def test_nothing_set_gives_the_documented_defaults() -> None:
    settings = config.load({})
    assert (settings.demo, settings.port, settings.vault, settings.process) == (False, 8000, "folder", "web")
    assert settings.data == Path("var").absolute()
    assert settings.site_url == "http://localhost:8000"


def test_port_and_data_come_from_the_environment() -> None:
    settings = config.load({"PORT": "8100", "MATRICULE_DATA": "elsewhere/kept"})
    assert settings.site_url == "http://localhost:8100"
    assert settings.data == Path("elsewhere/kept").absolute()


def test_each_type_is_read() -> None:
    settings = config.load({"MATRICULE_DEMO": "1", "MATRICULE_HOSTS": "a.fr, b.fr ,", "MATRICULE_PROXIES": " 2 "})
    assert settings.demo
    assert settings.hosts == ("a.fr", "b.fr")
    assert settings.proxies == 2


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert config.load({"PORT": "", "MATRICULE_SITE_URL": "  "}) == config.load({})


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("PORT", "eighty", "a whole number"),
        ("PORT", "-1", "a whole number"),
        ("MATRICULE_DEMO", "yes", "1 or 0"),
        ("MATRICULE_LOG_LEVEL", "LOUD", "one of DEBUG"),
        ("MATRICULE_VAULT", "cupboard", "one of folder, s3"),
        ("MATRICULE_PROCESS", "postman", "one of web"),
        ("MATRICULE_FIRST_DECISION_DAYS", "0", "1 or more"),
    ],
)
def test_a_wrong_value_names_the_variable_and_not_the_value(name: str, text: str, wanted: str) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load({name: text})
    assert name in str(caught.value)
    assert wanted in str(caught.value)
    assert text not in str(caught.value)


def test_no_secret_shows_in_the_representation() -> None:
    assert "secret@" not in repr(config.load(GOOD))
    secret = {item.name for item in dataclasses.fields(config.Config) if item.metadata["secret"]}
    assert {"database_url", "database_owner_url", "email_url", "s3_secret_key", "health_token"} <= secret


def test_every_setting_is_documented_and_has_its_own_variable() -> None:
    fields = dataclasses.fields(config.Config)
    assert all(item.metadata["doc"].endswith(".") for item in fields)
    assert len({config.variable(item.name) for item in fields}) == len(fields)
    assert fields[0].metadata["group"]


def test_hosts_follow_the_public_address() -> None:
    assert config.load({**GOOD, "MATRICULE_HOSTS": "other.fr"}).host_names == ("inscription.caisse.fr", "other.fr")
    assert "127.0.0.1" in config.load({"MATRICULE_DEMO": "1"}).host_names


def test_demo_mode_needs_nothing() -> None:
    assert names({"MATRICULE_DEMO": "1"}) == []


def test_fit_settings_pass() -> None:
    assert names(GOOD) == []
    private = {key: value for key, value in GOOD.items() if not key.startswith("DATABASE")}
    assert names(private) == []


def test_without_settings_host_and_sender_are_asked_for() -> None:
    assert names({}) == ["MATRICULE_SITE_URL", "MATRICULE_EMAIL_URL", "MATRICULE_EMAIL_FROM"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MATRICULE_SITE_URL", "http://inscription.caisse.fr"),
        ("MATRICULE_SITE_URL", "https://localhost"),
        ("MATRICULE_SITE_URL", "https://127.0.0.1:8000"),
        ("MATRICULE_SITE_URL", "https://desk.example.org"),
        ("MATRICULE_EMAIL_URL", ""),
        ("MATRICULE_EMAIL_URL", "http://mail.caisse.fr"),
        ("MATRICULE_EMAIL_FROM", ""),
        ("MATRICULE_EMAIL_FROM", "someone"),
        ("MATRICULE_EMAIL_FROM", "Matricule <no-reply@matricule.example>"),
        ("DATABASE_OWNER_URL", ""),
        ("DATABASE_OWNER_URL", "postgresql://app:other@db/matricule"),
    ],
)
def test_one_default_or_missing_setting_is_refused_alone(name: str, text: str) -> None:
    assert names({**GOOD, name: text}) == [name]


def test_a_bucket_without_a_name_is_refused() -> None:
    assert names({**GOOD, "MATRICULE_VAULT": "s3"}) == ["MATRICULE_S3_BUCKET"]
    assert names({**GOOD, "MATRICULE_VAULT": "s3", "MATRICULE_S3_BUCKET": "papers"}) == []


def test_the_start_is_refused_with_every_problem_and_its_remedy() -> None:
    with pytest.raises(startup.RefusedToStart) as caught:
        startup.refuse_if_unfit(config.load({}))
    text = str(caught.value)
    assert "MATRICULE_KEYS_FILE is missing" in text
    assert "matricule make-keys" in text
    assert text.count("\n") == 4


def test_fit_settings_with_a_key_file_start(tmp_path: Path) -> None:
    keys.make(tmp_path / "keys.toml")
    env = {**GOOD, "MATRICULE_DATA": str(tmp_path / "var"), "MATRICULE_KEYS_FILE": str(tmp_path / "keys.toml")}
    startup.refuse_if_unfit(config.load(env))
    inside = {**env, "MATRICULE_DATA": str(tmp_path)}
    assert [problem.setting for problem in startup.problems(config.load(inside))] == ["MATRICULE_KEYS_FILE"]
