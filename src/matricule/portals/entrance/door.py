"""One door for staff and for companies: a passkey; the first one is made after an e-mailed code (house.md 4.11).

Where the door takes apps, an e-mailed code with the code of an authenticator app opens it too. The e-mailed code alone
sets up the first means of a person and never another one: whoever reads somebody's mailbox gets in nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matricule.accounts import codes, devices, passkeys, totp
from matricule.accounts.models import User
from matricule.accounts.network import network_of
from matricule.portals.entrance.forms import AddressForm, AppCodeForm, MailedCodeForm


def local_path(path: str) -> str:
    """Return ``path`` when it stays on this site (reliability.md R58), else nothing."""
    good = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if good else ""


@dataclass(frozen=True)
class Door:
    """The way into one portal.

    ``purpose`` names its codes: one of another portal opens nothing here. ``place`` and ``lands`` are URL names: the
    door's own page, and where it leads. ``page`` and ``enrol_page``: its two templates. ``admits`` returns the name
    that a person's passkey carries, None for whom the door stays shut. ``apps``: whether an app's code opens it.
    ``known_only``: whether an unknown address makes no account. ``enter`` opens the session. ``wrong_passkey`` and
    ``wrong_code`` say what a refusal looks like.
    """

    purpose: str
    place: str
    lands: str
    page: str
    enrol_page: str
    admits: Callable[[User], str | None]
    apps: Callable[[], bool]
    known_only: bool
    enter: Callable[[HttpRequest, User, str], None]
    wrong_passkey: Promise
    wrong_code: Promise

    @property
    def ticket(self) -> str:
        """Return where the session keeps the code's ticket."""
        return f"{self.purpose}_ticket"

    @property
    def enrols(self) -> str:
        """Return where the session keeps whose mailbox was proved."""
        return f"{self.purpose}_enrols"

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer one request to the door's page."""
        back = local_path(request.GET.get("next") or request.POST.get("next") or "")
        steps = {
            "passkey": self._passkey,
            "address": self._address,
            "code": self._code,
            "make": self._make,
            "app": self._app,
        }
        step = steps.get(request.POST.get("step", "")) if request.method == "POST" else None
        return step(request, back) if step is not None else self._page(request, back)

    def _page(self, request: HttpRequest, back: str, status: int = 200, **given: object) -> HttpResponse:
        context = {
            "next": back,
            "options": passkeys.request_options(request),
            "codes": self.apps(),
            "email_form": AddressForm(),
            "code_form": MailedCodeForm() if self.ticket in request.session else None,
            "problem": "",
            **given,
        }
        return render(request, self.page, context, status=status)

    def _passkey(self, request: HttpRequest, back: str) -> HttpResponse:
        try:
            user = passkeys.verify(request, request.POST.get("credential", ""))
        except passkeys.BadPasskey:
            return self._page(request, back, 422, problem=self.wrong_passkey)
        if self.admits(user) is None:
            return self._page(request, back, 422, problem=self.wrong_passkey)
        return self._open(request, user, "passkey", back)

    def _open(self, request: HttpRequest, user: User, method: str, back: str) -> HttpResponse:
        for name in (self.ticket, self.enrols):
            request.session.pop(name, None)
        self.enter(request, user, method)
        return redirect(back or self.lands)

    def _address(self, request: HttpRequest, back: str) -> HttpResponse:
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self._page(request, back, 422, email_form=form)
        ticket = codes.request_code(
            form.cleaned_data["email"],
            language=_language(),
            network=network_of(request),
            purpose=self.purpose,
            browser=devices.people(request),
        )
        request.session[self.ticket] = [ticket.code_id, ticket.secret]
        return redirect(self._here(back))

    def _here(self, back: str) -> str:
        return reverse(self.place) + ("?" + urlencode({"next": back}) if back else "")

    def _code(self, request: HttpRequest, back: str) -> HttpResponse:
        """Take the e-mailed code; lead to the first passkey, or to the code of the app."""
        form = MailedCodeForm(request.POST)
        if self.ticket not in request.session or not form.is_valid():
            return self._page(request, back, 422, code_form=form)
        user = codes.verify(
            codes.Ticket(*request.session[self.ticket]), form.cleaned_data["code"],
            language=_language(), purpose=self.purpose, known_only=self.known_only,
        )  # fmt: skip
        if user is None or self.admits(user) is None or self._needs_passkey(user):
            form.add_error("code", str(self.wrong_code))
            return self._page(request, back, 422, code_form=form)
        request.session.pop(self.ticket, None)
        request.session[self.enrols] = str(user.pk)
        return self._enrol_page(request, user, back)

    def _needs_passkey(self, user: User) -> bool:
        """Tell whether only a passkey opens the door to this person."""
        return passkeys.has_one(user.pk) and not (self.apps() and totp.is_proved(user.pk))

    def _is_new(self, user: User) -> bool:
        """Tell whether a person has no means to sign in yet: then the e-mailed code sets up the first one."""
        return not passkeys.has_one(user.pk) and not (self.apps() and totp.is_proved(user.pk))

    def _enrol_page(self, request: HttpRequest, user: User, back: str, problem: str = "") -> HttpResponse:
        """Show how to make the passkey; where codes are allowed, the app too (its secret until it was proved once)."""
        new, name = self._is_new(user), self.admits(user) or ""
        secret = totp.begin(user.pk) if new and self.apps() else ""
        context = {
            "next": back,
            "problem": problem,
            "options": passkeys.creation_options(request, user, name) if new else "",
            "codes": self.apps(),
            **app_context(secret, name),
            "new": new,
            "door": reverse(self.place),
        }
        return render(request, self.enrol_page, context, status=422 if problem else 200)

    def _enrolling(self, request: HttpRequest) -> User | None:
        """Return whose mailbox this browser proved, while the door is for them."""
        kept = UUID(request.session.get(self.enrols, str(UUID(int=0))))
        user = User.objects.filter(pk=kept, is_active=True).first()
        return user if user is not None and self.admits(user) is not None else None

    def _make(self, request: HttpRequest, back: str) -> HttpResponse:
        """Keep the first passkey of a person, and let them in with it."""
        user = self._enrolling(request)
        if user is None or not self._is_new(user):
            return redirect(self._here(back))
        try:
            passkeys.register(request, user, request.POST.get("credential", ""))
        except passkeys.BadPasskey:
            return self._enrol_page(
                request, user, back, _("The passkey was not made. It needs your PIN, finger or face.")
            )
        return self._open(request, user, "passkey", back)

    def _app(self, request: HttpRequest, back: str) -> HttpResponse:
        """Let a person in with the code of their app, after the e-mailed one, where the door takes apps."""
        user = self._enrolling(request)
        if user is None or not self.apps() or self._needs_passkey(user):
            return redirect(self._here(back))
        form = AppCodeForm(request.POST)
        if form.is_valid() and totp.verify(user.pk, form.cleaned_data["code"]):
            return self._open(request, user, "app", back)
        return self._enrol_page(
            request, user, back, _("This is not the code that the app shows now. Wait for the next one.")
        )


def _language() -> str:
    return (get_language() or "fr")[:2]


def app_context(secret: str, name: str) -> dict[str, object]:
    """Return what a page needs to make an app known, and to take its code; without a ``secret``, only the latter.

    ``name`` is what the app calls the account.
    """
    link = totp.address_of(secret, name) if secret else ""
    return {"secret": secret, "link": link, "picture": qr(link) if link else "", "app_form": AppCodeForm()}


def qr(link: str) -> SafeString:
    """Return the QR code of an app's address as a drawing within the page: no request carries the secret."""
    import segno  # late: 4 MiB for one page

    drawn = segno.make(link, error="m", micro=False)
    # the drawing is made of the link's bits alone: nothing of it can be markup
    return mark_safe(drawn.svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=False))  # noqa: S308
