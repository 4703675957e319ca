"""A booking's own page: a class that is booked, and what a reader sees."""

from __future__ import annotations

import datetime
import re

from django.utils import timezone

from tests import factories
from tests.booking.orders import place

HOUR = datetime.timedelta(hours=1)


def soon(**fields):
    """An open session in a fortnight from the real clock, which the pages read."""
    return factories.create_session(**fields)


def book(session=None, *parties, **fields):
    """Book a class at the real clock, by the action."""
    return place(session or soon(), *parties, now=timezone.now(), **fields)


def text_of(response):
    """What a reader sees of the page, with single spaces."""
    body = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
