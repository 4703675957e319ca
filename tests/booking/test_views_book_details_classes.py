"""The details page: the school, several classes, and colleagues."""

import re

import pytest

from booking.models import Booking, Draft, Hold
from tests import factories
from tests.booking.filling import COLLEAGUES, at, begun, errors, filled, sent, teacher
from workshops.models import Audience, Session

pytestmark = pytest.mark.django_db


# --- the school --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Nyboder Skole", "nyboder", "101003", "Nyboder Skole (101003)"])
def test_school_is_known_by_name_or_number(typed):
    school = factories.create_school(number="101003", name="Nyboder Skole")
    factories.create_school(number="101004", name="Østerbro Skole")

    filled(factories.create_session(), school=typed)

    assert Draft.objects.get().answers["school"]["pk"] == school.pk


def test_name_that_two_schools_have_comes_back_as_a_choice():
    one = factories.create_school(number="101003", name="Skolen ved Søen")
    other = factories.create_school(number="747001", name="Skolen ved Søen")
    session = factories.create_session()
    client, token = begun(session)
    answers = teacher(one, school="skolen ved søen")

    answer = client.post(at("booking-details", token), answers)
    assert list(errors(answer)) == ["school_number_0"]
    text = answer.content.decode()
    assert text.count('name="school_number"') == 2
    assert 'id="id_school_number_0"' in text
    unsure = client.post(at("booking-details", token), {**answers, "school_number": "999999"})
    assert "school_number_0" in errors(unsure)
    sure = client.post(at("booking-details", token), {**answers, "school_number": other.number})

    assert sure.status_code == 302
    assert Draft.objects.get().answers["school"]["number"] == "747001"


def test_similar_name_is_never_taken_without_asking():
    factories.create_school(number="101003", name="Tingbjerg Skole")

    answer = sent(
        factories.create_session(),
        teacher(factories.create_school(name="Nord"), school="Tingbjærj Skole"),
    )

    said = errors(answer)
    assert list(said) == ["school_number_0"]
    assert "Flere" not in said["school_number_0"]  # only one is offered


def test_choice_is_forgotten_when_another_name_is_written():
    one = factories.create_school(number="101003", name="Skolen ved Søen")
    factories.create_school(number="747001", name="Skolen ved Søen")
    third = factories.create_school(number="101099", name="Nyboder Skole")

    answers = teacher(one, school="Nyboder Skole", school_number="747001")
    answer = sent(factories.create_session(), answers)

    assert answer.status_code == 302
    assert Draft.objects.get().answers["school"]["number"] == third.number


def test_choice_of_school_stays_when_another_class_is_added():
    one = factories.create_school(number="101003", name="Skolen ved Søen")
    factories.create_school(number="747001", name="Skolen ved Søen")
    client, token = begun(factories.create_session())
    chosen = teacher(one, school="skolen ved søen", school_number="747001")

    text = client.post(at("booking-details", token), {**chosen, "add_row": "1"}).content.decode()
    offered = re.findall(r'<input[^>]*name="school_number"[^>]*>', text)
    sure = [re.search(r'value="(\d+)"', button)[1] for button in offered if " checked" in button]
    more = {"rows": "2", "pupils_1": "12", "label_2": "7.C", "pupils_2": "11"}
    answer = client.post(
        at("booking-details", token), {**chosen, **more, "school_number": sure[0] if sure else ""}
    )

    assert "form-error" not in text
    assert 'name="label_2"' in text
    assert (len(offered), sure) == (2, ["747001"])
    assert answer.status_code == 302
    assert Draft.objects.get().answers["school"]["number"] == "747001"


# --- several classes and colleagues ------------------------------------------------------------


def test_another_class_is_asked_for_without_script_and_nothing_is_lost():
    client, token = begun(factories.create_session())
    half = {"rows": "1", "school": "Nybo", "label_1": "7.B", "add_row": "1", "needs": "step_free"}

    answer = client.post(at("booking-details", token), half)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "form-error" not in text
    assert 'name="label_2"' in text
    assert 'value="Nybo"' in text
    assert re.search(r'value="step_free"[^>]*checked', text)


def test_there_are_four_classes_at_most():
    client, token = begun(factories.create_session())

    text = client.post(
        at("booking-details", token), {"rows": "999", "add_row": "1"}
    ).content.decode()

    assert 'name="label_4"' in text
    assert 'name="label_5"' not in text
    assert 'name="add_row"' not in text


def test_two_classes_are_one_booking_and_a_blank_row_is_none():
    more = {"rows": "3", "pupils_1": "12", "label_2": "7.C", "pupils_2": "11"}
    client, token = filled(factories.create_session(), **more)

    client.post(at("booking-check", token))

    booking = Booking.objects.get()
    rows = booking.parties.order_by("pk").values_list("label", "seats", "adults")
    assert list(rows) == [("7.B", 12, 2), ("7.C", 11, 0)]
    assert (booking.seats, Session.objects.get().seats_taken) == (23, 23)


def test_half_a_row_is_refused():
    answers = teacher(factories.create_school(), rows="2", label_2="7.C")

    assert list(errors(sent(factories.create_session(), answers))) == ["pupils_2"]


def test_same_class_twice_is_refused_at_the_class():
    twice = {"rows": "2", "pupils_1": "5", "label_2": "7b", "pupils_2": "5"}

    answer = sent(factories.create_session(), teacher(factories.create_school(), **twice))

    assert list(errors(answer)) == ["label_1"]
    assert Booking.objects.count() == 0


def test_class_that_is_booked_already_is_said_at_the_class():
    session, school = factories.create_session(capacity=60), factories.create_school()
    factories.create_booking(session=session, school=school, label="7.b")
    client, token = filled(session, school=school.number)

    answer = client.post(at("booking-check", token))

    assert list(errors(answer)) == ["label_1"]
    assert 'value="Lone Lærer"' in answer.content.decode()
    assert Session.objects.get().seats_taken == 44  # the hold stays


def test_colleagues_with_one_address_are_told_which_row():
    session = factories.create_session(audience=Audience.PROFESSIONALS)

    answer = sent(session, COLLEAGUES | {"email_2": "ANE@example.org"}, 2)

    assert list(errors(answer)) == ["email_2"]
    assert Booking.objects.count() == 0


def test_colleague_who_is_signed_up_stops_all_and_is_named():
    session = factories.create_session(audience=Audience.PROFESSIONALS)
    other, first = filled(session, seats=1, name_2="", email_2="")
    other.post(at("booking-check", first))
    client, token = filled(
        session,
        seats=2,
        known=False,
        name_1="Cia",
        email_1="cia@example.org",
        name_2="Ane",
        email_2="ane@example.org",
    )

    answer = client.post(at("booking-check", token))

    assert list(errors(answer)) == ["email_2"]
    assert "Ane" in errors(answer)["email_2"]
    assert Booking.objects.count() == 1


def test_blank_colleague_gives_the_seat_back():
    session = factories.create_session(audience=Audience.PROFESSIONALS)

    filled(session, seats=2, name_2="", email_2="")

    assert Hold.objects.get().seats == 1
    assert Session.objects.get().seats_taken == 1


def test_professional_without_anybody_is_told_at_the_first_row():
    session = factories.create_session(audience=Audience.PROFESSIONALS)
    nobody = {name: value for name, value in COLLEAGUES.items() if name[-1] not in "12"}

    assert list(errors(sent(session, nobody, 2))) == ["name_1", "email_1"]
