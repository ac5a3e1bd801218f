"""Address, code, bank details, translator, declaration: what they take, and the words when something is off."""

from uuid import UUID, uuid4

import pytest

from matricule.core import i18n
from matricule.portals.entrance.forms import MailedCodeForm
from matricule.portals.student.forms import BankForm, EmailForm, SubmitForm, TranslatorForm

GOOD_IBAN = "FR7630006000011234567890189"


@pytest.fixture(autouse=True)
def _english():
    with i18n.in_language("en"):
        yield


def said(form, field: str) -> str:
    return " ".join(str(message) for message in form.errors.get(field, []))


class TestAddress:
    """One mailbox, as the person writes it."""

    @pytest.mark.parametrize("typed", ["minh@example.org", " minh@example.org ", "Minh.Anh+caisse@example.org"])
    def test_an_address_is_taken(self, typed):
        form = EmailForm({"email": typed})
        assert form.is_valid(), form.errors
        assert "@example.org" in form.cleaned_data["email"] and " " not in form.cleaned_data["email"]

    @pytest.mark.parametrize(
        "typed", ["minh", "minh@", "@caisse.fr", "a@b@c.org", "minh@example.org, x@example.org", "mi nh@example.org"]
    )
    def test_what_is_none_shows_how_one_looks_and_not_what_was_typed(self, typed):
        form = EmailForm({"email": typed})
        assert "name@example.org" in said(form, "email") and typed not in said(form, "email")

    @pytest.mark.parametrize("typed", ["", "   "])
    def test_nothing_typed_asks_for_it(self, typed):
        assert said(EmailForm({"email": typed}), "email").startswith("Write your e-mail address")

    def test_a_very_long_one_is_refused(self):
        assert EmailForm({"email": "a" * 250 + "@b.fr"}).errors["email"]

    def test_a_browser_may_fill_it_in(self):
        shown = str(EmailForm()["email"])
        assert 'type="email"' in shown and 'autocomplete="email"' in shown


class TestCode:
    """Six digits."""

    @pytest.mark.parametrize("typed", ["402718", "402 718", "402-718", "402.718"])
    def test_it_is_taken_as_it_is_pasted(self, typed):
        form = MailedCodeForm({"code": typed})
        assert form.is_valid() and form.cleaned_data["code"] == "402718"

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
    def test_anything_else_is_said(self, typed):
        assert "6 digits" in said(MailedCodeForm({"code": typed}), "code")

    def test_zeros_in_front_stay(self):
        form = MailedCodeForm({"code": "000123"})
        assert form.is_valid() and form.cleaned_data["code"] == "000123"


class TestBank:
    """An account of the SEPA area, in the person's own name."""

    @pytest.mark.parametrize(
        "typed", [GOOD_IBAN, "FR76 3000 6000 0112 3456 7890 189", "fr7630006000011234567890189", f" {GOOD_IBAN}\t"]
    )
    def test_it_is_kept_without_spaces_in_capitals(self, typed):
        form = BankForm({"iban": typed, "own_name": "on"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data == {"iban": GOOD_IBAN, "own_name": True}

    @pytest.mark.parametrize(
        "typed", ["FR7630006000011234567890188", GOOD_IBAN[:-1], GOOD_IBAN + "0", "hello", "US64SVBKUS6S3300958879"]
    )
    def test_a_wrong_one_is_explained_without_being_repeated(self, typed):
        form = BankForm({"iban": typed, "own_name": "on"})
        assert len(said(form, "iban")) > 20 and typed not in said(form, "iban")

    def test_without_the_tick_nothing_is_kept(self):
        form = BankForm({"iban": GOOD_IBAN})
        assert not form.is_valid() and "in your own name" in said(form, "own_name") and not said(form, "iban")

    def test_an_empty_form_asks_for_both(self):
        assert set(BankForm({}).errors) == {"iban", "own_name"}

    def test_the_explanation_follows_the_language(self):
        english = said(BankForm({"iban": GOOD_IBAN[:-1], "own_name": "on"}), "iban")
        with i18n.in_language("fr"):
            french = said(BankForm({"iban": GOOD_IBAN[:-1], "own_name": "on"}), "iban")
        assert french != english and "26" in french

    def test_no_browser_keeps_an_iban(self):
        assert 'autocomplete="off"' in str(BankForm()["iban"])


class TestTranslator:
    """A sworn translator with a name, or a consulate: nothing else is accepted."""

    def form(self, **changes) -> TranslatorForm:
        return TranslatorForm({"kind": "sworn", "name": "Hélène Vũ", "place": "Besançon", **changes})

    def test_a_sworn_translator_is_named(self):
        assert self.form().is_valid()
        assert "as on the stamp" in said(self.form(name=""), "name")
        assert "as on the stamp" in said(self.form(name="   "), "name")

    def test_a_consulate_has_a_town_and_needs_no_name(self):
        form = self.form(kind="consulate", name="", place="Hanoï")
        assert form.is_valid() and form.cleaned_data == {"kind": "consulate", "name": "", "place": "Hanoï"}

    @pytest.mark.parametrize("kind", ["", "friend", "SWORN"])
    def test_another_kind_is_not_accepted(self, kind):
        assert said(self.form(kind=kind), "kind")

    def test_without_a_kind_the_name_is_not_asked_for_as_well(self):
        assert set(self.form(kind="", name="").errors) == {"kind"}

    def test_a_place_is_always_needed(self):
        assert "court" in said(self.form(place=""), "place")

    def test_names_longer_than_the_column_are_refused(self):
        assert self.form(name="x" * 120).is_valid()
        assert said(self.form(name="x" * 121), "name") and said(self.form(place="x" * 121), "place")


class TestSubmit:
    """The declaration, and what makes a second click harmless."""

    def test_key_and_version_come_back_as_they_were_given(self):
        key = uuid4()
        form = SubmitForm({"idempotency_key": str(key), "version": "7", "declare": "on"})
        assert form.is_valid() and form.cleaned_data == {"idempotency_key": key, "version": 7, "declare": True}

    def test_the_declaration_cannot_be_skipped(self):
        form = SubmitForm({"idempotency_key": str(uuid4()), "version": "7"})
        assert "Tick the box" in said(form, "declare") and set(form.errors) == {"declare"}

    @pytest.mark.parametrize("version", ["", "x", "1.5"])
    def test_without_the_version_of_the_page_nothing_is_sent(self, version):
        assert SubmitForm({"version": version, "declare": "on"}).errors["version"]

    def test_a_lost_key_is_replaced_by_a_new_one_each_time(self):
        keys = set()
        for lost in ("", "rubbish"):
            form = SubmitForm({"idempotency_key": lost, "version": "1", "declare": "on"})
            assert form.is_valid()
            keys.add(form.cleaned_data["idempotency_key"])
        assert len(keys) == 2 and all(isinstance(key, UUID) for key in keys)

    def test_the_hidden_fields_are_hidden(self):
        shown = {field.name for field in SubmitForm().hidden_fields()}
        assert shown == {"idempotency_key", "version"}
