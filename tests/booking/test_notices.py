"""Which letter goes to whom, in which words, and that none holds what opens a door."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from booking import links, notices
from booking.actions import bookings, mailboxes, moves
from booking.actions.parties import Booker, PersonParty
from booking.models import Booking, Contact, Errand, Mailbox
from booking.states import OverReason
from notifications import delivery
from notifications.models import Notice
from tests import factories
from tests.booking.orders import NOW, TEACHER, a_class, open_session, place, refused
from workshops.models import Audience, SchoolVersion, Session, Venue

pytestmark = pytest.mark.django_db


def with_mailbox(**fields):
    """A school with a mailbox in the register."""
    school = factories.create_school(**fields)
    SchoolVersion.objects.filter(school=school).update(mailbox=f"kontor{school.number}@example.org")
    return school


def kinds():
    return list(Notice.objects.order_by("pk").values_list("kind", "recipient"))


def letter(kind):
    """The letter as it leaves: (subject, text, html)."""
    built = delivery.build(Notice.objects.get(kind=kind))
    return built.subject, built.body, built.alternatives[0][0]


# --- who gets which ------------------------------------------------------------------------------


def test_booking_that_is_confirmed_at_once_tells_booker_and_school():
    school = with_mailbox()

    place(open_session(), a_class(school=school))

    assert kinds() == [
        ("confirmed", "lone@example.org"),
        ("school", f"kontor{school.number}@example.org"),
    ]
    assert not Errand.objects.exists()


def test_joined_classes_of_two_schools_tell_each_school_of_its_own_class():
    first, second = with_mailbox(name="Skolen A"), with_mailbox(name="Skolen B")

    place(
        open_session(capacity=99),
        a_class(school=first, label="7.A"),
        a_class(school=second, label="7.B"),
    )

    texts = dict(Notice.objects.filter(kind="school").values_list("recipient", "text"))
    assert "7.A" in texts[f"kontor{first.number}@example.org"]
    assert "7.B" not in texts[f"kontor{first.number}@example.org"]
    assert "7.B" in texts[f"kontor{second.number}@example.org"]


def test_school_without_mailbox_becomes_an_errand():
    school = factories.create_school()

    booking = place(open_session(), a_class(school=school))

    errand = Errand.objects.get()
    assert (errand.kind, errand.booking, errand.school) == ("tell_school", booking, school)
    assert kinds() == [("confirmed", "lone@example.org")]


def test_school_hears_of_a_booking_only_when_its_mailbox_is_confirmed():
    """Anybody can type an address; only who reads its letters may speak to a school."""
    school = with_mailbox()
    booking = place(open_session(), a_class(school=school), needs_mailbox=True)
    before = kinds()

    mailboxes.confirm(booking, NOW)

    assert before == [("mailbox", "lone@example.org")]
    assert [kind for kind, _to in kinds()] == ["mailbox", "confirmed", "school"]


def test_school_is_told_once_however_the_booking_goes_on():
    workshop = factories.create_workshop(needs_approval=True)
    by = factories.create_user(role="coordinator")
    told, silent = with_mailbox(), factories.create_school()
    booking = place(
        open_session(workshop=workshop, capacity=99),
        a_class(school=told),
        a_class(school=silent),
        needs_mailbox=True,
    )

    mailboxes.confirm(booking, NOW)
    bookings.confirm(booking, by=by, now=NOW)
    with transaction.atomic():
        notices.school_told(booking)

    assert [kind for kind, _to in kinds()] == [
        "mailbox",
        "awaiting_approval",
        "school",
        "confirmed",
    ]
    assert Errand.objects.count() == 1


def test_adults_tell_no_school():
    place(open_session(audience=Audience.PARENTS), PersonParty(seats=2))

    assert kinds() == [("confirmed", "lone@example.org")]
    assert not Errand.objects.exists()


def test_colleagues_get_a_letter_each():
    session = open_session(audience=Audience.PROFESSIONALS)

    for name in ("anna", "bo"):
        booker = Booker(name=name.title(), email=f"{name}@example.org", workplace="Kontoret")
        place(session, PersonParty(), contact=booker)

    assert kinds() == [("confirmed", "anna@example.org"), ("confirmed", "bo@example.org")]
    texts = list(Notice.objects.values_list("text", flat=True))
    assert not [text for text in texts if "Anna" in text or "Bo " in text]


def test_waiting_booking_tells_the_booker_alone():
    session, school = open_session(capacity=20), with_mailbox()
    place(session, a_class(school=school, label="7.A"))
    Notice.objects.all().delete()

    place(session, a_class(school=school), wait=True)

    assert kinds() == [("waiting", "lone@example.org")]


def expire(booking):
    bookings.expire_due(now=NOW + datetime.timedelta(hours=3))


VERBS = [
    ("cancelled", lambda booking: bookings.cancel(booking, by=None, now=NOW)),
    (
        "cancelled",
        lambda booking: bookings.cancel(
            booking, by=None, reason=OverReason.BY_ORGANISER, why="Sygdom", now=NOW
        ),
    ),
    ("declined", lambda booking: bookings.decline(booking, by=None, why="Ingen tid", now=NOW)),
    ("expired", expire),
    ("moved", lambda booking: moves.move(booking, to=open_session(), by=None, now=NOW)),
]


@pytest.mark.parametrize(("kind", "verb"), VERBS)
def test_each_verb_writes_one_letter_however_often_it_is_repeated(kind, verb):
    booking = place(open_session(), needs_mailbox=True)
    Notice.objects.all().delete()

    verb(booking)
    if kind != "moved":
        verb(booking)

    assert kinds() == [(kind, "lone@example.org")]


def test_refused_verb_writes_no_letter():
    session = open_session(capacity=20)
    place(session)
    Notice.objects.all().delete()

    with refused("session_full"):
        place(session)

    assert kinds() == []


def test_booking_whose_contact_is_gone_can_still_be_cancelled():
    booking = place(open_session())
    Contact.objects.all().delete()
    Notice.objects.all().delete()

    bookings.cancel(Booking.objects.get(pk=booking.pk), by=None, now=NOW)

    assert kinds() == []


def test_moving_there_and_back_and_there_again_tells_each_time():
    here, there = open_session(), open_session()
    booking = place(here)

    for goal in (there, here, there):
        moves.move(booking, to=goal, by=None, now=NOW)

    assert Notice.objects.filter(kind="moved").count() == 3


# --- what they say -------------------------------------------------------------------------------


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
    ("by_us", "words"),
    [(True, "Vi har måttet aflyse jeres booking."), (False, "I har meldt afbud.")],
)
def test_cancellation_says_by_whom(by_us, words):
    booking = place(open_session())
    reason = OverReason.BY_ORGANISER if by_us else OverReason.BY_BOOKER

    bookings.cancel(booking, by=None, reason=reason, why="Sygdom" if by_us else "", now=NOW)

    text = letter("cancelled")[1]
    assert text.startswith(words)
    assert ("Årsag: Sygdom" in text) == by_us


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


# --- secrets and silence -------------------------------------------------------------------------


def test_no_row_holds_a_secret_and_every_mark_is_filled():
    school = with_mailbox()
    workshop = factories.create_workshop(needs_approval=True)
    booking = place(open_session(workshop=workshop), a_class(school=school), needs_mailbox=True)
    mailboxes.confirm(booking, NOW)
    bookings.confirm(booking, by=factories.create_user(role="coordinator"), now=NOW)
    moves.move(booking, to=open_session(), by=None, now=NOW)
    bookings.cancel(booking, by=None, now=NOW)

    token = links.token(booking)
    rows = list(Notice.objects.all())
    assert len(rows) == 6
    for notice in rows:
        kept = f"{notice.text}{notice.html}{notice.subject}{notice.links}{notice.key}"
        assert token not in kept
        built = delivery.build(notice)
        assert "[[" not in built.body + built.alternatives[0][0]
        assert (token in built.body) == ("[[booking]]" in notice.text)


def test_mark_typed_by_a_guest_opens_nothing_of_another():
    """The school's letter has no links, so whatever a guest writes into it stays as written."""
    booker = Booker(name="[[booking]]", email="lone@example.org")
    booking = place(open_session(), a_class(school=with_mailbox()), contact=booker)

    _subject, text, html = letter("school")

    assert "[[booking]]" in text
    assert links.token(booking) not in text + html


def test_subjects_and_letters_name_no_other_guest_and_no_need():
    booker = Booker(name="Lone Lærer", email="lone@example.org", needs=("hearing_loop",))
    place(open_session(), a_class(), contact=booker)

    subject, text, html = letter("confirmed")

    for word in ("Teleslynge", "hearing", "12345678", TEACHER.name):
        assert word.lower() not in (subject + text + html).lower()


def test_known_mailbox_is_confirmed_at_once_next_time():
    booking = place(open_session(), needs_mailbox=True)
    before = mailboxes.is_known("lone@example.org")
    mailboxes.confirm(booking, NOW)

    assert (before, mailboxes.is_known(" LONE@example.org ")) == (False, True)
    assert Mailbox.objects.get().confirmed_at == NOW


# --- what it costs -------------------------------------------------------------------------------


def statements(run):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        run()
    return [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize(("classes", "asked"), [(1, 9), (5, 9)])
def test_placing_asks_the_database_nine_times_whatever_the_number_of_classes(classes, asked):
    """Lock, schools, seats, booking, parties, contact, transition, mark, letters."""
    session, school = open_session(capacity=500), with_mailbox()
    order = [a_class(school=school, label=f"{number}.x") for number in range(classes)]

    said = statements(lambda: place(session, *order))

    assert len(said) == asked, said


def test_placing_from_a_hold_of_the_same_size_takes_no_seats_again():
    from booking.actions import holds

    session, school = open_session(), with_mailbox()
    hold = holds.hold(session, seats_wanted=20, client_key="c", now=NOW)

    said = statements(lambda: place(session, a_class(school=school), hold=hold))

    assert len(said) == 9, said
    assert not [sql for sql in said if sql.startswith("UPDATE")]
    assert len([sql for sql in said if sql.startswith("DELETE")]) == 1
