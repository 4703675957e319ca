"""Forms being filled in: begun, found, moved, placed, left; and what is gone when."""

import datetime
import hashlib

import pytest

from booking.actions import drafts, filling, holds, placing
from booking.models import Booking, Draft, Hold
from booking.tasks import drop_expired_drafts
from tests import factories
from tests.booking.filling import know
from tests.booking.orders import NOW, open_session, refused, taken
from workshops.models import Audience, Session, Tick

pytestmark = pytest.mark.django_db
MINUTES = datetime.timedelta(minutes=1)


def begin(session=None, seats_wanted=20, client_key="browser", now=NOW):
    session = session or open_session()
    return drafts.begin(session, seats_wanted=seats_wanted, client_key=client_key, now=now)


def answers_of(school, **changes):
    row = {"pk": school.pk, "number": school.number, "name": "Skolen", "address": "Skolegade 1"}
    return {
        "seats": 20,
        "school": row,
        "classes": [["7.B", 20]],
        "adults": 2,
        "name": "Lone Lærer",
        "email": "lone@example.org",
        "mobile": "+4520304050",
        **changes,
    }


def filled(session=None, **changes):
    draft, _token = begin(session)
    answers = answers_of(factories.create_school(), **changes)
    return filling.save_answers(draft, answers=answers, client_key="browser", now=NOW)


def test_token_is_256_bits_and_only_its_hash_is_stored():
    draft, token = begin()

    assert len(token) == 43
    assert draft.token_key == hashlib.sha256(token.encode()).hexdigest()
    columns = " ".join(str(value) for value in Draft.objects.values_list().get())
    assert token not in columns


def test_token_needs_the_secret_key(settings):
    _draft, token = begin(open_session())
    Draft.objects.all().delete()
    settings.SECRET_KEY = "another"

    assert begin(open_session())[1] != token


def test_find_opens_what_the_token_opens(django_assert_num_queries):
    draft, token = begin()
    begin(open_session(), client_key="other")

    with django_assert_num_queries(1):
        found = drafts.find(token, now=NOW)
        assert (found, found.hold.seats, found.session.workshop.title != "") == (draft, 20, True)
    assert drafts.find(token[:-1], now=NOW) is None
    assert drafts.find("", now=NOW) is None


def test_form_lasts_two_hours():
    _draft, token = begin()

    assert drafts.find(token, now=NOW + 119 * MINUTES)
    assert drafts.find(token, now=NOW + 120 * MINUTES) is None


def test_refused_beginning_leaves_nothing():
    with refused("session_full"):
        begin(open_session(capacity=5))

    assert (Draft.objects.count(), Hold.objects.count()) == (0, 0)


def test_number_that_no_longer_fits_leaves_hold_and_answers():
    session = open_session(capacity=30)
    draft = filled(session)
    more = {**draft.answers, "classes": [["7.B", 40]], "seats": 40}

    with refused("session_full"):
        filling.save_answers(draft, answers=more, client_key="browser", now=NOW)

    draft.refresh_from_db()
    assert (draft.answers["seats"], Hold.objects.get().seats, taken(session)) == (20, 20, 20)


def test_expired_holds_of_others_count_as_room():
    session = open_session(capacity=30)
    begin(session, 10, client_key="other", now=NOW - 30 * MINUTES)
    draft, _token = begin(session)
    assert filling.seats_within_reach(draft, now=NOW) == 30

    Hold.objects.create(session=session, seats=10, client_key="x", created_at=NOW, expires_at=NOW)
    Session.objects.filter(pk=session.pk).update(seats_taken=30)
    assert filling.seats_within_reach(draft, now=NOW) == 30


def test_switch_takes_there_and_gives_back_here():
    session, to = open_session(), open_session()
    draft, token = begin(session)

    filling.switch(draft, to=to, client_key="browser", now=NOW + 5 * MINUTES)

    assert (taken(session), taken(to)) == (0, 20)
    assert drafts.find(token, now=NOW).session == to
    assert Hold.objects.get().expires_at == NOW + 25 * MINUTES


def test_switch_without_hold_takes_seats_anew():
    session, to = open_session(), open_session()
    draft, _token = begin(session)

    filling.switch(draft, to=to, client_key="browser", now=NOW + 30 * MINUTES)

    assert taken(to) == 20
    assert draft.hold.session == to


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"capacity": 5}, "session_full"),
        ({"state": Session.State.CLOSED}, "session_not_open"),
        ({"starts": NOW - 60 * MINUTES}, "session_begun"),
        ({"audience": Audience.PARENTS}, "wrong_party"),
    ],
)
def test_refused_switch_leaves_all_as_it_was(fields, code):
    session, to = open_session(), open_session(**fields)
    draft, _token = begin(session)

    with refused(code):
        filling.switch(draft, to=to, client_key="browser", now=NOW)

    draft.refresh_from_db()
    assert (draft.session, draft.hold.session) == (session, session)
    assert (taken(session), taken(to)) == (20, 0)


def test_extend_needs_a_live_hold():
    draft, _token = begin()

    with refused("hold_expired"):
        drafts.extend(draft, now=NOW + 20 * MINUTES)
    drafts.extend(draft, now=NOW + 10 * MINUTES)
    with refused("hold_already_extended"):
        drafts.extend(draft, now=NOW + 11 * MINUTES)
    draft.hold = None
    with refused("hold_expired"):
        drafts.extend(draft, now=NOW)


def test_place_needs_answers():
    draft, _token = begin()

    with refused("draft_incomplete"):
        placing.place(draft, language="da", now=NOW)


def test_place_hands_the_held_seats_over():
    know("lone@example.org")
    session = open_session(capacity=20)
    draft = filled(session)

    references = placing.place(draft, language="en", now=NOW)

    booking = Booking.objects.get()
    assert (references, draft.references) == ([booking.reference], [booking.reference])
    assert (booking.language, booking.request_key) == ("en", draft.request_key)
    assert (taken(session), Hold.objects.count()) == (20, 0)
    assert placing.place(draft, language="en", now=NOW) == references
    assert Booking.objects.count() == 1


def test_place_read_before_the_first_one_committed_makes_no_second():
    draft = filled()
    stale = Draft.objects.select_related("session__workshop", "hold").get()

    first = placing.place(draft, language="da", now=NOW)
    second = placing.place(stale, language="da", now=NOW)

    assert first == second
    assert Booking.objects.count() == 1


def test_form_left_in_another_tab_takes_nothing_more():
    session, other = open_session(), open_session()
    draft = filled(session)
    stale = Draft.objects.select_related("session__workshop", "hold").get()
    answers = stale.answers

    drafts.leave(draft)

    with pytest.raises(Draft.DoesNotExist):
        placing.place(stale, language="da", now=NOW)
    for verb in (
        lambda form: filling.save_answers(form, answers=answers, client_key="browser", now=NOW),
        lambda form: filling.switch(form, to=other, client_key="browser", now=NOW),
    ):
        stale.answers, stale.references, stale.hold = answers, [], None
        with pytest.raises(Draft.DoesNotExist):
            verb(stale)
    assert (Booking.objects.count(), Hold.objects.count()) == (0, 0)
    assert (taken(session), taken(other)) == (0, 0)


def test_form_placed_in_another_tab_is_neither_left_nor_changed():
    session = open_session()
    draft = filled(session)
    stale = Draft.objects.select_related("session__workshop", "hold").get()
    answers = stale.answers

    placing.place(draft, language="da", now=NOW)
    drafts.leave(stale)
    with pytest.raises(Draft.DoesNotExist):
        filling.save_answers(stale, answers=answers, client_key="browser", now=NOW)

    kept = Draft.objects.get()
    assert (kept.references, kept.answers) == (draft.references, {})
    assert (Booking.objects.count(), taken(session)) == (1, 20)


def test_place_after_the_hold_ran_out_books_while_there_is_room():
    session = open_session(capacity=20)
    draft = filled(session)

    placing.place(draft, language="da", now=NOW + 30 * MINUTES)

    assert (Booking.objects.get().seats, taken(session)) == (20, 20)


def test_place_after_the_seats_went_to_somebody_else_keeps_the_answers():
    session = open_session(capacity=20)
    draft = filled(session)
    begin(session, 20, client_key="quicker", now=NOW + 21 * MINUTES)

    with refused("session_full"):
        placing.place(draft, language="da", now=NOW + 22 * MINUTES)

    draft.refresh_from_db()
    assert draft.answers["name"] == "Lone Lærer"
    assert (Booking.objects.count(), taken(session)) == (0, 20)


def test_receipt_stays_for_two_hours_after_the_booking():
    draft = filled()

    placing.place(draft, language="da", now=NOW + 100 * MINUTES)

    assert Draft.objects.get().expires_at == NOW + 220 * MINUTES


def test_expired_forms_are_dropped_with_what_was_typed():
    filled()
    begin(open_session(), client_key="later", now=NOW + 60 * MINUTES)

    assert drafts.drop_expired(now=NOW + 120 * MINUTES) == 1

    assert Draft.objects.get().answers == {"seats": 20}


def test_task_says_how_many(time_machine):
    begin()
    time_machine.move_to(NOW + 121 * MINUTES, tick=False)

    drop_expired_drafts()

    assert Tick.objects.get(job="drop_expired_drafts").said == "dropped=1"
    assert Draft.objects.count() == 0


def test_second_click_on_the_same_date_keeps_the_seats_it_has():
    here, there = open_session(), open_session(capacity=25)
    draft = filled(here)
    stale = Draft.objects.get(pk=draft.pk)
    filling.switch(draft, to=there, client_key="browser", now=NOW)

    again = filling.switch(stale, to=there, client_key="browser", now=NOW)

    assert again.session == there
    assert (taken(here), taken(there)) == (0, 20)


@pytest.mark.parametrize("ended", ["left", "placed"])
def test_begin_beside_a_form_that_ends_meanwhile_begins_another(monkeypatch, ended):
    session = open_session(capacity=60)
    draft = filled(session)
    keep = drafts.keep

    def end_first(mine, *names):
        if names == ("answers", "expires_at"):
            monkeypatch.setattr(drafts, "keep", keep)
            other = Draft.objects.get(pk=draft.pk)
            drafts.leave(other) if ended == "left" else placing.place(other, language="da", now=NOW)
        keep(mine, *names)

    monkeypatch.setattr(drafts, "keep", end_first)

    again, _token = begin(session, 20)

    assert again.pk != draft.pk
    assert not [kept for kept in Draft.objects.exclude(references=[]) if kept.answers]


# --- who comes too late does not queue ---------------------------------------------------------


def test_full_session_is_refused_without_a_lock(django_assert_num_queries):
    session = open_session(capacity=5)

    with django_assert_num_queries(1), refused("session_full"):
        begin(session, 6)


def test_session_with_just_enough_room_is_not_asked(django_assert_num_queries):
    session = open_session(capacity=6)

    with django_assert_num_queries(0):
        holds.check_room(session, seats_wanted=6, client_key="c", now=NOW)


def test_full_session_whose_holds_ran_out_is_not_refused():
    session = open_session(capacity=20)
    begin(session, 20, client_key="other", now=NOW - 30 * MINUTES)
    session.refresh_from_db()
    assert session.seats_left == 0

    begin(session, 20)

    assert (Draft.objects.count(), taken(session)) == (2, 20)


def test_full_session_whose_bookings_ran_out_is_not_refused():
    session = open_session(capacity=20)
    factories.create_booking(session=session, state="pending", expires_at=NOW)
    session.refresh_from_db()

    begin(session, 20)

    assert taken(session) == 20


def test_own_hold_is_no_reason_to_refuse():
    session = open_session(capacity=20)
    _draft, token = begin(session, 20)
    session.refresh_from_db()

    assert begin(session, 20)[1] == token
