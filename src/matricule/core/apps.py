"""The Django app of the core room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Vault, journal, outbox, jobs."""

    name = "matricule.core"
    label = "core"
