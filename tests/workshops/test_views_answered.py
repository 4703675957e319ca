"""What is said to who asked for something."""

from __future__ import annotations

from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from workshops.views import answered


def said(act):
    request = HttpRequest()
    request._messages = CookieStorage(request)
    answered.attempt(request, act, done="It is done.")
    return [(message.level_tag, message.message) for message in get_messages(request)]


def refuse():
    raise ValidationError(["Too late.", "Ask somebody else."])


def test_what_was_done_is_said():
    did = []

    assert said(lambda: did.append(1)) == [("success", "It is done.")]
    assert did == [1]


def test_a_refusal_is_said_instead():
    assert said(refuse) == [("error", "Too late. Ask somebody else.")]
