import datetime

import pytest

from booking.actions import holds, seats
from booking.models import Booking, Hold
from tests.booking.orders import NOW, a_class, open_session, place, refused, taken
from workshops.models import Session

pytestmark = pytest.mark.django_db
MINUTES = datetime.timedelta(minutes=1)


def hold(session, **fields):
    given = {"seats_wanted": 5, "client_key": "browser", "now": NOW, **fields}
    return holds.hold(session, **given)


def test_hold_takes_seats_for_twenty_minutes():
    session = open_session()

    held = hold(session)

    assert (held.seats, held.session, taken(session)) == (5, session, 5)
    assert (held.expires_at, held.created_at, held.extended) == (NOW + 20 * MINUTES, NOW, False)


def test_hold_keeps_no_trace_of_the_client():
    held = hold(open_session(), client_key="192.0.2.17")

    stored = Hold.objects.get()
    assert "192" not in stored.client_key
    assert (len(stored.client_key), stored.client_key) == (64, held.client_key)


def test_hold_lasts_as_long_as_the_setting_says(settings):
    settings.HOLD_MINUTES = 5

    assert hold(open_session()).expires_at == NOW + 5 * MINUTES


def test_hold_of_more_than_is_left_is_refused():
    session = open_session(capacity=8)
    hold(session)

    with refused("session_full"):
        hold(session, seats_wanted=4)

    assert (hold(session, seats_wanted=3).seats, taken(session)) == (3, 8)


@pytest.mark.parametrize("seats_wanted", [0, -1, 1001, 10**12])
def test_hold_of_an_impossible_number_is_refused(seats_wanted):
    session = open_session()

    with refused("seats_out_of_range") as refusal:
        hold(session, seats_wanted=seats_wanted)

    assert refusal.value.params == {"seats": seats_wanted, "most": 1000}
    assert taken(session) == 0


@pytest.mark.parametrize("seats_wanted", [1, 1000])
def test_hold_of_the_least_and_the_most_is_taken(seats_wanted):
    session = open_session(capacity=1000)

    assert hold(session, seats_wanted=seats_wanted).seats == seats_wanted
    assert taken(session) == seats_wanted


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"state": Session.State.CLOSED}, "session_not_open"), ({"starts": NOW}, "session_begun")],
)
def test_hold_in_a_session_that_cannot_be_booked_is_refused(fields, code):
    with refused(code):
        hold(open_session(**fields))


def test_hold_drops_the_expired_ones_of_its_session_first():
    session = open_session(capacity=5)
    hold(session, now=NOW - 20 * MINUTES)

    held = hold(session)

    assert (Hold.objects.get(), taken(session)) == (held, 5)


def test_hold_that_has_a_moment_left_blocks():
    session = open_session(capacity=5)
    hold(session, now=NOW - 20 * MINUTES + datetime.timedelta(microseconds=1))

    with refused("session_full"):
        hold(session)


def test_hold_expires_overdue_bookings_of_its_session_too():
    session = open_session(capacity=20)
    place(session, needs_mailbox=True, now=NOW - 120 * MINUTES)

    hold(session)

    assert (Booking.objects.get().state, taken(session)) == ("expired", 5)


def test_holds_of_one_client_are_capped_over_all_sessions():
    for _number in range(holds.MOST_HOLDS):
        hold(open_session())

    with refused("too_many_holds"):
        hold(open_session())

    assert hold(open_session(), client_key="another").pk
    assert hold(open_session(), now=NOW + 20 * MINUTES).pk


def test_resize_takes_or_gives_the_difference():
    session = open_session(capacity=8)
    held = hold(session)

    assert holds.resize(held, seats_wanted=8, now=NOW).seats == 8
    assert taken(session) == 8
    assert holds.resize(held, seats_wanted=2, now=NOW).seats == 2
    assert (taken(session), Hold.objects.get().seats) == (2, 2)


def test_resize_beyond_what_is_left_leaves_the_hold_as_it_was():
    session = open_session(capacity=8)
    held = hold(session)

    with refused("session_full"):
        holds.resize(held, seats_wanted=9, now=NOW)

    assert (taken(session), Hold.objects.get().seats) == (5, 5)


@pytest.mark.parametrize("seats_wanted", [0, 1001])
def test_resize_to_an_impossible_number_is_refused(seats_wanted):
    held = hold(open_session())

    with refused("seats_out_of_range"):
        holds.resize(held, seats_wanted=seats_wanted, now=NOW)


def test_extend_gives_the_time_once_more():
    held = hold(open_session())
    later = NOW + 15 * MINUTES

    extended = holds.extend(held, now=later)

    assert (extended.expires_at, Hold.objects.get().expires_at) == (later + 20 * MINUTES,) * 2
    with refused("hold_already_extended"):
        holds.extend(held, now=later)


@pytest.mark.parametrize(
    "verb",
    [
        lambda held, now: holds.resize(held, seats_wanted=1, now=now),
        lambda held, now: holds.extend(held, now=now),
    ],
)
def test_expired_or_released_hold_is_refused(verb):
    held, gone = hold(open_session()), hold(open_session())
    holds.release(gone)

    with refused("hold_expired"):
        verb(held, NOW + 20 * MINUTES)
    with refused("hold_expired"):
        verb(gone, NOW)


def test_release_gives_the_seats_back_once():
    session = open_session()
    held = hold(session)

    holds.release(held)
    holds.release(held)

    assert (taken(session), Hold.objects.count()) == (0, 0)


def test_release_gives_what_the_hold_has_now():
    session = open_session()
    held = hold(session)
    holds.resize(held, seats_wanted=9, now=NOW)

    holds.release(held)

    assert taken(session) == 0


def test_drop_expired_tidies_every_session():
    sessions = [open_session(), open_session(), open_session()]
    for session in sessions[:2]:
        hold(session, client_key=str(session.pk), now=NOW - 20 * MINUTES)
        hold(session, client_key=str(session.pk), now=NOW - 20 * MINUTES)
    live = hold(sessions[2])

    assert holds.drop_expired(now=NOW) == 4
    assert holds.drop_expired(now=NOW) == 0
    assert [taken(session) for session in sessions] == [0, 0, 5]
    assert Hold.objects.get() == live


def test_verbs_without_a_time_use_the_clock(time_machine):
    time_machine.move_to(NOW)
    session = open_session()

    held = holds.extend(
        holds.resize(holds.hold(session, seats_wanted=1, client_key="c"), seats_wanted=2)
    )

    assert (held.expires_at - NOW) < 21 * MINUTES
    assert holds.drop_expired() == 0
    time_machine.move_to(NOW + 30 * MINUTES)
    assert holds.drop_expired() == 1


def test_take_seats_that_are_not_there_is_refused():
    session = open_session(capacity=3)

    with refused("session_full"):
        seats.take(session, 4)

    seats.take(session, 3)
    seats.take(session, -2)
    assert taken(session) == 1


def test_place_takes_part_in_the_same_seats():
    session = open_session(capacity=20)
    hold(session, seats_wanted=1)

    with refused("session_full"):
        place(session, a_class(seats=20))


# --- a hold that another tab has moved ----------------------------------------------------------


@pytest.mark.parametrize("verb", ["move", "resize", "extend"])
def test_hold_that_has_moved_on_is_not_taken_from_where_it_was(verb):
    here, there, third = open_session(), open_session(), open_session()
    hold(here, client_key="somebody else", seats_wanted=7)
    stale = hold(here)
    holds.move(Hold.objects.get(pk=stale.pk), to=there, seats_wanted=5, now=NOW)
    how = {
        "move": lambda: holds.move(stale, to=third, seats_wanted=5, now=NOW),
        "resize": lambda: holds.resize(stale, seats_wanted=2, now=NOW),
        "extend": lambda: holds.extend(stale, now=NOW),
    }

    with refused("hold_expired"):
        how[verb]()

    assert [taken(session) for session in (here, there, third)] == [7, 5, 0]


def test_hold_that_has_moved_on_is_released_where_it_is():
    here, there = open_session(), open_session()
    hold(here, client_key="somebody else", seats_wanted=7)
    stale = hold(here)
    holds.move(Hold.objects.get(pk=stale.pk), to=there, seats_wanted=5, now=NOW)

    holds.release(stale)

    assert [taken(session) for session in (here, there)] == [7, 0]
    assert Hold.objects.get().session == here


def test_hold_that_moves_is_stored_with_its_new_number_and_time():
    moved = holds.move(
        hold(open_session()), to=open_session(), seats_wanted=7, now=NOW + 5 * MINUTES
    )

    stored = Hold.objects.get()
    assert (stored.session, stored.seats) == (moved.session, 7)
    assert stored.expires_at == NOW + 25 * MINUTES


@pytest.mark.parametrize("seats_wanted", [0, 1001])
def test_move_with_an_impossible_number_is_refused(seats_wanted):
    held, there = hold(open_session()), open_session()

    with refused("seats_out_of_range"):
        holds.move(held, to=there, seats_wanted=seats_wanted, now=NOW)

    assert taken(there) == 0
