"""Django's settings, built from the one typed settings module (matricule.core.config).

Each value that reliability.md 5.2 names is asserted by tests/site/test_settings.py. Whether the service may start at
all is asked by the commands and by ``site.wsgi``, not here: tools (mypy, collectstatic) read this module too.
"""

from pathlib import Path

from csp.constants import NONE, SELF

from matricule.core import config, keys
from matricule.site import database, logs

CONFIG = config.current()
SRC = Path(__file__).resolve().parents[1]
# plain http on this machine only: browsers refuse the __Host- prefix there
SECURE = not CONFIG.demo

DEBUG = False
SECRET_KEY = keys.current().secret_key if CONFIG.demo or CONFIG.keys_file else ""
ALLOWED_HOSTS = [*CONFIG.host_names, *(["testserver"] if CONFIG.test else [])]
ROOT_URLCONF = "matricule.site.urls"
WSGI_APPLICATION = "matricule.site.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DATABASES = {"default": database.settings(CONFIG)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

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
    "matricule.repertoire",
    "matricule.attestations",
    "matricule.dossiers",
    "matricule.portals.components",
    "matricule.portals.entrance",
    "matricule.portals.public",
    "matricule.portals.student",
    "matricule.portals.caseworker",
    "matricule.portals.employer",
    "matricule.portals.requests",
]
if CONFIG.demo:
    INSTALLED_APPS.append("matricule.demo")

MIDDLEWARE = [
    "matricule.site.middleware.request_log",
    "matricule.site.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "matricule.site.edges.edges",
    "matricule.site.health.addresses",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "matricule.accounts.middleware.SignedIn",
    "matricule.accounts.middleware.SessionClock",
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
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "language"
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if CONFIG.test
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# the scan of the collected files costs each test client half a second (stack.md, trap 3)
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = CONFIG.test
WHITENOISE_MAX_AGE = 60
WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_ENGINE = "matricule.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-sid" if SECURE else "sid"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
# 30 minutes without activity, slid once a minute by SessionClock (house.md, decision 11)
SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AUTHENTICATION_BACKENDS = ["matricule.accounts.backend.CodeBackend"]
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

SECURE_SSL_REDIRECT = SECURE
# a monitor on this machine speaks plain http to the port
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.proxy_ssl_header else None
USE_X_FORWARDED_HOST = False
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
# not no-referrer: the browser would then send Origin: null with forms, and the CSRF check refuses it
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

FILE_UPLOAD_HANDLERS = ["matricule.site.uploads.AnonymousFileHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FILES = 60
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIG.sender

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING_CONFIG = None
logs.configure(CONFIG)
FORM_RENDERER = "matricule.portals.components.forms.Renderer"
CSRF_FAILURE_VIEW = "matricule.portals.components.errors.no_token"
