"""The key ring: every secret of one service, in one TOML file that only its user can read.

A ring holds several keys by id, one of them active: new things are sealed with the active key, old ones open with
the key that their token names, so a key is replaced while the service runs (ASVS 5.0, 13.3.4: ``add_key``
everywhere, restart, then ``activate``). The journal's HMAC key is here and not in the database, so that whoever
holds the database cannot write a journal that verifies (house.md, core).
"""

import base64
import binascii
import os
import re
import secrets
import stat
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from . import config

RINGS = ("vault", "fields", "sessions")
KEY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,15}\Z")
DEMO_FILE = "demo-keys.toml"
HOW = "make one with: matricule make-keys PATH, then set MATRICULE_KEYS_FILE to that path"


class KeysError(Exception):
    """The key file is missing, readable by others, or wrong; the message names no secret."""


class UnknownKey(KeysError):
    """A token names a key id that its ring does not hold."""


@dataclass(frozen=True)
class Ring:
    """Keys of 32 bytes by id; ``active`` is the one that seals."""

    name: str
    active: str
    keys: Mapping[str, bytes] = field(repr=False)

    def key(self, key_id: str) -> bytes:
        """Return the key called ``key_id``; raise UnknownKey when the ring does not hold it."""
        try:
            return self.keys[key_id]
        except KeyError:
            raise UnknownKey(f"the ring {self.name} holds no key with the id of this token") from None


@dataclass(frozen=True)
class Keys:
    """Every secret of the service. ``signing_pem`` is a private key followed by its certificate, in PEM."""

    secret_key: str = field(repr=False)
    vault: Ring
    fields: Ring
    sessions: Ring
    index: bytes = field(repr=False)
    journal: bytes = field(repr=False)
    signing_pem: str = field(repr=False)


@cache
def current() -> Keys:
    """Return the keys of this process; in demo mode without a key file, make one at the first start."""
    settings = config.current()
    if settings.keys_file:
        return load(Path(settings.keys_file))
    if not settings.demo:
        raise KeysError(f"no key file is set; {HOW}")
    path = settings.data / DEMO_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):  # another process of the same first start was faster: its keys are the ones
            make(path)
    return load(path)


def load(path: Path) -> Keys:
    """Read and check the key file at ``path``; raise KeysError with the place of the fault, never with its content."""
    raw = _read(path)
    rings = {name: _ring(path, raw, name) for name in RINGS}
    secret_key = raw.get("secret_key")
    if not isinstance(secret_key, str) or len(secret_key) < 50:
        raise KeysError(f"{path}: secret_key must be a text of at least 50 characters")
    return Keys(
        secret_key=secret_key,
        index=_secret(path, "index", raw.get("index")),
        journal=_secret(path, "journal", raw.get("journal")),
        signing_pem=_signing(path, raw.get("signing")),
        **rings,
    )


def make(path: Path) -> None:
    """Write a new key file at ``path``, mode 0600, all at once; raise FileExistsError rather than replace one."""
    raw: dict[str, Any] = {"secret_key": secrets.token_urlsafe(64), "index": _new_secret(), "journal": _new_secret()}
    raw |= {name: {"active": "k1", "keys": {"k1": _new_secret()}} for name in RINGS}
    raw["signing"] = {"pem": new_signing_pem()}
    _write(path, raw, replace=False)


def add_key(path: Path, ring: str) -> str:
    """Add a new key to ``ring`` without using it yet; return its id. All processes must read it, then ``activate``."""
    raw = _read_ring(path, ring)
    taken = raw[ring]["keys"]
    key_id = next(name for name in (f"k{n}" for n in range(1, len(taken) + 2)) if name not in taken)
    taken[key_id] = _new_secret()
    _write(path, raw, replace=True)
    return key_id


def activate(path: Path, ring: str, key_id: str) -> None:
    """Make ``key_id`` the key that ``ring`` seals with; raise KeysError when the ring does not hold it."""
    raw = _read_ring(path, ring)
    if key_id not in raw[ring]["keys"]:
        raise KeysError(f"{path}: the ring {ring} holds no key {key_id}")
    raw[ring]["active"] = key_id
    _write(path, raw, replace=True)


def check(settings: config.Config) -> list[config.Problem]:
    """Return what is wrong with the keys of ``settings``, for check-settings; an empty list when nothing is.

    Outside demo mode a key file inside the data folder is refused (house.md, closed decision 4): whoever copies the
    data would hold the keys too.
    """
    if not settings.keys_file:
        return [] if settings.demo else [_problem("is missing", HOW)]
    path = Path(settings.keys_file)
    problems = []
    if not settings.demo and path.resolve().is_relative_to(settings.data.resolve()):
        problems.append(_problem("lies inside MATRICULE_DATA", f"move {path} out of it and keep a copy apart"))
    if not settings.demo and path.name == DEMO_FILE:
        problems.append(_problem("is the key file of a demo", HOW))
    try:
        load(path)
    except KeysError as error:
        problems.append(_problem(f"cannot be used: {error}", "mend the file, or bring back its copy"))
    return problems


def _problem(problem: str, remedy: str) -> config.Problem:
    return config.Problem(setting="MATRICULE_KEYS_FILE", problem=problem, remedy=remedy)


def new_signing_pem() -> str:
    """Return a new EC P-256 key and its own certificate, in PEM, that seal the PDFs of a demo.

    A production service replaces it with the certificate that its authority gave it (``[signing] file = "…"``).
    """
    # Late: x509 costs 20 ms at each start and is needed once in the life of a service.
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Matricule (self-made seal)")])
    start = datetime.now(UTC) - timedelta(days=1)  # not core.clock, which needs the settings that need these keys
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3653))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (pem + certificate.public_bytes(serialization.Encoding.PEM)).decode()


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            info = os.fstat(file.fileno())
            if stat.S_IMODE(info.st_mode) & 0o077:
                raise KeysError(f"{path} can be read by other users: chmod 600 {path}")
            return tomllib.load(file)
    except FileNotFoundError:
        raise KeysError(f"{path} does not exist; {HOW}") from None
    except OSError as error:
        raise KeysError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # Without the parser's own message, which may quote a line of secrets.
        raise KeysError(f"{path} is not a TOML file") from None


def _read_ring(path: Path, ring: str) -> dict[str, Any]:
    if ring not in RINGS:
        raise KeysError(f"there is no ring {ring}: one of {', '.join(RINGS)}")
    load(path)
    return _read(path)


def _ring(path: Path, raw: Mapping[str, Any], name: str) -> Ring:
    table = raw.get(name)
    if not isinstance(table, dict) or not isinstance(table.get("keys"), dict):
        raise KeysError(f"{path}: the ring [{name}] is missing")
    keys = {}
    for key_id, text in table["keys"].items():
        if not KEY_ID.match(key_id):
            raise KeysError(f"{path}: a key id of [{name}] is not 1 to 16 small letters, digits or hyphens")
        keys[key_id] = _secret(path, f"{name}.keys.{key_id}", text)
    if table.get("active") not in keys:
        raise KeysError(f"{path}: [{name}] active names no key of the ring")
    return Ring(name=name, active=table["active"], keys=keys)


def _secret(path: Path, place: str, text: object) -> bytes:
    try:
        value = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        value = b""
    if len(value) != 32 or len(set(value)) < 8:
        raise KeysError(f"{path}: {place} must be 32 random bytes in base64")
    return value


def _signing(path: Path, table: object) -> str:
    given = table if isinstance(table, dict) else {}
    pem = given.get("pem", "")
    if given.get("file"):
        try:
            pem = (path.parent / str(given["file"])).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            raise KeysError(f"{path}: the file that [signing] names cannot be read") from None
    if "PRIVATE KEY-----" not in pem or "BEGIN CERTIFICATE-----" not in pem:
        raise KeysError(f"{path}: [signing] needs a private key and a certificate in PEM")
    return str(pem)


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write(path: Path, raw: Mapping[str, Any], *, replace: bool) -> None:
    """Write the file whole or not at all: a torn key file would lose every document."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_toml(raw))
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, path)
        else:
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _toml(raw: Mapping[str, Any]) -> str:
    lines = ["# The keys of one Matricule service. Keep a copy apart: without them no document opens again."]
    lines += [f'{name} = "{raw[name]}"' for name in ("secret_key", "index", "journal")]
    for name in RINGS:
        lines += ["", f"[{name}]", f'active = "{raw[name]["active"]}"', "", f"[{name}.keys]"]
        lines += [f'{key_id} = "{text}"' for key_id, text in raw[name]["keys"].items()]
    lines += ["", "[signing]"]
    signing = raw["signing"]
    lines.append(f'file = "{signing["file"]}"' if signing.get("file") else f'pem = """\n{signing["pem"]}"""')
    return "\n".join(lines) + "\n"
