"""An adult family member of a talent passport holder, filed alone while the holder's title is valid (issue 5, 2)."""

from datetime import timedelta

import pytest

from matricule.core import clock
from matricule.dossiers import people
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import requesting
from tests.portals.requests.test_filing import at, submit, text
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(chief) -> Dossier:
    return firm.owned(chief)


def _typed(days: int | None) -> dict[str, str]:
    typed = {"category": people.ADULT_FAMILY, "filed_alone": "on"}
    if days is not None:
        day = clock.today() + timedelta(days=days)
        parts = {"day": day.day, "month": day.month, "year": day.year}
        typed |= {f"holder_title_until_{name}": str(value) for name, value in parts.items()}
    return typed


def test_the_last_day_of_the_holders_title_is_asked_for_and_shown_again(client, draft):
    page = at("category", draft.pk)
    answer = submit(client, page, _typed(None))
    assert answer.status_code == 422 and "Write the last day printed on the holder’s permit." in text(answer)
    answer = submit(client, page, _typed(-1))
    assert answer.status_code == 422 and "goes by post, with form S1106" in text(answer)
    assert submit(client, page, _typed(40))["Location"] == at("request", draft.pk)
    day = clock.today() + timedelta(days=40)
    assert f'value="{day.year}"' in text(client.get(page))
    draft.refresh_from_db()
    assert draft.answers["holder_title_until"] == day.isoformat()


def test_who_is_filed_alone_has_no_page_of_work_and_owes_no_contract(client, draft):
    submit(client, at("category", draft.pk), _typed(40))
    draft.refresh_from_db()
    person = draft.registrants.get()
    assert "work" not in people.pages_of(person)
    assert client.get(at("identify", draft.pk, person.pk, "work")).status_code == 404
    firm.fill(draft, person)
    person.refresh_from_db()
    assert "work_contract" not in people.lacking(person) and "link" in people.lacking(person)
    page = text(client.get(at("check", draft.pk)))
    assert "Family member" in page and "Employee" not in page and "last day of the holder’s residence permit" in page


def test_a_title_that_ends_while_the_draft_waits_leads_to_the_form_by_post(client, draft):
    submit(client, at("category", draft.pk), _typed(0))
    draft.refresh_from_db()
    assert people.holder_of(draft) and "holder" not in [one.code for one in people.obstacles(draft, [])]
    ended = (clock.today() - timedelta(days=1)).isoformat()
    requesting.change_request(
        firm.actor_of(draft),
        draft.pk,
        category=people.ADULT_FAMILY,
        answers={"filed_alone": True, "holder_title_until": ended},
    )
    draft.refresh_from_db()
    assert "holder" in [one.code for one in people.obstacles(draft, [])]
    assert 'href="/en/employers/by-post/"' in text(client.get(at("check", draft.pk)))


def test_a_day_of_work_to_come_holds_nothing_up_once_the_request_is_filed_alone(draft):
    person = draft.registrants.get()
    start = {"contract_start": clock.today() + timedelta(days=20)}
    requesting.save_section(firm.actor_of(draft), draft.pk, person.pk, "work", {}, start)
    draft.refresh_from_db()
    assert draft.sendable_on == start["contract_start"]
    alone = {"filed_alone": True, "holder_title_until": (clock.today() + timedelta(days=90)).isoformat()}
    requesting.change_request(firm.actor_of(draft), draft.pk, category=people.ADULT_FAMILY, answers=alone)
    draft.refresh_from_db()
    assert draft.sendable_on is None
    requesting.change_request(firm.actor_of(draft), draft.pk, category="salarie", answers=alone)
    draft.refresh_from_db()
    assert draft.sendable_on == start["contract_start"] and people.holder_of(draft) is None
