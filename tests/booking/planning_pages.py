"""What the pages on which sessions are planned and changed are sent, and where they stand."""

import uuid

from django.urls import reverse
from django.utils import timezone

NEW = "/manage/sessions/new/"
POSTS = ("session-open", "session-close")


def page_of(session, name="session-edit") -> str:
    return reverse(f"manage:{name}", args=[session.pk])


def series(workshop, **changed) -> dict[str, object]:
    """What the first step sends."""
    sent = {
        "workshop": workshop.pk,
        "day": "2027-01-11",
        "since": "9.30",
        "until": "kl. 11",
        "times": "3",
        "venue": "",
        "room": "",
        "capacity": "28",
        "language": "da",
    }
    return sent | changed


def crew(plan, **changed) -> dict[str, object]:
    """What the second step adds."""
    return {"plan": plan.pk, "opening": "open", "request_key": str(uuid.uuid4())} | changed


def slot(session, **changed) -> dict[str, object]:
    """What the page about when and where sends, unchanged."""
    starts, ends = timezone.localtime(session.starts), timezone.localtime(session.ends)
    sent = {
        "day": f"{starts:%Y-%m-%d}",
        "since": f"{starts:%H.%M}",
        "until": f"{ends:%H.%M}",
        "venue": session.venue_id or "",
        "room": session.room,
        "capacity": session.capacity,
        "language": session.language,
        "revision": session.revision,
    }
    return sent | changed
