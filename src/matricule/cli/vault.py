"""matricule reconcile, matricule rotate-keys: the vault's files against its rows, and the keys that open them."""

import argparse
import json
from datetime import timedelta
from pathlib import Path

from matricule.cli.errors import CommandError


def reconcile_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``matricule reconcile`` to argparse."""
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed and change nothing")
    parser.add_argument("--grace", type=float, default=24, metavar="HOURS", help="leave files younger than this (24)")
    parser.add_argument(
        "--fuse", type=int, metavar="FILES", help="how many files may go in 24 hours (the larger of 100 and 0.5 %%)"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def reconcile(args: argparse.Namespace) -> int:
    """Return 0 when every row has its file and nothing kept the run from its work, else 1."""
    from matricule.cli.runtime import service

    if args.grace < 0:
        raise CommandError("--grace must be a number of hours, not less than 0")
    with service():
        from matricule.core import vault

        report = vault.reconcile(grace=timedelta(hours=args.grace), dry_run=args.dry_run, fuse=args.fuse)
    if args.json:
        print(json.dumps(report.as_json(), indent=2))
        return 0 if report.ok else 1
    print(
        f"{report.files} files, {report.rows} rows. Without a row: {report.orphans} ({report.removed} removed). "
        f"Erased: {report.erased_removed} removed. Unfinished: {report.unfinished_removed} removed."
    )
    if report.stopped == "fuse":
        print("The fuse held: more files than allowed have no row. Look first, then allow them with --fuse.")
    if report.stopped == "no_rows":
        print("Nothing was removed: the database knows no file at all. Is it the right database?")
    for blob_id in report.missing:
        print(f"Missing file: {blob_id}")
    return 0 if report.ok else 1


def rotate_keys_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``matricule rotate-keys`` to argparse."""
    change = parser.add_mutually_exclusive_group(required=True)
    change.add_argument("--add", metavar="RING", help="add a key to vault, fields or sessions, which nothing uses yet")
    change.add_argument("--activate", metavar="RING:KEY", help="seal with that key from the next start on")
    change.add_argument("--rewrap", action="store_true", help="wrap the keys of all files with the active key")
    change.add_argument("--reseal", action="store_true", help="seal the columns of all rows with the active key")
    parser.add_argument("path", type=Path, nargs="?", help="the key file (MATRICULE_KEYS_FILE)")


def rotate_keys(args: argparse.Namespace) -> int:
    """Do one step of replacing a key while the service runs: add, restart, activate, restart, rewrap or reseal.

    Return 0; 1 when a column holds what no key of the file opens.
    """
    from matricule.core import config, keys

    path = args.path or Path(config.current().keys_file)
    try:
        if args.add:
            key_id = keys.add_key(path, args.add)
            print(f"Added {key_id}. Restart every process, then: matricule rotate-keys --activate {args.add}:{key_id}")
        elif args.activate:
            ring, _, key_id = args.activate.partition(":")
            keys.activate(path, ring, key_id)
            print("Restart every process. The older key stays in the file while anything is sealed with it.")
        elif args.reseal:
            return _reseal_all()
        else:
            print(f"{_rewrap_all()} file keys are wrapped with the active key.")
    except keys.KeysError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from None
    return 0


def _rewrap_all() -> int:
    from matricule.cli.runtime import service

    total = 0
    with service():
        from matricule.core import vault

        while done := vault.rewrap():
            total += done
    return total


def _reseal_all() -> int:
    from matricule.cli.runtime import service

    with service():
        from matricule.core import resealing

        report = resealing.reseal()
    print(f"{report.resealed} values are sealed with the active key.")
    for column, count in sorted(report.unreadable.items()):
        print(f"No key of the file opens {count} values of {column}: they were left as they are.")
    return 1 if report.unreadable else 0
