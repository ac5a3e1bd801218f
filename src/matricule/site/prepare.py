"""What must exist before the first request: catalogues, fonts, tables, collected static files, the demo's mark.

``python -m matricule.site.prepare`` does it as the owner of the tables; ``--files-only`` (set-up, tests) makes what
needs neither database nor keys. Everything here may be done again without harm.
"""

import argparse
import hashlib
import importlib
import importlib.util
import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
FONTS = "matricule.portals.components.build_fonts"
FONT_FILES = PACKAGE / "portals" / "components" / "static" / "matricule" / "fonts"


def main(words: list[str] | None = None) -> int:
    """Prepare; return 0, or raise what went wrong."""
    parser = argparse.ArgumentParser(description="Make what the service needs before its first request.")
    parser.add_argument("--files-only", action="store_true", help="catalogues and fonts only, no database")
    options = parser.parse_args(words)
    compile_stale_catalogs()
    build_missing_fonts()
    if not options.files_only:
        prepare_database()
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
    """Migrate, and collect the static files under the data folder."""
    os.environ["MATRICULE_PROCESS"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matricule.site.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    collect_changed_static()


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
