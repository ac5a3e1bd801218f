"""Proving who one is again before an act that needs it: within five minutes, as strongly as one signs in (R46).

The act that it stood before is not carried out: its page comes again afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from matricule.accounts import backend, passkeys, totp
from matricule.core import config
from matricule.portals.entrance.forms import AppCodeForm


@dataclass(frozen=True)
class Again:
    """The proof that a portal asks for: a passkey, the code of an app where ``apps`` says so, the demo's click.

    Only an app that was proved before counts: the first code of a new one adds a way to sign in, which is told by mail
    (accounts.means), and proves nothing about who adds it.
    """

    apps: Callable[[], bool]

    def first(self, request: HttpRequest, user_id: UUID) -> HttpResponse | None:
        """Return the page that asks ``user_id`` for a fresh proof, or None when there is one."""
        if request.POST.get("step") == "prove":
            return self._prove(request, user_id)
        if backend.proved_within(request, self._methods(), backend.STEP_UP):
            return None
        return self._page(request, user_id)

    def _methods(self) -> frozenset[str]:
        more = {"app"} if self.apps() else set()
        return frozenset({"passkey"} | more | ({"demo"} if config.current().demo else set()))

    def _prove(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        method = request.POST.get("method", "")
        if method not in self._methods():
            return self._page(request, user_id)
        if method == "passkey" and not _own_passkey(request, user_id):
            return self._page(request, user_id, _("This passkey was not recognised. Nothing was done."))
        code = request.POST.get("code", "")
        if method == "app" and not (totp.is_proved(user_id) and totp.verify(user_id, code)):
            return self._page(request, user_id, _("This is not the code that the app shows now. Nothing was done."))
        request.session.cycle_key()
        backend.prove_again(request, method)
        return redirect(request.get_full_path())

    def _page(self, request: HttpRequest, user_id: UUID, problem: str = "") -> HttpResponse:
        context = {
            "options": passkeys.request_options(request),
            "codes": self.apps() and totp.is_proved(user_id),
            "demo": config.current().demo,
            "problem": problem,
            "app_form": AppCodeForm(),
        }
        return render(request, "entrance/prove.html", context, status=422 if problem else 200)


def _own_passkey(request: HttpRequest, user_id: UUID) -> bool:
    """Tell whether the passkey that was used is one of whoever is signed in."""
    try:
        return passkeys.verify(request, request.POST.get("credential", "")).pk == user_id
    except passkeys.BadPasskey:
        return False
