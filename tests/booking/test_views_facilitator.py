"""The facilitator's pages: my sessions, and counting who came."""

from __future__ import annotations

import uuid

import pytest
import time_machine
from django.utils import timezone

from booking.actions import attendance
from booking.models import Headcount, Need, Party, Register
from tests.booking.counted import (
    ago,
    begun,
    browser,
    count_page,
    english,
    evening,
    parties,
    reachable,
    said,
    submit_page,
    typed,
    words,
)
from tests.factories import (
    create_booking,
    create_crowd,
    create_deliverer,
    create_headcount,
    create_school,
    create_user,
    local,
)
from workshops.models import Session, User

pytestmark = pytest.mark.django_db
LIST = "/facilitate/"


@pytest.fixture
def anna():
    """A facilitator at a browser."""
    return browser("facilitator", name="Anna")


@pytest.fixture
def cast():
    from tests import cast as people

    return {role: english(client) for role, client in people.assemble().items()}


def counted():
    return [
        (count.present, count.adults, count.outcome, count.why)
        for count in Headcount.objects.order_by("pk")
    ]


def rows(answer, part):
    return [row.counts.session for row in getattr(answer.context["mine"], part)]


# --- who may -----------------------------------------------------------------------------------

ROLES = {
    "anonymous": 302,
    "stranger": 403,
    "facilitator": 404,
    "coordinator": 404,
    "manager": 404,
    "superuser": 404,
}


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_list_is_for_who_counts(cast, role, status):
    answer = cast[role].get(LIST)

    assert answer.status_code == (200 if status == 404 else status)


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_another_session_is_nowhere_to_be_found(cast, role, status):
    other = begun(create_user(role="facilitator"))
    sent = typed(parties(other)[0], present=20) | {"held": "yes"}

    answers = [
        cast[role].get(count_page(other)),
        cast[role].post(count_page(other), sent),
        cast[role].post(submit_page(other), sent),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert not Headcount.objects.exists()
    assert not Register.objects.exists()
    assert str(other.workshop) not in cast[role].get(LIST).content.decode()


@pytest.mark.parametrize("pk", [999999, 99999999999999999999999])
@pytest.mark.parametrize("page", ["sessions/{pk}/", "sessions/{pk}/submit/"])
def test_session_that_is_not_there(anna, pk, page):
    assert anna.post(LIST + page.format(pk=pk), {}).status_code == 404


@pytest.mark.parametrize("path", ["sessions/-1/", "sessions/abc/", "sessions/1.5/"])
def test_address_that_is_none(anna, path):
    assert anna.get(LIST + path).status_code == 404


def test_deliverers_people_see_its_sessions_and_no_others(anna):
    deliverer = create_deliverer()
    User.objects.filter(pk=anna.user.pk).update(deliverer=deliverer)
    theirs, other = begun(None), begun(None)
    Session.objects.filter(pk=theirs.pk).update(deliverer=deliverer)
    Session.objects.filter(pk=other.pk).update(deliverer=create_deliverer())

    shown = anna.get(LIST)

    assert rows(shown, "today") + rows(shown, "missing") == [theirs]
    assert anna.get(count_page(theirs)).status_code == 200
    assert anna.get(count_page(other)).status_code == 404


def test_looking_at_the_submit_address_is_refused(anna):
    assert anna.get(submit_page(begun(anna.user))).status_code == 405


# --- the list ----------------------------------------------------------------------------------


@time_machine.travel(local(2026, 3, 10, 12), tick=False)
def test_list_is_in_the_order_that_matters(anna):
    tomorrow = begun(anna.user, starts=local(2026, 3, 11))
    later = begun(anna.user, starts=local(2026, 9, 11))
    today = begun(anna.user, starts=local(2026, 3, 10, 9))
    tonight = begun(anna.user, starts=local(2026, 3, 10, 19))
    yesterday = begun(anna.user, starts=local(2026, 3, 9))
    long_ago = begun(anna.user, starts=local(2025, 3, 9))
    done = begun(anna.user, starts=local(2026, 3, 2))
    attendance.submit(done, held=False, by=anna.user)
    old = begun(anna.user, starts=local(2026, 1, 2))
    attendance.submit(old, held=False, by=anna.user)

    shown, everything = anna.get(LIST), anna.get(LIST, {"coming": "all"})

    assert rows(shown, "today") == [today, tonight]
    assert rows(shown, "missing") == [long_ago, yesterday]
    assert rows(shown, "coming") == [tomorrow]
    assert rows(everything, "coming") == [tomorrow, later]
    assert rows(shown, "done") == [done]
    assert old.workshop.title not in words(shown)


@time_machine.travel(local(2026, 3, 10, 12), tick=False)
@pytest.mark.parametrize(
    ("starts", "badge"),
    [
        (local(2026, 3, 9, 14), ""),
        (local(2026, 3, 9, 10), "Missing for more than 24 hours"),
        (local(2026, 3, 7, 10), "Missing for more than 72 hours"),
    ],
)
def test_old_missing_counts_are_marked(anna, starts, badge):
    begun(anna.user, starts=starts)

    shown = words(anna.get(LIST))

    assert "Counts are missing from 1 session<" in shown
    assert ("Missing for more" in shown) is bool(badge)
    assert badge in shown


@pytest.mark.parametrize(
    ("booked", "state", "shown"),
    [
        ((24,), Session.State.OPEN, True),
        ((24,), Session.State.DRAFT, False),
        ((24,), Session.State.WITHDRAWN, False),
        ((), Session.State.OPEN, False),
    ],
)
def test_missing_are_only_sessions_with_somebody_to_count(anna, booked, state, shown):
    session = begun(anna.user, booked=booked, starts=ago(days=3))
    over = timezone.now() if state in Session.OVER else None
    Session.objects.filter(pk=session.pk).update(state=state, over_at=over)

    assert rows(anna.get(LIST), "missing") == [session] * shown


def test_row_says_where_when_who_and_whom_to_call(anna):
    session = begun(anna.user, booked=(), capacity=30, starts=local(2031, 3, 10, 9))
    Session.objects.filter(pk=session.pk).update(room="Lokale 2")
    booking = create_booking(
        session=session, seats=24, adults=2, label="7.B", school=create_school(name="Valby Skole")
    )
    reachable(booking, name="Jens Holm", mobile="20 11 22 33", meeting_place="Ved kontoret")
    Need.objects.create(booking=booking, code="step_free", expires_on=session.local_date)
    type(session.workshop).objects.update(school_provides="Projektor")

    shown = words(anna.get(LIST, {"coming": "all"}))

    for part in (
        "7.B, Valby Skole</strong>: 24 pupils, 2 adults",
        "Jens Holm",
        '<a class="fm-tel" href="tel:20112233">20 11 22 33</a>',
        "Ved kontoret",
        "Step-free access",
        "The school has not confirmed the equipment",
        "Lokale 2",
    ):
        assert part in shown


def test_evening_shows_a_number_and_nobodys_name(anna):
    session = evening(anna.user, booked=(2, 3))
    Need.objects.create(
        booking=session.bookings.first(), code="hearing_loop", expires_on=session.local_date
    )
    names = list(session.bookings.values_list("contact__name", "contact__email"))

    shown = words(anna.get(LIST)) + words(anna.get(count_page(session)))

    assert "5 signed up" in shown
    assert "Hearing loop: 1" in shown
    assert [word for pair in names for word in pair if word in shown] == []


def test_list_when_there_is_nothing(anna):
    shown = words(anna.get(LIST))

    assert "You lead no sessions today." in shown
    assert "No coming sessions." in shown


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_with_1_and_30(anna, number, django_assert_num_queries):
    for _number in range(number):
        session = begun(anna.user, booked=(10, 12))
        create_headcount(party=parties(session)[0], recorded_by=anna.user)
        begun(anna.user, starts=ago(days=-3))
        evening(anna.user)
    anna.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        anna.get(LIST)


LIST_QUERIES = 9


# --- counting a class --------------------------------------------------------------------------


def test_page_asks_for_every_class(anna):
    session = begun(anna.user, booked=(24, 20))

    shown = words(anna.get(count_page(session)))

    first, second = parties(session)
    for party in (first, second):
        assert f'name="party-{party.pk}-present"' in shown
        assert f'name="party-{party.pk}-client_id"' in shown
    assert shown.count('inputmode="numeric"') == 4
    assert "24 are booked." in shown
    assert f'formaction="{submit_page(session)}"' in shown


def test_counts_are_saved_and_nothing_is_handed_over(anna):
    session = begun(anna.user, booked=(24, 20))
    first, second = parties(session)

    answer = anna.post(
        count_page(session),
        typed(first, present="23", adults="2") | typed(second, present=" 0 "),
    )

    assert (answer.status_code, answer.url) == (302, count_page(session))
    assert said(answer) == ["The counts are saved. Hand them over when everybody is counted."]
    assert counted() == [(23, 2, "came", ""), (0, None, "came", "")]
    assert not Register.objects.exists()
    shown = words(anna.get(count_page(session)))
    assert "Nothing is handed over yet." in shown
    assert 'value="23"' in shown


def test_one_class_may_be_counted_before_the_other(anna):
    session = begun(anna.user, booked=(24, 20))
    first, second = parties(session)

    anna.post(count_page(session), typed(first, present=23) | typed(second))

    assert counted() == [(23, None, "came", "")]
    assert words(anna.get(LIST)).count("Count who came") > 0


def test_handing_over_saves_what_is_typed(anna):
    session = begun(anna.user)
    sent = typed(parties(session)[0], present=23) | {"held": "yes"}

    answer = anna.post(submit_page(session), sent)

    assert answer.status_code == 302
    assert said(answer) == ["The counts are handed over. A coordinator decides them now."]
    assert counted() == [(23, None, "came", "")]
    register = Register.objects.get()
    assert (register.state, register.held, register.submitted_by) == ("submitted", True, anna.user)
    shown = words(anna.get(count_page(session)))
    assert "A coordinator decides now, and never who counted." in shown
    assert "Anna" in shown


def test_session_that_was_not_held_is_handed_over_without_counts(anna):
    session = begun(anna.user)

    anna.post(submit_page(session), typed(parties(session)[0]) | {"held": "no"})

    assert Register.objects.get().held is False
    assert counted() == []


def test_handing_over_asks_whether_it_was_held(anna):
    session = begun(anna.user)

    answer = anna.post(submit_page(session), typed(parties(session)[0], present=20))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"held": ["Was the session held? Choose yes or no."]}
    assert counted() == []


def test_handing_over_without_a_count_saves_nothing(anna):
    session = begun(anna.user, booked=(24, 20))
    first, second = parties(session)

    answer = anna.post(
        submit_page(session), typed(first, present=20) | typed(second) | {"held": "yes"}
    )

    assert answer.status_code == 422
    assert "Counts are missing (1): count who came, or mark a no-show." in words(answer)
    assert 'value="20"' in words(answer)
    assert (counted(), Register.objects.count()) == ([], 0)


def test_double_submit_counts_once(anna):
    session = begun(anna.user)
    sent = typed(parties(session)[0], present=23) | {"held": "yes"}

    answers = [anna.post(submit_page(session), sent) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (len(counted()), Register.objects.count()) == (1, 1)


def test_resend_after_another_count_changes_nothing(anna):
    session = begun(anna.user)
    party = parties(session)[0]
    late = typed(party, present=23)
    anna.post(count_page(session), late)
    anna.post(count_page(session), typed(party, present=22))

    anna.post(count_page(session), late)

    assert [present for present, *_rest in counted()] == [23, 22]


def test_client_id_with_other_numbers_is_refused(anna):
    session, client_id = begun(anna.user), uuid.uuid4()
    party = parties(session)[0]
    anna.post(count_page(session), typed(party, present=23, client_id=client_id))

    answer = anna.post(count_page(session), typed(party, present=22, client_id=client_id))

    assert answer.status_code == 422
    assert "sent before with other numbers" in words(answer)
    assert len(counted()) == 1


def test_saving_what_is_known_makes_no_new_count(anna):
    session = begun(anna.user)
    party = parties(session)[0]
    anna.post(count_page(session), typed(party, present=23, adults=1))

    answer = anna.post(count_page(session), typed(party, present=23, adults=1))

    assert said(answer)[-1] == "Nothing was changed."
    assert len(counted()) == 1


def test_own_count_can_be_changed_until_it_is_approved(anna):
    session = begun(anna.user)
    party = parties(session)[0]
    anna.post(submit_page(session), typed(party, present=23) | {"held": "yes"})

    anna.post(submit_page(session), typed(party, present=22) | {"held": "yes"})
    attendance.approve(session, by=create_user(role="coordinator", name="Karen"))
    approved = anna.get(count_page(session))
    forged = anna.post(count_page(session), typed(party, present=1))

    assert [present for present, *_rest in counted()] == [23, 22]
    assert "Karen approved the counts." in words(approved)
    assert "<form" not in words(approved)
    assert forged.status_code == 422
    assert "Somebody has approved or changed the bookings" in words(forged)


def test_count_of_somebody_else_is_written_over_knowingly_alone(anna):
    session = begun(anna.user)
    party, bo = parties(session)[0], create_user(role="coordinator", name="Bo")
    anna.post(count_page(session), typed(party, present=20))
    opened = anna.get(count_page(session)).context["form"]
    seen = {f"{name}": opened[name].value() for name in opened.fields if name.endswith("-seen")}
    attendance.record(party, present=22, by=bo)

    refused = anna.post(count_page(session), typed(party, present=20) | seen)
    again = refused.context["form"].rows[0].seen.value()
    meant = anna.post(count_page(session), typed(party, present=21, seen=again))

    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        f"party-{party.pk}-present": [
            "Somebody else counted 22 here since you opened the page. Write the number that is"
            " right, and save again."
        ]
    }
    assert meant.status_code == 302
    assert [present for present, *_rest in counted()] == [20, 22, 21]


def test_same_number_as_somebody_else_counted_changes_nothing(anna):
    session = begun(anna.user)
    party = parties(session)[0]
    attendance.record(party, present=22, by=create_user(role="coordinator"))

    answer = anna.post(count_page(session), typed(party, present=22))

    assert said(answer) == ["Nothing was changed."]
    assert len(counted()) == 1


def test_rejected_count_is_asked_for_again(anna):
    session = begun(anna.user, starts=ago(days=2))
    party = parties(session)[0]
    anna.post(submit_page(session), typed(party, present=23) | {"held": "yes"})
    karen = create_user(role="coordinator")
    attendance.reject(Headcount.objects.get(), by=karen, why="Spørg læreren igen.")

    listed, shown = anna.get(LIST), words(anna.get(count_page(session)))
    anna.post(submit_page(session), typed(party, present=21) | {"held": "yes"})

    assert rows(listed, "missing") == [session]
    assert "Count again" in words(listed)
    assert "Spørg læreren igen." in shown
    assert "Count again below" in shown
    assert "You need do nothing more" not in shown
    assert rows(anna.get(LIST), "missing") == []


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


# --- an evening --------------------------------------------------------------------------------


def test_evening_is_counted_all_together(anna):
    session = evening(anna.user, booked=(2, 1))

    answer = anna.post(submit_page(session), typed(present=40, confirm="on") | {"held": "yes"})

    assert answer.status_code == 302
    party = Party.objects.get(kind=Party.Kind.CROWD)
    assert (party.session, counted()) == (session, [(40, None, "came", "")])
    assert 'name="everyone-present" value="40"' in words(anna.get(count_page(session)))


def test_looking_at_an_evening_writes_nothing(anna):
    session = evening(anna.user)

    shown = words(anna.get(count_page(session)))

    assert "3 are booked. Count everybody who is here, those not signed up too." in shown
    assert "The class did not come" not in shown
    assert not Party.objects.filter(kind=Party.Kind.CROWD).exists()


def test_page_opened_before_somebody_else_counted_the_evening(anna):
    """There was no party for everybody then."""
    session = evening(anna.user)
    sent = typed(present=3)
    create_headcount(party=create_crowd(session=session), present=2, recorded_by=anna.user)

    answer = anna.post(count_page(session), sent)

    assert answer.status_code == 302
    assert [present for present, *_rest in counted()] == [2, 3]


# --- not now -----------------------------------------------------------------------------------


def test_session_to_come_is_explained(anna):
    session = begun(anna.user, starts=ago(days=-2))

    shown = anna.get(count_page(session))
    forged = anna.post(count_page(session), typed(parties(session)[0], present=20))

    assert "You can count who came from the moment the session begins" in words(shown)
    assert "<form" not in words(shown)
    assert forged.status_code == 422
    assert "This session has not begun yet." in words(forged)
    assert counted() == []


def test_cancelled_session_is_explained(anna):
    session = begun(anna.user)
    Session.objects.filter(pk=session.pk).update(state="cancelled", over_at=timezone.now())

    shown = anna.get(count_page(session))
    forged = anna.post(
        submit_page(session), typed(parties(session)[0], present=20) | {"held": "no"}
    )

    assert "This session was cancelled: there is nobody to count." in words(shown)
    assert forged.status_code == 422
    assert counted() == []


def test_class_that_cancelled_is_not_asked_about(anna):
    session = begun(anna.user, booked=(12, 12))
    from booking.actions import bookings

    bookings.cancel(session.bookings.first(), by=None)

    shown = words(anna.get(count_page(session)))

    assert shown.count('inputmode="numeric"') == 2


def test_session_without_a_class_can_be_said_not_to_be_held(anna):
    session = begun(anna.user, booked=())

    shown = words(anna.get(count_page(session)))
    answer = anna.post(submit_page(session), {"held": "no"})

    assert "No class has booked this session" in shown
    assert answer.status_code == 302
    assert Register.objects.get().held is False


@pytest.mark.parametrize("number", [1, 30])
def test_count_page_costs_the_same_with_1_and_30(anna, number, django_assert_num_queries):
    session = begun(anna.user, booked=(5,) * number)
    for party in parties(session):
        create_headcount(party=party, recorded_by=anna.user)
    anna.get(count_page(session))

    with django_assert_num_queries(COUNT_QUERIES):
        anna.get(count_page(session))


COUNT_QUERIES = 9
