"""The receipt says how a company’s people learnt of the filing: as each had chosen, and no more than is true."""

from uuid import uuid4

import pytest
from django.urls import reverse
from lxml import html

from matricule.accounts import members
from matricule.core import i18n
from matricule.dossiers import receipts
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import requesting
from tests.support import caisse, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db

SAID = {
    ("at_once", "en"): ("E-mail:",),
    ("at_once", "fr"): ("E-mail\u00a0:",),
    ("daily", "en"): ("In the e-mail of the day: 1 person of your team",),
    ("daily", "fr"): ("Dans l’e-mail du jour\u00a0: 1 personne de votre équipe",),
    ("none", "en"): ("Without an e-mail, under “Notifications” only: 1 person of your team",),
    ("none", "fr"): ("Sans e-mail, seulement sous «\u00a0Notifications\u00a0»\u00a0: 1 personne de votre équipe",),
}
"""What a receipt says of a team of one, by what they chose and the language of the page."""


def card(client, name: str, language: str, *args) -> str:
    """Return the words beside the receipt."""
    with i18n.in_language(language):
        address = reverse(f"requests:{name}", args=args)
    (aside,) = html.fromstring(client.get(address).content).xpath("//main//aside")
    return aside.text_content()


def told_in(words: str, language: str) -> list[str]:
    """Return what was chosen by those of whom a receipt speaks."""
    return [choice for (choice, of), said in SAID.items() if of == language and all(one in words for one in said)]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("choice", ["at_once", "daily", "none"])
def test_a_receipt_says_how_its_reader_had_chosen_to_be_told(client, chief, choice, language):
    members.choose_delivery(chief.user_id, chief.company.id, choice)
    dossier = firm.owned(chief, firm.a_sent_request)
    assert told_in(card(client, "receipt", language, dossier.pk), language) == [choice]
    person = firm.added(dossier, "spouse")
    firm.send_documents(dossier)
    requesting.send_person(
        firm.actor_of(dossier), dossier.pk, person.pk, expects=caisse.version_of(dossier), key=uuid4()
    )  # fmt: skip
    assert told_in(card(client, "person-receipt", language, dossier.pk, person.pk), language) == [choice]


def test_a_team_of_several_is_counted_by_what_each_chose_and_later_choices_change_no_receipt(client, chief):
    for choice in ("daily", "daily", "none"):
        other = company.a_colleague(chief)
        members.choose_delivery(other.user_id, chief.company.id, choice)
    dossier = firm.owned(chief, firm.a_sent_request)
    members.choose_delivery(chief.user_id, chief.company.id, "none")
    words = card(client, "receipt", "en", dossier.pk)
    assert words.count("E-mail:") == 1, "the one of whoever chose it at that time"
    assert "In the e-mail of the day: 2 people of your team" in words
    assert "Without an e-mail, under “Notifications” only: 1 person of your team" in words


def test_a_receipt_of_before_says_nothing_that_was_not_kept(client, chief):
    members.choose_delivery(chief.user_id, chief.company.id, "daily")
    dossier = firm.owned(chief, firm.a_sent_request)
    Dossier.objects.filter(pk=dossier.pk).update(receipt={**dossier.receipt, "told": {}})
    assert told_in(card(client, "receipt", "en", dossier.pk), "en") == []
    assert receipts.told({}) == {"at_once": 0, "daily": 0, "none": 0}
