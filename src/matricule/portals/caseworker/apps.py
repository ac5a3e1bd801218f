"""The Django app of the caseworker portal."""

from django.apps import AppConfig


class CaseworkerConfig(AppConfig):
    """See house.md, section 1."""

    name = "matricule.portals.caseworker"
    label = "portal_caseworker"
