"""The whole service from one command: starts, survives kills with its data, stops cleanly, two side by side."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from matricule import vision
from matricule.cli import runtime
from matricule.cli.errors import CommandError
from matricule.core import config, keys
from matricule.core.cluster import Cluster, processes_in
from tests.support.service import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120
pytestmark = pytest.mark.slow


def until(good: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not good():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Running:
    """One ``matricule run --demo --empty`` and what it says."""

    def __init__(self, data: Path, port: int | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.lines: list[str] = []
        self.start()

    def start(self) -> None:
        self.lines.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "matricule.cli", "run", "--demo", "--empty"],
            env=environment(self.data, self.port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as out:
            self.lines.extend(line.rstrip("\n") for line in out)

    def wait_until_ready(self) -> None:
        until(lambda: self.said("Matricule is ready") or self.process.poll() is not None, "it never became ready")
        assert self.process.poll() is None, "\n".join(self.lines)

    def said(self, text: str) -> bool:
        return any(text in line for line in list(self.lines))

    def full_health(self) -> dict[str, object]:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/full", timeout=5) as answer:
                found: dict[str, object] = json.load(answer)
        except HTTPError as error:
            found = json.load(error)
        except (URLError, OSError):
            found = {"healthy": False}
        return found

    def wait_until_healthy(self) -> None:
        until(lambda: self.full_health().get("healthy") is True, "it never became healthy")

    def children(self, text: str) -> list[int]:
        """Return the processes of this run whose command line holds ``text``."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                if int(parent) == self.process.pid and text in (entry / "cmdline").read_bytes().decode():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def signal(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.reader.join(10)
        return code


def environment(data: Path, port: int) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MATRICULE_", "DATABASE_"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "MATRICULE_DATA": str(data), "PORT": str(port), "PYTHONPATH": str(ROOT / "src")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("run")
    return base / ("a path with spaces that is too long for any socket " * 3)


@pytest.fixture(scope="module")
def services(folder: Path) -> Iterator[tuple[Running, Running]]:
    """Start two services at the same time, each with its folder and its port."""
    folder.mkdir()
    one, two = Running(folder / "one"), Running(folder / "two")
    try:
        one.wait_until_ready()
        two.wait_until_ready()
        yield one, two
    finally:
        for service in (one, two):
            if service.process.poll() is None:
                service.signal(signal.SIGTERM)
            shutil.rmtree(Cluster(service.data).socket, ignore_errors=True)


@pytest.fixture
def service(services: tuple[Running, Running]) -> Running:
    one = services[0]
    if one.process.poll() is not None:
        one.start()
    one.wait_until_ready()
    return one


def test_two_services_answer_side_by_side(services: tuple[Running, Running]) -> None:
    for found in services:
        assert len(str(found.data)) > 120
        found.wait_until_healthy()
        assert found.said(f"http://localhost:{found.port}/")
        assert (found.data / "demo-keys.toml").stat().st_mode & 0o077 == 0
        assert found.data.stat().st_mode & 0o077 == 0


def test_the_same_folder_twice_is_refused_with_a_sentence(service: Running) -> None:
    second = Running(service.data)
    assert second.process.wait(PATIENCE) == 2
    second.reader.join()
    assert second.said("Another instance already uses")
    assert second.said("MATRICULE_DATA=")


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_killed_children_come_back_with_the_data(service: Running) -> None:
    Cluster(service.data).sql("create table if not exists marker as select 42 as answer", "matricule")
    (web,) = service.children("gunicorn")
    (worker,) = service.children("worker")
    (postgres,) = service.children("pginstall")
    for victim in (web, worker, postgres):
        os.kill(victim, signal.SIGKILL)
    until(lambda: service.said("postgres stopped; it starts again"), "nobody saw that the database died")
    until(lambda: service.said("web stopped") and service.said("worker stopped"), "nobody saw the others")
    service.wait_until_healthy()
    assert Cluster(service.data).sql("select answer from marker", "matricule") == "42\n"


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_a_killed_parent_leaves_nothing_running_and_the_next_start_finds_the_data(service: Running) -> None:
    Cluster(service.data).sql("create table if not exists marker as select 42 as answer", "matricule")
    assert service.signal(signal.SIGKILL) == -signal.SIGKILL
    service.start()
    service.wait_until_ready()
    service.wait_until_healthy()
    assert Cluster(service.data).sql("select answer from marker", "matricule") == "42\n"


def test_a_start_marks_its_database_and_says_nothing_of_walls_that_hold(service: Running) -> None:
    held = vision.isolation()
    assert service.said("does not keep the parser") is not all(held[name] for name in vision.WALLS)
    assert Cluster(service.data).sql("select count(*) from core_demomark", "matricule") == "1\n"


@pytest.fixture
def elsewhere(services: tuple[Running, Running], tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Return a function that runs Python on the database of the second service, from a folder of its own."""
    cluster = Cluster(services[1].data)
    keys.make(tmp_path / "keys.toml")
    real = {
        "MATRICULE_KEYS_FILE": str(tmp_path / "keys.toml"),
        "MATRICULE_SITE_URL": "https://inscription.caisse.fr",
        "MATRICULE_EMAIL_URL": "smtp://mail.caisse.fr:587",
        "MATRICULE_EMAIL_FROM": "inscription@caisse.fr",
        "DATABASE_URL": cluster.url("app"),
        "DATABASE_OWNER_URL": cluster.url("owner"),
    }

    def run(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        env = {**environment(tmp_path / "var", free_port()), **real, **more}
        return subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-m", "matricule.cli", "migrate"], 2),
        (["-m", "matricule.cli", "worker"], 2),
        (["-c", "import matricule.site.wsgi"], 1),
    ],
    ids=["migrate", "worker", "web"],
)
def test_real_mode_refuses_the_database_of_a_demo(elsewhere, words: list[str], code: int) -> None:
    done = elsewhere(*words)
    assert done.returncode == code
    assert "it was made by demo mode and holds invented people" in done.stderr


def test_demo_mode_refuses_a_database_that_holds_anything_without_its_mark(
    elsewhere, services: tuple[Running, Running]
) -> None:
    cluster = Cluster(services[1].data)
    cluster.sql(
        "insert into accounts_user (id, email, language, created_at, password, is_active)"
        " values (gen_random_uuid(), 'someone@example.org', 'fr', now(), '!', true); delete from core_demomark",
        "matricule",
    )
    try:
        for words in (["migrate"], ["worker"], ["demo", "load"]):
            done = elsewhere("-m", "matricule.cli", *words, MATRICULE_DEMO="1")
            assert done.returncode == 2, words
            assert "it holds what demo mode did not make" in done.stderr
            assert "Traceback" not in done.stderr
        assert cluster.sql("select count(*) from core_demomark", "matricule") == "0\n"
        cluster.sql("delete from accounts_user", "matricule")
        assert elsewhere("-m", "matricule.cli", "migrate", MATRICULE_DEMO="1").returncode == 0
        assert cluster.sql("select count(*) from core_demomark", "matricule") == "1\n"
    finally:
        cluster.sql(
            "delete from accounts_user; insert into core_demomark values (1, now()) on conflict do nothing",
            "matricule",
        )


def test_ctrl_c_stops_everything_in_order(service: Running) -> None:
    folder = service.data / "pg"
    assert service.signal(signal.SIGINT) == 0
    assert service.lines[-1] == "Matricule has stopped."
    assert not (folder / "postmaster.pid").exists(), "a clean stop removes it"
    assert not processes_in(folder)
    with pytest.raises(URLError):
        urlopen(f"http://127.0.0.1:{service.port}/health/alive", timeout=5)


def test_a_port_that_somebody_else_has_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "PORT_PATIENCE", 0.0)
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        settings = config.load({"MATRICULE_DEMO": "1", "PORT": str(somebody.getsockname()[1])})
        with pytest.raises(CommandError, match=r"already taken by another program.*PORT="):
            runtime._wait_for_port(settings)
    runtime._wait_for_port(settings)


def test_a_port_that_needs_rights_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    class Refusing(socket.socket):
        bind = refuse

    monkeypatch.setattr("matricule.cli.runtime.socket.socket", Refusing)
    with pytest.raises(CommandError, match="above 1023"):
        runtime._wait_for_port(config.load({"MATRICULE_DEMO": "1", "PORT": "80"}))


def test_without_demo_an_unfit_service_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "matricule.cli", "run"],
        env=environment(tmp_path / "var", free_port()), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "MATRICULE_KEYS_FILE is missing. Make one with: matricule make-keys" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "var").exists()


def test_a_setting_that_cannot_be_read_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    try:
        with pytest.raises(CommandError, match="PORT must be a whole number"):
            runtime._settings()
    finally:
        monkeypatch.undo()
        config.current.cache_clear()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2026 UTC [1] LOG:  listening on Unix socket", False),
        ("2026 UTC [1] LOG:  database system was not properly shut down; automatic recovery in progress", True),
        ("2026 UTC [1] FATAL:  the database system is starting up", False),
        ("2026 UTC [1] PANIC:  could not write", True),
    ],
)
def test_only_trouble_of_the_database_is_shown(line: str, told: bool) -> None:
    assert runtime._worth_telling(line) is told
