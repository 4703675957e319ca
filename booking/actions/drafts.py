"""A form being filled in: begun with the seats held, saved, moved to another date, placed, left."""

import base64
import contextlib
import datetime
import hashlib

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from booking.actions import answers as said
from booking.actions import groups, holds, orders, refusals, retention, seats
from booking.actions.answers import ACCEPTED, Answers
from booking.actions.orders import Order
from booking.models import Booking, Draft, Hold
from workshops.models import Audience, Session, Workshop
from workshops.prepared import A_TIME, A_WORD, Prepared

LIFETIME = datetime.timedelta(hours=2)
# Refusals that no number of seats cures, only another date.
LOST = frozenset({"session_full", "session_begun", "session_not_open"})


def begin(
    session: Session,
    *,
    seats_wanted: int,
    client_key: str,
    now: datetime.datetime | None = None,
) -> tuple[Draft, str]:
    """Hold the seats and begin a form; return it with the token that opens it.

    A client that has a form open for this session gets that one again, its hold resized: so a
    double click makes one. The token is 256 bits, derived from the secret key and the form's
    request key; the row has only its hash.

    Refuses as `holds.hold` does, and with ``too_many_people`` for more professionals than one form
    has rows for.
    """
    now = now or timezone.now()
    if session.audience == Audience.PROFESSIONALS and seats_wanted > groups.MOST_PEOPLE:
        raise groups.too_many()
    holds.check_room(session, seats_wanted=seats_wanted, client_key=client_key, now=now)
    with refusals.from_constraints(), transaction.atomic():
        held = holds.current(session, client_key=client_key, now=now)
        draft = Draft.objects.filter(hold=held, session=session).first() if held else None
        if draft and held:
            if held.seats != seats_wanted:
                holds.resize(held, seats_wanted=seats_wanted, now=now)
            draft.answers = said.with_seats(draft.answers, seats_wanted)
            draft.expires_at = now + LIFETIME
            with contextlib.suppress(Draft.DoesNotExist):  # left or placed meanwhile: begin anew
                _keep(draft, "answers", "expires_at")
                return draft, _token(draft)
        held = holds.hold(session, seats_wanted=seats_wanted, client_key=client_key, now=now)
        draft = Draft(session=session, hold=held, answers={"seats": seats_wanted}, created_at=now)
        token = _token(draft)
        draft.token_key, draft.expires_at = _key(token), now + LIFETIME
        draft.save(force_insert=True)
        return draft, token


def find(token: str, *, now: datetime.datetime) -> Draft | None:
    """Return the form that *token* opens, with its session, workshop and hold. One query."""
    return next(iter(_OPEN.rows(key=_key(token), now=now)), None)


_OPEN = Prepared(
    lambda key, now: Draft.objects.filter(token_key=key, expires_at__gt=now).select_related(
        "hold", "session__workshop", "session__venue", "session__school"
    ),
    key=A_WORD,
    now=A_TIME,
)


def open_forms(*, client_key: str, now: datetime.datetime) -> list[tuple[Draft, str]]:
    """Return the forms that a client has open, each with its token, for whoever forgot. One query.

    Only those whose seats are held: the hold knows the client.
    """
    mine = Draft.objects.filter(hold__in=holds.live_of(client_key, now=now), expires_at__gt=now)
    found = mine.select_related("session__workshop").order_by("pk")
    return [(draft, _token(draft)) for draft in found]


def deleted_on(session: Session) -> datetime.date:
    """Return the day on which what the form asks is deleted, when a booking comes of it."""
    return retention.contact_until(session.local_date)


def live_hold(draft: Draft, *, now: datetime.datetime) -> Hold | None:
    """Return the hold of a form while it keeps its seats."""
    return draft.hold if draft.hold and draft.hold.expires_at > now else None


def _keep(draft: Draft, *names: str) -> None:
    """Write these fields of a form, or refuse with Draft.DoesNotExist.

    That is when it was left meanwhile, in another tab; or placed, unless it is being placed now.
    """
    own = Draft.objects.filter(pk=draft.pk)
    if not draft.references:
        own = own.filter(references=[])
    if not own.update(**{name: getattr(draft, name) for name in names}):
        raise Draft.DoesNotExist


def save_answers(
    draft: Draft, *, answers: Answers, client_key: str, now: datetime.datetime | None = None
) -> Draft:
    """Keep valid answers; the hold follows their number of seats, and is made anew when expired.

    Draft.DoesNotExist when the form was left meanwhile; likewise from `switch` and `place`.
    Refuses with ``session_full``: its `params` say how many seats are `left`. Where only another
    date helps (see LOST), the answers are kept all the same. Refuses also as `holds.hold` does,
    and with the codes of `parties.check`, `parties.check_booker` and `groups.check`.
    """
    now = now or timezone.now()
    said.check(draft.session, answers)
    if ACCEPTED in draft.answers:  # asked once, also when the details are gone through again
        answers = {**answers, ACCEPTED: draft.answers[ACCEPTED]}
    try:
        with refusals.from_constraints(), transaction.atomic():
            draft.hold = _fit_hold(draft, answers["seats"], client_key=client_key, now=now)
            draft.answers = answers
            _keep(draft, "hold", "answers")
    except ValidationError as refusal:
        is_full = refusal.code == "session_full"
        left = seats_within_reach(draft, now=now) if is_full else 0
        if refusal.code in LOST and not left:
            draft.answers = answers
            _keep(draft, "answers")
        if is_full:
            raise _full(left) from refusal
        raise
    return draft


def accept_grades(draft: Draft) -> Draft:
    """Keep that the booker was asked about the classes outside the grades, and goes on.

    Nothing else is written: what another tab has kept meanwhile stays.
    """
    accepted = sorted({*draft.answers.get(ACCEPTED, ()), *said.marks(draft).values()})
    with transaction.atomic():
        kept = Draft.objects.select_for_update(no_key=True).filter(pk=draft.pk, references=[])
        for current in kept:
            current.answers |= {ACCEPTED: accepted}
            _keep(current, "answers")
    draft.answers = {**draft.answers, ACCEPTED: accepted}
    return draft


def _fit_hold(draft: Draft, seats_wanted: int, *, client_key: str, now: datetime.datetime) -> Hold:
    held = live_hold(draft, now=now)
    if held is None:
        return holds.hold(draft.session, seats_wanted=seats_wanted, client_key=client_key, now=now)
    if held.seats == seats_wanted:
        return held
    return holds.resize(held, seats_wanted=seats_wanted, now=now)


def _full(left: int) -> ValidationError:
    message = ngettext_lazy(
        "There is only %(left)s seat left: write at most %(left)s in all.",
        "There are only %(left)s seats left: write at most %(left)s in all.",
        "left",
    )
    if not left:
        message = _("The last seats have just been taken. Choose another date.")
    return ValidationError(message, code="session_full", params={"left": left})


def seats_within_reach(draft: Draft, *, now: datetime.datetime) -> int:
    """Return how many seats the form could have: those left, its own, and expired ones."""
    session = Session.objects.get(pk=draft.session_id)
    held = live_hold(draft, now=now)
    expired = Hold.objects.filter(session=session).expired(now).values_list("seats", flat=True)
    return session.seats_left + sum(expired) + (held.seats if held else 0)


def switch(
    draft: Draft, *, to: Session, client_key: str, now: datetime.datetime | None = None
) -> Draft:
    """Move a form with all its answers to another session and hold the seats there.

    Takes the seats there and gives those here back in one step; a refusal leaves all as it was.
    One whose seats are held there already is returned as it is.
    Refuses with ``wrong_party`` (another audience) and as `holds.hold` and `holds.move` do.
    """
    now = now or timezone.now()
    if to.audience != draft.session.audience:
        message = _("The other session is for somebody else. Choose one for the same audience.")
        raise ValidationError(message, code="wrong_party")
    wanted = draft.answers["seats"]
    with refusals.from_constraints(), transaction.atomic():
        holds.queue_up(client_key)
        look_again(draft)  # a click before this one may have moved it
        held = live_hold(draft, now=now)
        if held and held.session_id == to.pk:
            return draft
        if held:
            held = holds.move(held, to=to, seats_wanted=wanted, now=now)
        else:
            held = holds.hold(to, seats_wanted=wanted, client_key=client_key, now=now)
        draft.hold, draft.session = held, to
        _keep(draft, "hold", "session")
    return draft


def look_again(draft: Draft) -> None:
    """Read in one query where a form and its hold are now; Draft.DoesNotExist when it was left."""
    now = Draft.objects.select_related("hold", "session__workshop").get(pk=draft.pk)
    draft.hold, draft.session = now.hold, now.session


def extend(draft: Draft, *, now: datetime.datetime | None = None) -> Draft:
    """Give the form its time once more, counted from now.

    Refuses with ``hold_expired`` and ``hold_already_extended``.
    """
    if draft.hold is None:
        raise holds.gone()
    draft.hold = holds.extend(draft.hold, now=now)
    return draft


def leave(draft: Draft) -> None:
    """Give the seats back and delete the form with all that was typed.

    One that is placed stays, also when that happened after *draft* was read.
    """
    with transaction.atomic():
        if draft.hold:
            holds.release(draft.hold)
        Draft.objects.filter(pk=draft.pk, references=[]).delete()


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
    if not live_hold(draft, now=now):
        wanted = draft.answers["seats"]
        holds.check_room(draft.session, seats_wanted=wanted, client_key="", now=now)
    try:
        with refusals.from_constraints(), transaction.atomic():
            placed = _place(draft, language=language, now=now)
            draft.references = [booking.reference for booking in placed]
            draft.answers, draft.hold, draft.expires_at = {}, None, now + LIFETIME
            _keep(draft, "references", "answers", "hold", "expires_at")
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


def drop_expired(*, now: datetime.datetime | None = None) -> int:
    """Delete the forms whose time is up, with all that was typed; return how many there were."""
    deleted, _rows = Draft.objects.filter(expires_at__lte=now or timezone.now()).delete()
    return deleted


def _token(draft: Draft) -> str:
    digest = salted_hmac("booking.draft", str(draft.request_key), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
