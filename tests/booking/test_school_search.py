"""Finding a school by what people type: the same answers, in the same order, on both databases."""

import datetime
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from booking.models import Draft
from tests import factories
from tests.booking.filling import begun
from workshops.actions.school_register import search_text_of
from workshops.models import School
from workshops.reports import schools

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 16)
REGISTER = Path(__file__).parents[1] / "data" / "registers" / "institutionsregister_2016.csv"


def school(number, name, town="København S", **fields):
    made = factories.create_school(number=number, name=name, **fields)
    made.search_text = search_text_of(name, town)
    made.save(update_fields=["search_text"])
    return made


@pytest.fixture
def town():
    """Schools whose names are easily misspelt."""
    return [
        school("101001", "Den Classenske Legatskole"),
        school("101003", "Nyboder Skole"),
        school("101008", "Blågård Skole"),
        school("101023", "Tingbjerg Skole"),
        school("101042", "Vibenshus Skole"),
        school("101051", "Gerbrandskolen"),
        school("101086", "Amager Fælled Skole"),
        school("101087", "Amager Strandskole"),
        school("101117", "Sankt Annæ Skole"),
        school("101110", "Østerbro Skole"),
    ]


def names(text, day=DAY):
    return [found.name for found in schools.search(text, day=day)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("nyboder", "Nyboder Skole"),
        ("NYBODER SKOLE", "Nyboder Skole"),
        ("101003", "Nyboder Skole"),
        ("1010 nyb", "Nyboder Skole"),
        ("blaagaard", "Blågård Skole"),
        ("blagard", "Blågård Skole"),
        ("blågard", "Blågård Skole"),
        ("oesterbro", "Østerbro Skole"),
        ("osterbro", "Østerbro Skole"),
        ("fælled", "Amager Fælled Skole"),
        ("faelled amager", "Amager Fælled Skole"),
        ("sankt annae", "Sankt Annæ Skole"),
        ("sct. annæ", "Sankt Annæ Skole"),
        ("Tingbjærg", "Tingbjerg Skole"),
        ("tinbjerg skole", "Tingbjerg Skole"),
        ("gerbrand skolen", "Gerbrandskolen"),
        ("Klassenske", "Den Classenske Legatskole"),
        ("vibenhus", "Vibenshus Skole"),
        ("amager fælledskole", "Amager Fælled Skole"),
    ],
)
def test_school_is_found_as_people_write_it(town, typed, first):
    assert names(typed)[:1] == [first]


def test_exact_names_come_before_similar_ones(town):
    assert names("amager")[:2] == ["Amager Strandskole", "Amager Fælled Skole"]


@pytest.mark.parametrize("typed", ["", " ", "n", "%", "__", "xyzzy", "'", "--", "\x00", "🏫" * 50])
def test_what_is_nothing_finds_nothing(town, typed):
    assert names(typed) == []


def test_eight_are_shown_at_most(town):
    assert len(names("skole")) == 8


def test_schools_with_one_name_are_told_apart(town):
    school("747001", "Nyboder Skole")

    found = schools.search("nyboder skole", day=DAY)

    assert [one.label for one in found[:2]] == ["Nyboder Skole (101003)", "Nyboder Skole (747001)"]
    assert found[0].address == "Skolegade 1, 2300 København S"


def test_only_schools_open_on_the_day_are_found(town):
    closing = town[1].closings.create(closed_from=DAY)
    town[3].is_school = False
    town[3].save()

    assert "Nyboder Skole" not in names("nyboder")
    assert "Nyboder Skole" in names("nyboder", day=DAY - datetime.timedelta(days=1))
    assert "Tingbjerg Skole" not in names("tingbjerg")
    closing.delete()
    assert "Nyboder Skole" in names("nyboder")


def test_name_of_the_day_is_shown():
    renamed = school("101003", "Nyboder Skole")
    factories.create_school_version(
        school=renamed, name="Nyboder Privatskole", valid_from=DAY + datetime.timedelta(days=1)
    )

    assert names("nyboder") == ["Nyboder Skole"]
    assert names("nyboder", day=DAY + datetime.timedelta(days=1)) == ["Nyboder Privatskole"]


@pytest.mark.parametrize("extra", [0, 30])
def test_queries_do_not_grow(town, django_assert_num_queries, extra):
    for number in range(extra):
        school(f"{700000 + number}", f"Skolen nummer {number}")

    with django_assert_num_queries(2):
        assert len(names("skole")) == 8
    with django_assert_num_queries(3):
        assert names("Tingbjærg")


@pytest.mark.parametrize(
    ("typed", "certain"),
    [
        ("Nyboder Skole", "101003"),
        ("nyboder", "101003"),
        ("Nyboder Skole (101003)", "101003"),
        ("skole nr. 101008", "101008"),
        ("101999", None),
        ("amager", None),
        ("Tingbjærg", None),
        ("Hogwarts", None),
    ],
)
def test_one_school_is_meant_or_none(town, typed, certain):
    meant = schools.resolve(typed, day=DAY)

    assert (meant.school.number if meant.school else None) == certain
    if typed in {"amager", "Tingbjærg"}:
        assert meant.candidates


def test_real_register_answers_in_one_order(db, figure):
    """The order that both databases must give, from the national register of 2016."""
    call_command("import_register", REGISTER, valid_from="2016-01-01", apply=True, verbosity=0)

    found = {typed: names(typed)[:3] for typed in ("skolen på", "blågaard", "sct annæ", "skole ø")}

    assert School.objects.filter(is_school=True).count() > 1000
    assert found["blågaard"][0] == "Blågård Skole"
    figure("school search", json.dumps(found, ensure_ascii=False))


# --- the page behind the field -----------------------------------------------------------------


def test_field_gets_values_that_the_form_knows(client, town):
    answer = client.get("/schools/", {"q": "nybo", "day": "2026-03-16"})

    assert answer.json() == {
        "schools": [
            {"value": "Nyboder Skole (101003)", "label": "Skolegade 1, 2300 København S"},
        ]
    }


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-31"])
def test_day_that_is_none_means_today(client, town, day):
    assert len(client.get("/schools/", {"q": "nybo", "day": day}).json()["schools"]) == 1


def test_page_tells_the_script_where_and_for_which_day():
    session = factories.create_session(starts=factories.local(2031, 3, 16))
    client, token = begun(session)

    text = client.get(f"/book/{token}/").content.decode()

    assert 'data-search="/schools/"' in text
    assert 'data-day="2031-03-16"' in text
    assert "schools.js" in text
    assert Draft.objects.count() == 1
