"""A form being filled in: begun with the seats held, found, given more time, left."""

import base64
import contextlib
import datetime
import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from booking.actions import answers as said
from booking.actions import groups, holds, refusals, retention
from booking.models import Draft, Hold
from workshops.models import Audience, Session
from workshops.prepared import A_TIME, A_WORD, Prepared

LIFETIME = datetime.timedelta(hours=2)


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
                keep(draft, "answers", "expires_at")
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
    lambda key, now: (
        Draft.objects.live(now)
        .filter(token_key=key)
        .select_related("hold", "session__workshop", "session__venue", "session__school")
    ),
    key=A_WORD,
    now=A_TIME,
)


def open_forms(*, client_key: str, now: datetime.datetime) -> list[tuple[Draft, str]]:
    """Return the forms that a client has open, each with its token, for whoever forgot. One query.

    Only those whose seats are held: the hold knows the client.
    """
    mine = Draft.objects.live(now).filter(hold__in=holds.live_of(client_key, now=now))
    found = mine.select_related("session__workshop").order_by("pk")
    return [(draft, _token(draft)) for draft in found]


def deleted_on(session: Session) -> datetime.date:
    """Return the day on which what the form asks is deleted, when a booking comes of it."""
    return retention.contact_until(session.local_date)


def live_hold(draft: Draft, *, now: datetime.datetime) -> Hold | None:
    """Return the hold of a form while it keeps its seats."""
    return None if draft.hold is None or draft.hold.is_expired(now) else draft.hold


def keep(draft: Draft, *names: str) -> None:
    """Write these fields of a form, or refuse with Draft.DoesNotExist.

    That is when it was left meanwhile, in another tab; or placed, unless it is being placed now.
    """
    own = Draft.objects.filter(pk=draft.pk)
    if not draft.references:
        own = own.filter(references=[])
    if not own.update(**{name: getattr(draft, name) for name in names}):
        raise Draft.DoesNotExist


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


def leave(draft: Draft) -> bool:
    """Give the seats back and delete the form with all that was typed; say whether it is gone.

    One that is placed stays, also when that happened after *draft* was read.
    """
    with transaction.atomic():
        if draft.hold:
            holds.release(draft.hold)
        Draft.objects.filter(pk=draft.pk, references=[]).delete()
        return not Draft.objects.filter(pk=draft.pk).exists()


def drop_expired(*, now: datetime.datetime | None = None) -> int:
    """Delete the forms whose time is up, with all that was typed; return how many there were."""
    deleted, _rows = Draft.objects.expired(now or timezone.now()).delete()
    return deleted


def _token(draft: Draft) -> str:
    digest = salted_hmac("booking.draft", str(draft.request_key), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
