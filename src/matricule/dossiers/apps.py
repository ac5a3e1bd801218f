"""The Django app of the dossiers room."""

from django.apps import AppConfig

from matricule import vision
from matricule.core import config

KEPT_FREE = 2
"""Threads of the web server that no file ever holds: ordinary pages go on while the parser is busy."""


class DossiersConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.dossiers"
    label = "dossiers"

    def ready(self) -> None:
        """Let web server and worker look at one file at a time, so that uploads never take both cores."""
        settings = config.current()
        most = max(1, settings.web_threads - KEPT_FREE) if settings.process == "web" else None
        vision.share(settings.data.resolve() / "parser.turn", most)
