"""The tables of who comes and who came."""

from booking.models.attendance import Headcount, Register
from booking.models.booking import Booking, Transition
from booking.models.contact import Contact, JobGroup, Mailbox, Need, NeedCode
from booking.models.draft import Draft, Errand
from booking.models.evaluation import Answer
from booking.models.hold import Hold
from booking.models.party import Course, Party
from booking.models.request import WorkshopRequest

__all__ = [
    "Answer",
    "Booking",
    "Contact",
    "Course",
    "Draft",
    "Errand",
    "Headcount",
    "Hold",
    "JobGroup",
    "Mailbox",
    "Need",
    "NeedCode",
    "Party",
    "Register",
    "Transition",
    "WorkshopRequest",
]
