"""Keeps secret links out of every log, ours and gunicorn's."""

import logging
import re

FORBIDDEN = 403
# What stands after a reference, after /book/ or as the key of a new password opens a door.
_SECRETS = re.compile(
    r"(/my/[^/\s?]+/|/book/|/accounts/password/reset/key/(?!done/))(?!lost/)[^/\s?\"'>]+"
)


def without_secrets(text: str) -> str:
    """Return *text* with dots where a secret link has its secret."""
    return _SECRETS.sub(r"\1…", text)


class SecretLinkFilter(logging.Filter):
    """Takes secrets out of a record before anybody formats it; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the message out, since a secret may stand in any of its arguments."""
        try:
            said = record.getMessage()
        except (TypeError, ValueError):
            return True  # the handler says what is wrong with it
        clean = without_secrets(said)
        if clean != said:
            record.msg, record.args = clean, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = without_secrets(_FORMATTER.formatException(record.exc_info))
        return True


class RefusalFilter(logging.Filter):
    """Leaves out how a page came to be refused (403): who asked for it has been told."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass; one of a refusal without its traceback."""
        if getattr(record, "status_code", None) == FORBIDDEN:
            record.exc_info, record.exc_text = None, None
        return True


_FORMATTER = logging.Formatter()


def guard(*names: str) -> None:
    """Put the filter before everything these loggers write; gunicorn sets up its own."""
    for name in names:
        logging.getLogger(name).addFilter(SecretLinkFilter())
