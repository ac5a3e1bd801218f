"""The WSGI entry point; it refuses to serve with settings, or with a database, that would harm real people."""

import os

from django.core.wsgi import get_wsgi_application

from matricule.core import config, startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matricule.site.settings")
startup.refuse_if_unfit(config.current())
application = get_wsgi_application()

from django.db import connection  # noqa: E402

from matricule.core import demo_mark, durability  # noqa: E402  a model: only when Django is ready

demo_mark.refuse_database_of_other_mode(config.current())
durability.refuse_database_that_loses(config.current())
connection.close()  # this thread answers no request
