"""What is asked of a request beside its people's pages: as a page sends it, typed and not sent, and sent."""

import pytest

from matricule.dossiers import asked
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import requesting
from tests.support import companies as firm

ALONE = {"filed_alone": True, "holder_title_until": "2028-06-03", "who": {"where": "Lyon"}}
DAY = {"holder_title_until_day": "3", "holder_title_until_month": "6", "holder_title_until_year": "2028"}


def test_what_holds_is_told_as_a_page_sends_it():
    dossier = Dossier(category="ict", own_reference="A-1", answers=ALONE)
    boxes = {"has_appointment_order": "", "local_recruit": "", "filed_alone": "on"}
    assert asked.holds(dossier) == {"category": "ict", "own_reference": "A-1", **boxes, **DAY}
    assert set(asked.holds(Dossier())) == set(asked.NAMES) and not any(asked.holds(Dossier()).values())


def test_what_is_typed_stands_over_what_holds_until_it_is_typed_back():
    dossier = Dossier(category="ict", answers=ALONE)
    dossier.answers = asked.kept(dossier, {"own_reference": "B-2", "filed_alone": ""})
    assert dossier.answers == {**ALONE, "typed": {"own_reference": "B-2", "filed_alone": ""}}
    assert asked.typed(dossier) == {**asked.holds(dossier), "own_reference": "B-2", "filed_alone": ""}
    dossier.answers = asked.kept(dossier, {"own_reference": "", "filed_alone": "on"})
    assert dossier.answers == ALONE


@pytest.mark.django_db
def test_typing_changes_no_category_and_no_version_until_it_is_sent():
    dossier = firm.a_request()
    actor, before = firm.actor_of(dossier), dossier.version
    saved = requesting.save_asked(
        actor, dossier.pk, {"category": ("salarie", "ict"), "own_reference": ("", "x" * 900)}
    )
    dossier.refresh_from_db()
    assert saved.kept == ["category", "own_reference"] and saved.conflicts == {}
    assert (dossier.category, dossier.own_reference, dossier.version) == ("salarie", "", before)
    assert asked.typed(dossier)["category"] == "ict" and len(asked.typed(dossier)["own_reference"]) == 400
    requesting.change_request(actor, dossier.pk, category="ict", answers={"filed_alone": False}, own_reference="B-2")
    dossier.refresh_from_db()
    assert (dossier.category, dossier.own_reference, dossier.version) == ("ict", "B-2", before + 1)
    assert "typed" not in dossier.answers


@pytest.mark.django_db
def test_a_field_that_a_colleague_typed_is_left_alone_and_the_others_are_kept():
    dossier = firm.a_request()
    actor = firm.actor_of(dossier)
    requesting.save_asked(actor, dossier.pk, {"category": ("salarie", "ict")})
    late = {"category": ("salarie", "mannequin"), "own_reference": ("", "B-2")}
    saved = requesting.save_asked(actor, dossier.pk, late)
    assert saved.kept == ["own_reference"] and saved.conflicts == {"category": "ict"}
    with pytest.raises(requesting.Clash) as clash:
        requesting.save_asked(actor, dossier.pk, {**late, "local_recruit": ("", "on")}, whole=True)
    assert clash.value.fields == {"category": "ict"}
    with pytest.raises(requesting.Clash):
        requesting.change_request(actor, dossier.pk, category="mannequin", answers={"local_recruit": True}, typed=late)
    dossier.refresh_from_db()
    assert dossier.category == "salarie" and "local_recruit" not in {*dossier.answers, *dossier.answers["typed"]}
