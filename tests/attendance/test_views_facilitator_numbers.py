"""What a facilitator may write as a count: more than booked, a no-show, rubbish."""

from __future__ import annotations

import uuid

import pytest

from tests.attendance.counted import (
    begun,
    count_page,
    evening,
    parties,
    said,
    submit_page,
    typed,
    words,
)
from tests.attendance.counting_pages import counted
from tests.factories import create_user

pytestmark = pytest.mark.django_db


# --- more than booked, and a no-show -----------------------------------------------------------


def test_31_for_a_class_of_24_is_asked_about_and_then_taken(anna):
    session = begun(anna.user)
    party = parties(session)[0]
    client_id = uuid.uuid4()

    asked = anna.post(count_page(session), typed(party, present=31, client_id=client_id))
    taken = anna.post(
        count_page(session), typed(party, present=31, confirm="on", client_id=client_id)
    )

    assert asked.status_code == 422
    assert "You wrote 31 and 24 are booked." in words(asked)
    assert f'name="party-{party.pk}-confirm"' in words(asked)
    assert str(client_id) in words(asked)
    assert taken.status_code == 302
    assert counted() == [(31, None, "came", "")]


@pytest.mark.parametrize(
    ("booked", "typed_in", "message", "tick"),
    [
        (24, {"present": 31}, "You wrote 31 and 24 are booked.", "Yes, 31 came"),
        (60, {"present": 41}, "You wrote 41, and a class has hardly more than 40.", "Yes, 41 came"),
        (24, {"present": 3, "adults": 4}, "You wrote 4 adults and 3 pupils.",
         "Yes, 3 came, and 4 adults"),
        (24, {"present": 4999}, "You wrote 4999 and 24 are booked. You wrote 4999, and a class has"
         " hardly more than 40.", "Yes, 4999 came"),
    ],
)  # fmt: skip
def test_unlikely_number_is_asked_about_once_and_then_saved(anna, booked, typed_in, message, tick):
    session = begun(anna.user, booked=(booked,))
    party = parties(session)[0]

    asked = anna.post(count_page(session), typed(party, **typed_in))
    taken = anna.post(count_page(session), typed(party, confirm="on", **typed_in))

    assert asked.context["form"].errors == {
        f"party-{party.pk}-confirm": [f"{message} Tick that the number is right, or change it."]
    }
    assert tick in words(asked)
    assert taken.status_code == 302
    assert counted() == [(typed_in["present"], typed_in.get("adults"), "came", "")]


def test_more_than_a_hall_has_is_asked_about_at_an_evening(anna):
    session = evening(anna.user)

    asked = anna.post(count_page(session), {"everyone-present": "501"})
    taken = anna.post(count_page(session), {"everyone-present": "501", "everyone-confirm": "on"})

    assert "You wrote 501, and a hall has hardly room for more than 500." in words(asked)
    assert (taken.status_code, counted()) == (302, [(501, None, "came", "")])


@pytest.mark.parametrize("adults", [24, 2])
def test_class_of_which_only_adults_came_is_not_asked_about(anna, adults):
    session = begun(anna.user)

    answer = anna.post(count_page(session), typed(parties(session)[0], present=0, adults=adults))

    assert answer.status_code == 302


def test_confirm_box_is_only_there_when_it_is_needed(anna):
    assert "-confirm" not in words(anna.get(count_page(begun(anna.user))))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reason": "illness"}, "illness"),
        ({"reason": "other", "note": " Brand i skolen "}, "other: Brand i skolen"),
        ({"reason": "illness", "present": "0"}, "illness"),
    ],
)
def test_no_show_has_a_reason(anna, fields, why):
    session = begun(anna.user)

    answer = anna.post(
        count_page(session), typed(parties(session)[0], no_show="on", adults="2", **fields)
    )

    assert answer.status_code == 302
    assert counted() == [(0, None, "no_show", why)]
    assert "<strong>No-show</strong>" in words(anna.get(count_page(session)))


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({}, "reason", "The reason is missing: choose why nobody came."),
        ({"reason": "because"}, "reason", "Choose a reason from the list."),
        ({"reason": "other"}, "note", "Write in a few words what the other reason was."),
        (
            {"reason": "illness", "present": "20"},
            "present",
            "You wrote 20 and marked a no-show. Clear the number, or the mark.",
        ),
        (
            {"reason": "illness", "note": "Elev 010203-1234"},
            "note",
            "The field Short explanation looks like a CPR number: remove it.",
        ),
        (
            {"reason": "illness", "note": "x" * 151},
            "note",
            "The field Short explanation is too long: write at most 150 characters.",
        ),
    ],
)
def test_no_show_that_is_refused(anna, fields, field, message):
    session = begun(anna.user)
    party = parties(session)[0]

    answer = anna.post(count_page(session), typed(party, no_show="on", **fields))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {f"party-{party.pk}-{field}": [message]}
    assert counted() == []


def test_no_show_comes_back_as_it_was_typed(anna):
    session = begun(anna.user)
    party = parties(session)[0]
    anna.post(count_page(session), typed(party, no_show="on", reason="other", note="Brand"))

    form = anna.get(count_page(session)).context["form"]

    key = f"party-{party.pk}"
    assert [form[f"{key}-{name}"].value() for name in ("no_show", "reason", "note")] == [
        True,
        "other",
        "Brand",
    ]
    again = anna.post(count_page(session), typed(party, no_show="on", reason="other", note="Brand"))
    assert said(again)[-1] == "Nothing was changed."


# --- rubbish -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "message"),
    [
        ("mange", "Pupils in 7.A, {school}: write the number in digits, for example 24."),
        ("-1", "Pupils in 7.A, {school}: write a number from 0 to 5000."),
        ("999999", "Pupils in 7.A, {school}: write a number from 0 to 5000."),
        ("24,5", "Pupils in 7.A, {school}: write the number in digits, for example 24."),
        ("1e3", "Pupils in 7.A, {school}: write the number in digits, for example 24."),
    ],
)
def test_number_that_is_none(anna, present, message):
    session = begun(anna.user)
    party = parties(session)[0]
    school = party.school.versions.get().name

    answer = anna.post(count_page(session), typed(party, present=present))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        f"party-{party.pk}-present": [message.format(school=school)]
    }
    assert f'value="{present}"' in words(answer)
    assert counted() == []


@pytest.mark.parametrize("adults", ["to", "-1", "51"])
def test_adults_that_are_none(anna, adults):
    session = begun(anna.user)
    party = parties(session)[0]

    answer = anna.post(count_page(session), typed(party, present=20, adults=adults))

    assert list(answer.context["form"].errors) == [f"party-{party.pk}-adults"]
    assert counted() == []


def test_adults_alone_are_not_enough(anna):
    session = begun(anna.user)

    answer = anna.post(count_page(session), typed(parties(session)[0], adults=2))

    assert "The number of pupils is missing: write 0 if only adults came." in words(answer)


def test_nothing_typed_changes_nothing(anna):
    session = begun(anna.user)

    answers = [
        anna.post(count_page(session), {}),
        anna.post(count_page(session), typed(parties(session)[0])),
    ]

    assert [said(answer)[-1] for answer in answers] == ["Nothing was changed."] * 2


@pytest.mark.parametrize("client_id", ["abc", "-1", "999999"])
def test_client_id_that_is_none(anna, client_id):
    session = begun(anna.user)

    answer = anna.post(
        count_page(session), typed(parties(session)[0], present=20, client_id=client_id)
    )

    assert answer.status_code == 422
    assert counted() == []


def test_forged_line_of_another_session_is_not_counted(anna):
    mine, other = begun(anna.user), begun(create_user(role="facilitator"))

    answer = anna.post(count_page(mine), typed(parties(other)[0], present=20))

    assert answer.status_code == 422
    assert counted() == []


@pytest.mark.parametrize("held", ["maybe", "1", "True"])
def test_held_that_is_neither(anna, held):
    session = begun(anna.user)

    answer = anna.post(submit_page(session), typed(parties(session)[0], present=2) | {"held": held})

    assert list(answer.context["form"].errors) == ["held"]
    assert counted() == []


@pytest.mark.parametrize("wrong", ["abc", "24.5", "-1"])
def test_mistyped_number_is_told_once(anna, wrong):
    session = begun(anna.user)
    (party,) = parties(session)

    answer = anna.post(count_page(session), typed(party, present=wrong, adults=2))

    errors = answer.context["form"].errors
    assert (answer.status_code, set(errors)) == (422, {f"party-{party.pk}-present"})
    assert len(errors[f"party-{party.pk}-present"]) == 1
