"""The details page: what is taken, what comes back with an error, and what happens to the seats."""

import html
import re

import pytest

from booking.models import Booking, Draft, Hold
from tests import factories
from tests.booking.filling import COLLEAGUES, PARENT, at, begun, filled, know, soon, teacher
from workshops.models import Audience, Session, Venue, Workshop

pytestmark = pytest.mark.django_db


def asked(text):
    """The names of the fields that can be seen."""
    names = re.findall(r'<(?:input|select)[^>]*name="([a-z_0-9]+)"[^>]*>', text)
    hidden = set(re.findall(r'type="hidden" name="([a-z_0-9]+)"', text))
    return [name for name in names if name not in hidden and name != "needs"]


def errors(answer):
    """The links of the error summary: field → text."""
    assert answer.status_code == 422, answer.status_code
    links = re.findall(r'<li><a href="#id_([a-z_0-9]+)">([^<]+)</a></li>', answer.content.decode())
    return {field: html.unescape(text) for field, text in links}


def sent(session, answers, seats=24):
    client, token = begun(session, seats)
    return client.post(at("booking-details", token), answers)


# --- the page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "most"), [(Audience.PUPILS, 9), (Audience.PARENTS, 3), (Audience.PROFESSIONALS, 6)]
)
def test_form_asks_at_most_nine_things(audience, most):
    client, token = begun(factories.create_session(audience=audience), 2)

    text = client.get(at("booking-details", token)).content.decode()

    assert len(asked(text)) == most <= 9
    assert text.count('class="button button-primary"') == 1


def test_class_that_comes_to_us_is_not_asked_for_a_room():
    session = factories.create_session()
    session.venue = Venue.objects.create(name="Biblioteket")
    session.save()
    client, token = begun(session)

    text = client.get(at("booking-details", token)).content.decode()
    answer = client.post(
        at("booking-details", token), teacher(factories.create_school(), meeting_place="")
    )

    assert "meeting_place" not in asked(text)
    assert answer.status_code == 302


def test_form_says_until_when_the_seats_are_held_and_when_data_are_deleted(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 13, 25), tick=False)
    session = factories.create_session(starts=factories.local(2026, 3, 16))
    client, token = begun(session)

    text = client.get(at("booking-details", token)).content.decode()

    assert "kl. 13.45" in text
    assert '<time datetime="2026-04-15">' in text


def test_personal_fields_say_what_browsers_may_fill_in():
    client, token = begun(factories.create_session())

    text = client.get(at("booking-details", token)).content.decode()

    for name, words in [
        ("name", ['autocomplete="name"']),
        ("email", ['type="email"', 'autocomplete="email"', 'inputmode="email"']),
        ("mobile", ['type="tel"', 'autocomplete="tel"', 'inputmode="tel"']),
        ("pupils_1", ['type="text"', 'inputmode="numeric"']),
    ]:
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', text).group()
        assert [word for word in words if word not in tag] == []


def test_needs_are_a_closed_list_and_folded_away():
    client, token = filled(factories.create_session(), needs=["step_free", "quiet_place"])

    client.post(at("booking-check", token))

    needs = Booking.objects.get().needs.values_list("code", flat=True)
    assert sorted(needs) == ["quiet_place", "step_free"]


def test_need_that_is_not_on_the_list_is_refused():
    answers = teacher(factories.create_school(), needs=["anything"])

    answer = sent(factories.create_session(), answers)

    assert answer.status_code == 422
    assert Draft.objects.get().answers == {"seats": 24}


# --- errors ------------------------------------------------------------------------------------


def test_blank_form_comes_back_with_a_link_for_each_error():
    answer = sent(factories.create_session(), {"rows": "1"})

    text = answer.content.decode()
    found = errors(answer)
    assert list(found) == [
        "school",
        "label_1",
        "pupils_1",
        "adults",
        "meeting_place",
        "name",
        "email",
        "mobile",
    ]
    for field, message in found.items():
        at_field = re.search(rf'id="id_{field}_error".*?</div>', text, re.DOTALL).group()
        assert message in html.unescape(at_field)
        assert f'id="id_{field}"' in text
    assert re.search(r"<title>\s*(Fejl|Error):", text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pupils_1", "mange"),
        ("pupils_1", "0"),
        ("pupils_1", "-4"),
        ("adults", "to"),
        ("adults", "51"),
        ("email", "lone"),
        ("email", "lone@"),
        ("email", "x" * 300 + "@example.org"),
        ("mobile", "12"),
        ("mobile", "ring til kontoret"),
        ("mobile", "01020304"),
        ("name", "010203-4567"),
        ("name", "x" * 121),
        ("name", "a\x07b"),
        ("label_1", "..."),
        ("label_1", "x" * 41),
        ("meeting_place", "121212 1234"),
        ("school", "Hogwarts"),
        ("school", "999999"),
    ],
)
def test_value_that_cannot_be_is_shown_at_its_field(field, value):
    answers = teacher(factories.create_school(), **{field: value})

    answer = sent(factories.create_session(), answers)

    assert list(errors(answer)) == [field]
    assert Booking.objects.count() == 0
    if "\x07" not in value:
        assert html.escape(value) in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("20 30 40 50", "20304050"),
        ("+45 20304050", "20304050"),
        ("0045 20.30.40.50", "20304050"),
        ("(+45) 2030-4050", "20304050"),
        ("+46 70 123 45 67", "+46701234567"),
    ],
)
def test_mobile_is_taken_as_people_write_it(typed, kept):
    client, token = filled(factories.create_session(), mobile=typed)

    assert Draft.objects.get().answers["mobile"] == kept
    assert kept in client.get(at("booking-check", token)).content.decode()


def test_spaces_of_word_processors_are_plain_ones():
    sent(
        factories.create_session(),
        teacher(
            factories.create_school(), name="Lone\u00a0Lærer\u202f", meeting_place="Rum\u00a02"
        ),
    )

    answers = Draft.objects.get().answers
    assert (answers["name"], answers["meeting_place"]) == ("Lone Lærer", "Rum 2")


@pytest.mark.parametrize("typed", ["x" * 10_000, "\0@example.org", "0101901234@example.org"])
def test_email_that_cannot_be_is_told_once_and_at_its_field(typed):
    answer = sent(
        factories.create_session(audience=Audience.PARENTS), {**PARENT, "email": typed}, 2
    )

    assert answer.content.decode().count('href="#id_email"') == 1
    assert list(errors(answer)) == ["email"]


def test_email_loses_stray_spaces():
    filled(factories.create_session(), email=" lone @example.org ", known=False)

    assert Draft.objects.get().answers["email"] == "lone@example.org"


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


# --- the seats ---------------------------------------------------------------------------------


def test_more_pupils_than_seats_says_how_many_there_are():
    session = factories.create_session(capacity=28)
    factories.create_booking(session=session, seats=10)

    answer = sent(session, teacher(factories.create_school(), pupils_1="24"), seats=16)

    assert list(errors(answer)) == ["pupils_1"]
    assert errors(answer)["pupils_1"].count("18") == 2
    assert Hold.objects.get().seats == 16


def test_fewer_pupils_free_the_rest():
    session = factories.create_session()

    filled(session, pupils_1="20")

    assert (Hold.objects.get().seats, Session.objects.get().seats_taken) == (20, 20)


def test_expired_hold_is_taken_again_while_there_is_room(time_machine):
    now = factories.local(2026, 3, 2, 9)
    time_machine.move_to(now, tick=False)
    session = factories.create_session()
    client, token = begun(session)
    time_machine.move_to(factories.local(2026, 3, 2, 9, 30), tick=False)

    page = client.get(at("booking-details", token))
    answer = client.post(at("booking-details", token), teacher(factories.create_school()))

    assert page.status_code == 200
    assert answer.status_code == 302
    assert Hold.objects.get().expires_at == factories.local(2026, 3, 2, 9, 50)
    assert Session.objects.get().seats_taken == 24


def test_loser_of_the_last_seats_keeps_everything_and_takes_another_date(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    session = factories.create_session(capacity=24, starts=factories.local(2026, 3, 16))
    other = factories.create_session(
        workshop=session.workshop, starts=factories.local(2026, 3, 18), capacity=30
    )
    client, token = filled(session)
    time_machine.move_to(factories.local(2026, 3, 2, 9, 30), tick=False)
    factories.create_booking(session=Session.objects.get(pk=session.pk), seats=0)
    Hold.objects.all().delete()
    Session.objects.filter(pk=session.pk).update(seats_taken=0)
    factories.create_booking(session=Session.objects.get(pk=session.pk), seats=24)

    lost = client.post(at("booking-check", token))
    text = lost.content.decode()
    switched = client.post(at("booking-switch", token), {"session": other.reference})
    check = client.get(switched.url).content.decode()
    receipt = client.post(switched.url)

    assert lost.status_code == 409
    assert other.reference in text
    assert at("booking-leave", token) in text
    assert switched.url == at("booking-check", token)
    assert "Lone Lærer" in check
    assert receipt.url == at("booking-receipt", token)
    assert Booking.objects.get(contact__email="lone@example.org").session == other


def test_details_sent_too_late_are_kept_for_another_date(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    session = factories.create_session(capacity=24, starts=factories.local(2026, 3, 16))
    client, token = begun(session)
    time_machine.move_to(factories.local(2026, 3, 2, 9, 30), tick=False)
    Hold.objects.all().delete()
    Session.objects.update(seats_taken=0)
    factories.create_booking(session=Session.objects.get(), seats=24)

    answer = client.post(at("booking-details", token), teacher(factories.create_school()))

    assert answer.status_code == 409
    assert Draft.objects.get().answers["name"] == "Lone Lærer"
    assert 'value="Lone Lærer"' in client.get(at("booking-details", token)).content.decode()


def test_details_for_a_date_closed_meanwhile_are_kept_for_another(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    session = factories.create_session(starts=factories.local(2026, 3, 16))
    other = factories.create_session(workshop=session.workshop, starts=factories.local(2026, 3, 18))
    client, token = begun(session)
    time_machine.move_to(factories.local(2026, 3, 2, 9, 30), tick=False)
    Session.objects.filter(pk=session.pk).update(state=Session.State.CLOSED)

    answer = client.post(at("booking-details", token), teacher(factories.create_school()))
    text = answer.content.decode()
    switched = client.post(at("booking-switch", token), {"session": other.reference})

    assert answer.status_code == 409
    assert "<h1>Datoen kan ikke længere bookes</h1>" in text
    assert switched.url == at("booking-check", token)
    assert "Lone Lærer" in client.get(switched.url).content.decode()


def test_switch_to_a_full_date_leaves_all_as_it_was():
    session = factories.create_session()
    full = factories.create_session(workshop=session.workshop, capacity=5, starts=soon(20))
    client, token = filled(session)

    answer = client.post(at("booking-switch", token), {"session": full.reference})

    assert answer.status_code == 409
    assert Draft.objects.get().session == session
    taken = Session.objects.order_by("starts").values_list("seats_taken", flat=True)
    assert list(taken) == [24, 0]


def test_switch_to_a_date_at_the_school_asks_where_to_meet():
    session = factories.create_session()
    at_school = factories.create_session(workshop=session.workshop, starts=soon(20))
    session.venue = Venue.objects.create(name="Biblioteket")
    session.save()
    client, token = filled(session)

    answer = client.post(at("booking-switch", token), {"session": at_school.reference})

    assert answer.url == at("booking-details", token)
    text = client.get(answer.url).content.decode()
    assert "Udfyld det, der mangler" in text
    assert 'value="Lone Lærer"' in text
    assert 'name="meeting_place"' in text


def test_switch_to_a_date_at_a_venue_forgets_the_room_of_the_school():
    session = factories.create_session()
    there = factories.create_session(workshop=session.workshop, starts=soon(20))
    there.venue = Venue.objects.create(name="Biblioteket")
    there.save()
    client, token = filled(session)

    answer = client.post(at("booking-switch", token), {"session": there.reference})

    assert answer.url == at("booking-check", token)
    assert "Lokale 14" not in client.get(answer.url).content.decode()
    assert "meeting_place" not in Draft.objects.get().answers


def test_switch_before_anything_was_typed_leads_to_the_form():
    session = factories.create_session()
    other = factories.create_session(workshop=session.workshop, starts=soon(20))
    client, token = begun(session)

    answer = client.post(at("booking-switch", token), {"session": other.reference})

    assert answer.url == at("booking-details", token)
    assert "Udfyld det, der mangler" not in client.get(answer.url).content.decode()


def test_switch_to_another_audience_or_an_unknown_date_is_refused():
    evening = factories.create_session(audience=Audience.PARENTS)
    client, token = filled(factories.create_session())

    wrong = client.post(at("booking-switch", token), {"session": evening.reference})
    unknown = client.post(at("booking-switch", token), {"session": "none"})
    unreadable = client.post(at("booking-switch", token), {"session": "\0"})

    assert (wrong.status_code, unknown.status_code, unreadable.status_code) == (409, 404, 404)
    assert Draft.objects.get().session != evening


def test_time_is_extended_once(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    client, token = begun(factories.create_session())
    time_machine.move_to(factories.local(2026, 3, 2, 9, 15), tick=False)

    first = client.post(at("hold-extend", token))
    page = client.get(first.url).content.decode()
    second = client.post(at("hold-extend", token), {"check": "1"})

    assert first.url == at("booking-details", token)
    assert "kl. 9.35" in page
    assert at("hold-extend", token) not in page
    assert second.url == at("booking-check", token)
    assert Hold.objects.get().expires_at == factories.local(2026, 3, 2, 9, 35)


def test_leaving_frees_the_seats_and_forgets_everything():
    session = factories.create_session()
    client, token = filled(session)

    answer = client.post(at("booking-leave", token))

    assert answer.url == f"/workshops/{session.workshop.slug}/"
    assert (Draft.objects.count(), Hold.objects.count()) == (0, 0)
    assert Session.objects.get().seats_taken == 0
    assert client.get(at("booking-details", token)).status_code == 404


def test_leaving_after_the_booking_leaves_it_alone():
    client, token = filled(factories.create_session())
    client.post(at("booking-check", token))

    client.post(at("booking-leave", token))

    assert Booking.objects.count() == Draft.objects.count() == 1


def test_session_that_was_cancelled_meanwhile_offers_other_dates():
    session = factories.create_session()
    other = factories.create_session(workshop=session.workshop, starts=soon(20))
    client, token = filled(session)
    Session.objects.filter(pk=session.pk).update(state=Session.State.CLOSED)

    answer = client.post(at("booking-check", token))

    assert answer.status_code == 409
    assert other.reference in answer.content.decode()


def test_workshop_that_was_paused_meanwhile_takes_no_booking():
    session = factories.create_session()
    other = factories.create_session(starts=soon(20))
    client, token = filled(session)
    Workshop.objects.filter(pk=session.workshop_id).update(state=Workshop.State.PAUSED)

    answer = client.post(at("booking-check", token))

    assert answer.status_code == 409
    assert other.reference in answer.content.decode()
    assert Booking.objects.count() == 0


def test_school_that_closed_meanwhile_is_said_at_the_school():
    school = factories.create_school()
    client, token = filled(factories.create_session(), school=school.number)
    school.closings.create(closed_from=factories.local(2020, 1, 1).date())

    answer = client.post(at("booking-check", token))

    assert list(errors(answer)) == ["school"]
    assert Booking.objects.count() == 0


def test_parent_who_is_signed_up_is_told_at_the_address():
    session = factories.create_session(audience=Audience.PARENTS)
    know(PARENT["email"])
    first, one = filled(session, seats=2, known=False)
    first.post(at("booking-check", one))
    client, token = filled(session, seats=2, known=False)

    answer = client.post(at("booking-check", token))

    assert list(errors(answer)) == ["email"]
    assert Booking.objects.count() == 1
