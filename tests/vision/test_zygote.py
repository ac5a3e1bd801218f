"""The walls, the limits and the life of the parser process."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from matricule import vision
from matricule.vision import client, fence, seccomp, wire, zygote
from matricule.vision.client import Busy, Parser, Unavailable
from matricule.vision.limits import MIB, Fence
from tests.vision import childtasks, hostile

SOURCES = str(Path(vision.__file__).parents[2])


def gone(pid: int, seconds: float = 5.0) -> bool:
    """True as soon as no such process is left (a zombie counts as left unless it waits for another parent)."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def waiting_child(parser: Parser) -> int:
    """Return the fork that stands ready for the next file, once the parser has made it: the only one at rest."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if len(found := children_of(parser.pid)) == 1:
            return found[0]
        time.sleep(0.005)
    raise AssertionError(f"{len(found)} forks at rest")


def test_every_wall_that_this_system_grants_is_named():
    walls = vision.isolation()
    assert set(vision.WALLS) <= set(walls)
    assert all(isinstance(held, bool) for held in walls.values())


def test_the_walls_hold_in_a_child(spare, tmp_path):
    path = str(tmp_path / "s")[-90:] if len(str(tmp_path)) > 90 else str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener, socket.create_server(("127.0.0.1", 0)) as server:
        listener.bind(path)
        listener.listen()
        arguments = {"port": server.getsockname()[1], "socket": path}
        answer = spare.call("attempts", arguments, [b"the input"])
    assert answer.header is not None, answer.ended
    walls = spare.warm()
    expected_open = {"a thread of a codec"}
    if not (walls["network"] and walls["files"] and walls["calls"]):
        pytest.fail(f"this system does not grant every wall: {walls}")
    if walls["root"]:
        expected_open.add("list the root")  # it is there, and empty
    possible = {name for name, outcome in answer.header.items() if outcome == "possible"}
    assert possible <= expected_open
    assert not Path(childtasks.CREATED).exists()


def test_the_filter_alone_closes_network_and_paths(tmp_path):
    """What is left on a system without user namespaces: no root folder of its own, the call filter only."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            library = fence.libc()
            library.prctl(38, 1, 0, 0, 0)
            held = seccomp.refuse_calls(library)
            found = childtasks._attempts({"port": 9, "socket": "/nowhere"}, [reader, writer])[0]
            possible = sorted(name for name, outcome in found.items() if outcome == "possible")
            os.write(writer, repr((held, possible)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        held, possible = eval(stream.read())
    os.waitpid(child, 0)
    assert held
    assert set(possible) <= {"a thread of a codec", "become root"}


def test_the_filter_is_unknown_on_another_processor():
    assert seccomp.program("sparc") is None
    for machine in ("x86_64", "aarch64"):
        code = seccomp.program(machine)
        assert code is not None
        assert len(code) % 8 == 0
        assert len(code) // 8 < 4096


def test_an_empty_root_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    descriptor = fence.empty_root()
    assert os.listdir(tmp_path) == []
    assert os.listdir(descriptor) == []
    os.close(descriptor)


def test_the_child_has_no_environment_and_the_lowest_priority(spare, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_SERVICE", "1")
    assert "SECRET_OF_THE_SERVICE" not in spare.call("environment", {}, [b"x"]).header["names"]
    assert spare.call("pid", {}, [b"x"]).header["nice"] == 19


def test_the_session_of_the_parser_steps_back_too(spare):
    """With autogroups a nice value counts inside its own session only, and the parser has one of its own."""
    spare.warm()
    group = Path(f"/proc/{spare.pid}/autogroup")
    if not group.exists():
        pytest.skip("this kernel has no autogroups")
    assert group.read_text().split()[1:] == ["nice", "5"]


def test_a_kernel_without_autogroups_keeps_the_nice_value(monkeypatch):
    asked = []

    def no_such_file(*_args, **_kwargs):
        raise FileNotFoundError

    monkeypatch.setattr(zygote.os, "setpriority", lambda *words: asked.append(words[2]))
    monkeypatch.setattr("builtins.open", no_such_file)
    zygote._step_back()
    monkeypatch.undo()
    assert asked == [19]


def test_what_a_fork_used_is_told(spare):
    answer = spare.call("spin", {}, [b"x"], Fence(cpu=1, wall=300))
    # the limit is counted in ticks, what is told by the scheduler: 849 ms was seen under load for a limit of 1 s
    assert 500 <= answer.cpu <= 2500 and answer.memory > 5000
    eaten = spare.call("eat", {"bytes": 40 * MIB}, [b"x"])
    assert eaten.memory > 40 * 1024


@pytest.mark.parametrize(
    ("task", "ended"),
    [("segfault", "signal 11"), ("abort", "signal"), ("exit", "status 7"), ("garbage", "unreadable")],
)
def test_a_crash_is_an_answer_like_another(spare, task, ended):
    before = spare.warm() and spare.pid
    answer = spare.call(task, {}, [b"x"])
    assert answer.header is None
    assert answer.ended.startswith(ended)
    assert spare.pid == before
    assert spare.call("pid", {}, [b"x"]).header["parent"] >= 0


@pytest.mark.parametrize("task", ["segfault", "exit", "garbage"])
def test_a_crash_becomes_the_verdict_bomb(own, monkeypatch, task):
    real = own.call
    monkeypatch.setattr(own, "call", lambda name, *rest: real(task, *rest))
    verdict = vision.check(b"anything", using=own)
    assert (verdict.ok, verdict.code) == (False, "bomb")
    with pytest.raises(vision.Refused) as refused:
        vision.render_page(b"anything", width=10, using=own)
    assert refused.value.code == "bomb"


def test_memory_is_limited(spare):
    assert spare.call("eat", {"bytes": 20 * MIB}, [b"x"], Fence(memory=150 * MIB)).header == {"size": 20 * MIB}
    answer = spare.call("eat", {"bytes": 200 * MIB}, [b"x"], Fence(memory=150 * MIB))
    assert (answer.header, answer.ended) == (None, "status 2")


def test_cpu_is_limited(spare):
    answer = spare.call("spin", {}, [b"x"], Fence(cpu=1, wall=300))  # it gives way to whoever else is busy
    assert (answer.header, answer.ended) == (None, "signal 9")


def test_wall_time_is_limited_and_the_child_reaped(spare):
    answer = spare.call("sleep", {}, [b"x"], Fence(wall=0.2))
    assert (answer.header, answer.ended) == (None, "wall 0")
    first = waiting_child(spare)
    answer = spare.call("sleep", {}, [b"x"], Fence(wall=0.2))
    assert (answer.header, answer.ended) == (None, "wall 0")
    assert gone(first) and waiting_child(spare) != first


@pytest.mark.parametrize(
    ("ended", "outcome"), [("wall 0", Busy), ("wall 2", Busy), ("wall 3", None), ("signal 9", None)]
)
def test_a_starved_child_is_no_bomb(ended, outcome):
    class Starved:
        def call(self, *_):
            return vision.Answer(None, b"", ended)

    if outcome:
        with pytest.raises(outcome):
            vision.check(b"%PDF", using=Starved())
        with pytest.raises(outcome):
            vision.render_page(b"%PDF", width=10, using=Starved())
    else:
        assert vision.check(b"%PDF", using=Starved()).code == "bomb"


def test_the_answer_is_limited(own):
    answer = own.call("flood", {"bytes": 3 * MIB}, [b"x"], Fence(answer=MIB))
    assert (answer.header, answer.ended) == (None, "unbounded")
    assert own.call("flood", {"bytes": 3 * MIB}, [b"x"]).body == bytes(3 * MIB)


def test_the_limits_are_those_of_the_issue():
    assert Fence() == Fence(memory=512 * MIB, cpu=10, wall=20.0)


def test_one_fork_stands_ready_and_serves_one_file(spare):
    spare.warm()
    ready = waiting_child(spare)
    assert spare.call("pid", {}, [b"x"]).header["pid"] == ready
    assert gone(ready)
    following = waiting_child(spare)
    assert spare.call("pid", {}, [b"x"], Fence(cpu=3)).header["pid"] not in (ready, following)
    assert waiting_child(spare) == following, "limits of its own: a fork of its own"
    assert spare.call("pid", {}, [b"x"] * 9).header["pid"] != following
    assert spare.call("pid", {}, [b"x"], Fence(wall=5, answer=MIB)).header["pid"] == following


def test_a_fork_that_was_killed_while_it_waited_blames_no_file(spare):
    spare.warm()
    ready = waiting_child(spare)
    os.kill(ready, signal.SIGKILL)
    assert gone(ready)
    answer = spare.call("pid", {}, [b"x"])
    assert answer.header is not None and answer.header["pid"] != ready
    assert waiting_child(spare) != ready


def test_a_fork_that_is_killed_as_its_file_comes_is_told(monkeypatch):
    """Between the look at it and the hand-over: what is told is how it ended, and nothing is left open."""
    ours, theirs = socket.socketpair()
    alive, life = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(life)
    theirs.close()
    reader, writer = os.pipe()
    service, other = socket.socketpair()
    with service, other:
        child = zygote.Child(pid, ours, alive, Fence())
        ended = zygote._serve(service, child, {"task": "pid", "arguments": {}}, [writer], 5.0)
    assert (ended["ended"], ended["number"]) == ("signal", 9)
    assert os.read(reader, 1) == b"", "the answer's end is closed"
    os.close(reader)
    for descriptor in (writer, alive):
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


def test_a_killed_parser_is_started_again_and_the_call_answered(own):
    own.warm()
    first = own.pid
    os.kill(first, signal.SIGKILL)
    assert own.call("pid", {}, [b"x"]).header["pid"] > 0
    assert own.pid != first
    assert gone(first)


def test_a_parser_that_dies_during_the_call_is_retried_once(own, monkeypatch):
    own.warm()
    pids = []
    real = wire.receive

    def kill_first(channel):
        if not pids:
            pids.append(own.pid)
            os.kill(own.pid, signal.SIGKILL)
            own._process.wait()
            raise ConnectionResetError
        return real(channel)

    monkeypatch.setattr(client.wire, "receive", kill_first)
    assert own.call("pid", {}, [b"x"]).header is not None
    assert own.pid != pids[0]


def test_a_parser_that_dies_twice_leaves_the_file_unjudged(own, monkeypatch):
    def die(*_):
        raise ConnectionResetError

    own.warm()
    monkeypatch.setattr(client.wire, "send", die)
    with pytest.raises(Unavailable):
        vision.check(b"%PDF", using=own)
    monkeypatch.undo()
    assert own.call("pid", {}, [b"x"]).header is not None


def test_a_parser_that_cannot_start_is_unavailable(monkeypatch):
    with pytest.raises(Unavailable):
        Parser("no.such.module").warm()
    monkeypatch.setattr(client.sys, "executable", "/nowhere/python")
    with pytest.raises(Unavailable):
        Parser().warm()


def test_a_closed_parser_leaves_no_process():
    parser = Parser()
    parser.warm()
    pid = parser.pid
    parser.close()
    assert parser.pid is None
    assert not Path(f"/proc/{pid}").exists()
    parser.close()


PROGRAM = """
import os, sys, threading
from matricule.vision.client import Parser
parser = Parser("tests.vision.childtasks", [sys.argv[1]])
threading.Thread(target=parser.warm).start()
parser.call("pid", {}, [b"x"])
if sys.argv[2] == "busy":
    from matricule.vision.limits import Fence
    threading.Thread(target=parser.call, args=("sleep", {}, [b"x"]), daemon=True).start()
print(parser.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_the_parser_ends_with_a_service_that_is_killed(state):
    root = str(Path(__file__).parents[2])
    environment = {"PYTHONPATH": f"{SOURCES}:{root}"}
    service = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, root, state], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    zygote = int(service.stdout.readline())
    descendants = children_of(zygote)
    end = time.monotonic() + 5
    while state == "busy" and not descendants and time.monotonic() < end:
        time.sleep(0.01)
        descendants = children_of(zygote)
    service.kill()
    service.communicate()
    assert gone(zygote)
    assert all(gone(pid) for pid in descendants)


def test_a_child_ends_with_a_parser_that_is_killed(own):
    own.warm()
    zygote = own.pid
    thread = threading.Thread(target=lambda: own.call("sleep", {}, [b"x"], Fence(wall=1.0)))
    thread.start()
    end = time.monotonic() + 5
    while not (descendants := children_of(zygote)) and time.monotonic() < end:
        time.sleep(0.01)
    assert descendants
    os.kill(zygote, signal.SIGKILL)
    assert all(gone(pid) for pid in descendants)
    thread.join(10)


def test_a_fork_of_the_service_gets_a_parser_of_its_own():
    vision.isolation()
    ours = client.parser.pid
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            code = vision.check(hostile.pdf_file()).code
            os.write(writer, f"{code} {client.parser.pid}".encode())
            client.parser.close()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        code, theirs = stream.read().decode().split()
    os.waitpid(child, 0)
    assert code == "ok"
    assert int(theirs) != ours
    assert client.parser.pid == ours
    assert vision.check(hostile.pdf_file()).ok


def test_parallel_calls_each_get_their_own_answer(spare):
    answers = {}

    def ask(number: int) -> None:
        answers[number] = spare.call("read", {"which": 0}, [b"%d" % number]).body

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: b"%d" % number for number in range(24)}
    assert waiting_child(spare)


def test_patience_ends_in_busy(own):
    own.warm()
    thread = threading.Thread(target=lambda: own.call("sleep", {}, [b"x"], Fence(wall=0.5)))
    thread.start()
    end = time.monotonic() + 5
    while not own._lock.locked() and time.monotonic() < end:
        time.sleep(0.005)
    with pytest.raises(Busy):
        vision.check(b"%PDF", patience=0.01, using=own)
    thread.join()


def test_no_descriptor_is_lost(own):
    own.call("pid", {}, [b"x"])
    assert waiting_child(own)
    before = len(os.listdir("/proc/self/fd")), len(os.listdir(f"/proc/{own.pid}/fd"))
    for _ in range(20):
        own.call("exit", {}, [b"x", b"y"])
    assert waiting_child(own)
    assert (len(os.listdir("/proc/self/fd")), len(os.listdir(f"/proc/{own.pid}/fd"))) == before


def test_many_files_in_one_call(spare):
    assert spare.call("read", {"which": 99}, [b"%d" % number for number in range(100)]).body == b"99"


def test_a_file_may_be_given_as_a_descriptor(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(hostile.jpeg())
    with path.open("rb") as file:
        file.seek(5)
        assert vision.check(file.fileno()).kind == "jpeg"
    assert client.size_of(memoryview(b"abc")) == 3


def test_without_memfd_a_nameless_file_is_used(monkeypatch):
    monkeypatch.delattr(os, "memfd_create")
    assert vision.check(hostile.jpeg()).ok


def test_the_web_process_never_loads_a_parser():
    code = (
        "import sys; from matricule import vision; "
        "print(sorted({'pikepdf', 'PIL', 'pypdfium2', 'pi_heif', 'django'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": SOURCES}, capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_messages_on_the_wire_survive_any_length():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = threading.Thread(target=lambda: got.append(wire.receive(theirs)))
        got: list = []
        reader.start()
        wire.send(ours, {"text": "é" * 100_000})
        reader.join(10)
        assert got[0] == ({"text": "é" * 100_000}, [])
        theirs.sendall(b"[1]\n")
        with pytest.raises(ValueError, match="JSON object"):
            wire.receive(ours)
        theirs.close()
        assert wire.receive(ours) is None
