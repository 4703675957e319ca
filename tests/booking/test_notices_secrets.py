"""That no letter and no row holds what opens a door, or names another guest."""

from __future__ import annotations

import pytest

from booking import links
from booking.actions import bookings, mailboxes, moves
from booking.actions.parties import Booker, person_key
from booking.models import Mailbox
from notifications.models import Notice
from tests import factories
from tests.booking.letters import as_sent, letter, with_mailbox
from tests.booking.orders import NOW, TEACHER, a_class, open_session, place
from tests.notifications.letters import in_words

pytestmark = pytest.mark.django_db


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
        words = in_words(notice)
        kept = f"{words.text}{words.html}{notice.facts}{notice.links}{notice.key}"
        assert token not in kept
        _subject, text, html = as_sent(notice)
        assert "[[" not in text + html
        assert (token in text) == ("[[booking]]" in words.text)


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

    for word in ("Teleslynge", "hearing", "20304050", "20 30 40 50", TEACHER.name):
        assert word.lower() not in (subject + text + html).lower()


def test_known_mailbox_is_confirmed_at_once_next_time():
    booking = place(open_session(), needs_mailbox=True)
    assert not Mailbox.objects.exists()
    mailboxes.confirm(booking, NOW)

    kept = Mailbox.objects.get()
    assert (kept.key, kept.confirmed_at) == (person_key(" LONE@example.org "), NOW)
