"""What tests of a coordinator's pages about bookings share: addresses, rows, the spreadsheet."""

import csv
import io

from booking.states import BookingState
from tests.factories import create_booking, create_session, create_workshop

LIST, CSV = "/manage/bookings/", "/manage/bookings/bookings.csv"


def page_of(booking):
    return f"{LIST}{booking.reference}/"


def listed(answer):
    return [row.booking for row in answer.context["rows"]]


def pending(**fields):
    """A booking that waits for a coordinator."""
    session = create_session(workshop=create_workshop(needs_approval=True), **fields)
    return create_booking(session=session, state=BookingState.PENDING, expires_at=session.starts)


def sheet(answer):
    """The lines of the spreadsheet, its first one too."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))
