"""Every setting of the project, all from the environment. See docs/operations.md for the table."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environ import FileAwareEnv

from config import brand, fixed, statement

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv()

# Where we run ---------------------------------------------------------------------------------
ENVIRONMENT = env.str("ENVIRONMENT", default="production")
if ENVIRONMENT not in {"development", "test", "production"}:
    message = f"ENVIRONMENT is {ENVIRONMENT!r}: write development, test or production."
    raise ImproperlyConfigured(message)
IN_PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("DEBUG", default=False)
if IN_PRODUCTION and DEBUG:
    message = "DEBUG is on in production: leave DEBUG out, or set ENVIRONMENT=development."
    raise ImproperlyConfigured(message)

SECRET_KEY = env.str("SECRET_KEY", default="" if IN_PRODUCTION else "only-for-development-" * 3)
if not SECRET_KEY:
    message = "SECRET_KEY is missing: set SECRET_KEY, or SECRET_KEY_FILE to a file that holds it."
    raise ImproperlyConfigured(message)

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
INSTANCE = env.str("FREMMOEDE_INSTANCE", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Who the platform serves: data, never code ----------------------------------------------------
BRAND_NAME = env.str("BRAND_NAME", default="Fremmøde")
BRAND_TAGLINE = env.str("BRAND_TAGLINE", default="Gratis workshops for skoler, forældre og fagfolk")
BRAND_TAGLINE_EN = env.str(
    "BRAND_TAGLINE_EN", default="Free workshops for schools, parents and professionals"
)
BRAND_OWNER = env.str("BRAND_OWNER", default=BRAND_NAME)  # who is responsible for the data
BRAND_ADDRESS = env.str("BRAND_ADDRESS", default="")
BRAND_EMAIL = env.str("BRAND_EMAIL", default="")
BRAND_PHONE = brand.telephone("BRAND_PHONE", env.str("BRAND_PHONE", default=""))
BRAND_DPO_EMAIL = env.str("BRAND_DPO_EMAIL", default="")
BRAND_COLOUR = brand.readable("BRAND_COLOUR", env.str("BRAND_COLOUR", default="#0b5c6b"))
BRAND_ACCENT = brand.readable(
    "BRAND_ACCENT", env.str("BRAND_ACCENT", default="#ffb454"), on_dark_text=True
)
# Who is told of a hole in the site: e-mail addresses, or whole ones (RFC 9116).
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])
WAS_URL = env.str("WAS_URL", default="")  # the accessibility statement, at was.digst.dk
WAS_CLAIM = statement.claimed(  # what our own says until there is one
    status=env.str("WAS_STATUS", default=statement.PARTIAL),
    reviewed=env.str("WAS_REVIEWED", default=""),
    faults=env.str("WAS_FAULTS", default=""),
)
# First digit of the type codes that are schools; the rest of the register is kept out of search.
SCHOOL_TYPE_PREFIXES = env.list("SCHOOL_TYPE_PREFIXES", default=["1", "3"])
HOLD_MINUTES = env.int("HOLD_MINUTES", default=20)
MAILBOX_HOURS = env.int("MAILBOX_HOURS", default=2)  # to confirm an address not seen before
# Days after the session until these are deleted: contacts, and practical needs.
CONTACT_DAYS = env.int("CONTACT_DAYS", default=30)
NEED_DAYS = env.int("NEED_DAYS", default=7)
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=100_000_000)

# The house (the long tables stand in fixed.py) --------------------------------------------------
INSTALLED_APPS, MIDDLEWARE = fixed.INSTALLED_APPS, fixed.MIDDLEWARE
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "workshops.rendering.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.pages.brand",
            ],
        },
    }
]

# The database: PostgreSQL in production, SQLite as the embedded default (stack: WAL, IMMEDIATE) ---
DATABASE: dict[str, Any] = env.db_url(
    "DATABASE_URL",
    default="" if IN_PRODUCTION else f"sqlite:///{VAR_DIR / 'fremmoede.sqlite3'}",
)
if not DATABASE:
    message = "DATABASE_URL is missing: set it, or DATABASE_URL_FILE to a file that holds it."
    raise ImproperlyConfigured(message)
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # SQLite's queue is unfair: of 200 at once, some wait long.
        "timeout": env.int("SQLITE_SECONDS", default=60),
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
            "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-32000;"
        ),
    }
    Path(DATABASE["NAME"]).parent.mkdir(parents=True, exist_ok=True)
else:
    # A pool keeps threads from each opening a connection of their own; DB_POOL=0 turns it off.
    pool_size = env.int("DB_POOL", default=8)
    # What is asked again is planned once for each connection. A pooler that hands connections over
    # after each transaction cannot follow that: see docs/operations.md.
    has_pooler = env.bool("DB_POOLER", default=False)
    DATABASE["OPTIONS"] = {
        "pool": pool_size and {"min_size": 1, "max_size": pool_size, "timeout": 20},
        "server_side_binding": True,
        "prepare_threshold": None if has_pooler else 2,
    }
    # A plan that is kept is one for the tables as they were. Questions of the web are small, asked
    # for ever; those of jobs and commands are large, and tables grow under them: planned anew.
    if not has_pooler and not env.bool("DB_KEEP_PLANS", default=False):
        DATABASE["OPTIONS"]["options"] = "-c plan_cache_mode=force_custom_plan"
    DATABASE["DISABLE_SERVER_SIDE_CURSORS"] = has_pooler
    DATABASE["CONN_HEALTH_CHECKS"] = True
DATABASES = {"default": DATABASE}

# The broker is only a wake-up call: marks and notices wait in the database ----------------------
REDIS_URL = env.str("REDIS_URL", default="")
if IN_PRODUCTION and not REDIS_URL:
    message = "REDIS_URL is missing: set it, for example redis://redis:6379/0."
    raise ImproperlyConfigured(message)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "booking"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_ROUTES = {"goals.*": {"queue": "rollup"}, "notifications.*": {"queue": "mail"}}
CELERY_TIMEZONE = "Europe/Copenhagen"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        "health_check_interval": 25,
    }
    CACHES = {
        "default": {
            "BACKEND": "config.cache.ForgivingCache",
            "LOCATION": REDIS_URL,
            # Nobody waits for a cache that is down: attempts are not counted meanwhile.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
else:
    BROKER_DIR = VAR_DIR / "broker"
    (BROKER_DIR / "queue").mkdir(parents=True, exist_ok=True)
    (BROKER_DIR / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT = "filesystem://", "config.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "workshops.User"
PASSWORD_HASHERS = fixed.PASSWORD_HASHERS
AUTH_PASSWORD_VALIDATORS = fixed.AUTH_PASSWORD_VALIDATORS
AUTHENTICATION_BACKENDS = ["config.accounts.StaffBackend"]
ACCOUNT_ADAPTER = "config.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {
    "login": "config.forms.PasswordForm",
    "request_login_code": "config.forms.AskForCodeForm",
    "confirm_login_code": "config.forms.CodeForm",
    "reset_password": "config.forms.AskForLinkForm",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = True  # as long as SESSION_COOKIE_AGE says, for everybody
# How many proxies of our own stand before us: log-ins are throttled by the client's address.
TRUSTED_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# What one client address may begin, book or ask for in ten minutes; a whole school may be one.
THROTTLE_ADDRESS = env.int("THROTTLE_ADDRESS", default=60)
THROTTLE_SEARCH = env.int("THROTTLE_SEARCH", default=1200)  # each letter typed asks
THROTTLE_EMAIL = env.int("THROTTLE_EMAIL", default=20)  # letters to one address in an hour
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "manage:start"
LOGOUT_REDIRECT_URL = "account_login"

# Letters ----------------------------------------------------------------------------------------
LETTER_KINDS = fixed.LETTER_KINDS
EMAIL: dict[str, Any] = env.email_url(
    "EMAIL_URL", default="" if IN_PRODUCTION else "consolemail://"
)
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL["EMAIL_HOST"] or "localhost"
EMAIL_PORT = EMAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{BRAND_NAME} <noreply@localhost>")
LETTER_DAYS = env.int("LETTER_DAYS", default=30)  # then address and content go
# Where `./dev up` keeps letters as they left; nobody does in production.
LETTERS_DIR = None if IN_PRODUCTION else VAR_DIR / "letters"
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# Language and time --------------------------------------------------------------------------------
LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IN_PRODUCTION
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True

# Static files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
if not IN_PRODUCTION:  # there collectstatic makes it
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [path for path in [BASE_DIR / "var" / "static-build"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IN_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IN_PRODUCTION
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # nobody asks for a file by its bare name

# Safety -------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
if IN_PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
CONTENT_SECURITY_POLICY = fixed.CONTENT_SECURITY_POLICY
LOGGING = fixed.logging(level=env.str("LOG_LEVEL", default="INFO"))
