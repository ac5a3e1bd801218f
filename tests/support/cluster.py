"""A PostgreSQL for the tests, loaded with ``-p``: before Django's settings are read, in the main process only.

Neither ``DATABASE_URL`` nor an xdist worker: a private cluster is started in a temporary folder and its address
exported. The template database is migrated by the first test that asks for a database, so that pure tests wait for
nothing; each worker then works in a clone of its own. With a ``DATABASE_URL`` of an outside server,
``DATABASE_OWNER_URL`` must name a role that may create databases.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [path for path in (str(ROOT / "src"), str(ROOT)) if path not in sys.path]

from matricule.core.cluster import Cluster, ClusterError  # noqa: E402

TEMPLATE = "matricule_template"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# a flush costs nothing on most build machines: commit_delay makes it cost what a disk costs
DURABLE = {"commit_delay": "3000", "commit_siblings": "0"}
GRANTS = (
    "select, insert, update, delete on tables",
    "usage, select on sequences",
    "execute on functions",
)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def _start() -> None:
    base = Path(tempfile.mkdtemp(prefix="matricule-tests-"))
    os.environ["MATRICULE_TEST_FOLDER"] = str(base)
    started_by = os.getpid()
    cluster = None
    if "DATABASE_URL" not in os.environ:
        speed = DURABLE if os.environ.get("MATRICULE_TEST_FSYNC") == "1" else FAST
        cluster = Cluster(base / "cluster", {**speed, "max_connections": "120"}, database=TEMPLATE)
        cluster.start(_log(base))
        os.environ["DATABASE_URL"] = cluster.url("app")
        os.environ["DATABASE_OWNER_URL"] = cluster.url("owner")
        os.environ["MATRICULE_TEST_ADMIN_URL"] = cluster.url("postgres", "postgres")
    else:
        _use_outside_server()

    def end() -> None:
        if os.getpid() != started_by:
            return  # a forked child of a test must not stop everybody's server
        if cluster is not None:
            cluster.stop()
            shutil.rmtree(cluster.socket, ignore_errors=True)
        shutil.rmtree(base, ignore_errors=True)

    atexit.register(end)


def _use_outside_server() -> None:
    """Keep the databases that the given addresses name out of it: they only say where to make ours."""
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    os.environ["MATRICULE_TEST_ADMIN_URL"] = owner
    os.environ["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{TEMPLATE}").geturl()
    os.environ["DATABASE_OWNER_URL"] = urlsplit(owner)._replace(path=f"/{TEMPLATE}").geturl()
    os.environ["MATRICULE_TEST_OUTSIDE"] = "1"


def _log(base: Path) -> int:
    return os.open(base / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _environment() -> None:
    """Give each process its own data folder and key file; read before Django's settings are."""
    data = Path(os.environ["MATRICULE_TEST_FOLDER"]) / f"data-{WORKER}"
    data.mkdir(mode=0o700, exist_ok=True)
    os.environ["MATRICULE_DATA"] = str(data)
    os.environ["MATRICULE_DEMO"] = "1"
    os.environ["MATRICULE_TEST"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matricule.site.settings")
    keys_file = data.parent / f"keys-{WORKER}.toml"
    os.environ["MATRICULE_KEYS_FILE"] = str(keys_file)
    try:
        from matricule.core import keys
    except ImportError:
        return
    if not keys_file.exists():
        keys.make(keys_file)


def migrate_template() -> None:
    """Migrate the template once for all workers, as the owner, in a process of its own."""
    base = Path(os.environ["MATRICULE_TEST_FOLDER"])
    with (base / "template.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (base / "template.done").exists():
            return
        if "MATRICULE_TEST_OUTSIDE" in os.environ:
            _recreate(TEMPLATE, "template0")
            _grant_to_app()
        environment = {**os.environ, "MATRICULE_PROCESS": "owner", "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ClusterError(f"The migrations failed:\n{done.stdout}{done.stderr}")
        (base / "template.done").touch()


def clone(name: str) -> None:
    """Make the database ``name`` a fresh copy of the migrated template, ending whoever still uses the old one."""
    _recreate(name, TEMPLATE)


def drop(name: str) -> None:
    """Remove the database ``name``."""
    with _admin() as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')


def _recreate(name: str, template: str) -> None:
    with _admin() as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
        connection.execute(f'create database "{name}" template "{template}" owner "{_role("DATABASE_OWNER_URL")}"')


def _grant_to_app() -> None:
    """Give the application's role what the private cluster gives it."""
    from psycopg import connect, sql

    app = sql.Identifier(_role("DATABASE_URL"))
    if _role("DATABASE_URL") == _role("DATABASE_OWNER_URL"):
        return
    with connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        for rights in GRANTS:
            connection.execute(sql.SQL("alter default privileges grant " + rights + " to {}").format(app))


def _admin():
    import psycopg

    return psycopg.connect(os.environ["MATRICULE_TEST_ADMIN_URL"], autocommit=True)


def _role(variable: str) -> str:
    from psycopg.conninfo import conninfo_to_dict

    return str(conninfo_to_dict(os.environ[variable]).get("user", ""))


if "PYTEST_XDIST_WORKER" not in os.environ:
    _start()
_environment()
