"""The address of the page that shows every component, in demo mode."""

from django.urls import path

from matricule.portals.components import views

app_name = "components"
urlpatterns = [path("_components", views.showroom, name="showroom")]
