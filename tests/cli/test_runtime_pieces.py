"""The parts of ``matricule run`` with nothing started: what is said, what is tried again, what is refused."""

import argparse
import subprocess
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.db import connection

from matricule.attestations import press
from matricule.cli import runtime
from matricule.cli.errors import CommandError
from matricule.core import cluster, config, jobs, startup
from matricule.core.cluster import ClusterError


class Spoken:
    """An output that keeps its lines."""

    def __init__(self):
        self.lines = []

    def say(self, line):
        self.lines.append(line)


class Watcher:
    """A supervisor that watches nothing: waiting ends at once, with what the wait found."""

    def __init__(self):
        self.stopping, self.programs, self.started = False, [], []

    def wait_until(self, found, seconds):
        return bool(found())

    def start(self, program):
        self.started.append(program)


def settings(**changes):
    return config.Config(**({"demo": True, "port": 8123} | changes))


@pytest.fixture
def service():
    found = runtime.Service(settings(), Spoken(), load_demo=False)
    found.supervisor = Watcher()
    return found


def done(code=0, output=""):
    return subprocess.CompletedProcess([], code, stdout=output)


# --- preparing --------------------------------------------------------------------------------------------------


def test_preparing_passes_on_its_sentences_and_no_log_lines(monkeypatch):
    monkeypatch.setattr(runtime, "_call", lambda *_: done(output='{"event": "x"}\nA wall does not hold.\n'))
    output = Spoken()
    runtime._prepare(settings(), output)
    assert output.lines[1:] == ["A wall does not hold."]


@pytest.mark.parametrize(
    ("code", "told"),
    [(runtime.REFUSED, "This database is of another mode."), (1, "the service could not be prepared:\nThis database")],
)
def test_a_refusal_is_a_sentence_and_a_crash_says_what_came_out(monkeypatch, code, told):
    monkeypatch.setattr(runtime, "_call", lambda *_: done(code, "This database is of another mode.\n"))
    with pytest.raises(CommandError) as caught:
        runtime._prepare(settings(), Spoken())
    assert str(caught.value).startswith(told)


def test_preparing_is_done_as_the_owner_of_the_tables(monkeypatch):
    asked = []
    monkeypatch.setattr(runtime, "_call", lambda command, environment: asked.append((command, environment)) or done())
    runtime._prepare(settings(), Spoken())
    ((command, environment),) = asked
    assert command[1:] == ["-m", "matricule.site.prepare"] and environment["MATRICULE_PROCESS"] == "owner"


# --- the database -----------------------------------------------------------------------------------------------


def test_a_database_that_is_set_is_neither_started_nor_locked(service, monkeypatch):
    service.settings = settings(database_url="postgresql://app@db/matricule")
    monkeypatch.setattr(runtime.cluster, "Cluster", lambda *_: pytest.fail("no cluster of our own"))
    service._take_folder()
    service._start_database()
    service._revive_database()
    assert service.cluster is None


class Server:
    """A cluster of the tests: `alive` says whether its process runs, `errors` how many starts fail."""

    def __init__(self, alive=False, errors=0):
        self.alive, self.errors, self.revived = alive, errors, 0
        self.server = SimpleNamespace(poll=lambda: None if self.alive else 1)

    def revive(self, log):
        if self.errors:
            self.errors -= 1
            raise ClusterError("PostgreSQL does not start")
        self.revived += 1
        self.alive = True


def test_a_database_that_runs_is_left_alone(service):
    service.cluster = Server(alive=True)
    service._revive_database()
    assert service.output.lines == []


def test_a_killed_database_starts_again(service):
    service.cluster = Server()
    service._revive_database()
    service._revive_database()
    assert service.cluster.revived == 1 and service.output.lines == ["postgres stopped; it starts again."]


def test_a_database_is_not_revived_while_everything_stops(service):
    service.cluster = Server()
    service.supervisor.stopping = True
    service._revive_database()
    assert service.cluster.revived == 0


def test_a_database_that_does_not_come_back_is_tried_less_and_less_often(service, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(runtime.time, "monotonic", lambda: now[0])
    service.cluster = Server(errors=20)
    waits = []
    for _ in range(9):
        service._revive_database()
        waits.append(service.database_due - now[0])
        said = len(service.output.lines)
        service._revive_database()
        assert len(service.output.lines) == said, "before its time nothing is tried"
        now[0] = service.database_due
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    service.cluster.errors = 0
    service._revive_database()
    assert service.cluster.revived == 1 and service.database_pause == 0.5


# --- saying that it is ready ------------------------------------------------------------------------------------


class Link:
    """A connection to the web server that answers as told, by its bytes."""

    def __init__(self, answer):
        self.answer, self.asked, self.closed = answer, b"", False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True

    def sendall(self, data):
        self.asked += data

    def recv(self, most):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer[:most]


@pytest.mark.parametrize(
    ("answer", "ready"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nready", True),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", False),
        (b"HTTP/1.1 404 Not Found\r\n\r\n200", False),
        (b"x", False),
        (b"", False),
        (TimeoutError(), False),
        (ConnectionResetError(), False),
    ],
)
def test_ready_is_a_good_answer_of_our_own_server(service, monkeypatch, answer, ready):
    link, places = Link(answer), []
    monkeypatch.setattr(runtime.socket, "create_connection", lambda place, timeout: places.append(place) or link)
    assert service._web_answers() is ready
    assert places == [("127.0.0.1", 8123)] and link.closed
    assert link.asked.startswith(b"GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1:8123\r\n")


def test_a_server_that_takes_no_connection_is_not_ready(service, monkeypatch):
    def refuse(place, timeout):
        raise ConnectionRefusedError

    monkeypatch.setattr(runtime.socket, "create_connection", refuse)
    assert service._web_answers() is False


def test_another_program_on_the_port_is_not_asked(service, monkeypatch):
    service.supervisor.programs = [SimpleNamespace(name="web", alive=lambda: False)]
    monkeypatch.setattr(runtime.socket, "create_connection", lambda *_, **__: pytest.fail("asked"))
    assert service._web_answers() is False


def test_the_address_is_said_when_it_answers(service, monkeypatch):
    monkeypatch.setattr(service, "_web_answers", lambda: True)
    service._announce()
    assert any("ready: " in line and "8123" in line for line in service.output.lines)
    assert any("sign in with one click" in line for line in service.output.lines)


@pytest.mark.parametrize(("stopping", "said"), [(False, 1), (True, 0)])
def test_a_server_that_does_not_answer_is_said_unless_it_is_told_to_stop(service, monkeypatch, stopping, said):
    monkeypatch.setattr(service, "_web_answers", lambda: False)
    service.supervisor.stopping = stopping
    service._announce()
    assert len(service.output.lines) == said


def test_the_demo_is_loaded_before_it_is_said_to_be_ready(service, monkeypatch):
    service.load_demo = True
    monkeypatch.setattr(service, "_web_answers", lambda: True)
    monkeypatch.setattr(service, "_load_demo", lambda: service.output.say("loaded"))
    service._announce()
    assert service.output.lines.index("loaded") < len(service.output.lines) - 1
    assert "being loaded" in service.output.lines[0]


def test_real_mode_says_nothing_of_the_demo(service, monkeypatch):
    service.settings = settings(demo=False, site_url="https://matricule.example")
    monkeypatch.setattr(service, "_web_answers", lambda: True)
    service._announce()
    assert not any("Demo" in line for line in service.output.lines)


def test_each_program_knows_what_it_is(service):
    service._start_programs()
    told = [(program.name, program.environment["MATRICULE_PROCESS"]) for program in service.supervisor.started]
    assert told == [("web", "web"), ("worker", "worker")]


@pytest.mark.parametrize(("set_by_the_machine", "used"), [(None, "1"), ("4", "4")])
def test_the_threads_of_a_program_share_one_heap_unless_the_machine_says_otherwise(
    service, monkeypatch, set_by_the_machine, used
):
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    if set_by_the_machine:
        monkeypatch.setenv("MALLOC_ARENA_MAX", set_by_the_machine)
    service._start_programs()
    assert [program.environment["MALLOC_ARENA_MAX"] for program in service.supervisor.started] == [used, used]


# --- commands ---------------------------------------------------------------------------------------------------


def test_the_web_command_becomes_the_server(monkeypatch):
    became = []
    monkeypatch.setattr(runtime, "_settings", settings)
    monkeypatch.setattr(runtime, "_refuse_if_unfit", lambda _: None)
    monkeypatch.setattr(runtime.os, "execve", lambda path, words, environment: became.append((words, environment)))
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    monkeypatch.setenv("MATRICULE_PROCESS", "worker")
    runtime.web(argparse.Namespace())
    ((words, environment),) = became
    assert words[1:] == runtime.SERVER
    assert (environment["MATRICULE_PROCESS"], environment["MALLOC_ARENA_MAX"]) == ("web", "1")


def test_the_worker_makes_its_letters_in_a_child(monkeypatch):
    steps = []
    monkeypatch.setattr(runtime, "_settings", settings)
    monkeypatch.setattr(runtime, "_refuse_if_unfit", lambda _: None)
    monkeypatch.setattr(runtime, "service", lambda process: nullcontext(steps.append(process)))
    monkeypatch.setattr(runtime, "refuse_database_of_other_mode", lambda: None)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(press, "apart", lambda: steps.append("letters apart"))
    monkeypatch.setattr(jobs, "run_worker", lambda: steps.append("jobs"))
    assert runtime.worker(argparse.Namespace()) == 0
    assert steps == ["worker", "letters apart", "jobs"]


def test_an_unfit_service_becomes_nothing(monkeypatch):
    def refuse(_):
        raise startup.RefusedToStart("MATRICULE_KEYS_FILE is missing")

    monkeypatch.setattr(runtime, "_settings", settings)
    monkeypatch.setattr(startup, "refuse_if_unfit", refuse)
    monkeypatch.setattr(runtime.os, "execve", lambda *_: pytest.fail("started"))
    with pytest.raises(CommandError, match="KEYS_FILE"):
        runtime.web(argparse.Namespace())


def test_migrating_prepares_inside_a_database(monkeypatch):
    steps = []
    monkeypatch.setattr(runtime, "database", nullcontext)
    monkeypatch.setattr(runtime, "_settings", settings)
    monkeypatch.setattr(runtime, "_prepare", lambda found, output: steps.append(found.port))
    assert runtime.migrate(argparse.Namespace()) == 0 and steps == [8123]


def test_a_private_database_that_does_not_start_is_a_sentence(monkeypatch):
    def fail(data):
        raise ClusterError("PostgreSQL is not installed")

    monkeypatch.setattr(runtime, "_settings", settings)
    monkeypatch.setattr(cluster, "ensure", fail)
    with pytest.raises(CommandError, match="not installed"), runtime.database():
        pytest.fail("the block needs a database")


def test_a_database_that_is_set_is_given_as_it_is(monkeypatch):
    monkeypatch.setattr(runtime, "_settings", lambda: settings(database_url="postgresql://app@db/x"))
    monkeypatch.setattr(cluster, "ensure", lambda data: pytest.fail("started"))
    with runtime.database():
        pass


@pytest.mark.parametrize(("line", "told"), [('{"event": 1}', False), ("A sentence.", True), ("", True)])
def test_log_lines_are_told_from_sentences(line, told):
    assert runtime._is_no_log_line(line) is told
