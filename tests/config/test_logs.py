"""No log holds what opens a door: ours, Django's, gunicorn's."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import urllib.error
import urllib.request

import pytest

from config import logs
from tests import patience
from tests.services import free_port

SECRET = "9f8Zk3-SECRET_token_of_a_booking"
RESET = "/accounts/password/reset/key/"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"GET /my/ABC/{SECRET}/ 404", "GET /my/ABC/…/ 404"),
        (f"GET /my/ABC/{SECRET}/confirm/?x=1", "GET /my/ABC/…/confirm/?x=1"),
        (f'"GET /book/{SECRET}/check/ HTTP/1.1" 200', '"GET /book/…/check/ HTTP/1.1" 200'),
        (f"Referer http://x/book/{SECRET}", "Referer http://x/book/…"),
        (f"/my/A/{SECRET}/ and /my/B/{SECRET}/", "/my/A/…/ and /my/B/…/"),
        (f"GET /accounts/password/reset/key/3f-{SECRET}/ 302", f"GET {RESET}…/ 302"),
        (f'"http://x{RESET}3f-{SECRET}" "curl"', f'"http://x{RESET}…" "curl"'),
        (f"GET {RESET}done/ 200", f"GET {RESET}done/ 200"),
        ("GET /accounts/password/reset/done/", "GET /accounts/password/reset/done/"),
        ("GET /my/lost/?sent", "GET /my/lost/?sent"),
        ("GET /workshops/booking/", "GET /workshops/booking/"),
        ("", ""),
    ],
)
def test_secret_becomes_dots_and_the_rest_stays(said, kept):
    assert logs.without_secrets(said) == kept


@pytest.fixture
def log():
    """A logger with our filter, and what it has written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(logs.SecretLinkFilter())
    logger = logging.getLogger("tests.secrets")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def test_secret_in_the_message_its_arguments_or_the_traceback_is_not_written(log):
    logger, written = log

    logger.warning(f"/my/ABC/{SECRET}/")  # noqa: G004 - as careless code would
    logger.warning("Not Found: %s", f"/my/ABC/{SECRET}/")
    logger.warning("%(path)s", {"path": f"/book/{SECRET}/"})
    try:
        raise ValueError(f"/book/{SECRET}/")  # noqa: TRY301 - likewise
    except ValueError:
        logger.exception("failed")

    assert SECRET not in written.getvalue()
    assert written.getvalue().count("/…/") == 5  # the traceback has it twice
    assert "ValueError" in written.getvalue()


def test_record_that_cannot_be_formatted_is_left_to_the_handler(log):
    logger, _written = log
    record = logger.makeRecord("x", logging.INFO, "f", 1, "%d", ("no number",), None)

    assert logs.SecretLinkFilter().filter(record)


def test_gunicorn_and_django_write_no_secret(sqlite_project):
    port = free_port()
    words = f"gunicorn config.wsgi --bind 127.0.0.1:{port} --access-logfile - --no-control-socket"
    process = sqlite_project.start(*words.split())
    address = f"http://127.0.0.1:{port}"
    patience.until(lambda: _answers(f"{address}/healthz"), "no answer", of=[process.pid])

    for path in (f"/my/ABC/{SECRET}/", f"/my/ABC/{SECRET}/cancel/", f"/book/{SECRET}/"):
        asked = urllib.request.Request(address + path, headers={"Referer": address + path})
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(asked)
    sqlite_project.stop()

    said = "".join(file.read_text() for file in sqlite_project.var.glob("*.log"))
    assert SECRET not in said
    assert said.count("GET /my/ABC/…/") >= 2  # gunicorn's
    assert "Not Found: /my/ABC/…/" in said  # Django's
    assert "/book/…/" in said


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=20):
            return True
    except OSError:
        return False


@pytest.mark.parametrize(("status", "traced"), [(403, False), (500, True)])
def test_refused_page_is_one_line_in_the_log(status, traced):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "No", (), None)
    record.status_code = status
    with contextlib.suppress(ZeroDivisionError):
        try:
            1 / 0  # noqa: B018 - for its traceback
        finally:
            record.exc_info = sys.exc_info()

    assert logs.RefusalFilter().filter(record)
    assert logs.SecretLinkFilter().filter(record)

    assert ("Traceback" in logging.Formatter().format(record)) is traced
