"""The details page: what it asks, and what comes back with an error."""

import html
import re

import pytest
from django.urls import reverse

from booking.models import Booking, Draft
from tests import factories
from tests.booking.filling import PARENT, at, begun, errors, filled, sent, teacher
from workshops import telephones
from workshops.models import Audience, Venue

pytestmark = pytest.mark.django_db


def asked(text):
    """The names of the fields that can be seen."""
    names = re.findall(r'<(?:input|select)[^>]*name="([a-z_0-9]+)"[^>]*>', text)
    hidden = set(re.findall(r'type="hidden" name="([a-z_0-9]+)"', text))
    return [name for name in names if name not in hidden and name != "needs"]


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


@pytest.mark.parametrize(
    ("audience", "answers", "field"),
    [
        (Audience.PUPILS, {"rows": "1", "label_1": "7.B"}, "label_2"),
        (Audience.PROFESSIONALS, {"rows": "2", "name_1": "Ane"}, "name_3"),
    ],
)
def test_row_that_is_added_takes_the_focus(audience, answers, field):
    client, token = begun(factories.create_session(audience=audience), 2)

    page = client.get(at("booking-details", token)).content.decode()
    more = client.post(at("booking-details", token), {**answers, "add_row": "1"}).content.decode()
    sent_on = client.post(at("booking-details", token), answers).content.decode()

    focused = [
        re.findall(r'name="([a-z_0-9]+)"[^>]* autofocus', text) for text in (page, more, sent_on)
    ]
    assert focused == [[], [field], []]
    assert more.count("autofocus") == 1


def test_other_language_keeps_what_was_typed_and_judges_nothing():
    client, token = begun(factories.create_session(), 2)
    typed = {"rows": "2", "label_2": "7.B", "name": "Anne", "pupils_1": "mange", "next": "/"}

    chosen = client.post(reverse("set_language"), typed | {"language": "en", "next": "/book/x/"})
    page = client.post(at("booking-details", token), typed | {"language": "en"})

    assert (chosen.status_code, chosen.url) == (307, "/book/x/")
    text = page.content.decode()
    assert (page.status_code, "Your details" in text) == (200, True)
    for name, value in {"name": "Anne", "label_2": "7.B", "pupils_1": "mange"}.items():
        assert re.search(rf'name="{name}" value="{value}"', text), name
    assert "autofocus" not in text
    assert "form-error" not in text
    assert "name" not in Draft.objects.get().answers


@pytest.mark.parametrize("audience", [Audience.PARENTS, Audience.PUPILS])
@pytest.mark.parametrize("rows", ["0", "999"])
def test_number_of_rows_that_no_page_sends_is_answered(audience, rows):
    client, token = begun(factories.create_session(audience=audience), 2)

    answer = client.post(at("booking-details", token), {"rows": rows})
    more = client.post(at("booking-details", token), {"rows": rows, "add_row": "1"})

    assert (answer.status_code, more.status_code) == (422, 200)
    assert b"autofocus" not in answer.content


def test_needs_say_who_sees_them():
    client, token = begun(factories.create_session())

    text = client.get(at("booking-details", token)).content.decode()

    assert "Kun medarbejderne bag workshoppen ser det. Det bliver slettet" in text


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
    ("typed", "shown"),
    [
        ("20 30 40 50", "20 30 40 50"),
        ("+45 20304050", "20 30 40 50"),
        ("0045 20.30.40.50", "20 30 40 50"),
        ("(+45) 2030-4050", "20 30 40 50"),
        ("+46 70 123 45 67", "+46 70 123 45 67"),
    ],
)
def test_mobile_is_taken_as_people_write_it_and_shown_so(typed, shown):
    client, token = filled(factories.create_session(), mobile=typed)

    kept = Draft.objects.get().answers["mobile"]
    assert kept == telephones.understood(shown, name="")
    check = client.get(at("booking-check", token)).content.decode()
    form = client.get(at("booking-details", token)).content.decode()
    assert shown in check
    assert f'value="{shown}"' in form
    assert kept not in check + form


def test_mobile_with_eight_digits_is_not_asked_for_eight():
    answers = teacher(factories.create_school(), mobile="12 34 56 78")

    answer = sent(factories.create_session(), answers)

    assert list(errors(answer)) == ["mobile"]
    assert "12 34 56 78" in errors(answer)["mobile"]
    assert "otte" not in errors(answer)["mobile"]


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
