"""People with a draft and a session in the database of a running service: ``python -m tests.support.people 20``.

It runs beside the service, with its data folder in the environment, and prints one line of JSON: [session, dossier]
for each person. ``--wait`` instead returns when no job of the service waits or runs.
"""

import json
import os
import sys
import time


def main() -> None:
    """Make as many people as asked, or wait for the jobs."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "matricule.site.settings", "MATRICULE_PROCESS": "worker"}
    import django

    django.setup()
    if sys.argv[1] == "--wait":
        _wait()
    else:
        print(json.dumps([_person() for _ in range(int(sys.argv[1]))]))


def _person() -> tuple[str, str]:
    from matricule.accounts.sessions import SessionStore
    from matricule.core import clock
    from tests.support import factories as make

    user = make.a_user()
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_backend"] = str(user.pk), "matricule.accounts.backend.CodeBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session["seen"] = int(clock.wall().timestamp())
    session.save()
    return session.session_key or "", str(make.a_draft(user).pk)


def _wait() -> None:
    from django.db import connection

    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from procrastinate_jobs where status in ('todo', 'doing')"
                " and task_name = 'dossiers.check_file'"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.5)


if __name__ == "__main__":
    main()
