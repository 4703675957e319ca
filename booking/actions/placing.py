"""A form becomes bookings: once, however often that is asked for."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.actions import answers as said
from booking.actions import drafts, groups, holds, orders, refusals, seats
from booking.actions.orders import Order
from booking.models import Booking, Draft
from workshops.models import Audience, Workshop


def place(draft: Draft, *, language: str, now: datetime.datetime | None = None) -> list[str]:
    """Make the bookings of a form, once, however often it is asked for. One transaction.

    Books with the form's request key, handing the held seats over; bookings of addresses not
    confirmed before are pending until a link is followed. Then empties the answers, keeps the
    references, and leaves the form for the receipt for LIFETIME. Returns the references.

    Refuses with ``draft_incomplete``, ``session_not_open`` (also while its workshop is paused) and
    as `orders.fulfil` and `groups.place_all` do.
    """
    now = now or timezone.now()
    if draft.references:
        return list(draft.references)
    if not said.is_filled(draft):
        message = _("This form is not filled in yet. Fill it in, then book.")
        raise ValidationError(message, code="draft_incomplete")
    if draft.session.workshop.state != Workshop.State.PUBLISHED:
        raise seats.not_open()
    if not drafts.live_hold(draft, now=now):
        wanted = draft.answers["seats"]
        holds.check_room(draft.session, seats_wanted=wanted, client_key="", now=now)
    try:
        with refusals.from_constraints(), transaction.atomic():
            placed = _place(draft, language=language, now=now)
            draft.references = [booking.reference for booking in placed]
            draft.answers, draft.hold, draft.expires_at = {}, None, now + drafts.LIFETIME
            drafts.keep(draft, "references", "answers", "hold", "expires_at")
    except (ValidationError, IntegrityError):
        # The same form may have been placed while this one waited.
        draft.refresh_from_db(fields=["references"])
        if not draft.references:
            raise
    return list(draft.references)


def _place(draft: Draft, *, language: str, now: datetime.datetime) -> list[Booking]:
    """Fulfil the order, or orders, of a form; who has not followed a link of ours does it first."""
    if draft.session.audience == Audience.PROFESSIONALS:
        return groups.place_all(
            draft.session,
            people_signed_up=said.colleagues(draft.answers),
            request_key=draft.request_key,
            language=language,
            hold=draft.hold,
            now=now,
        )
    order = Order(
        session=draft.session,
        parties=tuple(said.parties(draft.session, draft.answers)),
        booker=said.booker(draft.answers),
        request_key=draft.request_key,
        language=language,
        hold=draft.hold,
        needs_mailbox=True,
    )
    return [orders.fulfil(orders.checked(order), now=now)]
