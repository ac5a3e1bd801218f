"""What reliability.md 5.2 and R57 ask of the settings, read back from a service that is not a demo."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from matricule.core import keys

ROOT = Path(__file__).resolve().parents[2]
TWO_YEARS = 2 * 365 * 24 * 3600
SCRIPT = """
import json, django, warnings
warnings.simplefilter("ignore")
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
NAMES = {names!r}
host = "inscription.caisse.fr"
client = Client(raise_request_exception=False, headers={{"host": host}})
paths = ["/health/alive", "/no-such-page", "/static/matricule/matricule.css"]
answers = {{}}
for path in paths:
    answer = client.get(path, secure=True)
    answers[path] = {{"status": answer.status_code, "headers": dict(answer.headers)}}
plain = client.get("/no-such-page")
stranger = client.get("/no-such-page", secure=True, headers={{"host": "evil.test"}})
forwarded = client.get("/no-such-page", secure=True, headers={{"x-forwarded-host": "evil.test"}})
print("ANSWER" + json.dumps({{
    "settings": {{name: getattr(settings, name) for name in NAMES}},
    "options": settings.DATABASES["default"]["OPTIONS"]["options"],
    "database": {{key: settings.DATABASES["default"][key] for key in ("CONN_HEALTH_CHECKS", "ATOMIC_REQUESTS")}},
    "apps": settings.INSTALLED_APPS,
    "answers": answers,
    "plain": [plain.status_code, plain.headers.get("Location")],
    "stranger": stranger.status_code,
    "forwarded": forwarded.status_code,
}}, default=str))
"""
EXPECTED = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["inscription.caisse.fr"],
    "SECURE_SSL_REDIRECT": True,
    "SECURE_PROXY_SSL_HEADER": None,
    "USE_X_FORWARDED_HOST": False,
    "SECURE_HSTS_SECONDS": TWO_YEARS,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SESSION_ENGINE": "matricule.accounts.sessions",
    "SESSION_COOKIE_NAME": "__Host-sid",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_PATH": "/",
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_DOMAIN": None,
    "LANGUAGE_COOKIE_NAME": "__Host-language",
    "FILE_UPLOAD_PERMISSIONS": 0o600,
    "FILE_UPLOAD_HANDLERS": ["matricule.site.uploads.AnonymousFileHandler"],
    "DATA_UPLOAD_MAX_NUMBER_FILES": 60,
    "EMAIL_TIMEOUT": 10,
    "USE_TZ": True,
}
DIRECTIVES = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}


def production(tmp_path: Path, **more: str) -> dict[str, str]:
    keys_file = tmp_path / "keys.toml"
    if not keys_file.exists():
        keys.make(keys_file)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MATRICULE_", "DATABASE_"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "matricule.site.settings",
        "MATRICULE_DATA": str(tmp_path / "var"),
        "MATRICULE_KEYS_FILE": str(keys_file),
        "MATRICULE_SITE_URL": "https://inscription.caisse.fr",
        "MATRICULE_EMAIL_URL": "smtp://mail.caisse.fr:587?tls=starttls",
        "MATRICULE_EMAIL_FROM": "inscription@caisse.fr",
        **more,
    }


def python(code: str, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what a service with real settings says of itself."""
    done = python(SCRIPT.format(names=list(EXPECTED)), production(tmp_path_factory.mktemp("real")))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.rpartition("ANSWER")[2])


@pytest.mark.parametrize("name", EXPECTED)
def test_real_setting(served: Any, name: str) -> None:
    assert served["settings"][name] == EXPECTED[name]


def test_statements_have_an_end_and_the_answer_follows_the_commit(served: Any) -> None:
    for limit in ("statement_timeout=5s", "lock_timeout=2s", "idle_in_transaction_session_timeout=10s"):
        assert f"-c {limit}" in served["options"]
    assert served["database"] == {"CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}


def test_the_demo_is_not_installed(served: Any) -> None:
    assert "matricule.demo" not in served["apps"]


@pytest.mark.parametrize("path", ["/health/alive", "/no-such-page", "/static/matricule/matricule.css"])
def test_every_answer_has_the_headers(served: Any, path: str) -> None:
    headers = {name.lower(): value for name, value in served["answers"][path]["headers"].items()}
    assert served["answers"][path]["status"] == (404 if path == "/no-such-page" else 200)
    assert headers["strict-transport-security"] == f"max-age={TWO_YEARS}; includeSubDomains; preload"
    assert {part.strip() for part in headers["content-security-policy"].split(";")} == DIRECTIVES
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "*" not in headers["permissions-policy"]
    assert "access-control-allow-origin" not in headers


def test_what_a_view_answers_is_not_kept_by_caches(served: Any) -> None:
    assert served["answers"]["/no-such-page"]["headers"]["Cache-Control"] == "private, no-store"
    assert "max-age" in served["answers"]["/static/matricule/matricule.css"]["headers"]["Cache-Control"]


def test_plain_http_is_sent_to_https_and_other_hosts_are_refused(served: Any) -> None:
    assert served["plain"] == [301, "https://inscription.caisse.fr/no-such-page"]
    assert served["stranger"] == 400
    assert served["forwarded"] == 404


@pytest.mark.parametrize(
    "missing", ["MATRICULE_KEYS_FILE", "MATRICULE_SITE_URL", "MATRICULE_EMAIL_URL", "MATRICULE_EMAIL_FROM"]
)
def test_the_server_refuses_to_load_without(missing: str, tmp_path: Path) -> None:
    done = python("import matricule.site.wsgi", {**production(tmp_path), missing: ""})
    assert done.returncode == 1
    assert f"{missing} is missing" in done.stderr


def test_the_proxy_header_is_believed_only_when_said(tmp_path: Path) -> None:
    code = "from matricule.site import settings; print(settings.SECURE_PROXY_SSL_HEADER)"
    done = python(code, production(tmp_path, MATRICULE_PROXY_SSL_HEADER="1"))
    assert done.stdout.strip() == "('HTTP_X_FORWARDED_PROTO', 'https')"


def test_the_secret_is_the_key_rings(tmp_path: Path) -> None:
    env = production(tmp_path)
    done = python("from matricule.site import settings; print(settings.SECRET_KEY)", env)
    assert done.stdout.strip() == keys.load(Path(env["MATRICULE_KEYS_FILE"])).secret_key


def test_tools_read_the_settings_of_a_machine_without_any(tmp_path: Path) -> None:
    env = {key: value for key, value in production(tmp_path).items() if not key.startswith("MATRICULE_")}
    done = python("import django; django.setup()", env)
    assert done.returncode == 0, done.stderr


def test_the_demo_uses_plain_cookies_that_a_browser_takes_over_http() -> None:
    assert settings.SESSION_COOKIE_NAME == "sid"
    assert not settings.SESSION_COOKIE_SECURE
    assert settings.SECURE_HSTS_SECONDS == 0
    assert "matricule.demo" in settings.INSTALLED_APPS


REAL_STARTS = {
    "web": "import matricule.site.wsgi",
    "migrate": "from matricule.site import prepare; prepare.main([])",
}


@pytest.mark.parametrize("how", REAL_STARTS)
def test_real_people_are_served_by_a_database_that_flushes(how: str, django_db_setup: None, tmp_path: Path) -> None:
    """The tests' own server is fast because it does not flush, except in the long proofs."""
    from tests.support.cluster import WORKER  # late: other processes read this file too

    given = {key: urlsplit(os.environ[key]) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    urls = {key: url._replace(path=f"/t_{WORKER}").geturl() for key, url in given.items()}
    done = python(REAL_STARTS[how], production(tmp_path, **urls))
    flushes = os.environ.get("MATRICULE_TEST_FSYNC") == "1"
    said = done.stdout + done.stderr
    assert ("with fsync = off, full_page_writes = off, synchronous_commit = off" in said) is not flushes, said
    assert (done.returncode == 0) is (flushes or how == "migrate"), said
