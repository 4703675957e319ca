"""Counting a whole session at once, and approving many."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError

from attendance.actions import counting, headcounts
from attendance.actions.counting import Row
from attendance.models import Headcount, Register
from attendance.states import NoShowReason
from booking.models import Party
from tests.attendance.counted import ago, begun, evening, parties
from tests.factories import create_headcount, create_register, create_user
from workshops.models import Mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return create_user(role="facilitator")


@pytest.fixture
def karen():
    return create_user(role="coordinator")


def row(party, present=20, **fields):
    return Row(party=party, present=present, client_id=uuid.uuid4(), **fields)


def test_every_row_is_counted_and_handed_over(leader):
    session = begun(leader, booked=(24, 20))
    first, second = parties(session)

    saved = counting.save(
        session, [row(first, 24), row(second, 19, adults=2)], by=leader, held=True
    )

    assert [(count.party, count.present, count.adults) for count in saved] == [
        (first, 24, None),
        (second, 19, 2),
    ]
    assert (Register.objects.get().held, Register.objects.get().submitted_by) == (True, leader)


def test_without_held_nothing_is_handed_over(leader):
    session = begun(leader)

    counting.save(session, [row(parties(session)[0])], by=leader)

    assert not Register.objects.exists()


@pytest.mark.parametrize("second", ["too many", "other session", "no register"])
def test_one_refusal_leaves_nothing(leader, second):
    session = begun(leader, booked=(24, 20))
    one, two = parties(session)
    stranger = parties(begun(create_user(role="facilitator")))[0]
    rows = {
        "too many": [row(one), row(two, 5001)],
        "other session": [row(one), row(stranger)],
        "no register": [row(one)],
    }[second]
    marks = Mark.objects.count()

    with pytest.raises(ValidationError) as refusal:
        counting.save(session, rows, by=leader, held=True)

    code = {
        "too many": "present_out_of_range",
        "other session": "not_your_session",
        "no register": "count_missing",
    }
    assert refusal.value.code == code[second]
    assert (Headcount.objects.count(), Register.objects.count()) == (0, 0)
    assert Mark.objects.count() == marks


def test_sending_the_same_again_changes_nothing(leader):
    session = begun(leader)
    rows = [row(parties(session)[0])]

    first, second = (counting.save(session, rows, by=leader, held=True) for _time in range(2))

    assert first == second
    assert (Headcount.objects.count(), Register.objects.count()) == (1, 1)


def test_row_without_a_party_is_everybody_present(leader):
    session = evening(leader)

    counting.save(session, [row(None, 12)], by=leader, held=True)
    counting.save(session, [row(None, 13)], by=leader, held=True)

    party = Party.objects.get(kind=Party.Kind.CROWD)
    assert list(party.headcounts.order_by("pk").values_list("present", flat=True)) == [12, 13]


def test_row_without_a_party_is_refused_for_classes(leader):
    with pytest.raises(ValidationError) as refusal:
        counting.save(begun(leader), [row(None, 12)], by=leader)

    assert refusal.value.code == "wrong_party"


# --- approving many ----------------------------------------------------------------------------


def handed_over(leader, **fields):
    session = begun(leader, **fields)
    counting.save(session, [row(party) for party in parties(session)], by=leader, held=True)
    return session, headcounts.Look(Headcount.objects.latest("pk").pk, held=True)


def test_one_refusal_stops_no_other(leader, karen):
    good, own, later = handed_over(leader), handed_over(karen), handed_over(leader)

    done = counting.approve_many([own, good, later], by=karen)

    assert done.approved == [good[0], later[0]]
    assert [(session, refusal.code) for session, refusal in done.refused] == [(own[0], "own_count")]
    assert Headcount.objects.approved().count() == 2


def test_nothing_to_approve(karen):
    done = counting.approve_many([], by=karen)

    assert (done.approved, done.refused) == ([], [])


def test_count_made_after_looking_is_not_approved(leader, karen):
    session, seen = handed_over(leader)
    headcounts.record(parties(session)[0], present=1, by=leader)

    done = counting.approve_many([(session, seen)], by=karen)

    assert [refusal.code for _session, refusal in done.refused] == ["counts_changed"]
    assert not Headcount.objects.approved().exists()


def test_rejected_count_made_after_looking_is_no_hindrance(leader, karen):
    session, seen = handed_over(leader)
    create_headcount(
        party=parties(session)[0], present=1, recorded_by=leader, rejected_by=create_user()
    )

    done = counting.approve_many([(session, seen)], by=karen)

    assert done.approved == [session]


def test_held_session_whose_count_was_rejected_is_not_approved(leader, karen):
    """The other class waits too: approving it now would close the register over a gap."""
    session, seen = handed_over(leader, booked=(24, 20))
    headcounts.reject(parties(session)[0].headcounts.get(), by=karen, why="Nej.")

    done = counting.approve_many([(session, seen)], by=karen)

    assert [refusal.code for _session, refusal in done.refused] == ["count_missing"]
    assert Register.objects.get().state == Register.State.SUBMITTED
    assert Headcount.objects.undecided().count() == 1


def test_session_that_was_not_held_is_approved_without_counts(leader, karen):
    session = begun(leader, starts=ago(days=1))
    create_register(session=session, held=False, submitted_by=leader)

    assert counting.approve_many(
        [(session, headcounts.Look(0, held=False))], by=karen
    ).approved == [session]


def test_other_word_on_whether_it_was_held_is_not_approved_unseen(leader, karen):
    session, seen = handed_over(leader)
    headcounts.submit(session, held=False, by=leader)

    done = counting.approve_many([(session, seen)], by=karen)

    assert [refusal.code for _session, refusal in done.refused] == ["counts_changed"]
    assert Register.objects.get().state == Register.State.SUBMITTED


# --- why nobody came ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("", ""),
        ("illness", "Illness at the school"),
        ("other: Brand: hele skolen", "Another reason: Brand: hele skolen"),
        ("Læreren sagde: nej", "Læreren sagde: nej"),
    ],
)
def test_reason_is_said_in_words(english, why, said):
    assert Headcount(why=why).reason == said


def test_every_reason_fits_its_column():
    longest = max(len(code) for code in NoShowReason.values)
    from attendance.forms.counts import LONGEST_NOTE

    assert longest + len(": ") + LONGEST_NOTE <= Headcount._meta.get_field("why").max_length


@pytest.fixture
def english():
    from django.utils import translation

    with translation.override("en"):
        yield


def test_two_who_save_in_the_same_instant_do_not_write_over_each_other(leader, karen):
    """Both opened an uncounted page; the form of each found nothing to object to."""
    session = begun(leader)
    party = parties(session)[0]
    counting.save(session, [row(party, 22)], by=leader)

    with pytest.raises(ValidationError) as refusal:
        counting.save(session, [row(party, 20)], by=karen)
    counting.save(session, [row(party, 20, seen=Headcount.objects.get().pk)], by=karen)

    assert refusal.value.code == "count_changed"
    assert refusal.value.params == {"present": 22, "party": party.pk}
    assert [count.present for count in Headcount.objects.order_by("pk")] == [22, 20]
