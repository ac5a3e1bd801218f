"""Every address of the service. Pages live under their language (/fr/, /en/), each an address of its own."""

from importlib import import_module

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from matricule.core import config
from matricule.core.outbox import webhook
from matricule.portals.public import machines, pages
from matricule.portals.student.views import address, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.root, name="root"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("space/", sign_in.to_space, name="space"),
    path("space/stop/<uuid:change_id>/<slug:mark>/", address.to_objection, name="to-objection"),
    path("hooks/bounces/", webhook.bounced, name="bounces"),
    *i18n_patterns(
        path("", include("matricule.portals.public.urls")),
        path("student/", include("matricule.portals.student.urls")),
        path("employer/requests/", include("matricule.portals.requests.urls")),
        path("employer/", include("matricule.portals.employer.urls")),
        path("desk/", include("matricule.portals.caseworker.urls")),
    ),
]

if config.current().demo:
    urlpatterns += i18n_patterns(path("", include("matricule.portals.components.urls")))
if "matricule.demo" in settings.INSTALLED_APPS:
    # by name: nothing imports demo (house.md, section 1)
    urlpatterns += import_module("matricule.demo.urls").root_patterns

handler400 = "matricule.portals.components.errors.bad_request"
handler403 = "matricule.portals.components.errors.forbidden"
handler404 = "matricule.portals.components.errors.not_found"
handler500 = "matricule.portals.components.errors.broken"
