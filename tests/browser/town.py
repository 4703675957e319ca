"""A small believable town: workshops, sessions, bookings, counts and goals in every state."""

from __future__ import annotations

import datetime
import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from booking import links
from booking.actions import drafts, filling, parties, placing
from booking.models import Booking, Errand, Mailbox
from booking.states import BookingState
from goals.models import PlanVersion
from notifications import kinds, rendering
from notifications.models import Notice
from tests import commands, factories
from tests.browser import files
from tests.browser.files import FOLK, FREE
from workshops.actions import uploads
from workshops.models import (
    Audience,
    Batch,
    Deliverer,
    District,
    Plan,
    Session,
    Topic,
    User,
    Venue,
    Workshop,
)

SCHOOLS = (
    ("101201", "Skolen ved Søerne", FOLK), ("101202", "Amager Fælles Skole", FOLK), ("101203", "Ørestad Byskole", FOLK),
    ("101204", "Vesterbro Ny Skole", FOLK), ("101205", "Åboulevardens Skole", FOLK), ("101206", "Den Frie Skole på Havnen", FREE),
)  # fmt: skip
TOPICS = (("demokrati", "Demokrati og medborgerskab", "Democracy and citizenship"), ("digitalt", "Digitalt liv", "Digital life"), ("faellesskab", "Fællesskab", "Community"))  # fmt: skip
VENUES = (("Biblioteket på Blågårds Plads", "Blågårds Plads 5, 2200 København N", "Nørrebro"), ("Kulturhuset Islands Brygge", "Islands Brygge 18, 2300 København S", "Amager Vest"))  # fmt: skip
STAFF = {
    "facilitator": "Line Kjær",
    "other": "Omar Haddad",
    "coordinator": "Søren Brandt",
    "manager": "Mette Friis",
}


@dataclass
class Town:
    """What stands in the database, by name: rows for addresses, session keys for cookies."""

    people: dict[str, User] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    workshops: dict[str, Workshop] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    schools: list[object] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)  # of forms being filled in
    links: dict[str, str] = field(default_factory=dict)  # of bookings
    version: PlanVersion | None = None
    others: dict[str, object] = field(default_factory=dict)


def empty() -> Town:
    """Staff who can sign in, and nothing else."""
    town = Town()
    deliverer = Deliverer.objects.create(code="D-teater", title="Teater Spejlet")
    for role, name in STAFF.items():
        town.people[role] = factories.create_user(
            role="facilitator" if role == "other" else role, name=name, email=f"{role}@example.org"
        )
    town.people["external"] = factories.create_user(
        role="facilitator", name="Ida Falk", email="external@example.org", deliverer=deliverer
    )
    town.people["external"].access_ends = timezone.localdate() + datetime.timedelta(days=200)
    town.people["external"].save()
    town.people["manager"].set_password("en kode som ingen gætter")  # the others sign in by code
    town.people["manager"].save()
    town.keys = {role: sign_in(user) for role, user in town.people.items()}
    return town


def filled() -> Town:
    """The town in the middle of its year."""
    town = empty()
    town.schools = [
        factories.create_school(number=number, name=name, type_code=kind)
        for number, name, kind in SCHOOLS
    ]
    _offer(town)
    _schedule(town)
    _book(town)
    _count(town)
    _aim(town)
    _write(town)
    _begin(town)
    return town


def sign_in(user: User) -> str:
    """The key of a session in which *user* is signed in, as the log-in page makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


# --- what is offered ---------------------------------------------------------------------------


def _offer(town: Town) -> None:
    topics = [Topic.objects.create(slug=slug, title=title, title_en=english) for slug, title, english in TOPICS]  # fmt: skip
    words = _workshop(town, "words", "Ord der samler", "Words that unite", topic=topics[0], grade_from=7, grade_to=9, minutes=90)  # fmt: skip
    words.preparation = "Læs side 4-7 i lærerens hæfte, og del klassen i fire hold."
    words.preparation_en = "Read pages 4-7 of the teacher's booklet, and make four teams."
    words.school_provides = "Et lokale med projektor og plads til at flytte bordene."
    words.school_provides_en = "A room with a projector and space to move the tables."
    words.save()
    _workshop(town, "online", "Online liv", "Life online", topic=topics[1], grade_from=4, grade_to=6, minutes=60)  # fmt: skip
    _workshop(town, "asked", "Teater i klassen", "Theatre in class", topic=topics[2], grade_from=5, grade_to=9, needs_approval=True)  # fmt: skip
    _workshop(town, "parents", "Når børn er på nettet", "When children go online", topic=topics[1], audience=Audience.PARENTS, minutes=120)  # fmt: skip
    _workshop(town, "professionals", "Den svære samtale", "The difficult conversation", topic=topics[2], audience=Audience.PROFESSIONALS, minutes=120)  # fmt: skip
    _workshop(town, "draft", "Kildekritik", "", topic=topics[1], state=Workshop.State.DRAFT)


def _workshop(
    town: Town,
    name: str,
    title: str,
    english: str,
    *,
    audience: str = Audience.PUPILS,
    needs_approval: bool = False,
    state: str = Workshop.State.PUBLISHED,
    **more: object,
) -> Workshop:
    workshop = factories.create_workshop(
        title=title, audience=audience, needs_approval=needs_approval, state=state
    )
    workshop.slug, workshop.title_en = name, english
    workshop.summary = f"{title}: øvelser og samtale om at høre til, være uenige og finde sammen."
    workshop.summary_en = english and f"{english}: exercises and talk about belonging together."
    workshop.description = "Vi arbejder i små hold med situationer fra hverdagen.\n\nAlle kommer til orde, og læreren får materiale til at arbejde videre."
    workshop.description_en = (
        english and "We work in small teams with everyday situations.\n\nEverybody gets to speak."
    )
    for key, value in more.items():
        setattr(workshop, key, value)
    workshop.save()
    town.workshops[name] = workshop
    return workshop


# --- when --------------------------------------------------------------------------------------


def _schedule(town: Town) -> None:
    plan = Plan.objects.create(code="trivsel", title="Plan for trivsel")
    town.others["plan"] = plan
    places = [
        Venue.objects.create(
            name=name,
            address=address,
            district=District.objects.create(number=number, name=district),
        )
        for number, (name, address, district) in enumerate(VENUES, 2)
    ]
    line = town.people["facilitator"]
    times = {
        "open": ("words", 14, 9, 60), "second": ("words", 21, 9, 60), "last": ("words", 9, 12, 28),
        "full": ("words", 16, 12, 25), "english": ("words", 28, 10, 30), "online": ("online", 12, 8, 30),
        "asked": ("asked", 30, 10, 30), "parents": ("parents", 18, 17, 80),
        "professionals": ("professionals", 20, 13, 30), "counted": ("words", -20, 9, 60),
        "to_approve": ("words", -6, 9, 60), "missing": ("online", -4, 9, 30), "evening": ("parents", -10, 17, 80),
    }  # fmt: skip
    for number, (name, (workshop, days, hour, capacity)) in enumerate(times.items()):
        day = timezone.localtime() + datetime.timedelta(days=days)
        town.sessions[name] = _session(town, plan, workshop, day.replace(hour=hour, minute=0, second=0, microsecond=0), capacity)  # fmt: skip
        town.sessions[name].venue = places[number % 2] if name != "open" else None
        town.sessions[name].language = "en" if name == "english" else "da"
        town.sessions[name].room = "Sal 2" if number % 2 else ""
        town.sessions[name].save()
    now = timezone.now() - datetime.timedelta(minutes=30)
    town.sessions["today"] = _session(town, plan, "words", now, 60)
    town.sessions["today"].deliverer = town.people["external"].deliverer
    town.sessions["today"].save()
    for session in town.sessions.values():
        session.facilitators.add(line)


def _session(
    town: Town, plan: Plan, workshop: str, starts: datetime.datetime, capacity: int
) -> Session:
    return factories.create_session(
        workshop=town.workshops[workshop], plan=plan, starts=starts, capacity=capacity
    )


# --- who comes ---------------------------------------------------------------------------------


def _book(town: Town) -> None:
    book = {
        "confirmed": ("open", 24, BookingState.CONFIRMED), "nearly": ("last", 23, BookingState.CONFIRMED),
        "fills": ("full", 25, BookingState.CONFIRMED), "asks": ("asked", 22, BookingState.PENDING),
        "cancelled": ("open", 20, BookingState.CANCELLED), "today": ("today", 24, BookingState.CONFIRMED),
        "today_too": ("today", 21, BookingState.CONFIRMED), "counted": ("counted", 24, BookingState.CONFIRMED),
        "to_approve": ("to_approve", 22, BookingState.CONFIRMED), "missing": ("missing", 25, BookingState.CONFIRMED),
    }  # fmt: skip
    for number, (name, (session, seats, state)) in enumerate(book.items()):
        school = town.schools[number % len(town.schools)]
        town.bookings[name] = factories.create_booking(
            session=town.sessions[session],
            seats=seats,
            state=state,
            school=school,
            label=f"{7 + number % 3}.{'abcd'[number % 4]}",
            adults=2,
            grade=7 + number % 3,
            email=f"{name}@example.org",
        )
        contact = town.bookings[name].contact
        contact.name, contact.mobile = f"Lærer {number + 1}", f"+45204060{number:02d}"
        contact.meeting_place = "Kontoret i stueetagen"
        contact.save()
    for name in ("parents", "professionals"):
        town.bookings[name] = factories.create_booking(session=town.sessions[name], seats=2)
    booking = town.bookings["confirmed"]
    town.others["errand"] = Errand.objects.create(
        kind="tell_school", booking=booking, school=town.schools[0]
    )


def _count(town: Town) -> None:
    line, soren = town.people["facilitator"], town.people["coordinator"]
    parties = {name: town.bookings[name].parties.get() for name in ("counted", "to_approve")}
    town.others["approved"] = factories.create_headcount(
        party=parties["counted"], present=23, adults=2, recorded_by=line, approved_by=soren
    )
    factories.create_register(
        session=town.sessions["counted"], submitted_by=line, approved_by=soren
    )
    town.others["headcount"] = factories.create_headcount(
        party=parties["to_approve"], present=20, adults=2, recorded_by=line
    )
    factories.create_register(session=town.sessions["to_approve"], submitted_by=line)


# --- what it adds up to ------------------------------------------------------------------------


def _aim(town: Town) -> None:
    year = timezone.localdate().year
    content = files.plan(year)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        commands.done("import_plan", file, "--apply")
    commands.done("aggregate")
    town.version = PlanVersion.objects.get(year=year)
    town.others["measure"] = town.version.measures.get(code="1.folk")
    town.others["goal"] = town.version.goals.get(code="3")
    town.others["batch"] = Batch.objects.latest("pk")
    _upload(town, content)


def _upload(town: Town, content: dict) -> None:
    """Three uploads that wait for the coordinator's word."""
    soren, today = town.people["coordinator"], timezone.localdate()
    plan = json.dumps({**content, "title": "Plan for trivsel og fællesskab"}).encode()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "register.csv"
        rows = [commands.school(number, kind=kind, name=name) for number, name, kind in SCHOOLS]
        commands.write_table(place, [*rows[:-1], commands.school("101207", name="Ny skole")], columns=commands.SCHOOLS)  # fmt: skip
        register = place.read_bytes()
        empty = {"nr": "1", "session": "S1", "plan": "trivsel", "workshop": "Ord der samler"}
        commands.write_table(place, [empty], columns=commands.REGISTRATIONS)
        rows_of_ours = place.read_bytes()
        commands.write_table(
            place,
            files.doubtful(today.year - 1, school=SCHOOLS[0][0]),
            columns=commands.REGISTRATIONS,
        )
        doubtful = place.read_bytes()
    options = {"valid_from": today.isoformat(), "complete": False}
    for kind, name, data, more in (("plan", "plan.json", plan, {}), ("register", "register.csv", register, options), ("registrations", "registreringer.csv", rows_of_ours, {})):  # fmt: skip
        town.others[f"upload-{kind}"] = uploads.keep(
            Batch.Kind(kind), [uploads.File(name, data)], options=more, by=soren
        )
    kind = Batch.Kind.REGISTRATIONS
    town.others["upload-warnings"] = factories.create_upload(kind=kind, by=soren, content=doubtful)


LETTER_LINK = {"purpose": "booking", "subject": "TOWN", "generation": 1, "path": "/my/{token}/"}


def _write(town: Town) -> None:
    words, now = rendering.sample("confirmed", language="da"), timezone.now()
    town.others["letter"] = Notice.objects.create(
        key="town:letter",
        kind="confirmed",
        recipient="confirmed@example.org",
        facts=kinds.find("confirmed").sample_in("da"),
        links={"booking": LETTER_LINK},
        subject=words.subject,
        text=words.text,
        html=words.html,
        rendered_at=now,
        message_id="<town-letter@localhost>",
        state="sent",
        sent_at=now,
    )
    town.others["letter-waiting"] = Notice.objects.create(
        key="town:letter-waiting",
        kind="moved",
        recipient="moved@example.org",
        language="en",
        facts=kinds.find("moved").sample_in("en"),
        links={"booking": LETTER_LINK},
        message_id="<town-letter-waiting@localhost>",
    )


# --- forms being filled in ---------------------------------------------------------------------


def _begin(town: Town) -> None:
    now = timezone.now()
    school = town.schools[1].versions.get()
    answers = {
        "seats": 22,
        "school": {"pk": school.school_id, "number": school.school.number, "name": school.name, "address": school.address},
        "classes": [["8.C", 22]],
        "adults": 2,
        "meeting_place": "Lokale 14",
        "equipment_confirmed": True,
        "name": "Anne Holm",
        "email": "anne@example.org",
        "mobile": "+4520406080",
        "needs": ["step_free"],
    }  # fmt: skip
    Mailbox.objects.create(key=parties.person_key("anne@example.org"), confirmed_at=now)
    for name, session, seats in (("class", "open", 1), ("answered", "open", 1), ("younger", "open", 1), ("placed", "second", 22), ("unconfirmed", "second", 22), ("parents", "parents", 2), ("professionals", "professionals", 3)):  # fmt: skip
        draft, town.tokens[name] = drafts.begin(
            town.sessions[session], seats_wanted=seats, client_key=f"town-{name}", now=now
        )
        if name in {"answered", "younger", "placed", "unconfirmed"}:
            mine = {**answers, "classes": [[f"8.{name[0]}", seats]], "seats": seats}
            if name == "younger":
                mine["classes"] = [["6.b", seats]]
            if name == "unconfirmed":
                mine["email"] = "nobody-has-confirmed-this@example.org"
            filling.save_answers(draft, answers=mine, client_key=f"town-{name}", now=now)
        if name in {"placed", "unconfirmed"}:
            [reference] = placing.place(draft, language="da", now=now)
            town.bookings[name] = Booking.objects.get(reference=reference)
    town.links = {name: links.token(booking) for name, booking in town.bookings.items()}
