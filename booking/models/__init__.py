"""The tables of who comes."""

from booking.models.booking import Booking
from booking.models.contact import Contact, JobGroup, Mailbox, Need, NeedCode
from booking.models.draft import Draft, Errand
from booking.models.hold import Hold
from booking.models.party import Course, Party
from booking.models.request import WorkshopRequest
from booking.models.transition import Transition

__all__ = [
    "Booking",
    "Contact",
    "Course",
    "Draft",
    "Errand",
    "Hold",
    "JobGroup",
    "Mailbox",
    "Need",
    "NeedCode",
    "Party",
    "Transition",
    "WorkshopRequest",
]
