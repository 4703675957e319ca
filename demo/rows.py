"""The rows of sessions and bookings, kept in memory and written table by table."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from attendance.models import Answer, Headcount, Register
from booking.actions import retention
from booking.actions.parties import person_key
from booking.models import Booking, Contact, Errand, Mailbox, Need, Party, Transition
from booking.models.booking import ALPHABET
from booking.states import HOLDING, LIVE, OVER, BookingState, OverReason
from demo import sources
from demo.stage import Town
from demo.timetable import PlannedDate
from workshops.folding import fold_label, fold_search
from workshops.models import School, Session, User


@dataclass(frozen=True)
class Guest:
    """Somebody who books; invented, with an address that nobody has."""

    name: str
    email: str
    mobile: str


@dataclass
class TownRows:
    """What is to be written; `save` writes it in the order in which rows lean on each other."""

    stage: Town
    chance: Random
    sessions: list[Session] = field(default_factory=list)
    leads: list[tuple[Session, User]] = field(default_factory=list)
    registers: list[Register] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    headcounts: list[Headcount] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    seated: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Session → the schools that are in it."""
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=lambda: sources.read("people"))

    def session(
        self,
        slot: PlannedDate,
        *,
        state: Session.State = Session.State.OPEN,
        over_at: datetime.datetime | None = None,
    ) -> Session:
        """Add the session of *slot*, led by whoever leads that workshop."""
        row = next(row for row in self.stage.catalogue if row["slug"] == slot.workshop)
        leader = self.stage.staff[row["led_by"]]
        session = Session(
            reference=f"F-{self.chance.getrandbits(48):012x}",
            workshop=self.stage.workshops[slot.workshop],
            plan=self.stage.plan,
            audience=slot.audience,
            starts=slot.starts,
            ends=slot.ends,
            venue=self.stage.venues.get(slot.venue),
            language=slot.language,
            capacity=row["capacity"],
            deliverer=self.stage.deliverer if leader.deliverer_id else None,
            state=state,
            over_at=over_at,
        )
        self.sessions.append(session)
        self.leads.append((session, leader))
        return session

    def guest(self) -> Guest:
        """Return the next guest; no two have the same address."""
        number = len(self.bookings) + 1
        first = self.chance.choice(self.people["first_names"])
        last = self.chance.choice(self.people["last_names"])
        mailbox = fold_search(f"{first} {last}").replace(" ", ".")
        email = f"{mailbox}{number}@gaest.example"
        # Denmark keeps no range for stories; these cost nothing and are nobody's own.
        return Guest(f"{first} {last}", email, f"+458000{number % 10000:04}")

    def booking(
        self,
        session: Session,
        parties: Sequence[Party],
        *,
        created_at: datetime.datetime,
        states: Sequence[BookingState] = (BookingState.CONFIRMED,),
        expires_at: datetime.datetime | None = None,
        reason: OverReason | None = None,
        guest: Guest | None = None,
        by: User | None = None,
        why: str = "",
    ) -> Booking:
        """Add a booking that went through *states*, with its parties, contact and transitions."""
        guest = guest or self.guest()
        state = states[-1]
        over_at = self._ended(created_at) if state in OVER else None
        booking = Booking(
            reference="".join(self.chance.choices(ALPHABET, k=10)),
            session=session,
            seats=sum(party.seats for party in parties),
            equipment_confirmed=self.chance.random() < 0.9,
            request_key=uuid.UUID(int=self.chance.getrandbits(128), version=4),
            expires_at=expires_at,
            created_at=created_at,
            state=state,
            over_at=over_at,
            over_reason=reason or "",
        )
        self.bookings.append(booking)
        session.seats_taken += booking.seats if state in HOLDING else 0
        for party in parties:
            party.booking, party.session, party.live = booking, session, state in LIVE
            self.seated[session.reference].add(party.school_id or 0)
            self.parties.append(party)
        for origin, target in zip(("", *states), states, strict=False):
            at = over_at or created_at if target in OVER else created_at
            move = Transition(booking=booking, origin=origin, target=target, at=at)
            if target in OVER:
                move.by, move.why = by, why
            self.transitions.append(move)
        self._contact(booking, guest)
        return booking

    def _ended(self, created_at: datetime.datetime) -> datetime.datetime:
        return created_at + (self.stage.now - created_at) / 2

    def _contact(self, booking: Booking, guest: Guest) -> None:
        """Add the contact while it would not be deleted yet, its needs, and that it is known."""
        last_day = retention.contact_until(booking.session.local_date)
        if last_day < self.stage.now.date():
            return
        of_school = booking.session.venue is None
        places, jobs = self.people["meeting_places"], self.people["job_groups"]
        is_talk = booking.session.audience == "fagpersoner"
        self.contacts.append(
            Contact(
                booking=booking,
                name=guest.name,
                email=guest.email,
                mobile=guest.mobile if booking.session.audience == "elever" else "",
                meeting_place=self.chance.choice(places) if of_school else "",
                workplace=self.chance.choice(self.people["workplaces"]) if is_talk else "",
                job_group=self.chance.choice(jobs) if is_talk else "",
                expires_on=last_day,
            )
        )
        if booking.state == BookingState.CONFIRMED:
            key = person_key(guest.email)
            self.mailboxes[key] = Mailbox(key=key, confirmed_at=booking.created_at)
        if self.chance.random() < 0.08:
            code = self.chance.choice(self.people["needs"])
            gone = retention.needs_until(booking.session.local_date)
            self.needs.append(Need(booking=booking, code=code, expires_on=gone))

    def school_class(self, session: Session, *, seats: int, school: School | None = None) -> Party:
        """Return a class of a school (chosen by chance unless given) that fits the workshop."""
        lowest, highest = session.workshop.grade_from or 0, session.workshop.grade_to or 9
        grade = self.chance.randint(lowest, min(highest, 9))
        label = f"{grade}.{self.chance.choice('ABC')}"
        return Party(
            kind=Party.Kind.CLASS,
            seats=seats,
            adults=self.chance.choice((1, 2, 2)),
            school=school or self.school(besides=self.seated[session.reference]),
            label=label,
            folded_label=fold_label(label),
            grade=grade,
        )

    def school(self, *, besides: Collection[int] = ()) -> School:
        """Return a school by chance: most are folkeskoler, a few count nowhere.

        *besides* are those that the session has already: no class may be in it twice.
        """
        kinds = list(self.stage.schools)
        while True:
            kind = self.chance.choices(kinds, (72, 23, 3, 2))[0]
            school = self.chance.choice(self.stage.schools[kind])
            if school.pk not in besides:
                return school

    def person(self, guest: Guest, *, seats: int) -> Party:
        """Return a person with their seats."""
        return Party(kind=Party.Kind.PERSON, seats=seats, person_key=person_key(guest.email))

    def save(self) -> None:
        """Write every row; one or two statements a table."""
        through = Session.facilitators.through
        Session.objects.bulk_create(self.sessions, batch_size=500)
        led = [
            through(session_id=session.pk, user_id=leader.pk)
            for session, leader in self.leads
            if leader.deliverer_id is None
        ]
        through.objects.bulk_create(led, batch_size=500)
        for rows in self._tables():
            for model in {type(row) for row in rows}:
                model._default_manager.bulk_create(rows, batch_size=300)  # noqa: SLF001 - Django's own name

    def _tables(self) -> Iterable[list[Any]]:
        return (
            self.registers,
            self.bookings,
            self.parties,
            self.headcounts,
            self.transitions,
            self.contacts,
            self.needs,
            self.errands,
            self.answers,
            list(self.mailboxes.values()),
        )
