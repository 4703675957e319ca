"""A real mail server that keeps what it is given and answers as a test wants."""

from __future__ import annotations

import email
import email.policy
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from tests.services import free_port

OK = "250 OK"


class Sink:
    """Letters that came in; `answers` are given to the next letters instead of 250."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: deque[str] = deque()
        self.recipient_answers: deque[str] = deque()
        self.port = free_port()

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.recipient_answers.popleft() if self.recipient_answers else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.answers.popleft() if self.answers else OK
        if answer == OK:
            letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.letters.append(letter)
            self.recipients.append(list(envelope.rcpt_tos))
        return answer


class Bin(Sink):
    """A mail server that takes every letter and reads none: it costs a measurement little."""

    async def handle_DATA(self, _server, _session, _envelope) -> str:  # noqa: N802 - aiosmtpd's name
        return OK


@contextmanager
def serving(sink: Sink) -> Iterator[Sink]:
    """The sink listens on its port meanwhile."""
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
