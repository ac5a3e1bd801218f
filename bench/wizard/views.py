"""The wizard and the page that thanks."""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView
from formtools.wizard.views import NamedUrlSessionWizardView

from wizard.forms import FILES
from wizard.models import Deposit


class DepositWizard(LoginRequiredMixin, NamedUrlSessionWizardView):
    """Five steps, each with an address of its own: a reload sends nothing twice, as in the service under measure."""

    file_storage = FileSystemStorage(location=settings.MEDIA_ROOT / "unfinished")
    template_name = "wizard/step.html"

    def done(self, form_list: Any, **_kwargs: Any) -> HttpResponse:
        """Keep the answers and the files."""
        answers = self.get_all_cleaned_data()
        files = {name: answers.pop(name) for name in FILES}
        deposit = Deposit.objects.create(owner=self.request.user, answers=answers, **files)
        return redirect("receipt", deposit.pk)


class Receipt(LoginRequiredMixin, TemplateView):
    """Says that the deposit was received."""

    template_name = "wizard/receipt.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the deposit, the owner's only."""
        deposit = get_object_or_404(Deposit, pk=kwargs["pk"], owner=self.request.user)
        return super().get_context_data(deposit=deposit, **kwargs)
