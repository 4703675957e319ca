"""Where a session is held, in words, for whoever reads it."""

from django.utils.translation import gettext as _

from workshops.models import Audience


def told(at: str, room: str, audience: str, *, to_staff: bool = False) -> str:
    """Return "Biblioteket, Sal 2"; *at* is our venue or a certain school, blank for neither.

    Classes are then at the school that books; of others the place is told later.
    """
    if not at and audience != Audience.PUPILS:
        return room or _("The place is announced later")
    school = _("At the school that books") if to_staff else _("At your school")
    return joined(at or school, room)


def joined(*parts: str) -> str:
    """Put what is known of a place behind each other."""
    return ", ".join(part for part in parts if part)
