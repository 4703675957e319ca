"""What templates ask for: icons, seats in words, places, lengths and grades."""

from __future__ import annotations

import datetime
import re

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from tests.factories import create_school, create_school_version, create_session, create_venue
from tests.services import ROOT
from workshops.models import Audience
from workshops.templatetags import fremmoede

SPRITE = ROOT / "node_modules" / "dkfds" / "dist" / "img" / "all-svg-icons.svg"


def render(text: str, **context: object) -> str:
    return Template("{% load fremmoede %}" + text).render(Context(context))


@pytest.fixture(params=["da", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def test_icon_is_silent_and_points_into_the_sprite():
    drawn = render('{% icon "check" "big" %}')

    assert 'aria-hidden="true"' in drawn
    assert 'class="icon-svg big"' in drawn
    assert re.search(r'<use href="/static/[^"]*all-svg-icons[^"]*\.svg#check">', drawn)


def test_every_icon_that_a_page_asks_for_is_in_the_sprite():
    known = set(re.findall(r'id="([\w-]+)"', SPRITE.read_text(encoding="utf-8")))
    asked = set()
    for page in (ROOT / "templates").rglob("*.html"):
        asked |= set(re.findall(r'{% icon "([\w-]+)"', page.read_text(encoding="utf-8")))
    menu = (ROOT / "config" / "menu.py").read_text(encoding="utf-8")
    asked |= set(re.findall(r'^\s+"([a-z][a-z-]+)",\n\s*\),?$', menu, flags=re.MULTILINE))

    assert len(asked) > 10
    assert asked <= known
    assert {"success", "error", "info", "warning"} <= known  # levels of messages


@pytest.mark.parametrize(
    ("free", "kind", "danish", "english"),
    [
        (18, "good", "18 ledige pladser", "18 free places"),
        (6, "good", "6 ledige pladser", "6 free places"),
        (5, "short", "Kun 5 pladser tilbage", "Only 5 places left"),
        (1, "short", "Kun 1 plads tilbage", "Only 1 place left"),
        (0, "full", "Alle pladser er optaget", "All places are taken"),
        (-3, "full", "Alle pladser er optaget", "All places are taken"),
    ],
)
def test_seats_are_said_in_words_and_not_by_colour_alone(free, kind, danish, english, language):
    words = {"da": danish, "en": english}[language]

    assert fremmoede.seats_pill(free) == f'<span class="fm-pill fm-pill-{kind}">{words}</span>'


@pytest.mark.django_db
def test_seats_of_a_list_win_over_those_of_the_row():
    session = create_session(capacity=30)
    before = render("{% seats session %}", session=session)

    session.seats_free = 2
    after = render("{% seats session %}", session=session)

    assert "30 ledige" in before
    assert "Kun 2 pladser" in after


@pytest.mark.django_db
def test_session_is_written_as_a_time_that_machines_read(language):
    zone = timezone.get_default_timezone()
    session = create_session(starts=datetime.datetime(2026, 12, 2, 9, tzinfo=zone), minutes=150)

    assert render("{% when session %}", session=session) == (
        '<time datetime="2026-12-02T09:00+01:00">'
        + {
            "da": "onsdag den 2. december 2026 kl. 9.00–11.30",
            "en": "Wednesday 2 December 2026, 9:00–11:30",
        }[language]
        + "</time>"
    )


def test_day_and_clock_are_written_as_times(language):
    moment = datetime.datetime(2026, 6, 30, 22, 30, tzinfo=datetime.UTC)

    assert render("{% when_day moment %}", moment=moment).startswith('<time datetime="2026-07-01">')
    assert (
        render("{% when_day day short=True %}", day=datetime.date(2026, 7, 1))
        == {
            "da": '<time datetime="2026-07-01">ons. 1. juli 2026</time>',
            "en": '<time datetime="2026-07-01">Wed 1 Jul 2026</time>',
        }[language]
    )
    assert (
        render("{% clock moment %}", moment=moment)
        == {
            "da": '<time datetime="2026-07-01T00:30+02:00">kl. 0.30</time>',
            "en": '<time datetime="2026-07-01T00:30+02:00">0:30</time>',
        }[language]
    )


# --- places ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_place_is_our_venue_with_its_room():
    session = create_session()
    session.venue, session.room = create_venue(name="Kulturhuset"), "Sal 2"

    assert fremmoede.place(session) == "Kulturhuset, Sal 2"


@pytest.mark.django_db
def test_place_is_the_school_as_it_was_called_that_day():
    school = create_school(name="Gamle Skole", valid_from=datetime.date(2010, 1, 1))
    create_school_version(school=school, name="Nye Skole", valid_from=datetime.date(2090, 1, 1))
    session = create_session(school=school)

    assert fremmoede.place(session) == "Gamle Skole"


@pytest.mark.django_db
def test_place_without_venue_is_the_school_that_books_or_comes_later(language):
    class_session = create_session(audience=Audience.PUPILS)
    evening = create_session(audience=Audience.PARENTS)

    assert fremmoede.place(class_session) == {"da": "På jeres skole", "en": "At your school"}[language]  # fmt: skip
    assert (
        fremmoede.place(evening)
        == {
            "da": "Stedet bliver oplyst senere",
            "en": "The place is announced later",
        }[language]
    )


# --- for whom, how long ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "grades", "danish", "english"),
    [
        (Audience.PUPILS, (7, 9), "7.–9. klasse", "Grades 7–9"),
        (Audience.PUPILS, (0, 3), "0.–3. klasse", "Grades 0–3"),
        (Audience.PUPILS, (8, 8), "8. klasse", "Grade 8"),
        (Audience.PUPILS, (0, 0), "0. klasse", "Grade 0"),
        (Audience.PUPILS, (None, None), "Skoleklasser", "School classes"),
        (Audience.PARENTS, (7, 9), "Forældre", "Parents"),
        (Audience.PROFESSIONALS, (None, None), "Fagpersoner", "Professionals"),
    ],
)
def test_whom_it_is_for_is_said_by_grade_or_audience(audience, grades, danish, english, language):
    assert fremmoede.for_whom(audience, *grades) == {"da": danish, "en": english}[language]


@pytest.mark.parametrize(
    ("minutes", "danish", "english"),
    [
        (45, "45 minutter", "45 minutes"),
        (60, "1 time", "1 hour"),
        (90, "90 minutter", "90 minutes"),
        (120, "2 timer", "2 hours"),
        (1, "1 minut", "1 minute"),
    ],
)
def test_length_is_in_hours_where_it_comes_out_even(minutes, danish, english, language):
    assert fremmoede.length(minutes) == {"da": danish, "en": english}[language]
