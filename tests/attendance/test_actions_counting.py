"""Counting a whole session at once."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError

from attendance.actions import counting
from attendance.actions.counting import TypedCount
from attendance.models import Headcount, Register
from attendance.states import NoShowReason
from booking.models import Party
from tests.attendance.counted import begun, evening, parties
from tests.factories import create_user
from workshops.models import Mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def karen():
    return create_user(role="coordinator")


def row(party, present=20, **fields):
    return TypedCount(party=party, present=present, client_id=uuid.uuid4(), **fields)


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
    from attendance.forms.fields import LONGEST_NOTE

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
