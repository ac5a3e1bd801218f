"""Every setting of the service, in one typed place, read from the environment once.

``docs/settings.md`` is generated from this module (``matricule settings-doc``). Outside demo mode a missing or default
secret, host, key or sender refuses to start and says how to make one (issue 2, section 1).

To add a setting, add one field: its environment variable is ``MATRICULE_`` and its name in capitals, its type is read
from the annotation (bool, int, Path, str, or a tuple of texts written with commas).
"""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PROCESSES = ("web", "worker", "owner")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0", ""})  # noqa: S104  a name to refuse, not to bind
EXAMPLE_DOMAINS = ("example.org", "example.com", "example.net", ".example", ".test", ".invalid", ".localhost")


class ConfigError(Exception):
    """A setting cannot be read; the message names the variable and what it should hold, never its value."""


def setting(doc: str, default: Any = None, *, env: str = "", secret: bool = False, group: str = "") -> Any:
    """Describe one setting: documentation, default, variable when it is not MATRICULE_NAME, secrecy, heading."""
    return field(default=default, repr=not secret, metadata={"doc": doc, "env": env, "secret": secret, "group": group})


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of one running service. Durations are in seconds unless a name says otherwise."""

    demo: bool = setting(
        "Demo mode: invented data, one-click sign-in, mailbox, time machine. Listens on 127.0.0.1 only.",
        False,
        group="The service",
    )
    data: Path = setting("Folder of everything that the service keeps.", Path("var"))
    port: int = setting("Port of the web server.", 8000, env="PORT")
    bind: str = setting("Address that the web server listens on; demo mode always listens on 127.0.0.1.", "127.0.0.1")
    web_threads: int = setting("Requests answered at the same time.", 8)
    site_url: str = setting(
        "Public address of the service, https:// and a host name. Every link in a message starts with it, and its "
        "host is the one the service answers to.",
        "",
    )
    hosts: tuple[str, ...] = setting("Other host names that the service answers to.", ())
    office_name: str = setting("Name of the body that runs the service, shown in the foot of each page.", "Matricule")
    contact_address: str = setting("E-mail address that people may write to; shown on the pages.", "")
    source_url: str = setting("Address of the source code of this service, linked from the page about it.", "")
    log_level: str = setting("Least level of the log lines: DEBUG, INFO, WARNING or ERROR.", "INFO")

    proxy_ssl_header: bool = setting(
        "1 when a reverse proxy in front ends TLS, sets X-Forwarded-Proto and removes the visitor's own.",
        False,
        group="Reverse proxy",
    )
    proxies: int = setting("Reverse proxies in front: how many last entries of X-Forwarded-For to believe.", 0)

    keys_file: str = setting(
        "Path of the key file (TOML, mode 600), outside the data folder; made by `matricule make-keys PATH`.",
        "",
        group="Keys",
    )

    database_url: str = setting(
        "PostgreSQL of the role that runs the service: postgresql://app:…@host:5432/matricule. Empty: a private "
        "PostgreSQL under the data folder.",
        "",
        env="DATABASE_URL",
        secret=True,
        group="Database",
    )
    database_owner_url: str = setting(
        "PostgreSQL of the role that owns the tables and migrates; another role than the one that runs.",
        "",
        env="DATABASE_OWNER_URL",
        secret=True,
    )
    statement_timeout_web: int = setting("Longest statement of a request.", 5)
    statement_timeout_worker: int = setting("Longest statement of a job.", 60)
    lock_timeout: int = setting("Longest wait for a row that somebody else changes.", 2)
    idle_in_transaction_timeout: int = setting("Longest pause inside a transaction.", 10)

    vault: str = setting("Where documents are kept: folder (under the data folder) or s3.", "folder", group="Vault")
    s3_bucket: str = setting("Bucket of the vault.", "")
    s3_endpoint: str = setting("Address of the S3 service; empty: the library's default.", "")
    s3_region: str = setting("Region of the bucket.", "")
    s3_access_key: str = setting("Access key of the bucket.", "", secret=True)
    s3_secret_key: str = setting("Secret key of the bucket.", "", secret=True)

    journal_head: str = setting(
        "Folder that keeps the head of the journal, best on another disk than the database; empty: journal-head under "
        "the data folder.",
        "",
        group="Journal",
    )

    email_url: str = setting(
        "Server that takes our e-mails: smtp://user:password@host:587?tls=starttls, or smtps://…:465. Empty in demo "
        "mode: they only go to the mailbox page.",
        "",
        secret=True,
        group="E-mail",
    )
    email_from: str = setting("Sender of our e-mails.", "")
    email_return: str = setting("Mailbox that receives what could not be delivered; empty: the sender's.", "")
    email_return_url: str = setting(
        "Where that mailbox is read: imaps://user:password@host/INBOX. Empty: it is not read.", "", secret=True
    )
    email_webhook_secret: str = setting(
        "Secret that signs the provider's delivery reports; empty: they are refused.", "", secret=True
    )

    worker_concurrency: int = setting("Jobs run at the same time.", 2, group="Worker")
    worker_heartbeat: int = setting("Period of the worker's sign of life; four missed ones count as dead.", 10)
    restart_pause: int = setting(
        "Longest pause before `matricule run` starts a part again that died; it doubles with each quick death.",
        30,
    )
    health_token: str = setting(
        "Token that a monitor sends (Authorization: Bearer …) to read /health/full from another machine.",
        "",
        secret=True,
    )

    space_closes_with_number: bool = setting(
        "1 closes a person's space on the day of the definitive number (as founding document 003 has it) instead of 3 "
        "months after it.",
        False,
        group="Rules of the office",
    )
    first_decision_days: int = setting(
        "Working days in which the office aims to decide first on a request. Shown as its target, never as a limit.",
        15,
    )
    student_office: str = setting(
        "Code of the caisse that examines every student's request (251 is the CPAM du Doubs); empty: the caisse of "
        "residence. Demo mode has one office, 251.",
        "",
    )
    add_after_sending: bool = setting(
        "1 lets an employer add a family member to a request that was sent, while nobody of it has a decision; 0 "
        "sends them by post (forms S1106 and S3705), as founding document 000 has it.",
        True,
    )
    staff_codes: bool = setting(
        "1 lets staff of the caisse sign in with an e-mailed code and an authenticator app; 0 asks for a passkey.",
        False,
    )

    directory: str = setting(
        "Where a company's name and address are looked up by its SIRET: the dotted name of an adapter (a class with "
        "find(siret), see matricule.accounts.directory). Empty: nowhere, they are typed. Demo mode finds its invented "
        "companies.",
        "",
    )

    process: str = setting(
        "Which part of the service this process is: web, worker or owner (migrates). Set by the commands.",
        "web",
        group="Internal",
    )
    test: bool = setting("Set by the test suite only.", False)

    @property
    def address(self) -> str:
        """Return the public address without a closing slash."""
        return (self.site_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def host_names(self) -> tuple[str, ...]:
        """Return every host name that the service answers to."""
        own = urlsplit(self.address).hostname or "localhost"
        local = ("localhost", "127.0.0.1") if self.demo else ()
        return tuple(dict.fromkeys((own, *self.hosts, *local)))

    @property
    def one_student_office(self) -> str:
        """Return the office of every student; demo mode has one office, "" means the caisse of residence."""
        return self.student_office or ("251" if self.demo else "")

    @property
    def sender(self) -> str:
        """Return the sender of e-mails; demo mode invents one."""
        return self.email_from or "Matricule <no-reply@matricule.example>"


@dataclass(frozen=True)
class Problem:
    """One setting that keeps the service from starting."""

    setting: str
    problem: str
    remedy: str


@cache
def current() -> Config:
    """Return the settings of this process; raise ConfigError when one cannot be read."""
    return load(os.environ)


def variable(name: str) -> str:
    """Return the environment variable of the setting ``name``."""
    (found,) = (item for item in dataclasses.fields(Config) if item.name == name)
    return found.metadata["env"] or f"MATRICULE_{name.upper()}"


def load(env: Mapping[str, str]) -> Config:
    """Return the settings that ``env`` describes; raise ConfigError naming the first that cannot be read."""
    values = {
        item.name: _read(item, env[variable(item.name)].strip())
        for item in dataclasses.fields(Config)
        if env.get(variable(item.name), "").strip()
    }
    values.setdefault("data", Path("var").absolute())
    values.setdefault("site_url", f"http://localhost:{values.get('port', 8000)}")
    config = Config(**values)
    _one_of("process", config.process, PROCESSES)
    _one_of("log_level", config.log_level, LOG_LEVELS)
    _one_of("vault", config.vault, ("folder", "s3"))
    if config.first_decision_days < 1:
        raise ConfigError(f"{variable('first_decision_days')} must be 1 or more")
    return config


def problems(config: Config) -> list[Problem]:
    """Return what keeps ``config`` from serving real people; demo mode has nothing to lose and passes.

    The key file has its own check (``core.keys.check``), which callers add.
    """
    if config.demo:
        return []
    checks = (_check_site, _check_sender, _check_database, _check_vault, _check_directory)
    return [problem for check in checks for problem in check(config)]


def _check_site(config: Config) -> list[Problem]:
    parts = urlsplit(config.site_url)
    if parts.scheme == "https" and not _is_default_host(parts.hostname or ""):
        return []
    wrong = "is missing or is an address of this machine, or is not https"
    return [_problem("site_url", wrong, "set it to the public address: https://your.domain")]


def _check_sender(config: Config) -> list[Problem]:
    found = []
    if urlsplit(config.email_url).scheme not in {"smtp", "smtps"}:
        how = "set it to your mail server: smtp://user:password@host:587?tls=starttls"
        found.append(_problem("email_url", "is missing: no code and no receipt could be sent", how))
    domain = config.email_from.rpartition("@")[2].rstrip(">").strip()
    if "@" not in config.email_from or _is_default_host(domain):
        how = "set it to an address of your domain whose mail server may send for it"
        found.append(_problem("email_from", "is missing or is an example", how))
    return found


def _check_database(config: Config) -> list[Problem]:
    if not config.database_url:
        return []
    own, running = (urlsplit(url).username for url in (config.database_owner_url, config.database_url))
    if config.database_owner_url and own != running:
        return []
    how = "make two roles: one owns the database and migrates, the other runs and cannot change the journal"
    return [_problem("database_owner_url", "is missing or names the role that runs", how)]


def _check_vault(config: Config) -> list[Problem]:
    if config.vault == "folder" or config.s3_bucket:
        return []
    how = "name the bucket that keeps the documents, or use MATRICULE_VAULT=folder"
    return [_problem("s3_bucket", "is missing", how)]


def _check_directory(config: Config) -> list[Problem]:
    if not config.directory:
        return []
    from django.utils.module_loading import import_string

    try:
        import_string(config.directory)
    except (ImportError, ValueError):  # ValueError: no module before the dot
        how = "write package.module.Class, or leave it empty"
        return [_problem("directory", "names no class that can be loaded", how)]
    return []


def _is_default_host(host: str) -> bool:
    return host in LOCAL_HOSTS or any(host == name.lstrip(".") or host.endswith(name) for name in EXAMPLE_DOMAINS)


def _problem(name: str, problem: str, remedy: str) -> Problem:
    return Problem(setting=variable(name), problem=problem, remedy=remedy)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"{variable(name)} must be one of {', '.join(allowed)}")


def _read(item: "dataclasses.Field[Any]", text: str) -> Any:
    name = variable(item.name)
    if item.type is bool:
        if text not in {"0", "1"}:
            raise ConfigError(f"{name} must be 1 or 0")
        return text == "1"
    if item.type is int:
        if not text.isdecimal():
            raise ConfigError(f"{name} must be a whole number")
        return int(text)
    if item.type is Path:
        return Path(text).expanduser().absolute()
    if item.type is str:
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())
