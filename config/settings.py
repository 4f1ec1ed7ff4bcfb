"""All settings, typed from the environment (config/env.py); one module for laptop and production."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env, static_headers
from config.values import Database

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DATA = BASE_DIR / ".cairn"  # what `manage.py up` keeps between starts
ENV = env.read(os.environ)

BASE_URL = ENV.base_url
DEMO = ENV.demo
INSTANCE_ID = ENV.instance_id
MAIL_FOLDER = ENV.mail_folder
SECRET_KEY = ENV.secret_key
FIELD_ENCRYPTION_KEYS = list(ENV.field_encryption_keys)
ALLOWED_HOSTS = list(ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENV.csrf_trusted_origins)
DEBUG = False

# --- Applications -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "accounts",
    "agencies",
    "coaching.programmes",
    "coaching.cohorts",
    "coaching.learning",
    "coaching.adoption",
    "coaching.reminders",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.HeadersMiddleware",
    "config.middleware.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.unprocessable.UnprocessableFormMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.PersonMiddleware",
    # Before the scope, which a signed-out person never enters: what they posted is kept for their return.
    "coaching.learning.continuation.ContinuationMiddleware",
    # Last: its transaction wraps views and templates, while session and sign-in stay outside.
    "agencies.middleware.NetworkMiddleware",
]

# Forms are drawn with templates/django/forms/, where label, hint and error are tied together.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "agencies.context.interface",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "accounts.templatetags.cairn",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------------------

# Every session runs as this role, which owns nothing and is bound by row-level security; only the commands
# below log in as the owner. Set through libpq's `options`: Django's assume_role dead-locks with its pool.
APP_ROLE = "cairn_app"
OWNER_COMMANDS = frozenset(
    [
        "migrate",
        "makemigrations",
        "sqlmigrate",
        "showmigrations",
        "createcachetable",
        "prepare_database",
        "flush",
        "sqlflush",
        "dumpdata",
        "loaddata",
        "test",
    ]
)
AS_OWNER = Path(sys.argv[0]).name == "manage.py" and sys.argv[1:2] != [] and sys.argv[1] in OWNER_COMMANDS
LIMITS = ["-c statement_timeout=30s", "-c idle_in_transaction_session_timeout=60s"]


def connection(login: Database, *session: str) -> dict[str, Any]:
    """One Django database entry for `login`, with libpq session settings."""
    options: dict[str, Any] = {**login.options, "connect_timeout": "5"}
    if session:
        options["options"] = " ".join(session)
    if not AS_OWNER:
        # Half of what PostgreSQL did for a page was planning: each statement is planned once per connection
        # instead. A pooler would give the plans to somebody else; there, statements are planned anew.
        options["server_side_binding"] = True
        options["prepare_threshold"] = 2 if ENV.database_set_role else None
    if ENV.database_pool_size and not AS_OWNER:
        options["pool"] = {"min_size": 1, "max_size": ENV.database_pool_size, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": login.name,
        "USER": login.user,
        "PASSWORD": login.password,
        "HOST": login.host,
        "PORT": login.port,
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if ENV.database_pool_size else 60,
        "CONN_HEALTH_CHECKS": True,
    }


def application_session() -> list[str]:
    """A pooler such as pgbouncer refuses start-up options: then DATABASE_URL logs in as the role itself."""
    return [f"-c role={APP_ROLE}", *LIMITS] if ENV.database_set_role else []


DATABASES = {
    "default": connection(ENV.database_owner)
    if AS_OWNER
    else connection(ENV.database, *application_session()),
}

# Sessions, cache and rate limits live in PostgreSQL: losing the broker costs nothing, stops no sign-in.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
SESSION_ENGINE = "accounts.sessions"

# --- People and sign-in -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 180
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENV.is_production else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TRUST_ENABLED = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Cairn"
# A browser offers passkeys on https and on localhost; the second is what a first look at Cairn runs on.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENV.is_production
# The list of one's sessions is written at sign-in; a write for every page read would double its cost.
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxy_count

# --- Browser security ---------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],  # of scripts, styles, pictures, fonts and all else that is fetched
        "script-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],  # this one and those below do not fall back to it
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# One form of the editor holds a whole deck, or every session plan with some 110 fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

SECURE_SSL_REDIRECT = ENV.is_production
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENV.is_production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.is_production
SECURE_HSTS_PRELOAD = ENV.is_production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxy_count else None

# The prefix makes the browser refuse the cookie unless it is Secure, for this host only and for every path.
COOKIE_PREFIX = "__Host-" if ENV.is_production else "cairn-"
SESSION_COOKIE_NAME = COOKIE_PREFIX + "session"
SESSION_COOKIE_SECURE = ENV.is_production
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "coaching.learning.continuation.csrf_failure"
CSRF_COOKIE_NAME = COOKIE_PREFIX + "csrf"
CSRF_COOKIE_SECURE = ENV.is_production
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "cairn-language"
LANGUAGE_COOKIE_SECURE = ENV.is_production
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Languages and time -------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("Anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# --- Static files -------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected, hashed and compressed where people use it; straight from the folders for tests and lone commands.
COLLECTED = ENV.is_production or ENV.static_root is not None
STATIC_ROOT = (ENV.static_root or BASE_DIR / "staticfiles") if COLLECTED else None
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ROOT = BASE_DIR / "public"  # /sw.js: a service worker answers for the addresses below its own
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers.add
# Every page has them, in this order; where they are collected they are one file (config/static_storage.py).
STYLE_SHEETS = ["css/tokens.css", "css/app.css", "css/learning.css"]
ONE_SHEET = "css/cairn.css"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_storage.OneSheetStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Mail ---------------------------------------------------------------------------------------------------

MAIL_RATE = ENV.mail_rate  # messages a second, of all workers together; 0 is no limit
MAIL_RESENDS_MEETINGS = ENV.mail_resends_meetings
MAIL_TRANSPORT = ENV.mail.transport  # of the ledger: coaching/reminders/transport.py
MAIL_PROVIDER_URL = ENV.mail.provider_url
MAIL_EVENTS_SECRET = ENV.mail_events_secret
EMAIL_BACKEND = (  # one way out for everything: with a provider the mails of signing in take it too
    "coaching.reminders.mail_backend.ProviderBackend"
    if MAIL_PROVIDER_URL
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = ENV.mail.host
EMAIL_PORT = ENV.mail.port
EMAIL_HOST_USER = ENV.mail.user
EMAIL_HOST_PASSWORD = ENV.mail.password
EMAIL_USE_TLS = ENV.mail.use_tls
EMAIL_USE_SSL = ENV.mail.use_ssl
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = ENV.mail_from
SERVER_EMAIL = ENV.mail_from

# --- Celery: tasks are hints. Losing, doubling, delaying any of them must not matter. -----------------------

CELERY_BROKER_URL = ENV.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = (
    False  # a lost tick is replaced within 60 s, and a poisonous task is not retried for ever
)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_PUBLISH_RETRY = False  # a page never waits for the broker
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 25.0
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_throttle": 1,
    "health_check_interval": 25,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "retry_on_timeout": True,
    "global_keyprefix": "cairn:",
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 5  # seconds: a clock that jumps is noticed at once
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# --- API ----------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["agencies.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "agencies.rest.KeysetPagination",
    "EXCEPTION_HANDLER": "agencies.rest.explain",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cairn",
    "DESCRIPTION": "Read-only access to what you may see in your networks.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- Logs ---------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "config.logs.DiscreetFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
    # Django's own handlers mail tracebacks and print unmasked requests: everything goes to the root instead.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}
