"""The Django app of a company's requests."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """See house.md, section 1: the part of the employer's portal that handles requests."""

    name = "matricule.portals.requests"
    label = "portal_requests"
