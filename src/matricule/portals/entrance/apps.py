"""The Django app of the door that portals for professionals share."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    """See house.md, section 1 and decision 4.11."""

    name = "matricule.portals.entrance"
    label = "portal_entrance"
