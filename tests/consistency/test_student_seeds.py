"""What the students' service of seed 003 promises, seen on the screens: one test a demand that no module's tests hold.

docs/seeds.md cites them; the numbers are those of its table.
"""

import io
from datetime import date

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html as lxml_html

from matricule.dossiers.models import Registrant
from matricule.rules import catalogue, requirements
from tests.consistency.visits import World
from tests.support import factories as make

FOUR_STEPS = {
    "fr": ["Je prépare", "Je m’identifie", "J’envoie mes documents", "Mon espace personnel"],
    "en": ["I prepare", "I identify myself", "I send my documents", "My personal space"],
}
FOUR_TABS = {
    "fr": ["Statut", "Mes informations", "Mes documents", "Mes notifications"],
    "en": ["Status", "My information", "My documents", "My notifications"],
}
GOOD_IBAN = "FR7630006000011234567890189"


def tree(response):
    return lxml_html.fromstring(response.content.decode())


def words(element) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(params=["fr", "en"])
def world(request) -> World:
    return World(request.param)


@pytest.fixture
def english() -> World:
    return World("en")


@pytest.mark.django_db
def test_s3_4_the_bar_shows_the_four_steps_by_name(world):
    draft, submitted = make.a_ready_draft(), make.a_submitted()
    for name, step in (("student:identify", 2), ("student:documents", 3), ("student:check", 3), ("student:space", 4)):
        args = () if name == "student:space" else (draft.pk,) + (("contact",) if step == 2 else ())
        page = tree(world.get(name, *args, by=submitted if step == 4 else draft))
        items = page.xpath("//ol[contains(@class,'steps')]/li")
        assert [words(item).split(" (")[0] for item in items] == FOUR_STEPS[world.language], name
        assert [item.get("aria-current") for item in items].index("step") == step - 1, name


@pytest.mark.django_db
def test_s3_7_phase_2_may_come_within_nine_months(english):
    dossier = make.a_ready_draft()
    text = words(tree(english.get("student:documents", dossier.pk, by=dossier)))
    assert "within 9 months after your provisional rights start" in text
    registrant = dossier.registrants.get(position=1)
    later = registrant.requirements.filter(phase=2, dropped_at=None)
    assert {row.code for row in later} >= {"civil_status", "translation"}
    assert not later.filter(blocks_submission=True).exists()


@pytest.mark.django_db
def test_s3_11_bank_details_may_come_in_every_phase_and_must_be_the_persons_own(english):
    submitted, draft = make.a_submitted(), make.a_filled_draft()
    for dossier in (draft, submitted):
        refused = english.post("student:bank", dossier.pk, by=dossier, iban=GOOD_IBAN)
        assert refused.status_code == 422
        assert "account in your own name" in refused.content.decode()
        assert Registrant.objects.get(dossier=dossier).iban == ""
        kept = english.post("student:bank", dossier.pk, by=dossier, iban=GOOD_IBAN, own_name="on")
        assert kept.status_code == 302
        assert Registrant.objects.get(dossier=dossier).iban == GOOD_IBAN


@pytest.mark.parametrize("name", ["public:prepare", "public:help"])
def test_s3_12_the_address_for_bank_details_by_post_is_kept(world, name):
    assert "CPAM du Doubs, 25036 Besançon cedex" in words(tree(world.get(name)))


@pytest.mark.django_db
def test_s3_14_rights_count_from_the_first_day_of_courses(world):
    dossier = make.a_draft()
    text = words(tree(world.get("student:identify", dossier.pk, "studies", by=dossier)))
    assert ("Premier jour de cours" if world.language == "fr" else "First day of courses") in text
    assert (
        "Vos droits comptent à partir de ce jour" if world.language == "fr" else "rights count from this day"
    ) in text


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["06 39 98 12 34", "+84 91 234 56 78"])
def test_s3_15_a_phone_from_abroad_is_taken_like_a_french_one(english, typed):
    dossier = make.a_draft()
    sent = {
        "phone": typed, "street": "12 rue Battant", "letter_box": "Nguyễn", "postcode": "25000", "city": "Besançon",
    }  # fmt: skip
    assert english.post("student:identify", dossier.pk, "contact", by=dossier, **sent).status_code == 302
    assert Registrant.objects.get(dossier=dossier).phone == typed.replace(" ", "").replace("06", "+336", 1)


@pytest.mark.django_db
def test_s3_16_the_address_has_building_apartment_and_letter_box(english):
    dossier = make.a_draft()
    page = tree(english.get("student:identify", dossier.pk, "contact", by=dossier))
    asked = page.xpath("//form[@id='page-form']//input[not(@type='hidden')]/@name")
    assert {"street", "building", "apartment", "letter_box", "postcode", "city"} <= set(asked)


@pytest.mark.parametrize(
    ("code", "fr", "en"),
    [
        ("enrolment", "l’année universitaire en cours", "the current academic year"),
        ("identity", "pour une carte d’identité : le recto et le verso", "for an identity card: front and back"),
    ],
)
def test_s3_18_the_current_year_and_both_sides_are_asked_for(code, fr, en):
    shown = catalogue.entry("student", code).must_show
    assert (fr, en) in [(line["fr"].replace("\u00a0", " "), line["en"]) for line in shown]


def test_s3_19_blurred_or_cut_is_said_before_anything_is_sent(world):
    text = words(tree(world.get("public:prepare")))
    wanted = "les quatre bords" if world.language == "fr" else "all four edges in the picture, nothing blurred"
    assert wanted in text


@pytest.mark.django_db
def test_s3_21_the_space_has_its_four_tabs(world):
    dossier = make.a_submitted()
    for name in ("student:space", "student:information", "student:my-documents", "student:notifications"):
        page = tree(world.get(name, by=dossier))
        tabs = page.xpath("//nav[contains(@class,'tabs')]//a")
        assert [tab.get("href") for tab in tabs] == [
            world.url(f"student:{tab}") for tab in ("space", "information", "my-documents", "notifications")
        ]
        for tab, said in zip(tabs, FOUR_TABS[world.language], strict=True):
            assert words(tab).startswith(said)


@pytest.mark.django_db
def test_s3_32_certificate_and_translation_are_one_pdf_the_original_first(english):
    dossier = make.a_filled_draft()
    for part, size in (("translation", (300, 300)), ("main", (595, 842))):
        upload = SimpleUploadedFile(f"{part}.pdf", a_page(size), "application/pdf")
        sent = english.post("student:add", dossier.pk, "civil_status", by=dossier, part=part, files=[upload])
        assert sent.status_code == 302
    answer = english.get("student:joined", dossier.pk, "civil_status", by=dossier)
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as joined:
        assert [round(float(page.mediabox[2])) for page in joined.pages] == [595, 300]


def a_page(size: tuple[int, int]) -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=size)
    pdf.save(out)
    return out.getvalue()


def test_s3_37_a_service_that_is_away_says_to_wait_and_that_nothing_is_lost(rf, world):
    from matricule.core.i18n import in_language
    from matricule.portals.components import errors

    with in_language(world.language):
        text = words(tree(errors.problem(rf.get("/"), 503)))
    assert ("dans quelques minutes" if world.language == "fr" else "in a few minutes") in text


def test_s1_7_identity_birth_record_translation_and_bank_details_are_on_the_list():
    answers = {key: value for key, value in make.NON_EU.items() if key not in ("situation", "document_country")}
    codes = {item.code for item in requirements.requirements_for("student", answers, on=date(2026, 9, 1))}
    assert {"identity", "civil_status", "translation", "rib"} <= codes


def test_s2_1_the_risks_that_social_security_covers_are_named(world):
    text = words(tree(world.get("public:start")))
    said = ("maladie", "maternité", "retraite") if world.language == "fr" else ("illness", "maternity", "pension")
    assert all(word in text for word in said)
