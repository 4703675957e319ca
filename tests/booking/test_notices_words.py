"""What the letters say, and in which language."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation

from booking import links, notices
from booking.actions import bookings, moves
from booking.actions.parties import Booker
from booking.states import OverReason
from tests import factories
from tests.booking.letters import letter, with_mailbox
from tests.booking.orders import NOW, a_class, open_session, place
from workshops.models import Session, Venue

pytestmark = pytest.mark.django_db


def test_confirmation_begins_with_what_one_needs_first():
    session = open_session(starts=factories.local(2026, 3, 17, 9, 30))
    session.workshop.preparation = "Tal om, hvad I er uenige om."
    session.workshop.save()
    booking = place(session, a_class(school=with_mailbox(name="Skolen ved Søen")))

    subject, text, html = letter("confirmed")

    link = f"http://localhost:8000{links.path(booking)}"
    assert subject == f"Booking bekræftet: {session.workshop.title}, {_day(session)}"
    first = text.split("\n\n")
    assert first[0] == "Jeres booking er bekræftet."
    assert "tirsdag den 17. marts 2026 kl. 9.30–11.00 (dansk tid)" in first[1]
    assert "Skolen ved Søen, Skolegade 1, 2300 København S" in first[1]
    assert "7.B, 20 elever, Skolen ved Søen" in first[1]
    assert booking.reference in first[1]
    assert first[2].endswith(link)
    assert "Tal om, hvad I er uenige om." in text
    assert "torsdag den 16. april 2026" in text  # when the contact is deleted
    assert f'href="{link}"' in html
    assert '<html lang="da">' in html
    assert "\n\n\n" not in text


def _day(session):
    from workshops import moments

    return moments.day(session.local_date, short=True, today=timezone.localdate())


def test_letter_is_in_the_language_of_its_booking_whoever_acts():
    session = open_session(starts=factories.local(2026, 3, 17, 9, 30))
    session.workshop.title_en = "Democracy"
    session.workshop.save()
    booking = place(session, language="en")

    with translation.override("da"):
        bookings.cancel(booking, by=None, now=NOW)

    for kind in ("confirmed", "cancelled"):
        subject, text, html = letter(kind)
        assert "Democracy" in subject
        assert "Tuesday 17 March 2026, 9:30–11:00 (Danish time)" in text
        assert '<html lang="en">' in html
        assert translation.get_language() == "da"


def test_school_is_written_to_in_danish_whatever_the_booker_reads():
    place(open_session(), a_class(school=with_mailbox(name="Skolen A")), language="en")

    assert "Lone Lærer har booket en workshop for Skolen A." in letter("school")[1]


def test_mailbox_letter_states_its_deadline_and_leads_to_the_button():
    booking = place(open_session(), needs_mailbox=True)

    _subject, text, html = letter("mailbox")

    assert "senest mandag den 2. marts 2026 kl. 11.00" in text
    assert f"http://localhost:8000{links.path(booking, 'confirm/')}\n" in text
    assert f"{links.path(booking, 'confirm/')}" in html


def test_deadline_is_written_as_other_moments_in_english():
    place(open_session(), needs_mailbox=True, language="en")

    assert "by Monday 2 March 2026, 11:00." in letter("mailbox")[1]


def test_moved_letter_has_old_and_new_side_by_side():
    venue = Venue.objects.create(name="Medborgerhuset")
    here = open_session(starts=factories.local(2026, 3, 17, 9, 30))
    there = open_session(starts=factories.local(2026, 3, 24, 12, 0))
    Session.objects.filter(pk=there.pk).update(venue=venue)
    booking = place(here, a_class(school=with_mailbox(name="Skolen A")))

    moves.move(booking, to=Session.objects.get(pk=there.pk), by=None, now=NOW)

    text = letter("moved")[1]
    assert "Før: tirsdag den 17. marts 2026 kl. 9.30–11.00, Skolen A" in text
    assert "Nu: tirsdag den 24. marts 2026 kl. 12.00–13.30, Medborgerhuset" in text


@pytest.mark.parametrize(
    ("by_us", "about", "words"),
    [
        (True, "Booking aflyst: ", "Vi har måttet aflyse jeres booking."),
        (False, "Afbud modtaget: ", "I har meldt afbud."),
    ],
)
def test_cancellation_says_by_whom(by_us, about, words):
    booking = place(open_session())
    reason = OverReason.BY_ORGANISER if by_us else OverReason.BY_BOOKER

    bookings.cancel(booking, by=None, reason=reason, why="Sygdom" if by_us else "", now=NOW)

    subject, text, _html = letter("cancelled")
    assert subject.startswith(about)
    assert text.startswith(words)
    assert ("Årsag: Sygdom" in text) == by_us


@pytest.mark.parametrize(
    ("kind", "state"),
    [("cancelled", "published"), ("expired", "published"), ("declined", "paused")],
)
def test_letter_of_the_end_leads_to_other_dates_of_the_workshop(kind, state):
    session = open_session(workshop=factories.create_workshop(state=state))
    booking = factories.create_booking(session=session)

    getattr(notices, kind)(booking)

    _subject, text, html = letter(kind)
    page = f"/workshops/{session.workshop.slug}/" if state == "published" else "/"
    assert f"Find en anden dato:\nhttp://localhost:8000{page}\n" in text
    assert f'<a class="button" href="http://localhost:8000{page}">' in html


def test_letter_shows_whom_to_ask(settings):
    settings.BRAND_PHONE, settings.BRAND_EMAIL = "33 66 33 66", "booking@example.org"
    place(open_session())

    _subject, text, html = letter("confirmed")

    assert "Spørgsmål: 33 66 33 66, booking@example.org" in text
    assert "mailto:booking@example.org" in html


def test_names_are_text_in_html_and_unharmed_in_text():
    booker = Booker(name="<b>Lone & Co</b>", email="lone@example.org", meeting_place="<i>2.sal</i>")
    place(open_session(), a_class(school=with_mailbox()), contact=booker)

    assert "&lt;b&gt;Lone &amp; Co&lt;/b&gt; har booket" in letter("school")[2]
    assert "<b>Lone & Co</b> har booket" in letter("school")[1]
    assert "&lt;i&gt;2.sal&lt;/i&gt;" in letter("confirmed")[2]
