"""The fields of the student's deposit, as stock form fields with stock widgets."""

from babel import Locale
from django import forms

FILES = ("identity", "birth_record", "enrolment")
COUNTRIES = sorted(
    ((code, name) for code, name in Locale("fr").territories.items() if len(code) == 2 and code.isalpha()),
    key=lambda pair: pair[1],
)


class CivilStatus(forms.Form):
    """Civil status."""

    birth_name = forms.CharField(max_length=120, help_text="As on your birth certificate.")
    usage_name = forms.CharField(max_length=120, required=False, help_text="If you use another name.")
    given_names = forms.CharField(max_length=180, required=False, help_text="All of them, separated by spaces.")
    original_names = forms.CharField(max_length=240, required=False, help_text="Your names in another script.")
    sex = forms.ChoiceField(choices=[("F", "Female"), ("M", "Male")], widget=forms.RadioSelect)
    birth_date = forms.DateField(help_text="For example 2004-03-14.")
    birth_place = forms.CharField(max_length=120)
    birth_country = forms.ChoiceField(choices=[("", "Choose a country"), *COUNTRIES])
    nationality = forms.ChoiceField(choices=[("", "Choose a country"), *COUNTRIES])


class Parents(forms.Form):
    """The parents."""

    no_parents = forms.BooleanField(required=False)
    parent1_birth_name = forms.CharField(max_length=120, required=False)
    parent1_given_names = forms.CharField(max_length=180, required=False)
    parent2_birth_name = forms.CharField(max_length=120, required=False)
    parent2_given_names = forms.CharField(max_length=180, required=False)


class Contact(forms.Form):
    """Address and phone."""

    phone = forms.CharField(max_length=30, help_text="A French number is best.")
    street = forms.CharField(max_length=160)
    building = forms.CharField(max_length=80, required=False)
    apartment = forms.CharField(max_length=80, required=False)
    letter_box = forms.CharField(max_length=120, help_text="Put your name on it.")
    postcode = forms.RegexField(r"^\d{5}$", max_length=12)
    city = forms.CharField(max_length=120)


class Studies(forms.Form):
    """The school."""

    school = forms.CharField(max_length=200, help_text="Write its full name.")
    school_uai = forms.CharField(max_length=12, required=False, help_text="7 digits and a letter.")
    courses_start = forms.DateField(help_text="Your rights count from this day.")
    arrival_date = forms.DateField(required=False, help_text="The day you came to live here.")


class Documents(forms.Form):
    """Three files."""

    identity = forms.FileField()
    birth_record = forms.FileField()
    enrolment = forms.FileField()


STEPS = [
    ("civil_status", CivilStatus),
    ("parents", Parents),
    ("contact", Contact),
    ("studies", Studies),
    ("documents", Documents),
]
