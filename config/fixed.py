"""Settings that no environment changes: what is installed, and the order things pass through."""

from typing import Any

INSTALLED_APPS = [
    "demo",
    "goals",
    "attendance",
    "booking",
    "workshops",
    "notifications",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.statics.OurStaticFilesConfig",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "rest_framework",
    "csp",
    "allauth",
    "allauth.account",
]
# Modules that declare kinds of letters, as KINDS.
LETTER_KINDS = ["booking.letters", "workshops.letters", "config.letters"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.AnonymousProbesMiddleware",
    "config.headers.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.languages.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}


def logging(*, level: str) -> dict[str, Any]:
    """Return the setting LOGGING: everything of *level* and above on the console, no secrets."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
        "filters": {
            "refusals": {"()": "config.logs.RefusalFilter"},
            "secrets": {"()": "config.logs.SecretLinkFilter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["refusals", "secrets"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        # A tick every three seconds would drown everything else.
        "loggers": {
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # Django gives these handlers of their own, which would not know the filter.
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }
