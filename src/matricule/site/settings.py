"""Django's settings, built from the one typed settings module (matricule.core.config)."""

from pathlib import Path

from matricule.core import config
from matricule.site import database

CONFIG = config.current()
SRC = Path(__file__).resolve().parents[1]

DEBUG = False
SECRET_KEY = "to be read from the key ring"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
ROOT_URLCONF = "matricule.site.urls"
WSGI_APPLICATION = "matricule.site.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DATABASES = {"default": database.settings(CONFIG)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    "matricule.core",
    "matricule.notices",
    "matricule.accounts",
    "matricule.attestations",
    "matricule.dossiers",
    "matricule.portals.components",
    "matricule.portals.public",
    "matricule.portals.student",
]
if CONFIG.demo:
    INSTALLED_APPS.append("matricule.demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
        },
    }
]

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
STATIC_URL = "/static/"
