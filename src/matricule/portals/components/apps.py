"""The Django app of the components portal."""

from django.apps import AppConfig


class ComponentsConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.portals.components"
    label = "portal_components"
