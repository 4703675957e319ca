"""A form being filled in: begun with the seats held, saved, moved to another date, placed, left."""

import base64
import contextlib
import datetime
import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from booking.actions import bookings, groups, holds, refusals, retention, seats
from booking.actions import parties as people
from booking.actions.parties import Booker, ClassParty, PersonParty
from booking.models import Booking, Draft, Hold
from workshops import grades
from workshops.folding import fold_label
from workshops.models import Audience, School, Session, Workshop

LIFETIME = datetime.timedelta(hours=2)
# Refusals that no number of seats cures, only another date.
LOST = frozenset({"session_full", "session_begun", "session_not_open"})
Answers = dict[str, Any]
"""What is kept of a form, by audience.

All: seats. Pupils: school {pk, number, name}, classes [[label, pupils]], adults, meeting_place,
name, email, mobile, equipment_confirmed, needs. Parents: name, email, needs. Professionals:
workplace, job_group, people [[name, email]]. Pupils have besides, once they were asked and went on,
grades_accepted [label and limits].
"""
ACCEPTED = "grades_accepted"


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
            draft.answers = _with_seats(draft.answers, seats_wanted)
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


def _with_seats(answers: Answers, seats_wanted: int) -> Answers:
    """Return the answers with another number; a class that is alone gets it too."""
    classes = answers.get("classes", [])
    if len(classes) == 1:
        answers = {**answers, "classes": [[classes[0][0], seats_wanted]]}
    return {**answers, "seats": seats_wanted}


def find(token: str, *, now: datetime.datetime) -> Draft | None:
    """Return the form that *token* opens, with its session, workshop and hold. One query."""
    within = Draft.objects.filter(token_key=_key(token), expires_at__gt=now)
    return within.select_related(
        "hold", "session__workshop", "session__venue", "session__school"
    ).first()


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


def is_filled(draft: Draft) -> bool:
    """Say whether the details have been answered, so that the check page has something to show."""
    return "email" in draft.answers or "people" in draft.answers


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
    _check(draft.session, answers)
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


def _check(session: Session, answers: Answers) -> None:
    """Refuse already here what `place` would refuse without looking at any table."""
    if session.audience == Audience.PROFESSIONALS:
        groups.check(_colleagues(answers))
        return
    people.check(session, _parties(session, answers))
    people.check_booker(_booker(answers))


def outside_grades(draft: Draft) -> list[str]:
    """Return the classes that the workshop is not for, unless their booker has gone on with them.

    Reads no table. Nothing is refused for it; what schools call a class is a guess at its grade.
    """
    accepted = draft.answers.get(ACCEPTED, ())
    return [label for label, mark in _marks(draft).items() if mark not in accepted]


def accept_grades(draft: Draft) -> Draft:
    """Keep that the booker was asked about the classes outside the grades, and goes on."""
    marks = {*draft.answers.get(ACCEPTED, ()), *_marks(draft).values()}
    draft.answers = {**draft.answers, ACCEPTED: sorted(marks)}
    _keep(draft, "answers")
    return draft


def _marks(draft: Draft) -> dict[str, str]:
    """Return by label what was asked about each class: itself, and the limits it is outside of."""
    workshop = draft.session.workshop
    first, last = workshop.grade_from, workshop.grade_to
    return {
        label: f"{fold_label(label)} {first} {last}"
        for label, _pupils in draft.answers.get("classes", ())
        if grades.is_outside(label, first=first, last=last)
    }


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
        _look_again(draft)  # a click before this one may have moved it
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


def _look_again(draft: Draft) -> None:
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
    as `bookings.place` and `groups.place_all` do.
    """
    now = now or timezone.now()
    if draft.references:
        return list(draft.references)
    if not is_filled(draft):
        message = _("This form is not filled in yet. Fill it in, then book.")
        raise ValidationError(message, code="draft_incomplete")
    if draft.session.workshop.state != Workshop.State.PUBLISHED:
        raise seats.not_open()
    if not live_hold(draft, now=now):
        wanted = draft.answers["seats"]
        holds.check_room(draft.session, seats_wanted=wanted, client_key="", now=now)
    known = groups.known_mailboxes(addresses(draft))  # before anything is locked
    with transaction.atomic():
        placed = _place(draft, known=known, language=language, now=now)
        draft.references = [booking.reference for booking in placed]
        draft.answers, draft.hold, draft.expires_at = {}, None, now + LIFETIME
        _keep(draft, "references", "answers", "hold", "expires_at")
    return list(draft.references)


def _place(
    draft: Draft, *, known: set[str], language: str, now: datetime.datetime
) -> list[Booking]:
    if draft.session.audience == Audience.PROFESSIONALS:
        return groups.place_all(
            draft.session,
            people_signed_up=_colleagues(draft.answers),
            request_key=draft.request_key,
            language=language,
            known=known,
            hold=draft.hold,
            now=now,
        )
    booker = _booker(draft.answers)
    booking = bookings.place(
        draft.session,
        parties=_parties(draft.session, draft.answers),
        contact=booker,
        request_key=draft.request_key,
        language=language,
        hold=draft.hold,
        needs_mailbox=not known,
        now=now,
    )
    return [booking]


def _parties(session: Session, answers: Answers) -> list[ClassParty | PersonParty]:
    """Return the parties of a form; the adults with joined classes stand with the first one."""
    if session.audience == Audience.PARENTS:
        return [PersonParty(seats=answers["seats"])]
    school = School(pk=answers["school"]["pk"], number=answers["school"]["number"])
    return [
        ClassParty(
            school=school, label=label, seats=pupils, adults=0 if place else answers["adults"]
        )
        for place, (label, pupils) in enumerate(answers["classes"])
    ]


def _booker(answers: Answers) -> Booker:
    return Booker(
        name=answers["name"],
        email=answers["email"],
        mobile=answers.get("mobile", ""),
        meeting_place=answers.get("meeting_place", ""),
        needs=tuple(answers.get("needs", ())),
        equipment_confirmed=answers.get("equipment_confirmed", False),
    )


def _colleagues(answers: Answers) -> list[Booker]:
    return [
        Booker(
            name=name,
            email=email,
            workplace=answers["workplace"],
            job_group=answers["job_group"],
        )
        for name, email in answers["people"]
    ]


def addresses(draft: Draft) -> list[str]:
    """Return the e-mail addresses that placing the form writes to."""
    if "people" in draft.answers:
        return [email for _name, email in draft.answers["people"]]
    return [draft.answers["email"]] if "email" in draft.answers else []


def drop_expired(*, now: datetime.datetime | None = None) -> int:
    """Delete the forms whose time is up, with all that was typed; return how many there were."""
    deleted, _rows = Draft.objects.filter(expires_at__lte=now or timezone.now()).delete()
    return deleted


def _token(draft: Draft) -> str:
    digest = salted_hmac("booking.draft", str(draft.request_key), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
