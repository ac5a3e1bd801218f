"""What the demo's first page says: who the invented people are, what one sees with each, and three short tours."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matricule.demo.company import TEAM
from matricule.demo.employees import Filed, load_requests
from matricule.demo.people import Person
from matricule.demo.staff import STAFF, Member
from matricule.dossiers.labels import FILTERS, SHOWN_AS
from matricule.rules import offices

SEEN: dict[str, Any] = {
    "draft": _("Finish the pages and the documents, then send the file."),
    "none": _("Answer the questionnaire: nothing is to be asked for, and the page says by which rule."),
    "submitted": _("Whose turn it is, and by when. At the desk, the file waits to be taken."),
    "ready": _("The documents accepted. At the desk, the provisional number can be given."),
    "asked": _("What is asked again, in the caisse’s words. Answer with another file."),
    "reminded": _("The reminder and the last day. Move time by a month: the file closes."),
    "closed": _("Why the file is closed, and the button that opens it again."),
    "rejected": _("The reason, the caseworker’s words, and how to contest the decision."),
    "certified": _("The number, masked until a click; a certificate with a code that anybody can check."),
    "lapsed": _("Which proof is missing; the code of the certificate reads “expired”."),
    "at_register": _("Whose turn it is now. Move time by a week: the register asks for a document."),
    "returned": _("Who has the file now. The desk reads what the register said, corrects, and sends again."),
    "registered": _("The certificate with its code, the letter of the number, the request for a card."),
}
"""What there is to see with a student, by what the demo made of them; in the order of a file's way."""

AT_COMPANY: dict[str, Any] = {
    "administrator": _(
        "What is to do today, the requests under every label, the colleagues and the account’s settings."
    ),
    "member": _("The same requests as a colleague; the account’s settings stay with the administrator."),
}
AT_DESK: dict[str, Any] = {
    "supervisor": _("The lists and files of the office, its figures, its staff and lost mailboxes."),
    "caseworker": _("What waits, the oldest first; examining, numbers, messages."),
}
"""What there is to see with somebody of a company or of a caisse, by their role."""


@dataclass(frozen=True)
class Tour:
    """Three minutes as somebody: a title and its steps."""

    title: Promise
    steps: tuple[Promise, ...]


TOURS = (
    Tour(
        _("As a student, in three minutes"),
        (
            _("Sign in as Ananya: her passport came back. Read why, and what to do."),
            _("Sign in as Oleksandra: show the provisional number, open the certificate."),
            _("Sign in as Maude, then let the time machine move one week: the register answers."),
            _("Sign in as Giulia: the definitive number. Type the code of her certificate where it is checked."),
        ),
    ),
    Tour(
        _("As an employer, in three minutes"),
        (
            _("Sign in as Chloé: “to do today” names a contract to send again. Open it and read what is asked."),
            _("Beatriz’s work has begun: read her request again, send it, keep the receipt."),
            _("Under “Partly done”, Ousmane’s family: three have their number, one was turned down, with the reason."),
            _("Under “Registered (NIR)”, Mariana: show her number, and see that her residence permit ends soon."),
            _("Begin a request for an employee and a family, from the first question."),
        ),
    ),
    Tour(
        _("As a caseworker, in three minutes"),
        (
            _("Sign in as Nadia and take Yassine’s file: it has waited longest."),
            _("Send one document back: read the words before they leave. Then give Thiago his number."),
            _("Open Zineb’s file: the register gave it back. Correct her given names, send it again."),
            _("Sign in as Samia, in Paris: Arjun’s family, examined person by person."),
        ),
    ),
)


def students(people: list[Person], labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the students in the order of a file's way, each with the label of the file (``labels``, by address)."""
    order = list(SEEN)
    return [
        {
            "key": person.key,
            "name": f"{person.given_names} {person.birth_name}".strip(),
            "story": person.story,
            "seen": SEEN[person.state],
            "state": labels.get(person.email, ""),
        }
        for person in sorted(people, key=lambda person: order.index(person.state))
    ]


def team(known: set[str]) -> list[dict[str, Any]]:
    """Return the people of the invented company who are loaded (``known``: addresses)."""
    return [_shown(member, AT_COMPANY) for member in TEAM if member.email in known]


def desk(known: set[str]) -> list[dict[str, Any]]:
    """Return the people of the invented caisses who are loaded, each with the name of the office."""
    found = [member for member in STAFF if member.email in known]
    return [{**_shown(member, AT_DESK), "office": offices.name(member.office)} for member in found]


def _shown(member: Member, seen: dict[str, Any]) -> dict[str, Any]:
    return {"key": member.key, "name": member.name, "seen": seen[member.role], "role": member.role}


def filed(labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the labels under which a request stands now (``labels``, by the company's own reference), in the order
    of its list, each with the names of whom."""
    names: dict[str, list[str]] = {label: [] for label in ("draft", *FILTERS)}
    for one in load_requests():
        if (label := labels.get(one.own_reference)) is not None:
            names[SHOWN_AS.get(label, label)].append(_name(one))
    return [{"state": label, "names": found} for label, found in names.items() if found]


def _name(one: Filed) -> str:
    who = one.people[0]
    return f"{who.given_names.split()[0]} {who.birth_name}" + (f" (+{len(one.people) - 1})" if one.people[1:] else "")
