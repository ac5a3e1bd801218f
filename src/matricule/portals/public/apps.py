"""The Django app of the public portal."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.portals.public"
    label = "portal_public"
