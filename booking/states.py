"""The states of a booking and every move between them. Pure data; read this first.

A state answers one question: does the booking hold seats? Whether they came is said beside
the booking, never a state (product.md, "Booking states").
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _


class BookingState(models.TextChoices):
    """What a booking is; see HOLDING and OVER."""

    PENDING = "pending", _("awaiting confirmation")
    OFFERED = "offered", _("seat offered")
    CONFIRMED = "confirmed", _("confirmed")
    WAITING = "waiting", _("on the waiting list")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")


class BookingEvent(models.TextChoices):
    """What can happen to a booking."""

    CONFIRM = "confirm", _("confirm")
    DECLINE = "decline", _("decline")
    OFFER = "offer", _("offer a seat")
    ACCEPT = "accept", _("accept the seat")
    EXPIRE = "expire", _("let the deadline pass")
    CANCEL = "cancel", _("cancel")


class OverReason(models.TextChoices):
    """Why a booking is over."""

    BY_BOOKER = "booker", _("cancelled by the booker")
    BY_ORGANISER = "organiser", _("cancelled by the organiser")
    MOVED = "moved", _("moved to another date")
    DEADLINE = "deadline", _("the deadline passed")
    DECLINED = "declined", _("declined")
    SUPERSEDED = "superseded", _("replaced by a later row of an import")


HOLDING = frozenset({BookingState.PENDING, BookingState.OFFERED, BookingState.CONFIRMED})
OVER = frozenset({BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELLED})
LIVE = HOLDING | {BookingState.WAITING}

_S, _E = BookingState, BookingEvent
TRANSITIONS: Mapping[tuple[BookingState, BookingEvent], BookingState] = MappingProxyType(
    {
        (_S.PENDING, _E.CONFIRM): _S.CONFIRMED,
        (_S.PENDING, _E.DECLINE): _S.DECLINED,
        (_S.PENDING, _E.EXPIRE): _S.EXPIRED,
        (_S.PENDING, _E.CANCEL): _S.CANCELLED,
        (_S.WAITING, _E.OFFER): _S.OFFERED,
        (_S.WAITING, _E.DECLINE): _S.DECLINED,
        (_S.WAITING, _E.EXPIRE): _S.EXPIRED,
        (_S.WAITING, _E.CANCEL): _S.CANCELLED,
        (_S.OFFERED, _E.ACCEPT): _S.CONFIRMED,
        (_S.OFFERED, _E.EXPIRE): _S.EXPIRED,
        (_S.OFFERED, _E.CANCEL): _S.CANCELLED,
        (_S.CONFIRMED, _E.CANCEL): _S.CANCELLED,
    }
)
