"""Filling in a form: its answers are kept, and it takes another date with all of them."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from booking.actions import answers as said
from booking.actions import drafts, holds, refusals
from booking.actions.answers import ACCEPTED, Answers
from booking.models import Draft, Hold
from workshops.models import Session

# Refusals that no number of seats cures, only another date.
LOST = frozenset({"session_full", "session_begun", "session_not_open"})
KEPT = LOST | {"too_many_holds"}  # whoever is refused so comes back to what was typed


def save_answers(
    draft: Draft, *, answers: Answers, client_key: str, now: datetime.datetime | None = None
) -> Draft:
    """Keep valid answers; the hold follows their number of seats, and is made anew when expired.

    Draft.DoesNotExist when the form was left meanwhile; likewise from `switch` and `placing.place`.
    Refuses with ``session_full``: its `params` say how many seats are `left`. Where no answer helps
    (see KEPT), the answers are kept all the same. Refuses also as `holds.hold` does,
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
            drafts.keep(draft, "hold", "answers")
    except ValidationError as refusal:
        is_full = refusal.code == "session_full"
        left = seats_within_reach(draft, now=now) if is_full else 0
        if refusal.code in KEPT and not left:
            draft.answers = answers
            drafts.keep(draft, "answers")
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
            drafts.keep(current, "answers")
    draft.answers = {**draft.answers, ACCEPTED: accepted}
    return draft


def _fit_hold(draft: Draft, seats_wanted: int, *, client_key: str, now: datetime.datetime) -> Hold:
    held = drafts.live_hold(draft, now=now)
    if held is None or held.seats != seats_wanted:
        holds.queue_up(client_key)
        drafts.look_again(draft)  # a click before this one may have fitted it
        held = drafts.live_hold(draft, now=now)
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
    held = drafts.live_hold(draft, now=now)
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
        drafts.look_again(draft)  # a click before this one may have moved it
        held = drafts.live_hold(draft, now=now)
        if held and held.session_id == to.pk:
            return draft
        if held:
            held = holds.move(held, to=to, seats_wanted=wanted, now=now)
        else:
            held = holds.hold(to, seats_wanted=wanted, client_key=client_key, now=now)
        draft.hold, draft.session = held, to
        drafts.keep(draft, "hold", "session")
    return draft
