"""The mail server of the post room's tests."""

from __future__ import annotations

import pytest

from tests import cast, factories
from tests.mailbox import Sink, serving


@pytest.fixture
def server_at(settings):
    """`server_at(port)`: letters go to this port of our own machine."""

    def point(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = port
        settings.EMAIL_TIMEOUT = 5

    return point


@pytest.fixture
def sink(server_at):
    """A mail server that takes every letter unless told otherwise."""
    with serving(Sink()) as server:
        server_at(server.port)
        yield server


@pytest.fixture
def coordinator():
    browser = cast.seat(factories.create_user(role="coordinator"))
    browser.cookies["django_language"] = "en"
    return browser
