"""The database as Django wants it described: the application's role, or the owner's for migrations."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from matricule.core.cluster import Cluster
from matricule.core.config import Config


def settings(config: Config) -> dict[str, Any]:
    """Return the entry ``default`` of DATABASES for the process that ``config`` describes."""
    entry = parse(address(config))
    entry["OPTIONS"]["options"] = " ".join(f"-c {name}={seconds}s" for name, seconds in _limits(config).items())
    entry["OPTIONS"]["application_name"] = f"matricule-{config.process}"
    return {
        **entry,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0 if config.test else 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def _limits(config: Config) -> dict[str, int]:
    """Return the time-outs of a connection in seconds (reliability.md 5.6); 0 is none."""
    # a migration may take its time, a request may not
    statement = {"web": config.statement_timeout_web, "worker": config.statement_timeout_worker, "owner": 0}
    idle = 0 if config.process == "owner" else config.idle_in_transaction_timeout
    return {
        "statement_timeout": statement[config.process],
        "lock_timeout": config.lock_timeout,
        "idle_in_transaction_session_timeout": idle,
    }


def address(config: Config) -> str:
    """Return the URL that this process uses: the owner's to migrate, the private cluster's when none is given."""
    role = "owner" if config.process == "owner" else "app"
    given = (config.database_owner_url or config.database_url) if role == "owner" else config.database_url
    return given or Cluster(config.data).url(role)


def parse(url: str) -> dict[str, Any]:
    """Return what ``postgresql://user:password@host:port/name?option=value`` says, in Django's words.

    Raises ValueError for another scheme or a missing database name.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ValueError("DATABASE_URL must look like postgresql://user:password@host:5432/database")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(options.pop("port", "") or parts.port or ""),
        "OPTIONS": options,
    }
