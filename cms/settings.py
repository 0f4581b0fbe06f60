"""Settings: secure by default; the environment is read in one block."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from cms.caches import caches_for
from cms.logs import logging_for
from cms.servers import server_url
from cms.sign_in.options import sign_in_options

from .files.upload_limits import OPTIONS as UPLOAD_OPTIONS

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(f"SAMENKOMPAS_{name}", default)


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


# --- Everything that comes from the environment -------------------------------------------------
DEBUG = env("DEBUG") == "1"
# Tests say so themselves (tests/settings.py); nothing here guesses what is running.
TESTING = env("TESTING") == "1"
LIVE = not (DEBUG or TESTING)
SECRET_KEY = env("SECRET_KEY") or ("" if LIVE else "only-for-demo-and-tests" * 3)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")  # former ones, while it is being changed
DATA_DIR = Path(env("DATA_DIR", str(BASE_DIR / "var")))
ERASED_LIST = Path(env("ERASED_LIST", str(DATA_DIR / "erased.txt")))  # digests: erased_list.py
DATABASE_URL = server_url("DATABASE_URL", os.environ.get("DATABASE_URL", ""))
REDIS_URL = server_url(
    "REDIS_URL", os.environ.get("REDIS_URL", ""), os.environ.get("REDIS_PASSWORD", "")
)
ALLOWED_HOSTS = env_list("HOSTS", "localhost,.localhost,127.0.0.1" if DEBUG else "")
PUBLIC_URL = env("PUBLIC_URL", "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env_list("TRUSTED_ORIGINS")
BEHIND_PROXY = env("BEHIND_PROXY") == "1"
# "subdomains", and "preload" (for good), only for who knows that every host of the domain speaks https.
HSTS = env_list("HSTS")
EMAIL_FROM = env("EMAIL_FROM", "noreply@localhost")
EMAIL_HOST, EMAIL_PORT = env("EMAIL_HOST", "localhost"), int(env("EMAIL_PORT", "25"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("EMAIL_USER"), env("EMAIL_PASSWORD")
EMAIL_USE_TLS = env("EMAIL_TLS") == "1"
# The secrets that hide who voted what: never in the database, never in its backups.
RUNTIME_DIR = Path(env("RUNTIME_DIR", str(DATA_DIR / "run")))
# The demo has fixed passwords; a deploy check refuses them outside DEBUG.
DEMO = env("DEMO") == "1"
# ------------------------------------------------------------------------------------------------

if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SAMENKOMPAS_SECRET_KEY is empty. Set it to a long random text, or SAMENKOMPAS_DEBUG=1 at home."
    )

DATA_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "daphne",
    "cms",
    "deliberation.live",
    "deliberation.questions",
    "deliberation.participation",
    "deliberation.oversight",
    "deliberation.projects",
    "deliberation.people",
    "compass",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "wagtail_localize",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rules.apps.AutodiscoverRulesConfig",
    "channels",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "cms.middleware.PermissionsPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.middleware.HeadAsGet",
    "cms.page_cache.middleware.PageCache",  # outside of packing: what it keeps was packed once
    "django.middleware.gzip.GZipMiddleware",  # with its random bytes, a length tells nothing of a token
    "cms.sign_in.sign_out.NoTraces",
    "cms.middleware.ContentSecurityPolicy",
    "cms.errors.Outages",
    "cms.errors.PlainNotFound",
    "cms.request_queue.TellBrowser",  # outside what saves a session: by then it has its name
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "cms.middleware.UnprefixedLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cms.text_cleaning.CleanRequest",  # before whatever reads an address or a form: all read the same signs
    "cms.sign_in.kept_forms.KeptText",
    "cms.sign_in.staff_session_middleware.StaffSessions",
    "cms.middleware.RefusedTitle",
    "cms.middleware.CurrentMunicipality",
    "cms.middleware.SecondFactor",
    "cms.sign_in.encryption.UnreadableFactors",
    "cms.errors.CrookedForms",
    "cms.tenants.isolation.Wall",
    "cms.middleware.CurrentParticipant",
    "cms.redirects.middleware.MeantAddress",
    "cms.editing.translation_files.ReadableTranslations",
]

ROOT_URLCONF = "cms.urls"
ASGI_APPLICATION = "cms.asgi.application"
TEMPLATES = [
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
                "cms.search.footer.footer",
                "cms.theming.theme.theme",
            ],
        },
    },
]
# --- Data ---------------------------------------------------------------------------------------
# secure_delete: a removed ballot must not linger in free pages.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "samenkompas.sqlite3",
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    },
    # A shared in-memory database fails under threads, so tests name a file; two runs at once don't share it.
    "TEST": {"NAME": DATA_DIR / f"test-{os.getpid()}.sqlite3"},
}
DATABASES = {"default": dj_database_url.parse(DATABASE_URL) if DATABASE_URL else SQLITE}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Every request has a thread of its own: what it kept open nobody else could use (ADR 49).
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1, "max_size": 20, "timeout": 30,
    }  # fmt: skip
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = caches_for(REDIS_URL)
PAGES_ARE_KEPT = 300  # seconds at most, for who reads only; 0: never (cms/page_cache)
SITE_IS_KEPT = 5  # seconds that another process may not know of a changed site
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py's default socket time-out ends the subscription after five quiet seconds.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 60}]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
# --- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("CommonPasswordValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
    )
]
globals().update(sign_in_options(env, on_https=LIVE, behind_proxy=BEHIND_PROXY))
# --- Language and place -------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
FRAMEWORK_LANGUAGES = ("nl", "en")  # every framework has its texts in these; it may have more
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [
    BASE_DIR / "locale",
    BASE_DIR / "locale/others",
]  # others: where a neighbour says "je"
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
# --- Files --------------------------------------------------------------------------------------
STATIC_URL, STATIC_ROOT = "/static/", BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not LIVE
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if LIVE
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# --- Security -----------------------------------------------------------------------------------
COOKIE_PREFIX = "__Host-" if LIVE else ""  # browsers take it over https only: people/cookies.py
SESSION_ENGINE = "cms.sign_in.session_store"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
MESSAGE_STORAGE = "cms.message_cookie.MessageStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = LIVE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cms.errors.csrf_failure"
DEFAULT_EXCEPTION_REPORTER = "cms.errors.PlainReporter"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if LIVE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = "subdomains" in HSTS, "preload" in HSTS
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # those two: asked for, never assumed
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"  # Wagtail allows its own previews
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE = DAPHNE_WEBSOCKET_MAX_FRAME_SIZE = 16 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
# --- Wagtail ------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Samenkompas"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# A password that many share can be guessed, and stands readable in every copy: what is private asks who somebody is.
WAGTAIL_PRIVATE_PAGE_OPTIONS = WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
# These three would send editors' browsers to other people's servers.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # everybody reads the hours of the municipality
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = WAGTAIL_ENABLE_WHATS_NEW_BANNER = WAGTAIL_WORKFLOW_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
globals().update(UPLOAD_OPTIONS)
# --- Background work, mail, logs ----------------------------------------------------------------
AT_ONCE = "django_tasks.backends.immediate.ImmediateBackend"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend" if LIVE else AT_ONCE}}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if DEBUG else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH, EMAIL_TIMEOUT = DATA_DIR / "mail", 10  # seconds; a silent server holds nobody up
LOGGING = logging_for(DEBUG)
