"""The WSGI entry point; it refuses to serve with settings that would harm real people."""

import os

from django.core.wsgi import get_wsgi_application

from matricule.core import config, startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matricule.site.settings")
startup.refuse_if_unfit(config.current())
application = get_wsgi_application()
