"""What the service believes of its parser: answers taken apart without trust, reads that end, one restart."""

import json
import os
import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matricule import vision
from matricule.vision import Fence, Limits, client, wire
from matricule.vision.client import Answer, Busy, Parser, Unavailable
from matricule.vision.limits import MB

ANSWERED = {"ended": "answered", "number": 0}


def packed(header: bytes, body: bytes = b"", length: int | None = None) -> bytes:
    return wire.HEADER.pack(len(header) if length is None else length) + header + body


# --- an answer taken apart --------------------------------------------------------------------------------------


def test_a_whole_answer_is_its_header_and_its_bytes():
    answer = client._understand(packed(b'{"done": true}', b"\xff\xd8body"), ANSWERED)
    assert answer == Answer({"done": True}, b"\xff\xd8body", "answered 0")


@pytest.mark.parametrize(
    "raw",
    [
        packed(b"{not json"),
        packed(b"[1, 2]"),
        packed(b'"text"'),
        packed(b"null"),
        packed(b"\xff\xfe"),
        packed(b"{}", length=3),
        packed(b"{}", length=2**32 - 1),
        packed(b"", length=0),
        packed(b"[" * 200_000),
        packed(b'{"a":' * 200_000),
    ],
)
def test_an_answer_of_the_wrong_shape_is_none(raw):
    assert client._understand(raw, ANSWERED) == Answer(None, b"", "unreadable")


@pytest.mark.parametrize("size", range(4))
def test_an_answer_without_its_length_is_none(size):
    assert client._understand(b"\x00" * size, ANSWERED).header is None


@pytest.mark.parametrize(
    "ended", [{"ended": "signal", "number": 9}, {"ended": "wall", "number": 3}, {"ended": "status", "number": 2}, {}]
)
def test_what_a_child_wrote_before_it_was_stopped_is_not_believed(ended):
    answer = client._understand(packed(b'{"ok": true}', b"x"), ended)
    assert (answer.header, answer.body) == (None, b"")
    assert answer.ended == f"{ended.get('ended')} {ended.get('number')}"


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=60))
def test_no_answer_breaks_the_service(raw):
    answer = client._understand(raw, ANSWERED)
    assert answer.header is None or isinstance(answer.header, dict)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"code": "ok", "kind": "exe"},
        {"code": "unheard of"},
        {"code": "ok", "details": {"name": "x" * 100}},
        {"code": "ok", "pages": 3},
        {"code": ["ok"]},
        {"code": "ok", "details": [1]},
        {"code": "ok", "pages": [[float("inf"), 1]]},
        {"code": "ok", "pages": [[float("nan"), 1]]},
    ],
)
def test_a_verdict_that_the_child_invents_is_a_bomb(header):
    class Liar:
        def call(self, *_):
            return Answer(header, b"", "answered 0")

    verdict = vision.check(b"%PDF", using=Liar())
    assert (verdict.ok, verdict.code, verdict.details) == (False, "bomb", {"ended": "unreadable"})


@pytest.mark.parametrize("code", ["unheard of", ["broken"], 7, None])
def test_a_refusal_that_the_child_invents_is_a_bomb(code):
    class Liar:
        def call(self, *_):
            return Answer({"code": code}, b"", "answered 0")

    with pytest.raises(vision.Refused) as refused:
        vision.clean_copy(b"%PDF", using=Liar())
    assert refused.value.code == "bomb"


@pytest.mark.parametrize(
    ("done", "body"), [(True, b"GIF89a"), ("yes", b"%PDF-1.7"), (1, b"%PDF-1.7"), (True, b""), (True, b" %PDF-")]
)
def test_bytes_of_another_kind_are_not_handed_on(done, body):
    class Liar:
        def call(self, *_):
            return Answer({"done": done}, body, "answered 0")

    with pytest.raises(vision.Refused):
        vision.clean_copy(b"%PDF", using=Liar())


def test_how_a_child_ended_is_kept_short():
    class Dead:
        def call(self, *_):
            return Answer(None, b"", "e" * 500)

    assert vision.check(b"%PDF", using=Dead()).details == {"ended": "e" * 40}


# --- what is asked ----------------------------------------------------------------------------------------------


class Recorder:
    """A parser that writes down what it is asked and answers as told."""

    def __init__(self, body: bytes = b"%PDF-1.7") -> None:
        self.asked, self.body = [], body

    def call(self, task, arguments, files, fence=None, patience=None):
        self.asked.append((task, arguments, [bytes(file) for file in files], fence, patience))
        return Answer({"done": True, "code": "ok"}, b"\xff\xd8\xff" if task == "as_jpeg" else self.body, "answered 0")


def test_the_limits_given_are_the_limits_asked():
    recorder = Recorder()
    vision.check(b"x", limits=Limits(file_pages=3, pixels=9), fence=Fence(cpu=2), patience=0.5, using=recorder)
    ((task, arguments, files, fence, patience),) = recorder.asked
    assert (task, files, fence, patience) == ("check", [b"x"], Fence(cpu=2), 0.5)
    assert arguments["limits"] == {"file_pages": 3, "pixels": 9}


@pytest.mark.parametrize(
    ("declared", "told"),
    [("PDF", "pdf"), (".jpg", "jpg"), ("..png", "png"), ("dupont", ""), ("", ""), ("pdf.exe", ""), ("tar.gz", "")],
)
def test_only_a_known_extension_reaches_the_child(declared, told):
    recorder = Recorder()
    vision.check(b"x", declared=declared, using=recorder)
    assert recorder.asked[0][1]["declared"] == told


@pytest.mark.parametrize("size", [0, MB + 1])
def test_an_empty_or_too_long_file_reaches_no_child(size):
    recorder = Recorder()
    verdict = vision.check(bytes(size), limits=Limits(file_bytes=MB), using=recorder)
    assert verdict.code == ("too_large" if size else "empty")
    assert recorder.asked == []


@pytest.mark.parametrize(("turn", "asked"), [(0, 0), (90, 90), (360, 0), (-90, 270), (450, 90)])
def test_turns_are_within_a_circle(turn, asked):
    recorder = Recorder(b"\xff\xd8\xff")
    vision.render_page(b"x", 2, width=10, rotation=turn, using=recorder)
    assert recorder.asked[0][1] == {"page": 2, "width": 10, "rotation": asked}


def test_photos_of_other_kinds_become_jpegs_each_in_a_child_of_its_own():
    recorder = Recorder()
    parts = [
        vision.Part(b"one", "heic"),
        vision.Part(b"two", "pdf", [(1, 450)]),
        vision.Part(b"three", "png", [(0, 90)]),
        vision.Part(b"four", "jpeg"),
    ]
    vision.join(parts, title="t", language="fr", using=recorder)
    assert [task for task, *_ in recorder.asked] == ["as_jpeg", "as_jpeg", "join"]
    assert [files for _, _, files, *_ in recorder.asked[:2]] == [[b"one"], [b"three"]]
    _, arguments, files, *_ = recorder.asked[2]
    assert files == [b"\xff\xd8\xff", b"two", b"\xff\xd8\xff", b"four"]
    assert arguments["most"] == Limits().document_pages
    assert arguments["parts"] == [
        {"kind": "jpeg", "pages": []},
        {"kind": "pdf", "pages": [[1, 90]]},
        {"kind": "jpeg", "pages": [[0, 90]]},
        {"kind": "jpeg", "pages": []},
    ]


def test_a_document_over_its_bytes_is_refused_before_any_work(monkeypatch):
    monkeypatch.setattr(vision, "Limits", lambda: Limits(document_bytes=10))
    recorder = Recorder()
    vision.join([vision.Part(b"x" * 5, "pdf")] * 2, title="t", language="fr", using=recorder)
    with pytest.raises(vision.Refused) as refused:
        vision.join(
            [vision.Part(b"x" * 5, "pdf"), vision.Part(b"x" * 6, "pdf")], title="", language="", using=recorder
        )
    assert refused.value.code == "too_large"
    assert len(recorder.asked) == 1


@pytest.mark.parametrize(
    ("ended", "fence", "busy"),
    [
        ("wall 0", None, True),
        ("wall 2", Fence(cpu=4), False),
        ("wall 0", Fence(cpu=4), True),
        ("signal 9", None, False),
        ("unbounded", None, False),
    ],
)
def test_a_quarter_of_the_cpu_tells_the_file_from_the_machine(ended, fence, busy):
    answer = Answer(None, b"", ended)
    if busy:
        with pytest.raises(Busy):
            vision._not_starved(answer, fence)
    else:
        vision._not_starved(answer, fence)


# --- reading from a pipe ----------------------------------------------------------------------------------------


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    yield reader, writer
    for end in (reader, writer):
        try:
            os.close(end)
        except OSError:
            continue


def test_everything_up_to_the_end_is_read(pipe):
    reader, writer = pipe
    thread = threading.Thread(
        target=lambda: (os.write(writer, b"a" * 50_000), os.write(writer, b"b"), os.close(writer))
    )
    thread.start()
    assert client._read(reader, 60_000, 5) == b"a" * 50_000 + b"b"
    thread.join()


@pytest.mark.parametrize(("most", "whole"), [(10, True), (9, False)])
def test_the_limit_of_an_answer_is_exact(pipe, most, whole):
    reader, writer = pipe
    os.write(writer, b"0123456789")
    os.close(writer)
    assert (client._read(reader, most, 5) == b"0123456789") is whole


@pytest.mark.parametrize("seconds", [0, 0.02])
def test_a_child_that_says_nothing_is_given_up(pipe, seconds):
    assert client._read(pipe[0], 10, seconds) is None


# --- the parser process -----------------------------------------------------------------------------------------


def test_before_the_first_use_there_is_no_process():
    parser = Parser()
    assert (parser.pid, parser.isolation) == (None, {})
    parser.close()
    with pytest.raises(EOFError):
        parser._exchange({}, [], Fence())


class Spawned:
    """A process that was never started."""

    pid = 4711
    returncode = None

    def poll(self):
        return None

    def kill(self):
        self.killed = True

    def wait(self):
        return 0


def stub(monkeypatch, greeting: bytes) -> Parser:
    """A parser whose process is nobody: the greeting comes from the test."""
    real = socket.socketpair

    def pair(*words):
        ours, theirs = real(*words)
        theirs.sendall(greeting)
        return ours, theirs

    monkeypatch.setattr(client.socket, "socketpair", pair)
    monkeypatch.setattr(client.subprocess, "Popen", lambda *_, **__: Spawned())
    return Parser()


def test_walls_are_those_that_the_parser_tried(monkeypatch):
    hello = {"pid": 1, "isolation": {"network": True, "memory": 0}}
    parser = stub(monkeypatch, json.dumps(hello).encode() + b"\n")
    assert parser.warm() == {"network": True, "memory": False}
    assert parser.pid == 4711
    parser.close()


@pytest.mark.parametrize("greeting", [b"", b"not json\n", b"[1]\n", b'{"half": '])
def test_a_parser_that_does_not_greet_is_ended(greeting, monkeypatch):
    parser = stub(monkeypatch, greeting)
    with pytest.raises(Unavailable):
        parser.warm()
    assert parser.pid is None


def test_a_fork_lets_go_of_the_parser_without_ending_it(monkeypatch):
    parser = stub(monkeypatch, b'{"isolation": {}}\n')
    parser.warm()
    process, channel, lock = parser._process, parser._channel, parser._lock
    parser.after_fork()
    assert parser.pid is None and channel.fileno() == -1
    assert process.returncode == 0 and not hasattr(process, "killed")
    assert parser._lock is not lock, "the old one may be held by a thread that does not exist here"
    parser.after_fork()


def test_the_size_of_a_file_given_in_any_form(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    with path.open("rb") as file:
        assert client.size_of(file.fileno()) == 5
    assert [client.size_of(form) for form in (b"abc", bytearray(4), memoryview(b"ab"))] == [3, 4, 2]


def test_what_the_child_gets_cannot_be_changed_behind_its_back():
    descriptor = client._as_descriptor(b"content")
    assert os.pread(descriptor, 100, 0) == b"content"
    for change in (lambda: os.pwrite(descriptor, b"x", 0), lambda: os.ftruncate(descriptor, 2)):
        with pytest.raises(PermissionError):
            change()
    os.close(descriptor)


# --- the wire ---------------------------------------------------------------------------------------------------


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_message_travels_with_its_descriptors(ends, pipe):
    wire.send(ends[0], {"task": "x"}, [pipe[1]])
    message, (arrived,) = wire.receive(ends[1])
    os.write(arrived, b"through")
    os.close(arrived)
    assert (message, os.read(pipe[0], 10)) == ({"task": "x"}, b"through")


def test_half_a_message_is_no_message(ends):
    ends[0].sendall(b'{"task": ')
    ends[0].close()
    assert wire.receive(ends[1]) is None


@pytest.mark.parametrize("line", [b"null\n", b"3\n", b"nonsense\n", b"\n"])
def test_only_an_object_is_a_message(ends, line):
    ends[0].sendall(line)
    with pytest.raises(ValueError):
        wire.receive(ends[1])


def test_nobody_listening_is_an_error_of_the_system(ends):
    ends[1].close()
    with pytest.raises(OSError):
        wire.send(ends[0], {"task": "x"})
