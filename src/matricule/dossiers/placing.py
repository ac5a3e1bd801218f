"""Which caisse examines a company's request: the rules' table of category × place, read for one request."""

from matricule.dossiers.models import Dossier, Registrant
from matricule.rules.employer import offices
from matricule.rules.employer.offices import Placed


def of(dossier: Dossier, person: Registrant) -> Placed | None:
    """Return where the request of this employee goes; None before the category or the address is known."""
    if not dossier.category or not person.postcode:
        return None
    head = dossier.organisation.head_postcode or dossier.organisation.postcode if dossier.organisation else ""
    return offices.for_request(
        dossier.category,
        person.postcode,
        head_office_postcode=head,
        has_appointment_order=bool(dossier.answers.get("has_appointment_order", True)),
        local_recruit=bool(dossier.answers.get("local_recruit")),
    )


def office_of(dossier: Dossier, person: Registrant, chosen: str = "") -> str:
    """Return the code of the office that examines: the one chosen where several do; "" when it must be chosen."""
    placed = of(dossier, person)
    return placed.office(chosen) if placed is not None else ""
