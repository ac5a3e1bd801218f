"""The same promises of both places: durable and whole or not visible at all, clear words when something fails."""

import errno
import os
import stat
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from matricule.core import config, ids
from matricule.core.vault import Full, Missing, Unavailable, backend
from matricule.core.vault.folder import Folder
from matricule.core.vault.s3 import PART, Bucket

LATER = timedelta(hours=1)


@pytest.fixture(scope="module")
def s3():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def bucket_at(endpoint: str, name: str) -> Bucket:
    return Bucket(name, endpoint=endpoint, region="eu-west-3", access_key="test", secret_key="test")


@pytest.fixture(params=["folder", "s3"])
def place(request, tmp_path):
    if request.param == "folder":
        return Folder(tmp_path / "vault with a space")
    made = bucket_at(request.getfixturevalue("s3"), f"b{ids.uuid7().hex}")
    made._client.create_bucket(Bucket=made.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    return made


def whole(place: backend.Backend, blob_id: UUID) -> bytes:
    stream = place.open(blob_id)
    try:
        parts = []
        while part := stream.read(50_000):
            parts.append(part)
        return b"".join(parts)
    finally:
        stream.close()


@pytest.mark.parametrize("chunks", [[b"x"], [b"a" * 70_000, b"b" * 70_000, b"c"], [b"", b"x", b""]])
def test_what_is_written_is_read_back(place, chunks):
    blob_id = ids.uuid7()
    place.write(blob_id, iter(chunks))
    assert place.exists(blob_id)
    assert whole(place, blob_id) == b"".join(chunks)


def test_a_file_of_several_parts(place):
    chunks = [os.urandom(65_552) for _ in range(2 * PART // 65_552 + 3)]
    blob_id = ids.uuid7()
    place.write(blob_id, iter(chunks))
    assert whole(place, blob_id) == b"".join(chunks)


def test_what_is_not_there_is_missing(place):
    place.write(ids.uuid7(), [b"x"])
    blob_id = ids.uuid7()
    assert not place.exists(blob_id)
    with pytest.raises(Missing):
        place.open(blob_id)
    place.remove(blob_id)


def test_removing_is_for_good_and_may_be_repeated(place):
    blob_id, other = ids.uuid7(), ids.uuid7()
    for each in (blob_id, other):
        place.write(each, [b"x"])
    place.remove(blob_id)
    place.remove(blob_id)
    assert not place.exists(blob_id)
    assert [file.id for file in place.stored()] == [other]


def test_the_list_names_every_file_with_its_time(place):
    written = {ids.uuid7() for _ in range(40)}
    for blob_id in written:
        place.write(blob_id, [b"x"])
    listed = list(place.stored())
    assert {file.id for file in listed} == written
    assert len(listed) == 40
    assert all(abs(file.written_at - datetime.now(UTC)) < LATER for file in listed)


def test_a_source_that_breaks_leaves_nothing_visible(place):
    def broken():
        yield b"a" * 100_000
        raise ZeroDivisionError

    blob_id = ids.uuid7()
    with pytest.raises(ZeroDivisionError):
        place.write(blob_id, broken())
    assert not place.exists(blob_id)
    assert list(place.stored()) == []


def test_nothing_unfinished_means_nothing_to_sweep(place):
    place.write(ids.uuid7(), [b"x"])
    assert place.sweep_unfinished(datetime.now(UTC) + LATER) == 0
    assert len(list(place.stored())) == 1


def test_an_empty_place_lists_nothing(place):
    assert list(place.stored()) == []
    assert place.sweep_unfinished(datetime.now(UTC)) == 0


# the folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "vault")


def test_only_the_user_of_the_service_can_read_a_file(folder):
    blob_id = ids.uuid7()
    folder.write(blob_id, [b"x"])
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in folder.root.rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}


def test_a_file_name_says_nothing_but_its_id(folder):
    blob_id = ids.uuid7()
    folder.write(blob_id, [b"x"])
    (path,) = (path for path in folder.root.rglob("*") if path.is_file())
    assert path.relative_to(folder.root).parts == (blob_id.hex[-1], blob_id.hex[-2], blob_id.hex)


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_the_answer(folder, monkeypatch):
    calls = []
    real = {name: getattr(os, name) for name in ("write", "fsync", "rename")}
    for name, call in real.items():

        def spy(*arguments, _name=name, _call=call):
            calls.append(_name)
            return _call(*arguments)

        monkeypatch.setattr(os, name, spy)
    folder.write(ids.uuid7(), [b"a", b"b"])
    first_write, rename = calls.index("write"), calls.index("rename")
    assert calls[first_write : first_write + 3] == ["write", "write", "fsync"]
    assert calls[-2:] == ["rename", "fsync"]
    assert "write" not in calls[rename:]
    assert calls[:first_write] == ["fsync"] * 2  # the new folders: vault in its parent, tmp in vault


@pytest.mark.parametrize("function", ["write", "fsync", "rename"])
@pytest.mark.parametrize(
    ("number", "error"),
    [(errno.ENOSPC, Full), (errno.EDQUOT, Full), (errno.EIO, Unavailable), (errno.EACCES, Unavailable)],
)
def test_a_failing_disk_leaves_nothing_and_says_what_it_is(folder, monkeypatch, function, number, error):
    folder.write(UUID(int=0), [b"x"])

    def fail(*arguments):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(os, function, fail)
        with pytest.raises(error):
            folder.write(UUID(int=256), [b"y"])
    assert [file.id for file in folder.stored()] == [UUID(int=0)]
    assert not list((folder.root / "tmp").iterdir())
    folder.write(UUID(int=256), [b"y"])  # as soon as there is room again, without a restart
    assert whole(folder, UUID(int=256)) == b"y"


def test_a_disk_that_takes_little_at_a_time_gets_everything(folder, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:7]))
    blob_id = ids.uuid7()
    folder.write(blob_id, [b"0123456789" * 5])
    assert whole(folder, blob_id) == b"0123456789" * 5


def test_what_a_kill_left_is_swept_when_it_is_old(folder):
    folder.write(ids.uuid7(), [b"x"])
    for name, age in (("old", 3 * 86400), ("young", 60)):
        path = folder.root / "tmp" / name
        path.write_bytes(b"half")
        written = datetime.now().timestamp() - age
        os.utime(path, (written, written))
    assert folder.sweep_unfinished(datetime.now(UTC) - timedelta(days=1)) == 1
    assert [path.name for path in (folder.root / "tmp").iterdir()] == ["young"]
    assert len(list(folder.stored())) == 1


def test_a_file_that_is_not_ours_is_left_alone(folder):
    blob_id = ids.uuid7()
    folder.write(blob_id, [b"x"])
    stranger = folder.root / blob_id.hex[-1] / blob_id.hex[-2] / "README"
    stranger.write_text("left by somebody")
    assert [file.id for file in folder.stored()] == [blob_id]
    assert stranger.exists()


def test_a_folder_that_cannot_be_used_says_so(tmp_path):
    (tmp_path / "vault").write_text("a file is in the way")
    broken = Folder(tmp_path / "vault")
    with pytest.raises(Unavailable):
        broken.write(ids.uuid7(), [b"x"])
    with pytest.raises(Unavailable):
        broken.open(ids.uuid7())


# the bucket


def test_a_bucket_that_does_not_exist_says_so(s3):
    nowhere = bucket_at(s3, "absent-bucket")
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        nowhere.write(ids.uuid7(), [b"x"])
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        list(nowhere.stored())


def test_an_endpoint_that_does_not_answer_says_so():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = bucket_at(f"http://127.0.0.1:{taken.getsockname()[1]}", "any")
        dead._client.meta.config.retries = {"total_max_attempts": 1}
        with pytest.raises(Unavailable, match="does not answer"):
            dead.exists(ids.uuid7())


@pytest.fixture
def bucket(s3):
    made = bucket_at(s3, f"b{ids.uuid7().hex}")
    made._client.create_bucket(Bucket=made.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    return made


def test_a_bucket_that_lies_about_keeping_is_not_believed(bucket, monkeypatch):
    monkeypatch.setattr(bucket._client, "head_object", lambda **_: {"ContentLength": 3})
    with pytest.raises(Unavailable, match="did not keep"):
        bucket.write(ids.uuid7(), [b"four"])


@pytest.mark.parametrize(("code", "error"), [("QuotaExceeded", Full), ("SlowDown", Unavailable), ("404", Missing)])
def test_the_words_of_a_bucket_are_told_in_ours(bucket, monkeypatch, code, error):
    from botocore.exceptions import ClientError

    def fail(**_):
        raise ClientError({"Error": {"Code": code}}, "GetObject")

    monkeypatch.setattr(bucket._client, "get_object", fail)
    with pytest.raises(error):
        bucket.open(ids.uuid7())


def test_an_answer_that_breaks_off_says_so(bucket, monkeypatch):
    from botocore.exceptions import ReadTimeoutError

    class Body:
        def read(self, size: int) -> bytes:
            raise ReadTimeoutError(endpoint_url="")

        def close(self) -> None:
            pass

    monkeypatch.setattr(bucket._client, "get_object", lambda **_: {"Body": Body()})
    with pytest.raises(Unavailable, match="ReadTimeoutError"):
        bucket.open(ids.uuid7()).read(10)


def test_objects_of_others_are_left_alone(bucket):
    bucket._client.put_object(Bucket=bucket.bucket, Key="elsewhere/thing", Body=b"x")
    bucket._client.put_object(Bucket=bucket.bucket, Key="vault/README", Body=b"x")
    assert list(bucket.stored()) == []


def test_unfinished_uploads_are_aborted_when_they_are_old(bucket):
    bucket._client.create_multipart_upload(Bucket=bucket.bucket, Key=f"vault/{ids.uuid7().hex}")
    # this server dates unfinished uploads in 2010
    assert bucket.sweep_unfinished(datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert bucket.sweep_unfinished(datetime.now(UTC)) == 1
    assert bucket.sweep_unfinished(datetime.now(UTC)) == 0


# the setting


def test_the_setting_chooses_the_place(tmp_path):
    assert backend.from_settings(config.Config(data=tmp_path)).root == tmp_path / "vault"
    chosen = backend.from_settings(config.Config(data=tmp_path, vault="s3", s3_bucket="b", s3_endpoint="http://x"))
    assert isinstance(chosen, Bucket)
    assert chosen.bucket == "b"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_service_never_loads_the_s3_library():
    import subprocess
    import sys

    import matricule

    program = """
import pathlib, sys
import django, django.conf
django.conf.settings.configure(INSTALLED_APPS=["django.contrib.contenttypes", "matricule.core"])
django.setup()
from matricule.core import config
from matricule.core.vault import backend
backend.from_settings(config.Config(data=pathlib.Path("x")))
print("boto3" in sys.modules)
"""
    source = os.path.dirname(os.path.dirname(matricule.__file__))
    environment = {**os.environ, "PYTHONPATH": source}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "False", done.stderr
