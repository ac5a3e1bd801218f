"""The Django app of the notices room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.notices"
    label = "notices"
