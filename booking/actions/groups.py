"""Several people signed up in one go: all of them, or nobody."""

import datetime
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.actions import orders, refusals
from booking.actions import parties as people
from booking.actions.orders import Order
from booking.actions.parties import Booker, PersonParty
from booking.models import Booking, Hold
from workshops.models import Session

MOST_PEOPLE = 10


def place_all(
    session: Session,
    *,
    people_signed_up: Sequence[Booker],
    request_key: uuid.UUID,
    language: str,
    hold: Hold | None = None,
    now: datetime.datetime | None = None,
) -> list[Booking]:
    """Sign up each of the people with one seat and an own letter. One transaction, all or nothing.

    Each booking's request key is derived from *request_key* and its place in the list, so that the
    same list again returns the same bookings. The session stays locked from the first to the last;
    the seats of *hold* go over with the first, and nobody comes between. Who has not followed a
    link of ours confirms by the letter first.

    Refuses with ``party_missing``, ``too_many_people``, ``email_twice``, and as `orders.fulfil`
    does; `params` say which `row` it is about, counted from 1.
    """
    now = now or timezone.now()
    check(people_signed_up)
    placed: list[Booking] = []
    with transaction.atomic():
        for row, person in enumerate(people_signed_up, start=1):
            order = Order(
                session=session,
                parties=(PersonParty(),),
                booker=person,
                request_key=uuid.uuid5(request_key, str(row)),
                language=language,
                hold=hold if row == 1 else None,
                needs_mailbox=True,
            )
            try:
                with refusals.from_constraints():
                    placed.append(orders.fulfil(orders.checked(order), now=now))
            except ValidationError as refusal:
                raise _about_row(refusal, row=row, person=person) from refusal
    return placed


def check(people_signed_up: Sequence[Booker]) -> None:
    """Refuse a list that can never be signed up; reads no table.

    Codes: ``party_missing``, ``too_many_people``, ``email_twice`` and those of
    `parties.check_booker`.
    """
    if not people_signed_up:
        message = _("Nobody is signed up yet: write the name and e-mail of at least one person.")
        raise ValidationError(message, code="party_missing")
    if len(people_signed_up) > MOST_PEOPLE:
        raise too_many()
    seen: dict[str, int] = {}
    for row, person in enumerate(people_signed_up, start=1):
        try:
            people.check_booker(person)
        except ValidationError as refusal:
            raise _about_row(refusal, row=row, person=person) from refusal
        first = seen.setdefault(people.person_key(person.email), row)
        if first != row:
            message = _(
                "Person %(row)s has the same e-mail as person %(first)s."
                " Write the person's own address, so that each gets a confirmation."
            )
            params = {"row": row, "first": first}
            raise ValidationError(message, code="email_twice", params=params)


def too_many() -> ValidationError:
    """Return the refusal of more people than one form has rows for."""
    message = _("At most %(most)s people can be signed up at once. Sign up the rest afterwards.")
    return ValidationError(message, code="too_many_people", params={"most": MOST_PEOPLE})


def _about_row(refusal: ValidationError, *, row: int, person: Booker) -> ValidationError:
    """Say which of the people the refusal is about."""
    if refusal.code == "person_already_signed_up":
        message = _(
            "Person %(row)s, %(name)s, is already signed up for this session."
            " Remove the person from the list."
        )
        params = {"row": row, "name": person.name}
        return ValidationError(message, code=refusal.code, params=params)
    params = {**(refusal.params or {}), "row": row}
    return ValidationError(refusal.message, code=refusal.code, params=params)
