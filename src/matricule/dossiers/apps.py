"""The Django app of the dossiers room."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.dossiers"
    label = "dossiers"
