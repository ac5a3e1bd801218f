"""What the page of the components shows: invented people and files, in both languages."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django import forms as django_forms

from matricule.core.clock import PARIS
from matricule.core.i18n import Localized, pick
from matricule.portals.components import states
from matricule.portals.components.fields import (
    CheckCard,
    CheckCards,
    ChoiceCards,
    CodeField,
    CountryField,
    DateField,
    Textarea,
    TextInput,
)
from matricule.portals.components.forms import Form

TEXTS: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
    Path(__file__).with_name("samples.toml").read_text(encoding="utf-8")
)
TYPED = {
    "birth_name": "Nguyễn",
    "birth_day": "3",
    "birth_month": "14",
    "birth_year": "2004",
    "iban": "FR77 2004 1010 0505 0001 3M02 6",
    "code": "402 718",
    "title": "visa",
    "languages": ["fr"],
    "country": "VN",
    "arrival_day": "28",
    "arrival_month": "8",
    "arrival_year": "2026",
}
COUNTRIES = (
    ("FR", Localized("France", "France")),
    ("VN", Localized("Viêt Nam", "Vietnam")),
    ("DE", Localized("Allemagne", "Germany")),
    ("ET", Localized("Éthiopie", "Ethiopia")),
)
GONE = (("YU", Localized("Yougoslavie", "Yugoslavia")),)


class SampleForm(Form):
    """Every kind of field, two of them with an answer to mend."""

    birth_name = django_forms.CharField(widget=TextInput("family-name"))
    birth = DateField(partial=True, past=True, autocomplete="bday")
    iban = django_forms.CharField()
    code = CodeField()
    country = CountryField(countries=lambda: COUNTRIES, historical=lambda: GONE, first=("FR",))
    arrival = DateField(required=False)
    note = django_forms.CharField(widget=Textarea(3), required=False)
    title = django_forms.ChoiceField(
        widget=ChoiceCards(
            hints={
                "visa": Localized("La vignette porte le mot ÉTUDIANT.", "The sticker says ÉTUDIANT."),
                "card": Localized("Une carte délivrée par une préfecture.", "A card issued by a préfecture."),
            }
        )
    )
    languages = django_forms.MultipleChoiceField(widget=CheckCards, required=False)
    declared = django_forms.BooleanField(widget=CheckCard, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in TEXTS["labels"].items():
            self.fields[name].label = pick(label)
            self.fields[name].help_text = pick(TEXTS["hints"][name]) if name in TEXTS["hints"] else ""
        self.fields["title"].choices = [  # type: ignore[attr-defined]
            ("visa", Localized("Visa long séjour (VLS-TS)", "Long-stay visa (VLS-TS)")),
            ("card", Localized("Carte de séjour", "Residence permit card")),
        ]
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            ("fr", Localized("Le français", "French")),
            ("en", Localized("L’anglais", "English")),
        ]

    def clean_iban(self) -> str:
        """Refuse the sample, which lacks one character."""
        raise django_forms.ValidationError(
            t(
                "Un caractère semble manquer : 26 au lieu de 27. Recopiez l’IBAN du RIB, pas le numéro de carte.",
                "One character seems to be missing: 26 instead of 27. Copy the IBAN, not the card number.",
            )
        )


def t(fr: str, en: str) -> str:
    """Return a sample text in the language of the page."""
    return pick({"fr": fr, "en": en})


def everything() -> dict[str, Any]:
    """Return what the template of the page needs beside the form."""
    dossier_states = list(states.LOOKS)[:9]
    return {
        "dossier_states": dossier_states,
        "document_states": [state for state in states.LOOKS if state not in dossier_states],
        "files": _files(),
        "tabs": _tabs(),
        "timeline": _timeline(),
        "facts": _facts(),
        "due": date(2026, 12, 21),
        "answer_by": date(2026, 12, 4),
        "checked": date(2026, 11, 2),
        "saved_at": datetime(2026, 11, 21, 14, 32, tzinfo=PARIS),
        "shows": [t("votre photo et vos noms", "your photo and names"), t("les quatre bords", "all four edges")],
        "needless": [t("une copie certifiée", "a certified copy"), t("les pages vierges", "blank pages")],
        "columns": [t("Personne", "Person"), t("Pièces", "Documents"), t("Reçues", "Received")],
        "rows": _rows(),
        "words": _words(),
        "hidden": [{"name": "part", "value": "original"}],
        "languages": [{"code": "fr", "path": "/fr/"}, {"code": "en", "path": "/en/"}],
    }


def _tool(icon: str, label: str, **more: Any) -> dict[str, Any]:
    return {"action": "#", "icon": icon, "label": label, "hidden": (), **more}


Row = tuple[str, str, str, str, dict[str, Any]]


def _files() -> list[dict[str, Any]]:
    files = []
    for state, name, title, text, more in (*_arriving(), *_judged(), *_kept()):
        tools = [] if state == "removed" else [_tool("trash", t(f"Retirer {name}", f"Remove {name}"))]
        files.append({"state": state, "name": name, "title": title, "text": text, "tools": tools, **_EMPTY, **more})
    return files


def _arriving() -> list[Row]:
    return [
        ("sending", "IMG_2041.heic", "", "", {"sent": 2_600_000, "total": 4_100_000}),
        ("checking", "traduction-assermentee.pdf", "", t("Encore une ou deux secondes", "A second or two more"), {}),
        (
            "interrupted",
            "titre-verso.jpg",
            t("Envoi interrompu à 3,1 Mo sur 4,8 Mo.", "Sending stopped at 3.1 MB of 4.8 MB."),
            t(
                "La connexion s’est coupée ; le fichier n’est pas perdu.",
                "The connection was cut; the file is not lost.",
            ),
            {"actions": [_tool("retry", t("Envoyer de nouveau", "Send again"))]},
        ),
    ]


def _judged() -> list[Row]:
    look = [
        _tool("eye", t("Regarder", "Look at it")),
        _tool("check", t("Tout se voit, je la garde", "All shows, keep it")),
    ]
    return [
        ("ok", "certificat-scolarite.pdf", "", t("1 page, 212 ko", "1 page, 212 kB"), {}),
        (
            "warning",
            "giay-khai-sinh.jpg",
            t("Le bord droit semble coupé.", "The right edge seems cut."),
            t(
                "Une pièce coupée sera refusée. Si tout se voit, gardez-la ; sinon, reprenez la photo avec une marge.",
                "A cut document will be refused. If all shows, keep it; else take the photo again with a margin.",
            ),
            {"actions": look},
        ),
        (
            "refused",
            "visa-vls-ts.pdf",
            t("Ce fichier demande un mot de passe.", "This file asks for a password."),
            t(
                "Choisissez « Imprimer » puis « Enregistrer au format PDF », et envoyez le nouveau fichier.",
                "Choose “Print”, then “Save as PDF”, and send the new file.",
            ),
            {},
        ),
    ]


def _kept() -> list[Row]:
    return [
        (
            "already_sent",
            "scan-2.pdf",
            t("Déjà envoyé", "Already sent"),
            t(
                "le 2 novembre comme « Visa étudiant ». Est-ce le bon fichier ?",
                "on 2 November as “Student visa”. Is it the right file?",
            ),
            {
                "actions": [
                    _tool("", t("Le garder ici", "Keep it here")),
                    _tool("", t("Le retirer", "Remove it"), bare=True),
                ]
            },
        ),
        (
            "replaced",
            "ancien-titre.pdf",
            t("Remplacé", "Replaced"),
            t("le 20 novembre. Gardé jusqu’à la décision.", "on 20 November. Kept until the decision."),
            {},
        ),
        (
            "removed",
            "brouillon.pdf",
            "",
            t("Gardé 30 jours, puis effacé.", "Kept for 30 days, then erased."),
            {"actions": [_tool("retry", t("Remettre", "Put it back"))]},
        ),
    ]


_EMPTY: dict[str, Any] = {"actions": (), "sent": None, "total": None}


def _tabs() -> list[dict[str, Any]]:
    return [
        {"href": "#tab", "label": t("Situation", "Status"), "current": True, "waiting": 0, "new": 0},
        {"href": "#tab", "label": t("Mes informations", "My information"), "current": False, "waiting": 0, "new": 0},
        {"href": "#tab", "label": t("Mes documents", "My documents"), "current": False, "waiting": 1, "new": 0},
        {
            "href": "#tab",
            "label": t("Mes notifications", "My notifications"),
            "current": False,
            "waiting": 0,
            "new": 2,
        },
    ]


def _timeline() -> list[dict[str, Any]]:
    def step(state: str, title: str, when: str, icon: str = "", href: str = "", link: str = "") -> dict[str, Any]:
        return {"state": state, "title": title, "when": when, "icon": icon, "href": href, "link": link}

    receipt = t("accusé de réception (PDF)", "receipt (PDF)")
    return [
        step(
            "done",
            t("Demande envoyée", "Registration sent"),
            t("2 novembre 2026", "2 November 2026"),
            "",
            "#",
            receipt,
        ),
        step("now", t("Pièces pour le numéro définitif", "Documents for the final number"), t("vous", "you")),
        step(
            "stopped",
            t("Traduction refusée", "Translation refused"),
            t("la caisse, 6 novembre", "the caisse, 6 November"),
        ),
        step(
            "todo",
            t("Numéro pour la vie (NIR)", "Number for life (NIR)"),
            t("le répertoire, au plus tard le 12 janvier 2027", "the register, by 12 January 2027"),
            "card",
        ),
    ]


def _facts() -> list[dict[str, Any]]:
    change = {"href": "#", "link": t("Modifier", "Change"), "own": False}
    nationality = t("Nationalité", "Nationality")
    reason = {"label": t("Je viens pour", "I come to"), "value": t("étudier", "study")}
    return [
        {**change, **reason, "hidden": t("la raison", "the reason")},
        {**change, "label": nationality, "value": t("vietnamienne", "Vietnamese"), "hidden": nationality.lower()},
        {"label": t("Nom de naissance", "Birth name"), "value": "Nguyễn", "own": True, "href": ""},
    ]


def _rows() -> list[list[dict[str, Any]]]:
    def cell(text: str, label: str = "", href: str = "", right: bool = False, own: bool = False) -> dict[str, Any]:
        return {"text": text, "label": label, "href": href, "right": right, "own": own}

    documents, received = t("Pièces", "Documents"), t("Reçues", "Received")
    return [
        [
            cell("Nguyễn, Minh Anh", href="#", own=True),
            cell("4 / 6", documents),
            cell(t("21 nov.", "21 Nov"), received, right=True),
        ],
        [
            cell("Ferreira de Souza, Thiago", own=True),
            cell("6 / 6", documents),
            cell(t("2 nov.", "2 Nov"), received, right=True),
        ],
    ]


def _words() -> dict[str, str]:
    """Return the titles and sentences of the page itself."""
    return {key: pick(text) for key, text in TEXTS["words"].items()}
