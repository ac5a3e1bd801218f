"""The addresses of the employers' portal; ids and secrets of links only, never a personal value (house.md 4.9)."""

from django.urls import path

from matricule.portals.employer.views import account, invitations, means, notifications, people, sign_in

app_name = "employer"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("household/", account.household, name="household"),
    path("register/", account.register, name="register"),
    path("", account.home, name="home"),
    path("company/", account.company, name="company"),
    path("company/mailbox/", account.mailbox, name="mailbox"),
    path("company/proof/", account.proof, name="proof"),
    path("company/choose/", account.choose, name="choose"),
    path("mailbox/<str:token>/", account.confirm_mailbox, name="confirm-mailbox"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<uuid:user_id>/remove/", people.remove, name="remove"),
    path("people/<uuid:user_id>/role/", people.role, name="role"),
    path("people/<uuid:user_id>/sign-in/", people.reset, name="reset"),
    path("people/invitations/<uuid:invitation_id>/withdraw/", people.withdraw, name="withdraw-invitation"),
    path("invitation/<slug:token>/", invitations.invitation, name="invitation"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read, name="notifications-read"),
    path("notifications/delivery/", notifications.delivery, name="delivery"),
    path("me/", people.me, name="me"),
    path("me/sign-in/", means.sign_in_means, name="sign-in-means"),
]
