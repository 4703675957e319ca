"""The tables of who comes and who came."""

from booking.models.attendance import Headcount, Register
from booking.models.booking import Booking, Transition
from booking.models.evaluation import Answer
from booking.models.hold import Hold
from booking.models.party import Contact, Course, Party
from booking.models.request import WorkshopRequest

__all__ = [
    "Answer",
    "Booking",
    "Contact",
    "Course",
    "Headcount",
    "Hold",
    "Party",
    "Register",
    "Transition",
    "WorkshopRequest",
]
