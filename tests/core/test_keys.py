"""The key file: made private, read strictly, rotated without losing what the old key sealed."""

import base64
import os
import re
import stat
from pathlib import Path

import pytest

from matricule.core import config, crypto, keys


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.toml"
    keys.make(path)
    return path


@pytest.fixture
def fresh_cache():
    keys.current.cache_clear()
    yield
    keys.current.cache_clear()


def edit(path: Path, old: str, new: str) -> None:
    text, count = re.subn(old, new, path.read_text(), count=1, flags=re.DOTALL | re.MULTILINE)
    assert count == 1
    path.write_text(text)


def test_a_new_file_is_readable_by_its_user_only(key_file):
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == ["keys.toml"]


def test_a_new_file_holds_every_secret(key_file):
    made = keys.load(key_file)
    assert [made.vault.name, made.fields.name, made.sessions.name] == ["vault", "fields", "sessions"]
    secrets = [made.index, made.journal, *(ring.key("k1") for ring in (made.vault, made.fields, made.sessions))]
    assert all(len(secret) == 32 for secret in secrets)
    assert len(set(secrets)) == len(secrets)
    assert len(made.secret_key) >= 50


def test_two_services_share_no_secret(tmp_path):
    keys.make(tmp_path / "a.toml")
    keys.make(tmp_path / "b.toml")
    a, b = keys.load(tmp_path / "a.toml"), keys.load(tmp_path / "b.toml")
    assert a.secret_key != b.secret_key
    assert a.journal != b.journal
    assert a.vault.key("k1") != b.vault.key("k1")


def test_making_never_replaces_a_file(key_file):
    before = key_file.read_bytes()
    with pytest.raises(FileExistsError):
        keys.make(key_file)
    assert key_file.read_bytes() == before
    assert len(list(key_file.parent.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_file_that_others_may_read_is_refused(key_file, mode):
    key_file.chmod(mode)
    with pytest.raises(keys.KeysError, match="chmod 600"):
        keys.load(key_file)


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(keys.KeysError, match="matricule make-keys"):
        keys.load(tmp_path / "none.toml")


def test_a_folder_in_place_of_the_file_is_told(tmp_path):
    with pytest.raises(keys.KeysError, match="cannot be read"):
        keys.load(tmp_path)


def test_a_broken_file_is_refused_without_quoting_it(key_file):
    secret = keys.load(key_file).secret_key
    key_file.write_text(f'secret_key = "{secret}')
    with pytest.raises(keys.KeysError, match="not a TOML file") as caught:
        keys.load(key_file)
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (r'^secret_key = ".*?"', 'secret_key = "changeme"', "secret_key"),
        (r'^index = ".*?"', 'index = "AAAA"', "index"),
        (r'^journal = ".*?"', 'journal = "not base64!"', "journal"),
        (r'^journal = ".*?"', "journal = 12", "journal"),
        (r'^journal = ".*?"', f'journal = "{base64.b64encode(bytes(32)).decode()}"', "journal"),
        (r"^\[vault\].*?\n\n\[vault.keys\]\n.*?\n", "", "vault"),
        (r'^active = "k1"', 'active = "k9"', "vault"),
        (r"^k1 = ", '"K 1" = ', "key id"),
        (r"^pem = .*", 'pem = "nothing"', "signing"),
        (r"^pem = .*", 'file = "absent.pem"', "signing"),
        (r"^\[signing\].*", "", "signing"),
    ],
)
def test_a_wrong_entry_is_named(key_file, old, new, place):
    edit(key_file, old, new)
    with pytest.raises(keys.KeysError, match=re.escape(place)):
        keys.load(key_file)


def test_no_secret_shows_when_keys_are_printed(key_file):
    made = keys.load(key_file)
    shown = repr(made)
    for secret in (made.secret_key, repr(made.journal), repr(made.vault.key("k1")), "PRIVATE KEY"):
        assert secret not in shown


def test_an_unknown_key_id_is_told_without_the_id(key_file):
    with pytest.raises(keys.UnknownKey, match="ring vault"):
        keys.load(key_file).vault.key("k2")


def test_rotation_keeps_what_the_old_key_sealed(key_file):
    before = keys.load(key_file)
    token = crypto.seal(before.fields, b"plain", b"place")
    assert keys.add_key(key_file, "fields") == "k2"
    between = keys.load(key_file)
    assert between.fields.active == "k1"
    keys.activate(key_file, "fields", "k2")
    after = keys.load(key_file)
    assert after.fields.active == "k2"
    newer = crypto.seal(after.fields, b"plain", b"place")
    assert newer.startswith(crypto.head(after.fields))
    assert crypto.unseal(after.fields, token, b"place") == b"plain"
    # a process that has only read the file of the middle step opens what the first activated process seals
    assert crypto.unseal(between.fields, newer, b"place") == b"plain"
    assert (after.secret_key, after.journal, after.signing_pem) == (
        before.secret_key,
        before.journal,
        before.signing_pem,
    )
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_rotation_refuses_what_does_not_exist(key_file):
    before = key_file.read_bytes()
    with pytest.raises(keys.KeysError, match="no ring"):
        keys.add_key(key_file, "journal")
    with pytest.raises(keys.KeysError, match="no key"):
        keys.activate(key_file, "vault", "k7")
    assert key_file.read_bytes() == before


def test_a_certificate_in_a_file_of_its_own_survives_a_rotation(key_file):
    (key_file.parent / "seal.pem").write_text(keys.load(key_file).signing_pem)
    edit(key_file, r"^pem = .*", 'file = "seal.pem"')
    keys.add_key(key_file, "sessions")
    assert "PRIVATE KEY" in keys.load(key_file).signing_pem
    assert "PRIVATE KEY" not in key_file.read_text()


def test_the_self_made_certificate_belongs_to_its_key():
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = keys.new_signing_pem().encode()
    private, certificate = load_pem_private_key(pem, None), x509.load_pem_x509_certificate(pem)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert private.curve.name == "secp256r1"
    assert certificate.public_key() == private.public_key()
    certificate.verify_directly_issued_by(certificate)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert not usage.key_cert_sign


def test_demo_makes_its_keys_at_the_first_start(tmp_path, monkeypatch, fresh_cache):
    monkeypatch.setattr(config, "current", lambda: config.Config(demo=True, data=tmp_path / "var"))
    first = keys.current()
    keys.current.cache_clear()
    assert keys.current() == first
    assert stat.S_IMODE((tmp_path / "var" / keys.DEMO_FILE).stat().st_mode) == 0o600


def test_two_first_starts_at_once_use_the_same_keys(tmp_path, monkeypatch, fresh_cache):
    monkeypatch.setattr(config, "current", lambda: config.Config(demo=True, data=tmp_path))
    make = keys.make

    def other_process_first(path: Path) -> None:
        make(path)
        make(path)

    monkeypatch.setattr(keys, "make", other_process_first)
    assert keys.current() == keys.load(tmp_path / keys.DEMO_FILE)


def test_outside_demo_no_keys_are_invented(tmp_path, monkeypatch, fresh_cache):
    monkeypatch.setattr(config, "current", lambda: config.Config(demo=False, data=tmp_path))
    with pytest.raises(keys.KeysError, match="make-keys"):
        keys.current()
    assert not list(tmp_path.iterdir())


def test_check_accepts_a_good_file_outside_the_data_folder(key_file, tmp_path):
    assert keys.check(config.Config(demo=False, data=tmp_path / "var", keys_file=str(key_file))) == []
    assert keys.check(config.Config(demo=True, data=tmp_path / "var")) == []


def test_check_refuses_keys_beside_the_data_they_open(key_file):
    inside = config.Config(demo=False, data=key_file.parent, keys_file=str(key_file))
    assert [found.problem for found in keys.check(inside)] == ["lies inside MATRICULE_DATA"]
    assert keys.check(config.Config(demo=True, data=key_file.parent, keys_file=str(key_file))) == []


def test_check_sees_through_a_link_into_the_data_folder(tmp_path):
    data = tmp_path / "var"
    data.mkdir()
    keys.make(data / "k.toml")
    os.symlink(data / "k.toml", tmp_path / "elsewhere.toml")
    settings = config.Config(demo=False, data=data, keys_file=str(tmp_path / "elsewhere.toml"))
    assert [found.problem for found in keys.check(settings)] == ["lies inside MATRICULE_DATA"]


def test_check_refuses_a_missing_setting_a_missing_file_and_a_demo_file(tmp_path):
    (missing,) = keys.check(config.Config(demo=False))
    assert (missing.setting, missing.problem) == ("MATRICULE_KEYS_FILE", "is missing")
    assert "matricule make-keys" in missing.remedy
    absent = config.Config(demo=False, data=tmp_path / "var", keys_file=str(tmp_path / keys.DEMO_FILE))
    problems = keys.check(absent)
    assert "of a demo" in problems[0].problem
    assert "does not exist" in problems[1].problem
