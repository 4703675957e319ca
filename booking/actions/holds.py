"""Seats reserved for one browser while a form is filled in."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from booking.actions import refusals, seats
from booking.models import Booking, Hold
from workshops.models import Session
from workshops.prepared import A_KEY, A_TIME, A_WORD, Prepared

MOST_HOLDS = 3  # live ones of one client, over all sessions


def hold(
    session: Session, *, seats_wanted: int, client_key: str, now: datetime.datetime | None = None
) -> Hold:
    """Reserve seats for settings.HOLD_MINUTES.

    Locks the client and the session, drops what has expired there, takes the seats by one
    conditional UPDATE and writes the Hold. *client_key* is whatever knows the browser (its session
    key or address); only a keyed hash of it is kept.

    Refuses with ``seats_out_of_range``, ``session_begun``, ``session_not_open``, ``session_full``
    and ``too_many_holds`` (MOST_HOLDS live ones of this client).
    """
    now = now or timezone.now()
    seats.check_number(seats_wanted)
    client = _client(client_key)
    with refusals.from_constraints(), transaction.atomic():
        queue_up(client_key)
        session = seats.lock([session.pk])[session.pk]
        seats.check_bookable(session, now=now)
        seats.clear(session, now=now)
        if Hold.objects.live(now).filter(client_key=client).count() >= MOST_HOLDS:
            message = _(
                "You hold seats in %(most)s sessions already. Finish or leave one of them first."
            )
            raise ValidationError(message, code="too_many_holds", params={"most": MOST_HOLDS})
        seats.take(session, seats_wanted)
        return Hold.objects.create(
            session=session,
            seats=seats_wanted,
            client_key=client,
            expires_at=now + _lifetime(),
            created_at=now,
        )


def resize(hold: Hold, *, seats_wanted: int, now: datetime.datetime | None = None) -> Hold:
    """Make a hold larger or smaller; only the difference is taken or given back.

    Locks the session and takes the difference by one conditional UPDATE; a refusal leaves the hold
    as it was. Refuses with ``seats_out_of_range``, ``hold_expired`` and ``session_full``.
    """
    now = now or timezone.now()
    seats.check_number(seats_wanted)
    with refusals.from_constraints(), transaction.atomic():
        hold = _locked(hold, now=now)
        seats.take(hold.session, seats_wanted - hold.seats)
        hold.seats = seats_wanted
        hold.save(update_fields=["seats"])
        return hold


def move(
    hold: Hold, *, to: Session, seats_wanted: int, now: datetime.datetime | None = None
) -> Hold:
    """Let a hold keep seats in another session instead, with its time counted from now.

    Locks both sessions in the order of their pk, drops what has expired in the other one, takes
    the seats there and gives them back here; a refusal leaves the hold as it was.

    Refuses with ``seats_out_of_range``, ``hold_expired``, ``session_begun``, ``session_not_open``
    and ``session_full``.
    """
    now = now or timezone.now()
    seats.check_number(seats_wanted)
    with refusals.from_constraints(), transaction.atomic():
        target = seats.lock([hold.session_id, to.pk])[to.pk]
        hold = _locked(hold, now=now)
        seats.check_bookable(target, now=now)
        seats.clear(target, now=now)
        seats.take(target, seats_wanted)
        seats.take(hold.session, -hold.seats)
        hold.session, hold.seats, hold.expires_at = target, seats_wanted, now + _lifetime()
        hold.save(update_fields=["session", "seats", "expires_at"])
        return hold


def current(session: Session, *, client_key: str, now: datetime.datetime) -> Hold | None:
    """Return the live hold that a client has in a session, for the caller's transaction.

    Lets the requests of this client wait for each other from here to its end, so that a double
    click sees what the first click made.
    """
    queue_up(client_key)
    mine = live_of(client_key, now=now).filter(session=session)
    return mine.order_by("-pk").first()


def live_of(client_key: str, *, now: datetime.datetime) -> QuerySet[Hold]:
    """Return the holds of a client whose time is not up."""
    return Hold.objects.live(now).filter(client_key=_client(client_key))


def check_room(
    session: Session, *, seats_wanted: int, client_key: str, now: datetime.datetime
) -> None:
    """Refuse without any lock what would be refused under one; says nothing when it is in doubt.

    So those who come too late do not stand in the queue of those who come in time. No query when
    the session, as it was read, has room; else one, which knows what has expired there and what
    this client holds already. Refuses with ``session_begun``, ``session_not_open`` and
    ``session_full``, in this order, as the lock would.
    """
    seats.check_bookable(session, now=now)
    if session.seats_left >= seats_wanted:
        return
    client = _client(client_key)
    if _FULL_FOR_GOOD.rows(pk=session.pk, seats=seats_wanted, client=client, now=now):
        raise seats.full()


def _full_for_good(
    pk: int, seats: int, client: str, now: datetime.datetime
) -> QuerySet[Session, tuple[int]]:
    there = Hold.objects.filter(session=OuterRef("pk"))
    overdue = Booking.objects.filter(session=OuterRef("pk")).overdue(now)
    in_doubt = (
        Exists(there.expired(now)) | Exists(overdue) | Exists(there.filter(client_key=client))
    )
    full = Session.objects.filter(pk=pk, capacity__lt=F("seats_taken") + seats)
    return full.exclude(in_doubt).values_list("pk")


_FULL_FOR_GOOD = Prepared(_full_for_good, pk=A_KEY, seats=A_KEY + 1, client=A_WORD, now=A_TIME)


def extend(hold: Hold, *, now: datetime.datetime | None = None) -> Hold:
    """Give a hold its time once more, counted from now; possible once.

    Refuses with ``hold_expired`` and ``hold_already_extended``.
    """
    now = now or timezone.now()
    with transaction.atomic():
        hold = _locked(hold, now=now)
        if hold.extended:
            message = _("The time for this form has been extended once already. Please finish it.")
            raise ValidationError(message, code="hold_already_extended")
        hold.extended, hold.expires_at = True, now + _lifetime()
        hold.save(update_fields=["extended", "expires_at"])
        return hold


def release(hold: Hold) -> None:
    """Give the seats of a hold back and delete it. A hold that is gone already is left at that."""
    with transaction.atomic():
        where = Hold.objects.filter(pk=hold.pk).values_list("session_id", flat=True).first()
        if where is None:
            return
        session = seats.lock([where])[where]
        current = Hold.objects.filter(pk=hold.pk, session=session).first()
        if current:  # else it has just been redeemed, or moved on and will expire there
            current.delete()
            seats.take(session, -current.seats)


def drop_expired(*, now: datetime.datetime | None = None) -> int:
    """Drop the expired holds of every session and free their seats; return how many there were.

    One transaction for each session. Tidiness only: an expired hold blocks nobody before this.
    """
    now = now or timezone.now()
    waiting = Hold.objects.expired(now).values_list("session_id", flat=True)
    dropped = 0
    for pk in sorted(set(waiting)):
        with transaction.atomic():
            dropped += seats.drop_holds(seats.lock([pk])[pk], now=now)
    return dropped


def _locked(hold: Hold, *, now: datetime.datetime) -> Hold:
    """Lock the session and return the hold as it is now; refuse one whose time is up.

    One that has moved to another session meanwhile is refused too: that session is not locked.
    """
    session = seats.lock([hold.session_id])[hold.session_id]
    current = Hold.objects.live(now).filter(pk=hold.pk, session=session).first()
    if current is None:
        raise gone()
    current.session = session
    return current


def gone() -> ValidationError:
    """Return the refusal of a hold whose time is up."""
    message = _("The time for this form has run out. Choose the session again.")
    return ValidationError(message, code="hold_expired")


def _client(client_key: str) -> str:
    return salted_hmac("booking.hold.client", client_key, algorithm="sha256").hexdigest()


def _lifetime() -> datetime.timedelta:
    return datetime.timedelta(minutes=settings.HOLD_MINUTES)


def queue_up(client_key: str) -> None:
    """Let the requests of one client wait for each other until the caller's transaction ends.

    Taken before any session is locked. On SQLite the transaction itself is the queue.
    """
    if connection.vendor == "postgresql":
        client = _client(client_key)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [client])
