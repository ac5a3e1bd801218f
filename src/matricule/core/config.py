"""Every setting of the service, in one typed place, read from the environment once.

``docs/settings.md`` is generated from this module. Outside demo mode a missing or default secret, host, key or sender
refuses to start and says how to make one (issue 2, section 1).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


def setting(doc: str, default: Any = None, **extra: Any) -> Any:
    """Describe one setting: its documentation, and the default that demo mode may use."""
    return field(default=default, metadata={"doc": doc, **extra})


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of one running service."""

    demo: bool = setting("Demo mode: invented data, one-click sign-in, mailbox, time machine; binds 127.0.0.1.", False)
    data: Path = setting("Folder of everything that the service keeps.", Path("var"))
    port: int = setting("Port of the web server.", 8000)
    database_url: str = setting(
        "PostgreSQL of the application role; empty: a private cluster under the data folder.", ""
    )
    database_owner_url: str = setting("PostgreSQL of the role that owns the tables and migrates.", "")
    site_url: str = setting(
        "Public address of the service; every link in a message starts with it.", "http://localhost:8000"
    )
    process: str = setting("Which part of the service this process is: web, worker or owner (migrates).", "web")
    test: bool = setting("Set by the test suite only.", False)
    keys_file: str = setting("Path of the key file (TOML), outside the data folder; made by matricule make-keys.", "")


@cache
def current() -> Config:
    """Return the settings of this process."""
    return load(os.environ)


def load(env: Mapping[str, str]) -> Config:
    """Return the settings that ``env`` describes."""
    return Config(
        demo=env.get("MATRICULE_DEMO", "") == "1",
        data=Path(env.get("MATRICULE_DATA", "var")),
        port=int(env.get("PORT", "8000")),
        database_url=env.get("DATABASE_URL", ""),
        database_owner_url=env.get("DATABASE_OWNER_URL", ""),
        site_url=env.get("MATRICULE_SITE_URL", "http://localhost:" + env.get("PORT", "8000")),
        process=env.get("MATRICULE_PROCESS", "web"),
        test=env.get("MATRICULE_TEST", "") == "1",
        keys_file=env.get("MATRICULE_KEYS_FILE", ""),
    )
