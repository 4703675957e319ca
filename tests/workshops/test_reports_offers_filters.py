"""What the catalogue finds: by filters, and by words."""

from __future__ import annotations

import pytest

from tests.factories import create_topic, create_venue
from tests.workshops.offering import catalogue, only, session_of, titles, workshop_with
from workshops.models import Audience, District
from workshops.reports.offers import Wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def valby():
    return create_venue_in(District.objects.create(number=7, name="Valby"))


def create_venue_in(district: District):
    venue = create_venue()
    venue.district = district
    venue.save()
    return venue


# --- filters -----------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", Audience.values)
def test_audience_is_filtered(now, audience):
    for each in Audience.values:
        workshop_with(title=each, audience=each)

    assert titles(Wanted(audience=audience), now) == [audience]


@pytest.mark.parametrize(
    ("grade", "found"),
    [
        (0, ["Any", "Low"]),
        (3, ["Any", "Low"]),
        (4, ["Any"]),
        (8, ["Any", "High"]),
        (9, ["Any", "High"]),
    ],
)
def test_grade_finds_workshops_whose_range_has_it(now, grade, found):
    workshop_with(title="Low", grade_from=0, grade_to=3)
    workshop_with(title="High", grade_from=7)
    workshop_with(title="Any")
    workshop_with(title="Evening", audience=Audience.PARENTS)

    assert sorted(titles(Wanted(grade=grade), now)) == found


def test_one_of_several_topics_is_enough(now):
    for title in ("Demokrati", "Medier", "Kunst"):
        workshop_with(title=title, topic=create_topic(title=title))
    slugs = {topic[1]: topic[0] for topic in catalogue(Wanted(), now=now).choices.topics}

    found = titles(Wanted(topics=(slugs["Demokrati"], slugs["Kunst"])), now)

    assert sorted(found) == ["Demokrati", "Kunst"]


def test_district_finds_venues_in_it_and_what_comes_to_the_school(now, valby):
    there, elsewhere, comes = (workshop_with(title=t) for t in ("There", "Elsewhere", "Comes"))
    other = create_venue_in(District.objects.create(number=3, name="Nørrebro"))
    session_of(there, venue=valby)
    session_of(elsewhere, venue=other)
    session_of(comes)
    evening = workshop_with(title="Evening nowhere", audience=Audience.PARENTS)
    session_of(evening)
    workshop_with(title="Without dates")

    assert sorted(titles(Wanted(district=7), now)) == ["Comes", "There"]
    assert sorted(titles(Wanted(), now)) == ["Comes", "Elsewhere", "Evening nowhere", "There", "Without dates"]  # fmt: skip


def test_card_shows_only_the_dates_that_fit(now, valby):
    workshop = workshop_with()
    session_of(workshop, days=1, language="en", venue=valby)
    fits = session_of(workshop, days=2, language="da", venue=valby)
    session_of(workshop, days=3, language="da", venue=valby, capacity=5, taken=5)

    offer = only(now, Wanted(language="da", only_free=True))

    assert [date.reference for date in offer.dates] == [fits.reference]
    assert offer.more == 0


def test_filters_add_up(now):
    workshop = workshop_with(title="Debat", grade_from=7, grade_to=9)
    session_of(workshop, language="en")
    fitting = Wanted(text="debat", audience=Audience.PUPILS, grade=8, language="en", only_free=True)

    assert titles(fitting, now) == ["Debat"]
    for miss in ({"grade": 6}, {"language": "da"}, {"text": "svømning"}, {"audience": "forældre"}):
        fields = {name: getattr(fitting, name) for name in fitting.__slots__} | miss
        assert titles(Wanted(**fields), now) == [], miss


def test_choices_are_what_there_is(now, valby):
    workshop = workshop_with(topic=create_topic(title="Æstetik"))
    session_of(workshop, venue=valby)
    create_topic(title="Not used")
    District.objects.create(number=9, name="Not used")

    choices = catalogue(Wanted(), now=now).choices

    assert [title for _slug, title in choices.topics] == ["Æstetik"]
    assert choices.districts == ((7, "Valby"),)


def test_chosen_district_without_dates_is_still_named(now):
    District.objects.create(number=9, name="Vanløse")

    assert catalogue(Wanted(district=9), now=now).choices.districts == ((9, "Vanløse"),)
    assert catalogue(Wanted(district=99), now=now).choices.districts == ()


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "uenighed",
        "UENIGHED",
        "uenigehd",  # two letters changed places
        "klassen",
        "æbler",
        "aebler",
        "Æbler og klassen",
        "spilleregler",
        "democracy",
        "uénighed",
        "enig",
    ],
)
def test_words_are_found_whatever_case_accents_and_small_slips(now, text):
    workshop_with(
        title="Demokrati og uenighed",
        title_en="Democracy",
        summary="Klassen øver sig",
        description="Om æbler og spilleregler",
    )
    workshop_with(title="Noget helt andet")

    assert titles(Wanted(text=text), now) == ["Demokrati og uenighed"]


@pytest.mark.parametrize("text", ["fodbold", "uenighed fodbold", "xyz", "dem0"])
def test_words_that_are_not_there_find_nothing(now, text):
    workshop_with(title="Demokrati og uenighed")

    assert titles(Wanted(text="uenighed"), now) == ["Demokrati og uenighed"]
    assert titles(Wanted(text=text), now) == []


def test_topic_is_searched_too(now):
    workshop_with(title="Debat", topic=create_topic(title="Ytringsfrihed"))

    assert titles(Wanted(text="ytringsfrihed"), now) == ["Debat"]
