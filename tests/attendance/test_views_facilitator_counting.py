"""The facilitator counts a class: saving, handing over, counting again."""

from __future__ import annotations

import uuid

import pytest

from attendance.actions import approvals, headcounts
from attendance.models import Headcount, Register
from tests.attendance.counted import (
    ago,
    begun,
    count_page,
    parties,
    said,
    submit_page,
    typed,
    words,
)
from tests.attendance.counting_pages import counted, rows
from tests.factories import create_user

pytestmark = pytest.mark.django_db
LIST = "/facilitate/"


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
    # The page that says so can be saved as it is: it is another count then.
    renewed = answer.context["form"].rows[0].client_id.value()
    known = answer.context["form"].rows[0].seen.value()
    anna.post(count_page(session), typed(party, present=22, client_id=renewed, seen=known or ""))
    assert [present for present, *_rest in counted()] == [23, 22]


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
    approvals.approve(session, by=create_user(role="coordinator", name="Karen"))
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
    headcounts.record(party, present=22, by=bo)

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


def test_counts_of_somebody_else_for_two_classes_are_shown_and_written_over_knowingly(anna):
    session = begun(anna.user, booked=(24, 20))
    first, second = parties(session)
    bo = create_user(role="coordinator", name="Bo")
    headcounts.record(first, present=22, by=bo)
    headcounts.record(second, present=18, by=bo)

    refused = anna.post(count_page(session), typed(first, present=20) | typed(second, present=17))
    seen = [row.seen.value() for row in refused.context["form"].rows]
    meant = anna.post(
        count_page(session),
        typed(first, present=20, seen=seen[0]) | typed(second, present=17, seen=seen[1]),
    )

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {
        f"party-{first.pk}-present",
        f"party-{second.pk}-present",
    }
    assert meant.status_code == 302
    assert [present for present, *_rest in counted()] == [22, 18, 20, 17]


def test_explained_count_handed_over_as_it_is_keeps_its_explanation(anna):
    session = begun(anna.user)
    (party,) = parties(session)
    headcounts.record(party, present=18, adults=1, why="Talt efter", by=anna.user)

    anna.post(submit_page(session), typed(party, present=18, adults=1) | {"held": "yes"})

    assert [(count.present, count.why) for count in Headcount.objects.all()] == [(18, "Talt efter")]
    assert Register.objects.get().state == Register.State.SUBMITTED


def test_same_number_as_somebody_else_counted_changes_nothing(anna):
    session = begun(anna.user)
    party = parties(session)[0]
    headcounts.record(party, present=22, by=create_user(role="coordinator"))

    answer = anna.post(count_page(session), typed(party, present=22))

    assert said(answer) == ["Nothing was changed."]
    assert len(counted()) == 1


def test_rejected_count_is_asked_for_again(anna):
    session = begun(anna.user, starts=ago(days=2))
    party = parties(session)[0]
    anna.post(submit_page(session), typed(party, present=23) | {"held": "yes"})
    karen = create_user(role="coordinator")
    approvals.reject(Headcount.objects.get(), by=karen, why="Spørg læreren igen.")

    listed, shown = anna.get(LIST), words(anna.get(count_page(session)))
    anna.post(submit_page(session), typed(party, present=21) | {"held": "yes"})

    assert rows(listed, "missing") == [session]
    assert "Count again" in words(listed)
    assert "Spørg læreren igen." in shown
    assert "Count again below" in shown
    assert "You need do nothing more" not in shown
    assert rows(anna.get(LIST), "missing") == []
