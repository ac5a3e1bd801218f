"""The head of the chain, kept in a second place: how long the journal was when it was last sealed.

Whoever holds the database can cut the end of the journal and its seals together; the head shows it. It is a small
file under ``MATRICULE_JOURNAL_HEAD`` (default: ``journal-head`` in the data folder; better: another machine's disk),
one per database, authenticated with the journal's key.
"""

import hmac
import json
import os
import re
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection

from matricule.core import config

from .chain import Seal, head_mac


class HeadError(Exception):
    """The head file cannot be read, or is not one that this service wrote."""


@dataclass(frozen=True)
class Head:
    """The last seal that was known: its number and hash, and how many rows the chain held."""

    n: int
    rows: int
    month: int
    last_id: int
    hash: str


LEFT_AFTER = 60  # seconds: writing a head takes milliseconds
EMPTY = Head(n=0, rows=0, month=0, last_id=0, hash="")


def of(seal: Seal | None, rows: int) -> Head:
    """Return the head that ``seal`` makes, the chain holding ``rows`` rows in all."""
    return Head(seal.n, rows, seal.month, seal.last_id, seal.hash.hex()) if seal else EMPTY


def path() -> Path:
    """Return the head file of the connected database."""
    settings = config.current()
    folder = Path(settings.journal_head) if settings.journal_head else settings.data / "journal-head"
    name = re.sub(r"[^A-Za-z0-9_-]", "_", str(connection.settings_dict["NAME"]))
    return folder / f"{name}.json"


def read() -> Head | None:
    """Return the kept head, None when there is no file; raise HeadError for one that was tampered with."""
    try:
        raw = json.loads(path().read_bytes())
        head = Head(**{name: raw[name] for name in asdict(EMPTY)})
        mac = bytes.fromhex(raw["mac"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HeadError("the head of the journal cannot be read") from error
    except (ValueError, KeyError, TypeError) as error:
        raise HeadError("the head of the journal is damaged") from error
    if not hmac.compare_digest(mac, head_mac(_bytes(head))):
        raise HeadError("the head of the journal was changed")
    return head


def write(head: Head) -> None:
    """Replace the head durably: temporary file, fsync, rename, fsync of the folder."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    text = json.dumps({**asdict(head), "mac": head_mac(_bytes(head)).hex()}).encode()
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, text)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(temporary, target)
    _clear(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def forget() -> None:
    """Remove the head: for a database that is made again from nothing (tests, a demo that starts over)."""
    path().unlink(missing_ok=True)


def _clear(target: Path) -> None:
    """Remove what writers that were killed before their rename left beside ``target``."""
    for left in target.parent.glob(f".{target.name}.*"):
        try:
            if time.time() - left.stat().st_mtime > LEFT_AFTER:
                left.unlink()
        except FileNotFoundError:
            continue  # renamed, or cleared by another writer


def _bytes(head: Head) -> bytes:
    return json.dumps(asdict(head), sort_keys=True, separators=(",", ":")).encode()
