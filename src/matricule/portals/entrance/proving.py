"""Proving who one is again before an act that needs it: within five minutes, as strongly as one signs in (R46).

The act that it stood before is not carried out: its page comes again afterwards, with what was typed, and waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from matricule.accounts import backend, passkeys, totp, typed
from matricule.core import config
from matricule.portals.components.addresses import in_language
from matricule.portals.components.forms import acting
from matricule.portals.entrance.forms import AppCodeForm


@dataclass(frozen=True)
class Again:
    """The proof that a portal asks for: a passkey, the code of an app where ``apps`` says so, the demo's click.

    Only an app that was proved before counts: the first code of a new one adds a way to sign in, which is told by mail
    (accounts.means), and proves nothing about who adds it.
    """

    apps: Callable[[], bool]

    def first(self, request: HttpRequest, user_id: UUID, *, reading: bool = False) -> HttpResponse | None:
        """Return the page that asks ``user_id`` for a fresh proof, or None when there is one.

        Every view that needs one calls this before it looks at what was sent, also when its page is opened: what was
        typed when the proof was asked for then stands in ``forms.sent`` again. ``reading``: the page opens without.
        """
        if request.POST.get("step") == "prove":
            return self._prove(request, user_id)
        proved = backend.proved_within(request, self._methods(), backend.STEP_UP)
        if proved or (reading and not acting(request)):
            _show_again(request)
            return None
        if request.method == "POST":
            typed.keep(request, _place(request))
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
            "kept": typed.has(request, _place(request)),
            "app_form": AppCodeForm(),
        }
        return render(request, "entrance/prove.html", context, status=422 if problem else 200)


def _place(request: HttpRequest) -> str:
    """Return which page this is, in whatever language."""
    return in_language(request.get_full_path(), "fr")


def _show_again(request: HttpRequest) -> None:
    """Let a page that is opened show what was typed before the proof; what is sent now takes its place."""
    if request.method in {"GET", "POST"}:
        kept = typed.take(request, _place(request))
        if request.method == "GET":
            request.typed = kept  # type: ignore[attr-defined]


def _own_passkey(request: HttpRequest, user_id: UUID) -> bool:
    """Tell whether the passkey that was used is one of whoever is signed in."""
    try:
        return passkeys.verify(request, request.POST.get("credential", "")).pk == user_id
    except passkeys.BadPasskey:
        return False
