"""The Django app of the employers' portal."""

from django.apps import AppConfig


class EmployerConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.portals.employer"
    label = "portal_employer"
