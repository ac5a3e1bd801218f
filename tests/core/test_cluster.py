"""The private PostgreSQL: first start, long paths, two at once, orphans, wrong versions, two roles."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from matricule.core import cluster
from matricule.core.cluster import Cluster, ClusterError, InUse

ROOT = Path(__file__).resolve().parents[2]
FAST = {"fsync": "off", "shared_buffers": "8MB"}
LONG = "a folder with spaces and a long name, so that a socket in it could not be bound by anybody " * 2


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder whose cluster was made and stopped: copying it is faster than making it again."""
    data = tmp_path_factory.mktemp("made")
    made = Cluster(data, FAST)
    made.start()
    made.stop()
    return data


@pytest.fixture
def data(files: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a copy of the made data folder in a long path."""
    target = tmp_path / LONG
    shutil.copytree(files, target)
    (target / "pg.socket").unlink()
    yield target
    shutil.rmtree(Cluster(target).socket, ignore_errors=True)


def started(data: Path) -> Cluster:
    server = Cluster(data, FAST)
    server.start()
    return server


def test_the_first_start_makes_files_roles_and_database_in_a_long_path_with_spaces(tmp_path: Path) -> None:
    data = tmp_path / LONG
    assert len(str(data)) > 120
    server = started(data)
    try:
        assert server.answers()
        assert server.sql("select string_agg(rolname, ' ' order by rolname) from pg_roles where rolcanlogin") == (
            "app owner postgres\n"
        )
        assert server.sql("select datname, pg_get_userbyid(datdba) from pg_database where datname = 'matricule'") == (
            "matricule|owner\n"
        )
    finally:
        server.stop()
    assert not server.answers()
    assert not server.socket.exists()


def test_the_folders_are_closed_to_others_and_their_parents_untouched(data: Path) -> None:
    before = data.parent.stat().st_mode
    server = started(data)
    try:
        assert server.socket.stat().st_mode & 0o777 == 0o700
        assert server.folder.stat().st_mode & 0o777 == 0o700
        assert data.parent.stat().st_mode == before
        assert len(str(server.socket)) < 80
    finally:
        server.stop()


def test_the_application_role_can_write_rows_and_change_no_table(data: Path) -> None:
    server = started(data)
    try:
        server.sql("set role owner; create table note (id int); create sequence n", "matricule")
        server.sql("set role app; insert into note values (1); update note set id = 2", "matricule")
        assert server.sql("set role app; select nextval('n')", "matricule") == "1\n"
        for attack in ("drop table note", "truncate note", "alter table note add x int", "create table t (id int)"):
            with pytest.raises(ClusterError, match=r"permission denied|must be owner"):
                server.sql(f"set role app; {attack}", "matricule")
    finally:
        server.stop()


def test_data_is_there_after_a_restart(data: Path) -> None:
    server = started(data)
    server.sql("create table kept as select 42 as answer", "matricule")
    server.stop()
    server.start()
    try:
        assert server.sql("select answer from kept", "matricule") == "42\n"
    finally:
        server.stop()


def test_a_second_instance_on_the_same_folder_is_told_so(data: Path) -> None:
    server = started(data)
    try:
        with pytest.raises(InUse, match=r"Another instance already uses .* MATRICULE_DATA="):
            started(data)
    finally:
        server.stop()


def test_two_instances_live_side_by_side(data: Path, files: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(files, other)
    (other / "pg.socket").unlink()
    one, two = started(data), started(other)
    try:
        assert one.socket != two.socket
        one.sql("create table only_here ()", "matricule")
        assert two.sql("select to_regclass('only_here') is null", "matricule") == "t\n"
    finally:
        one.stop()
        two.stop()


def test_a_server_that_outlived_its_parent_is_stopped_first_and_loses_nothing(data: Path) -> None:
    # an exec without PDEATHSIG: what a system without it, or a kill at the wrong moment, leaves behind
    server = started(data)
    server.sql("create table kept as select 42 as answer", "matricule")
    orphan, server.server = server.server, None
    server.stop()
    assert orphan is not None
    again = started(data)
    try:
        assert orphan.wait(5) == 0
        assert again.sql("select answer from kept", "matricule") == "42\n"
    finally:
        again.stop()


def test_a_killed_server_is_revived_with_its_data(data: Path) -> None:
    server = Cluster(data, {"shared_buffers": "8MB"})
    server.start()
    try:
        server.sql("create table kept as select 42 as answer", "matricule")
        assert server.server is not None
        server.server.kill()
        server.server.wait()
        server.revive()
        assert server.sql("select answer from kept", "matricule") == "42\n"
    finally:
        server.stop()


def test_a_pid_file_that_names_a_stranger_is_dropped_and_the_stranger_lives(data: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (data / "pg" / "postmaster.pid").write_text(f"{stranger.pid}\n{data}/pg\n", encoding="utf-8")
        server = started(data)
        server.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_first_start_begins_again(files: Path, tmp_path: Path) -> None:
    (tmp_path / "pg.new").mkdir()
    (tmp_path / "pg.new" / "torn").write_text("half a cluster", encoding="utf-8")
    server = started(tmp_path)
    try:
        assert server.answers()
        assert not (tmp_path / "pg.new").exists()
    finally:
        server.stop()


def test_files_of_another_version_are_refused_and_left_alone(data: Path) -> None:
    (data / "pg" / "PG_VERSION").write_text("17\n", encoding="utf-8")
    with pytest.raises(ClusterError, match=r"written by PostgreSQL 17.*pg_upgrade"):
        started(data)
    assert (data / "pg" / "base").exists()


def test_a_setting_that_postgres_refuses_is_a_sentence(data: Path) -> None:
    with pytest.raises(ClusterError, match="stopped at once"):
        Cluster(data, {**FAST, "max_connections": "none"}).start()
    started(data).stop()


def test_an_open_socket_folder_is_refused(data: Path) -> None:
    socket = Cluster(data).socket
    socket.mkdir(mode=0o755)
    socket.chmod(0o755)
    with pytest.raises(ClusterError, match="open to others"):
        started(data)


def test_no_short_folder_for_the_socket_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "LONGEST_SOCKET", 10)
    with pytest.raises(ClusterError, match="XDG_RUNTIME_DIR"):
        _ = Cluster(tmp_path).socket


def test_without_the_wheel_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda _name: None)
    with pytest.raises(ClusterError, match="make setup"):
        cluster.binaries()


def test_a_machine_without_user_namespaces_is_a_sentence(tmp_path: Path) -> None:
    def refuse() -> object:
        return subprocess.run(["true"], preexec_fn=lambda: int("refused"), check=False)

    with pytest.raises(ClusterError, match="run as an ordinary user, or set DATABASE_URL"):
        Cluster._run_lowered(refuse)


def test_ensure_starts_the_server_for_the_block_or_uses_the_one_that_runs(data: Path) -> None:
    with cluster.ensure(data) as outer:
        assert outer.answers()
        with cluster.ensure(data) as inner:
            assert inner.answers()
        assert outer.answers()
    assert not outer.answers()


def test_ensure_reports_a_folder_that_is_held_and_never_answers(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = Cluster(data)
    holder.take_lock()
    monkeypatch.setattr(cluster, "_comes_up", lambda _cluster: False)
    try:
        with pytest.raises(InUse), cluster.ensure(data):
            pass
    finally:
        holder.stop()


def test_the_server_ends_when_its_parent_is_killed(data: Path) -> None:
    script = f"""
        import pathlib, time
        from matricule.core.cluster import Cluster
        server = Cluster(pathlib.Path({str(data)!r}), {FAST!r})
        server.start()
        print("up", flush=True)
        time.sleep(60)
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", textwrap.dedent(script)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.readline() == b"up\n"
    if sys.platform == "linux":
        assert cluster.processes_in(data / "pg")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    again = started(data)  # waits for the old server's end
    again.stop()
    assert not cluster.processes_in(data / "pg")


def test_an_ordinary_user_runs_it_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    """As root, do it again as nobody (the other tests ran as root); as anybody else they were the proof."""
    if os.geteuid() != 0:
        return
    python = Path(f"/usr/bin/python3.{sys.version_info.minor}")
    if shutil.which("runuser") is None or not python.exists():
        pytest.skip("ordinary user: no runuser, or no interpreter that another user may start")
    home = Path("/tmp", f"matricule-nobody-{os.getpid()}")
    home.mkdir(mode=0o700)
    shutil.chown(home, "nobody")
    script = """
        import pathlib, os
        from matricule.core.cluster import Cluster
        server = Cluster(pathlib.Path(os.environ["HOME"], "da ta"))
        server.start()
        print(server.sql("select 'served'"), oct(server.folder.stat().st_mode))
        server.stop()
    """
    paths = os.pathsep.join([str(ROOT / "src"), sysconfig.get_path("purelib")])
    try:
        as_nobody = ["runuser", "-u", "nobody", "--"]
        reach = subprocess.run([*as_nobody, "test", "-r", str(cluster.binaries() / "postgres")], check=False)
        if reach.returncode:
            pytest.skip("ordinary user: the environment lies in a folder that other users may not enter")
        command = [
            *as_nobody,
            "env",
            f"HOME={home}",
            f"PYTHONPATH={paths}",
            str(python),
            "-B",
            "-c",
            textwrap.dedent(script),
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        assert done.returncode == 0, done.stderr
        assert "served" in done.stdout
        assert "0o40700" in done.stdout
    finally:
        shutil.rmtree(home)


def test_the_wait_for_a_starting_server_ends(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Cluster(data, FAST)
    assert not cluster._comes_up(server, seconds=0)
    monkeypatch.setattr(Cluster, "answers", lambda _self: True)
    assert cluster._comes_up(server, seconds=5)
