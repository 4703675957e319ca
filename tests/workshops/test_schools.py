import datetime

import pytest
from django.core.exceptions import ValidationError

from attendance.models import Headcount
from tests import factories
from workshops.actions import schools
from workshops.actions.school_register import search_text_of
from workshops.models import Mark, School, SchoolClosing

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2024, 5, 3)
NOW = datetime.datetime(2024, 5, 3, 12, tzinfo=datetime.UTC)


def refusal_of(school, *, into):
    with pytest.raises(ValidationError) as refused:
        schools.merge(school, into=into, by=None, now=NOW)
    return refused.value.code


# --- merging ------------------------------------------------------------------------------------


def test_merged_school_can_no_longer_be_booked_for():
    old, new = factories.create_school(), factories.create_school()
    manager = factories.create_user(role="manager")

    merged = schools.merge(old, into=new, by=manager, now=NOW)

    assert (merged.merged_into, merged.merged_at) == (new, NOW)
    assert list(School.objects.open_on(TODAY)) == [new]
    assert list(Mark.objects.values_list("session", "reason", "at")) == [(None, "merger", NOW)]


def test_merging_keeps_every_count_where_it_was_counted():
    old, new = factories.create_school(), factories.create_school()
    session = factories.create_session()
    booking = factories.create_booking(session=session, school=old, label="7.b")
    headcount = factories.create_headcount(party=booking.parties.get(), present=21)

    schools.merge(old, into=new, by=None, now=NOW)

    assert Headcount.objects.get() == headcount
    assert booking.parties.get().school == old


def test_unmerged_school_is_open_again():
    old, new = factories.create_school(), factories.create_school()
    schools.merge(old, into=new, by=None, now=NOW)

    schools.unmerge(old, by=None, now=NOW)

    old.refresh_from_db()
    assert (old.merged_into, old.merged_at) == (None, None)
    assert set(School.objects.open_on(TODAY)) == {old, new}
    assert Mark.objects.count() == 2


def test_school_that_is_not_merged_cannot_be_unmerged():
    with pytest.raises(ValidationError) as refused:
        schools.unmerge(factories.create_school(), by=None)

    assert refused.value.code == "not_merged"
    assert Mark.objects.count() == 0


def test_school_is_never_merged_into_itself():
    school = factories.create_school()

    assert refusal_of(school, into=school) == "merge_into_itself"


def test_mergers_never_make_chains():
    first, second, third = (factories.create_school() for _ in range(3))
    schools.merge(first, into=second, by=None, now=NOW)

    assert refusal_of(first, into=third) == "already_merged"
    assert refusal_of(second, into=third) == "others_merged_into_it"
    assert refusal_of(third, into=first) == "target_is_merged"
    assert Mark.objects.count() == 1


def test_closed_school_takes_no_others_in():
    old, closed = factories.create_school(), factories.create_school()
    SchoolClosing.objects.create(school=closed, closed_from=TODAY)

    assert refusal_of(old, into=closed) == "target_is_closed"


def test_closed_school_can_be_merged_into_an_open_one():
    closed, new = factories.create_school(), factories.create_school()
    SchoolClosing.objects.create(school=closed, closed_from=TODAY)

    assert schools.merge(closed, into=new, by=None, now=NOW).merged_into == new


# --- search -------------------------------------------------------------------------------------


@pytest.fixture
def searched():
    """A few schools as the register import would keep them for the search box."""
    names = {
        "101577": ("Ørestad Gymnasium", "København S"),
        "157019": ("Sct. Joseph Søstrenes Skole S/I", "Charlottenlund"),
        "101081": ("Institut Sankt Joseph", "København Ø"),
        "751001": ("Åby Skole", "Åbyhøj"),
        "101019": ("Katrinedals Skole på Allé", "Vanløse"),
        "657001": ("Skolen 100%_sikker", "Herning"),
    }
    for number, (name, town) in names.items():
        school = factories.create_school(number=number, name=name)
        School.objects.filter(pk=school.pk).update(search_text=search_text_of(name, town))
    hidden = factories.create_school(number="101000", name="Ørestad Kommune", type_code="2013")
    School.objects.filter(pk=hidden.pk).update(search_text=search_text_of("Ørestad", ""))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ørestad", ["101577"]),
        ("ØRESTAD gymnasium", ["101577"]),
        ("oerestad", ["101577"]),
        ("ORESTAD", ["101577"]),
        ("gymnasium ørest", ["101577"]),
        ("Sct. Joseph", ["157019"]),
        ("joseph", ["101081", "157019"]),
        ("joseph østerbro", []),
        ("åby", ["751001"]),
        ("aaby", ["751001"]),
        ("a\u030aby", ["751001"]),  # å in two signs
        ("ABY", ["751001"]),
        ("allé", ["101019"]),
        ("alle", ["101019"]),
        ("vanlose", ["101019"]),
        ("1015", ["101577"]),
        ("101577", ["101577"]),
        ("_sikker", ["657001"]),
        ("%", ["101019", "101081", "101577", "157019", "657001", "751001"]),
        ("findes ikke", []),
    ],
)
def test_search_folds_case_and_accents(searched, text, numbers):
    found = School.objects.matching(text).order_by("number")

    assert [school.number for school in found] == numbers


def test_search_text_never_outgrows_its_column():
    text = search_text_of("Æ" * 160, "Ø" * 60)

    assert len(text) == 255
