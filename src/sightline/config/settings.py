"""Django's settings, from the environment alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from sightline.config.environment import Environment, read_environment

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent


def _databases(environment: Environment) -> dict[str, dict[str, Any]]:
    address = environment.database
    if address.engine == "sqlite":
        # IMMEDIATE: with DEFERRED a third of concurrent writers fail (docs/decisions/0003).
        return {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": address.name,
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 20,
                    "init_command": (
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                        "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
                    ),
                },
            }
        }
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address.name,
            "HOST": address.host,
            "PORT": address.port,
            "USER": address.user,
            "PASSWORD": address.password,
            "OPTIONS": {
                **dict(address.options),
                "pool": {
                    "min_size": 1,
                    "max_size": environment.pool_size,
                    "timeout": 10,
                },
            },
        }
    }


SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
SIGHTLINE_DATA = ENVIRONMENT.data
SIGHTLINE_LEDGER = ENVIRONMENT.ledger
SIGHTLINE_WAREHOUSE = ENVIRONMENT.warehouse
SIGHTLINE_LEDGER_MAPPING = ENVIRONMENT.ledger_mapping
SIGHTLINE_UPLOADS = ENVIRONMENT.uploads
SIGHTLINE_DEMONSTRATION = ENVIRONMENT.demonstration
SIGHTLINE_URL = ENVIRONMENT.public_url
SIGHTLINE_CHAT_HOSTS = ENVIRONMENT.chat_hosts

ROOT_URLCONF = "sightline.config.urls"
WSGI_APPLICATION = "sightline.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "template_partials",
    "django_htmx",
    "csp",
    "sightline.records",
    "sightline.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sightline.web.gate.GateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "sightline.web.frame.frame",
            ],
            "builtins": ["sightline.web.templatetags.addresses"],
            "libraries": {"i18n": "sightline.web.templatetags.words"},
        },
    }
]

# `i18n` is ours on purpose: Django's with words kept (web/templatetags/words.py).
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

DATABASES = _databases(ENVIRONMENT)

AUTH_USER_MODEL = "records.SignIn"
AUTHENTICATION_BACKENDS = ["sightline.records.backends.HouseBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 3600
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "people:sign-in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = ENVIRONMENT.public_url.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_FAILURE_VIEW = "sightline.web.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": list(ENVIRONMENT.frame_ancestors) or [NONE],
    }
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = ENVIRONMENT.uploads
# Uploads stream to disk; an import checks its own bounds (docs/reference/imports.md).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
if ENVIRONMENT.email is None:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = ENVIRONMENT.data / "mail"
else:
    EMAIL_HOST = ENVIRONMENT.email.host
    EMAIL_PORT = int(ENVIRONMENT.email.port)
    EMAIL_HOST_USER = ENVIRONMENT.email.user
    EMAIL_HOST_PASSWORD = ENVIRONMENT.email.password
    EMAIL_USE_SSL = ENVIRONMENT.email.engine == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and EMAIL_PORT == 587
    EMAIL_TIMEOUT = 20

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}
