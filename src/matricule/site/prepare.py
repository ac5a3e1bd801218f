"""What must exist before the first request: catalogues, fonts, tables, collected static files, the demo's mark.

``python -m matricule.site.prepare`` does it as the owner of the tables; ``--files-only`` (set-up, tests) makes what
needs neither database nor keys. Everything here may be done again without harm. What it says on the way (a wall that
the system does not grant) is for the terminal of whoever starts the service.
"""

import argparse
import hashlib
import importlib
import importlib.util
import os
import sys
from pathlib import Path

REFUSED = 3
"""Exit code of a database that must not be used; what is printed is a sentence for the operator."""
PACKAGE = Path(__file__).resolve().parents[1]
WALLS = {
    "network": "the network",
    "files": "the files of this machine",
    "privileges": "gaining privileges",
    "memory": "taking all memory",
}
"""What each wall of ``vision.WALLS`` keeps the parser from, in the words of the sentence at the start."""
FONTS = "matricule.portals.components.build_fonts"
FONT_FILES = PACKAGE / "portals" / "components" / "static" / "matricule" / "fonts"


def main(words: list[str] | None = None) -> int:
    """Prepare; return 0 or REFUSED, or raise what went wrong."""
    parser = argparse.ArgumentParser(description="Make what the service needs before its first request.")
    parser.add_argument("--files-only", action="store_true", help="catalogues and fonts only, no database")
    options = parser.parse_args(words)
    compile_stale_catalogs()
    build_missing_fonts()
    if options.files_only:
        return 0
    from matricule.core.startup import RefusedToStart

    try:
        prepare_database()
    except RefusedToStart as refusal:
        print(refusal)  # noqa: T201
        return REFUSED
    for line in missing_walls():
        print(line)  # noqa: T201
    return 0


def compile_stale_catalogs() -> None:
    """Compile the French catalogues when a .po is newer than its .mo, or has none."""
    sources = list(PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"))
    if all(_is_fresh(source.with_suffix(".mo"), source) for source in sources):
        return
    from matricule.core.catalogs import compile_catalogs  # late: Babel costs 0.2 s

    compile_catalogs()


def build_missing_fonts() -> None:
    """Cut the fonts when they are not there."""
    if any(FONT_FILES.glob("*.woff2")) or importlib.util.find_spec(FONTS) is None:
        return
    importlib.import_module(FONTS).build(FONT_FILES)


def prepare_database() -> None:
    """Migrate, and collect the static files under the data folder; raise RefusedToStart for a database of others."""
    os.environ["MATRICULE_PROCESS"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matricule.site.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from matricule.core import config, demo_mark, durability

    settings = config.current()
    demo_mark.refuse_to_prepare(settings, is_empty=holds_nobody())
    durability.refuse_database_that_loses(settings)
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    if settings.demo:
        demo_mark.leave()
    collect_changed_static()


def holds_nobody() -> bool:
    """Tell whether the database has no person and no dossier; a table that is not there yet holds none."""
    from django.db import connection

    from matricule.accounts.models import User
    from matricule.dossiers.models import Dossier

    tables = set(connection.introspection.table_names())
    return not any(model._meta.db_table in tables and model._base_manager.exists() for model in (User, Dossier))


def missing_walls() -> list[str]:
    """Return one sentence when walls around the parser of strangers' files do not hold here, else nothing."""
    from matricule import vision

    try:
        held = vision.isolation()
    except vision.Unavailable:
        return ["The parser of documents cannot be started here: files will wait until it can."]
    missing = [WALLS[name] for name in vision.WALLS if not held.get(name)]
    if not missing:
        return []
    return [f"This system does not keep the parser of documents from {', '.join(missing)}: docs/operations.md."]


def collect_changed_static() -> None:
    """Collect, hash and compress the static files when one changed: doing it each time costs two seconds."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    sources = sorted(storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    stamps = "\n".join(f"{source} {os.stat(source).st_mtime_ns} {os.stat(source).st_size}" for source in sources)
    digest = hashlib.sha256(stamps.encode()).hexdigest()
    note = Path(settings.STATIC_ROOT) / "collected.txt"
    if note.exists() and note.read_text(encoding="ascii") == digest:
        return
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True, clear=True)
    note.write_text(digest, encoding="ascii")


def _is_fresh(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


if __name__ == "__main__":
    sys.exit(main())
