"""The Django app of the student portal."""

from django.apps import AppConfig


class StudentConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.portals.student"
    label = "portal_student"
