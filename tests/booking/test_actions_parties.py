import pytest

from booking.actions import parties
from booking.actions.parties import Booker, ClassParty, PersonParty
from tests import factories
from tests.booking.orders import a_class, open_session, refused

DANISH = "Ærlig Åse Østergård"


def unsaved_class(**fields):
    from workshops.models import School

    return ClassParty(
        **{"school": School(pk=1, number="500001"), "label": "7.B", "seats": 20, **fields}
    )


def check(**fields):
    from workshops.models import Session

    parties.check(Session(audience="elever"), [unsaved_class(**fields)])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"label": ""}, "value_missing"),
        ({"label": "   "}, "value_missing"),
        ({"label": " . "}, "value_missing"),
        ({"label": "x" * 41}, "value_too_long"),
        ({"label": "7.B\x00"}, "value_unreadable"),
        ({"label": "7\nB"}, "value_unreadable"),
        ({"label": "010110-1234"}, "looks_like_cpr"),
        ({"label": "7B 0101101234"}, "looks_like_cpr"),
        ({"seats": 0}, "seats_out_of_range"),
        ({"seats": -3}, "seats_out_of_range"),
        ({"seats": 1001}, "seats_out_of_range"),
        ({"adults": -1}, "adults_out_of_range"),
        ({"adults": 51}, "adults_out_of_range"),
        ({"grade": -1}, "grade_out_of_range"),
        ({"grade": 11}, "grade_out_of_range"),
    ],
)
def test_class_that_cannot_be_is_refused(fields, code):
    with refused(code):
        check(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "x" * 40},
        {"label": "10.X (modtageklasse)"},
        {"label": "1.g"},
        {"seats": 1},
        {"seats": 1000},
        {"adults": 0},
        {"adults": 50},
        {"grade": 0},
        {"grade": 10},
    ],
)
def test_class_at_the_edge_is_taken(fields):
    check(**fields)


def test_joined_classes_are_checked_each_and_together():
    from workshops.models import Session

    session = Session(audience="elever")
    half = [unsaved_class(label="7.A", seats=501), unsaved_class(label="7.B", seats=501)]
    second = [unsaved_class(label="7.A"), unsaved_class(label="7.B", seats=0)]

    for rows in (half, second):
        with refused("seats_out_of_range"):
            parties.check(session, rows)


def test_person_with_too_many_seats_is_refused():
    from workshops.models import Session

    with refused("seats_out_of_range"):
        parties.check(Session(audience="forældre"), [PersonParty(seats=1001)])


def test_booker_is_tidied():
    decomposed = "A\u030ase"

    booker = parties.check_booker(Booker(name=f"  {decomposed} ", email=" aase@example.org "))

    assert booker == Booker(name="Åse", email="aase@example.org", mobile="")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "value_missing"),
        ({"name": "x" * 121}, "value_too_long"),
        ({"name": "Lone 010110-1234"}, "looks_like_cpr"),
        ({"email": ""}, "value_missing"),
        ({"email": "lone"}, "email_invalid"),
        ({"email": "lone@example.org\r\nBcc: x@example.org"}, "value_unreadable"),
        ({"email": f"{'x' * 250}@example.org"}, "value_too_long"),
        ({"mobile": "1" * 21}, "phone_too_long"),
        ({"mobile": "12345678"}, "phone_not_in_use"),
    ],
)
def test_booker_that_cannot_be_is_refused(fields, code):
    with refused(code):
        parties.check_booker(Booker(**{"name": DANISH, "email": "lone@example.org", **fields}))


def test_telephone_number_is_kept_with_its_country():
    booker = Booker(name=DANISH, email="lone@example.org", mobile="20 30 40 50")

    assert parties.check_booker(booker).mobile == "+4520304050"


def test_person_key_is_the_same_for_one_person_and_keyed(settings):
    keys = {parties.person_key(email) for email in ("a@b.dk", " A@B.DK ", "a@B.dk")}
    settings.SECRET_KEY = "another"

    assert len(keys) == 1
    assert parties.person_key("a@b.dk") not in keys
    assert parties.person_key("a@b.dk") != parties.person_key("c@b.dk")


@pytest.mark.django_db
def test_each_school_is_asked_for_once(django_assert_num_queries):
    session, schools = open_session(), [factories.create_school() for _number in range(3)]

    with django_assert_num_queries(3):
        parties.check_schools([school.pk for school in schools * 2], day=session.local_date)


@pytest.mark.django_db
def test_refusal_names_the_field_and_the_cure():
    with refused("value_too_long") as refusal:
        parties.check(open_session(), [a_class(label="x" * 41)])

    message = refusal.value.messages[0]
    assert "40" in message
    assert "x" * 41 not in message
