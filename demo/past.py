"""What happened: sessions that have begun, with their counts in every stage of their life."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from attendance.models import Answer, Headcount, Register
from booking.models import Party
from demo.rows import TownRows
from demo.timetable import PlannedDate
from workshops.folding import fold_title
from workshops.models import Audience, Session, User

QUESTION = "Fik du viden, du kan bruge?"
_YES, _NO, _UNSURE = "Ja", "Nej", "Ved ikke"
# Of every 25 answers these are not yes: 88 %.
_OTHERS = {4: _UNSURE, 11: _NO, 20: _UNSURE}


@dataclass(frozen=True)
class Life:
    """How far a session's register and its counts have come; a later count corrects an earlier."""

    register: str = ""
    verdicts: tuple[str, ...] = ()
    held: bool = True
    nobody: bool = False


_APPROVED, _REJECTED = Headcount.Verdict.APPROVED.value, Headcount.Verdict.REJECTED.value
LIVES = {
    "missing": Life(),
    "in progress": Life("in_progress", ("",)),
    "awaiting": Life("submitted", ("",)),
    "approved": Life("approved", (_APPROVED,)),
    "rejected": Life("submitted", (_REJECTED,)),
    "counted again": Life("submitted", (_REJECTED, "")),
    "corrected": Life("approved", (_APPROVED, _APPROVED)),
    "correction waits": Life("approved", (_APPROVED, "")),
    "no-show": Life("approved", (_APPROVED,), held=False, nobody=True),
    "held with 0": Life("approved", (_APPROVED,), nobody=True),
}
# The latest session first, for each audience and leader; older ones are approved.
_LATEST = {
    ("elever", "facilitator"): (
        "missing",
        "awaiting",
        "in progress",
        "awaiting",
        "missing",
        "counted again",
        "correction waits",
        "approved",
        "rejected",
        "no-show",
        "corrected",
    ),
    ("elever", "external"): ("awaiting", "missing", "approved", "no-show"),
    ("forældre", "external"): ("approved", "approved", "held with 0"),
}
_EVERY_NO_SHOW = 29  # of the older ones


def play(rows: TownRows, slots: Sequence[PlannedDate]) -> None:
    """Add the sessions of *slots*, all of them begun, with bookings, counts and answers."""
    asked = 0
    for slot, life in _lives(rows, slots):
        session = rows.session(slot)
        expected = _book(rows, session)
        if life.register:
            parties = expected if slot.audience == Audience.PUPILS else [_crowd(rows, session)]
            present = [_count(rows, party, life) for party in parties]
            _register(rows, session, life)
            if slot.audience == Audience.PARENTS and life.held:
                asked = _ask(rows, session, sum(present), asked)


def _lives(rows: TownRows, slots: Sequence[PlannedDate]) -> Iterator[tuple[PlannedDate, Life]]:
    """Yield each slot, the latest first, with what becomes of it."""
    led_by = {row["slug"]: row["led_by"] for row in rows.stage.catalogue}
    turns = {key: iter(names) for key, names in _LATEST.items()}
    for number, slot in enumerate(reversed(slots)):
        if slot.ends > rows.stage.now:
            yield slot, LIVES["missing"]
            continue
        older = "no-show" if number % _EVERY_NO_SHOW == 28 else "approved"
        older = older if slot.audience == Audience.PUPILS else "approved"
        name = next(turns.get((slot.audience, led_by[slot.workshop]), iter(())), older)
        yield slot, LIVES[name]


def _book(rows: TownRows, session: Session) -> list[Party]:
    """Add the bookings that a past session had; return their parties."""
    chance = rows.chance
    created = session.starts - datetime.timedelta(days=chance.randint(14, 60), hours=3)
    if session.audience == Audience.PUPILS:
        joined = session.capacity > 30 and chance.random() < 0.6
        school = rows.school()
        parties = [rows.school_class(session, seats=chance.randint(19, 27), school=school)]
        if joined:
            parties.append(_beside(rows, session, parties[0]))
        for party in parties:
            rows.booking(session, [party], created_at=created)
        return parties
    few = 7 if session.audience == Audience.PROFESSIONALS else 11
    for _number in range(chance.randint(few, 2 * few)):
        guest = rows.guest()
        person = rows.person(guest, seats=chance.choice((1, 1, 2)))
        rows.booking(session, [person], created_at=created, guest=guest)
    return []


def _beside(rows: TownRows, session: Session, first: Party) -> Party:
    """Return the parallel class of *first*."""
    second = rows.school_class(session, seats=first.seats - 1, school=first.school)
    letter = "B" if first.label.endswith("A") else "A"
    second.grade, second.label = first.grade, f"{first.grade}.{letter}"
    second.folded_label = f"{first.grade}{letter.lower()}"
    return second


def _crowd(rows: TownRows, session: Session) -> Party:
    """Add the party for everybody present at an evening."""
    party = Party(session=session, kind=Party.Kind.CROWD, seats=session.seats_taken)
    rows.parties.append(party)
    return party


def _count(rows: TownRows, party: Party, life: Life) -> int:
    """Add the counts of a party; return how many were there."""
    stage, session = rows.stage, party.session
    leader = _leader(rows, session)
    came = party.seats + rows.chance.choice((-3, -2, -1, -1, 0, 0, 1))
    for turn, verdict in enumerate(life.verdicts):
        at = _before(session.ends + datetime.timedelta(minutes=10, days=2 * turn), stage.now)
        decided = _before(at + datetime.timedelta(hours=20), stage.now) if verdict else None
        decider = stage.staff["coordinator2" if turn else "coordinator"]
        rows.headcounts.append(
            Headcount(
                party=party,
                present=0 if life.nobody else came - turn,
                adults=None if party.kind == Party.Kind.CROWD or life.nobody else party.adults,
                outcome="no_show" if life.nobody and not life.held else "came",
                why=_why(life, turn),
                recorded_by=leader,
                recorded_at=at,
                verdict=verdict,
                decided_by=decider if verdict else None,
                decided_at=decided,
                verdict_why="Tallet passer ikke med klassen." if verdict == _REJECTED else "",
            )
        )
    return 0 if life.nobody else came


def _why(life: Life, turn: int) -> str:
    if life.nobody and not life.held:
        return "Klassen kom ikke, skolen har fået besked."
    return "Talt efter: én elev gik før tid." if turn else ""


def _register(rows: TownRows, session: Session, life: Life) -> None:
    now = rows.stage.now
    submitted = _before(session.ends + datetime.timedelta(minutes=15), now)
    approved = _before(submitted + datetime.timedelta(hours=20), now)
    begun, done = life.register == "in_progress", life.register == "approved"
    rows.registers.append(
        Register(
            session=session,
            held=None if begun else life.held,
            state=life.register,
            submitted_by=None if begun else _leader(rows, session),
            submitted_at=None if begun else submitted,
            approved_by=rows.stage.staff["coordinator"] if done else None,
            approved_at=approved if done else None,
        )
    )


def _ask(rows: TownRows, session: Session, present: int, asked: int) -> int:
    """Add the answers of fewer than half of those present; return how many there are so far."""
    for number in range(asked, asked + present * 2 // 5):
        answer = _OTHERS.get(number % 25, _YES)
        rows.answers.append(
            Answer(
                session=session,
                question=QUESTION,
                folded_question=fold_title(QUESTION),
                value=answer,
                folded_value=fold_title(answer),
            )
        )
    return asked + present * 2 // 5


def _leader(rows: TownRows, session: Session) -> User:
    return next(leader for led, leader in reversed(rows.leads) if led is session)


def _before(moment: datetime.datetime, now: datetime.datetime) -> datetime.datetime:
    """Nothing is counted or decided in the future, nor at night."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return min(local.replace(hour=max(local.hour, 9)), now)
