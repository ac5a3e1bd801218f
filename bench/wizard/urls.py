"""Three addresses."""

from django.urls import path

from wizard.forms import STEPS
from wizard.views import DepositWizard, Receipt

_view = DepositWizard.as_view(STEPS, url_name="step", done_step_name="done")

urlpatterns = [
    path("deposit/", _view, name="deposit"),
    path("deposit/<str:step>/", _view, name="step"),
    path("receipt/<int:pk>/", Receipt.as_view(), name="receipt"),
]
