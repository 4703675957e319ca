"""The journey of one class, in a process of its own: `python -m tests.journeys.story`.

Books a class through a hold, counts it by its facilitator, hands the register over, and has a
coordinator approve it; the aggregation is left to the worker.
"""

from __future__ import annotations

import datetime
import os
import sys
import uuid

import django


def main(starts: str) -> None:
    """Play the story of a session that starts at *starts*."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from attendance.actions import approvals, headcounts, registers
    from booking.actions import bookings, holds
    from booking.actions.parties import Booker, ClassParty
    from tests import factories as make
    from workshops.models import Plan

    begins = datetime.datetime.fromisoformat(starts)
    before, after = begins - datetime.timedelta(days=20), begins + datetime.timedelta(hours=3)
    facilitator, coordinator = (
        make.create_user(role="facilitator"),
        make.create_user(role="coordinator"),
    )
    session = make.create_session(
        plan=Plan.objects.get(code="ekstremisme"), starts=begins, leader=facilitator
    )
    school = make.create_school(number="101001", type_code="1012")
    kept = holds.hold(session, seats_wanted=24, client_key="browser", now=before)
    booking = bookings.place(
        session,
        parties=[ClassParty(school=school, label="7.B", seats=24, adults=2, grade=7)],
        contact=Booker(name="Mette Holm", email="mette@example.org", mobile="33663366"),
        request_key=uuid.uuid4(),
        hold=kept,
        now=before,
    )
    headcounts.record(booking.parties.get(), present=23, by=facilitator, now=after)
    registers.submit(session, held=True, by=facilitator, now=after)
    approvals.approve(session, by=coordinator, now=after)


if __name__ == "__main__":
    main(*sys.argv[1:])
