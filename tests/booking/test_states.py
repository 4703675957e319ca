import ast
from itertools import product
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from booking import states
from booking.models import Booking
from booking.states import HOLDING, BookingEvent, BookingState, OverReason
from tests import factories

ROOT = Path(__file__).resolve().parents[2]

# Written from product.md, not from the code: a line for each state, what each event makes of it.
EXPECTED = """
            confirm    decline   offer    accept     expire   cancel
pending     confirmed  declined  -        -          expired  cancelled
offered     -          -         -        confirmed  expired  cancelled
confirmed   -          -         -        -          -        cancelled
waiting     -          declined  offered  -          expired  cancelled
declined    -          -         -        -          -        -
expired     -          -         -        -          -        -
cancelled   -          -         -        -          -        -
"""


def expected_moves():
    heading, *rows = [line.split() for line in EXPECTED.strip().splitlines()]
    return {
        (row[0], event): target
        for row in rows
        for event, target in zip(heading, row[1:], strict=True)
    }


def test_expectation_names_every_state_and_event():
    pairs = set(product(BookingState.values, BookingEvent.values))

    assert set(expected_moves()) == pairs
    assert len(pairs) == 42


@pytest.mark.parametrize(
    ("pair", "target"),
    expected_moves().items(),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
@pytest.mark.django_db
def test_every_pair_moves_or_is_refused(pair, target):
    state, event = pair
    booking = factories.create_booking(state=state, seats=5)
    before = booking.transitions.count()

    if target == "-":
        with pytest.raises(ValidationError) as refusal:
            booking.advance(BookingEvent(event), by=None)
        assert refusal.value.code == "move_not_allowed"
        assert Booking.objects.get().state == state
        assert booking.transitions.count() == before
    else:
        booking.expires_at = booking.session.starts  # an offer has a deadline, given by the action
        booking.advance(BookingEvent(event), by=None, why="because")
        stored, last = Booking.objects.get(), booking.transitions.latest("pk")
        assert stored.state == target
        assert (last.origin, last.target, last.why) == (state, target, "because")
        assert booking.transitions.count() == before + 1
        assert (stored.over_at is not None) == (target in {"declined", "expired", "cancelled"})
        assert stored.parties.get().live == (target in states.LIVE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "event", "reason"),
    [
        ("pending", "decline", "declined"),
        ("pending", "expire", "deadline"),
        ("confirmed", "cancel", "booker"),
    ],
)
def test_over_reason_follows_the_event(state, event, reason):
    booking = factories.create_booking(state=state)

    booking.advance(BookingEvent(event), by=None)

    assert Booking.objects.get().over_reason == reason


@pytest.mark.django_db
def test_over_reason_given_is_kept():
    booking = factories.create_booking()

    booking.advance(BookingEvent.CANCEL, by=None, reason=OverReason.MOVED)

    assert Booking.objects.get().over_reason == "moved"


def test_sets_of_states_divide_all_of_them():
    assert set(states.HOLDING) == {"pending", "offered", "confirmed"}
    assert set(states.OVER) == {"declined", "expired", "cancelled"}
    assert set(BookingState.values) == states.HOLDING | states.OVER | {"waiting"}
    assert states.HOLDING | {"waiting"} == states.LIVE


def test_moves_cannot_be_changed():
    with pytest.raises(TypeError):
        states.TRANSITIONS[BookingState.CANCELLED, BookingEvent.CONFIRM] = BookingState.CONFIRMED

    for constant in (states.HOLDING, states.OVER, states.LIVE):
        assert isinstance(constant, frozenset)
    assert not hasattr(states.TRANSITIONS, "update")


@pytest.mark.django_db
def test_holds_seats_says_the_same_for_the_row_and_the_query():
    session = factories.create_session(capacity=500)
    for state in BookingState.values:
        factories.create_booking(session=session, state=state, seats=1)

    by_row = {booking.state for booking in Booking.objects.all() if booking.holds_seats}
    by_query = {booking.state for booking in Booking.objects.filter(state__in=HOLDING)}

    assert by_row == by_query == set(states.HOLDING)


# --- Booking.advance is the only writer of the state --------------------------------------------

OTHERS = {"session", "register", "notice", "workshop", "request", "current_session"}


def writers(source: str) -> list[str]:
    """The functions that write `.state` of what may be a booking, by any of four ways."""
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    return [
        function.name
        for function in functions
        if any(writes_state(node) for node in ast.walk(function))
    ]


def writes_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [part for target in targets for part in ast.walk(target)]
        return any(
            isinstance(part, ast.Attribute) and part.attr == "state" and owner(part) not in OTHERS
            for part in flat
            if isinstance(getattr(part, "ctx", None), ast.Store)
        )
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else owner(node.func)
    on_bookings = "ooking" in ast.unparse(node.func)
    if called == "setattr":
        return any(isinstance(arg, ast.Constant) and arg.value == "state" for arg in node.args)
    if called == "update":
        return on_bookings and any(word.arg == "state" for word in node.keywords)
    return called == "bulk_update" and on_bookings and "'state'" in ast.unparse(node)


def owner(node: ast.AST) -> str:
    inner = node.value if isinstance(node, ast.Attribute) else node
    if isinstance(inner, ast.Attribute):
        return inner.attr
    return inner.id if isinstance(inner, ast.Name) else ""


def test_advance_is_the_only_writer_of_a_booking_state():
    files = [
        path
        for app in ("attendance", "booking", "goals", "config")
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]

    found = {
        str(path.relative_to(ROOT)): names
        for path in files
        if (names := writers(path.read_text(encoding="utf-8")))
    }

    assert len(files) > 20
    assert found == {"booking/models/booking.py": ["advance"]}


@pytest.mark.parametrize(
    "line",
    [
        "booking.state = 'confirmed'",
        "row.booking.state = 'confirmed'",
        "origin, booking.state = booking.state, 'confirmed'",
        "setattr(booking, 'state', 'confirmed')",
        "Booking.objects.filter(pk=1).update(state='confirmed')",
        "session.bookings.live().update(state='confirmed')",
        "Booking.objects.bulk_update(rows, ['state'])",
    ],
)
def test_another_writer_is_seen(line):
    assert writers(f"def sneak(booking):\n    {line}\n") == ["sneak"]


@pytest.mark.parametrize(
    "line",
    [
        "register.state = 'approved'",
        "state = booking.state",
        "booking.seats = 3",
        "Session.objects.filter(pk=1).update(state='open')",
        "Booking.objects.filter(state='confirmed').update(seats=3)",
    ],
)
def test_what_writes_no_booking_state_is_left_alone(line):
    assert writers(f"def honest(booking):\n    {line}\n") == []
