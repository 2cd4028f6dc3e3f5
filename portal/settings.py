"""Django settings of the portal. The installation's choices come from the environment; see `docs/portal.md`."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url

from portal import environment

HERE = Path(__file__).resolve().parent
HOME = environment.home()
OWN = HOME / "portal"
TESTING = "pytest" in sys.modules

DEBUG = False
SECRET_KEY = environment.secret_key()
HTTPS = environment.flag("PORTAL_HTTPS")
ALLOWED_HOSTS = environment.words("PORTAL_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
SHOW_SCORE = environment.flag("PORTAL_SHOW_SCORE")
ROUTE = environment.route()
LEAFLET = environment.leaflet()
OFFLINE = environment.flag("PORTAL_OFFLINE", default=True)

INSTALLED_APPS = [
    "portal.accounts",
    "portal.casework",
    "portal.trends",
    "portal.runs",
    "portal.incidents",
    "portal.exchange",
    "portal.coach",
    "portal.manager",
    "portal.analyst",
    "portal.melder",
    "portal.api",
    "portal.webhooks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each page at random against BREACH
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.language.DutchFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.accounts.idle.IdleSession",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.access.Access",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.navigation.context",
            ],
        },
    }
]
FORM_RENDERER = "portal.fragments.Renderer"

# The database: the portal's own, never the warehouse.
DATABASES: dict[str, Any] = {
    "default": dj_database_url.config(default=f"sqlite:///{OWN / 'portal.sqlite3'}", conn_max_age=600)
}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a transaction takes the write lock at its start, so two writers wait instead of failing midway.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database, so that every process knows which second-factor codes were used or wrong, even after a restart.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
    "charts": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Language and time
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# Static files
STATIC_URL = "static/"
STATIC_ROOT = OWN / "static"
STATICFILES_DIRS = [HERE / "static"]
_MANIFEST = "portal.static_files.Storage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is uploaded
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if TESTING else _MANIFEST
    },
}

# Who may enter
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.accounts.backend.Backend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "portal.accounts.passwords.OwnWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.accounts.adapters.NoSignup"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # the cookie outlives the browser; idleness ends the session, see IDLE
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_FORMS = {"login": "portal.accounts.forms.Login"}
# Per person: passwords are counted by axes, codes of the second factor by `portal.accounts.forms`.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip", "second_factor": "5/15m/key"}
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.KnownColleagues"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": environment.openid()}}
OIDC_GROUPS = environment.oidc_groups()
MFA_ADAPTER = "portal.accounts.adapters.EncryptedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Waakvlam"
MFA_TOTP_TOLERANCE = 1  # RFC 6238: a telephone may be one step of 30 seconds fast or slow
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.Authenticate",
    "reauthenticate": "portal.accounts.forms.Reauthenticate",
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_USERNAME_CALLABLE = "portal.accounts.names.typed"
AXES_RESET_ON_SUCCESS = False  # a colleague who logs in does not reset the count of somebody who guesses
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False

# Idleness ends a session (portal.accounts.idle). The cookie lives longer, so that a typed form can be kept for its
# owner.
IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.stale_form"

# Content Security Policy: nothing inline and nothing from other sites; data: only for images (charts, the TOTP code).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "worker-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *environment.openid_origins()],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
FILE_UPLOAD_HANDLERS: list[str] = []  # discard an uploaded file while reading it
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # A library may lower its own level (Great Expectations does): then the weekly run would print its notes.
    "handlers": {"console": {"class": "logging.StreamHandler", "level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
