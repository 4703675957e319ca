"""Rows for tests: plain functions, keyword-only, valid by default, each row as the actions leave it."""

from __future__ import annotations

import datetime
import hashlib
import itertools

from django.contrib.auth.models import Group
from django.utils import timezone

from attendance.models import Headcount, Register
from booking.models import Booking, Contact, Course, Party, Transition
from booking.states import HOLDING, LIVE, OVER, BookingState, OverReason
from workshops.folding import fold_label, fold_search
from workshops.models import (
    Audience,
    Batch,
    Deliverer,
    Plan,
    School,
    SchoolVersion,
    Session,
    Topic,
    Upload,
    User,
    Venue,
    Workshop,
)

ROLES = {"facilitator": "facilitators", "coordinator": "coordinators", "manager": "managers"}
_numbers = itertools.count(1)


def local(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime.datetime:
    """An instant by the clock of Europe/Copenhagen."""
    zone = timezone.get_default_timezone()
    return datetime.datetime(year, month, day, hour, minute, tzinfo=zone)


def create_user(
    *, role: str = "", email: str = "", name: str = "", deliverer: Deliverer | None = None
) -> User:
    """Somebody on the staff; *role* is facilitator, coordinator, manager, or none."""
    number = next(_numbers)
    user = User.objects.create_user(
        email or f"{role or 'stranger'}{number}@example.org",
        name=name or f"{role or 'stranger'} {number}",
        deliverer=deliverer,
    )
    if role:
        user.groups.add(Group.objects.get(name=ROLES[role]))
    return user


def create_deliverer(*, code: str = "", title: str = "") -> Deliverer:
    """Somebody who delivers workshops and has no log-in."""
    return Deliverer.objects.create(code=code or f"D{next(_numbers)}", title=title)


def create_school(
    *,
    number: str = "",
    name: str = "",
    type_code: str = "1012",
    municipality_code: str = "101",
    valid_from: datetime.date = datetime.date(2010, 1, 1),
) -> School:
    """A school with one version of its register entry."""
    number = number or f"{500_000 + next(_numbers):06d}"
    name = name or f"Skolen {number}"
    school = School.objects.create(
        number=number, search_text=fold_search(f"{name} {number}"), is_school=type_code[:1] in "13"
    )
    create_school_version(
        school=school,
        name=name,
        type_code=type_code,
        municipality_code=municipality_code,
        valid_from=valid_from,
    )
    return school


def create_school_version(
    *,
    school: School,
    valid_from: datetime.date,
    name: str = "Skolen",
    type_code: str = "1012",
    municipality_code: str = "101",
) -> SchoolVersion:
    """What the register says of a school from a date on."""
    return SchoolVersion.objects.create(
        school=school,
        valid_from=valid_from,
        name=name,
        type_code=type_code,
        type_name={"1012": "Folkeskoler"}.get(type_code, f"Type {type_code}"),
        address="Skolegade 1",
        postcode="2300",
        town="København S",
        municipality_code=municipality_code,
    )


def create_workshop(
    *,
    title: str = "",
    audience: str = Audience.PUPILS,
    needs_approval: bool = False,
    state: str = Workshop.State.PUBLISHED,
) -> Workshop:
    """A published workshop."""
    number = next(_numbers)
    shown = state in {Workshop.State.PUBLISHED, Workshop.State.PAUSED}
    return Workshop.objects.create(
        title=title or f"Workshop {number}",
        slug=f"workshop-{number}",
        audience=audience,
        needs_approval=needs_approval,
        state=state,
        published_at=timezone.now() if shown else None,
    )


def create_plan(*, code: str = "", title: str = "") -> Plan:
    """A plan without goals."""
    return Plan.objects.create(code=code or f"plan-{next(_numbers)}", title=title)


def create_session(
    *,
    workshop: Workshop | None = None,
    plan: Plan | None = None,
    starts: datetime.datetime | None = None,
    capacity: int = 30,
    audience: str = "",
    state: str = Session.State.OPEN,
    reference: str = "",
    leader: User | None = None,
    school: School | None = None,
    batch: Batch | None = None,
    minutes: int = 90,
) -> Session:
    """An open session in a fortnight, at ten in the morning, led by *leader*."""
    workshop = workshop or create_workshop(audience=audience or Audience.PUPILS)
    soon = timezone.localtime() + datetime.timedelta(days=14)
    starts = starts or soon.replace(hour=10, minute=0, second=0, microsecond=0)
    session = Session(
        workshop=workshop,
        plan=plan or create_plan(),
        audience=audience or workshop.audience,
        starts=starts,
        ends=starts + datetime.timedelta(minutes=minutes),
        capacity=capacity,
        school=school,
        batch=batch,
        state=state,
        over_at=timezone.now() if state in Session.OVER else None,
    )
    session.reference = reference or session.reference
    session.save()
    if leader:
        session.facilitators.add(leader)
    return session


def create_booking(
    *,
    session: Session | None = None,
    seats: int = 20,
    state: str = BookingState.CONFIRMED,
    school: School | None = None,
    label: str = "",
    adults: int | None = None,
    grade: int | None = None,
    course: Course | None = None,
    email: str = "",
    row_id: str = "",
    batch: Batch | None = None,
    expires_at: datetime.datetime | None = None,
    contact: bool = True,
) -> Booking:
    """A booking with one party, its contact, its first transition and its seats taken.

    A class in a session for pupils, else a person with their seats.
    """
    number = next(_numbers)
    session = session or create_session()
    now = timezone.now()
    assert state not in HOLDING or session.take_seats(seats), "the session has no such seats left"
    waits = state in {BookingState.PENDING, BookingState.OFFERED}
    booking = Booking.objects.create(
        session=session,
        seats=seats,
        state=state,
        expires_at=expires_at or (now + datetime.timedelta(hours=2) if waits else None),
        over_at=now if state in OVER else None,
        over_reason=OverReason.BY_BOOKER if state in OVER else "",
        row_id=row_id,
        batch=batch,
    )
    Transition.objects.create(booking=booking, origin="", target=state, at=now)
    email = email or f"booker{number}@example.org"
    party = Party(booking=booking, session=session, live=state in LIVE, seats=seats, adults=adults)
    if session.audience == Audience.PUPILS:
        party.kind, party.school = Party.Kind.CLASS, school or create_school()
        party.label = label or f"{number % 10}.{chr(97 + number % 26)}"
        party.folded_label = fold_label(party.label)
        party.grade, party.course = grade, course
    else:
        party.kind, party.school = Party.Kind.PERSON, school
        party.person_key = hashlib.sha256(email.encode()).hexdigest()
    party.save()
    if contact:
        Contact.objects.create(
            booking=booking,
            name=f"Booker {number}",
            email=email,
            expires_on=session.local_date + datetime.timedelta(days=30),
        )
    session.refresh_from_db(fields=["seats_taken"])
    return booking


def create_crowd(*, session: Session | None = None) -> Party:
    """Everybody present at an evening, walk-ins too."""
    session = session or create_session(audience=Audience.PARENTS)
    return Party.objects.create(session=session, kind=Party.Kind.CROWD)


def create_headcount(
    *,
    party: Party | None = None,
    present: int = 20,
    adults: int | None = None,
    outcome: str = Headcount.Outcome.CAME,
    recorded_by: User | None = None,
    approved_by: User | None = None,
    rejected_by: User | None = None,
    batch: Batch | None = None,
    approved: bool = False,
    at: datetime.datetime | None = None,
) -> Headcount:
    """A count that waits for its verdict; *approved* (or *approved_by*, *rejected_by*) decides it.

    With a *batch* it is an imported count, which nobody known has made or approved.
    """
    party = party or create_booking().parties.get()
    at = at or timezone.now()
    decider = approved_by or rejected_by
    if approved and not batch and not decider:
        decider = approved_by = create_user(role="coordinator")
    verdict = Headcount.Verdict.APPROVED if approved or approved_by else ""
    verdict = Headcount.Verdict.REJECTED if rejected_by else verdict
    return Headcount.objects.create(
        party=party,
        present=present,
        adults=adults,
        outcome=outcome,
        recorded_by=None if batch else recorded_by or create_user(role="facilitator"),
        recorded_at=at,
        batch=batch,
        verdict=verdict,
        decided_by=decider,
        decided_at=at if verdict else None,
        verdict_why="Counted twice." if rejected_by else "",
    )


def create_register(
    *,
    session: Session | None = None,
    held: bool = True,
    state: str = Register.State.SUBMITTED,
    submitted_by: User | None = None,
    approved_by: User | None = None,
    batch: Batch | None = None,
) -> Register:
    """A submitted attendance list; *approved_by* makes it an approved one."""
    now = timezone.now()
    state = Register.State.APPROVED if approved_by else state
    begun = state == Register.State.IN_PROGRESS
    return Register.objects.create(
        session=session or create_session(),
        held=None if begun else held,
        state=state,
        submitted_by=submitted_by,
        submitted_at=None if begun else now,
        approved_by=approved_by,
        approved_at=now if state == Register.State.APPROVED else None,
        batch=batch,
    )


def create_course(*, code: str = "") -> Course:
    """Several sessions for the same class."""
    return Course.objects.create(code=code or f"F{next(_numbers)}")


def create_batch(*, kind: str = Batch.Kind.REGISTRATIONS, by: User | None = None) -> Batch:
    """An applied import."""
    number = next(_numbers)
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return Batch.objects.create(
        kind=kind, by=by, file_name=f"fil{number}.csv", digest=f"sha256:{digest}"
    )


def create_upload(
    *,
    kind: str = Batch.Kind.REGISTER,
    by: User | None = None,
    content: bytes = b"a;b",
    expires_at: datetime.datetime | None = None,
) -> Upload:
    """A file on its way in, waiting for somebody to confirm it."""
    return Upload.objects.create(
        kind=kind,
        by=by or create_user(role="coordinator"),
        files=[["fil.csv", len(content)]],
        content=content,
        digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
        expires_at=expires_at or timezone.now() + datetime.timedelta(hours=1),
    )


def create_topic(*, title: str = "", title_en: str = "") -> Topic:
    """What workshops can be about."""
    number = next(_numbers)
    return Topic.objects.create(
        slug=f"emne-{number}", title=title or f"Emne {number}", title_en=title_en
    )


def create_venue(*, name: str = "", address: str = "Havnegade 12") -> Venue:
    """A place of ours."""
    return Venue.objects.create(name=name or f"Hus {next(_numbers)}", address=address)
