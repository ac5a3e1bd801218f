"""Writing to somebody of a request again is offered on its page while another link may be sent, and no longer."""

from uuid import uuid4

import pytest

from matricule.accounts.organisations import Membership
from matricule.core.outbox import Mail, bounce
from matricule.dossiers.operations import confirming
from tests.support import companies as firm
from tests.support import company

pytestmark = pytest.mark.django_db

AGAIN, TELL = "Write again, or correct the address", "Tell the caisse the right address"


@pytest.fixture
def dossier():
    return firm.a_sent_request()


def page(dossier) -> str:
    member = Membership.objects.get(organisation=dossier.organisation)
    return company.browser(member.user_id).get(f"/en/employer/requests/{dossier.pk}/").content.decode()


def written(dossier, times: int) -> None:
    for _ in range(times):
        confirming.write_again(
            firm.actor_of(dossier), dossier.pk, dossier.registrants.get().pk, "a@example.org", key=uuid4()
        )


def test_another_link_is_offered_until_as_many_were_sent_as_may_be(dossier):
    written(dossier, confirming.MOST - 2)
    assert AGAIN in page(dossier)
    written(dossier, 1)
    assert AGAIN not in page(dossier)


def test_no_other_link_is_offered_once_the_employee_confirmed(dossier):
    dossier.confirmed_at = dossier.submitted_at
    dossier.save()
    assert AGAIN not in page(dossier)


def test_a_mail_that_came_back_leads_to_the_address_or_else_to_the_caisse(dossier):
    def came_back() -> str:
        sent = Mail.objects.get(pk=dossier.registrants.get().told.latest("at").mail_id)
        bounce(sent.message_id, kind="hard")
        return page(dossier)

    assert "Correct the address" in came_back() and TELL not in came_back()
    written(dossier, confirming.MOST - 1)
    assert TELL in came_back() and "Correct the address" not in came_back()
