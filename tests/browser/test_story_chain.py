"""The whole chain, once on each kind of installation: a stranger books, letters arrive, a class is
counted and approved, and the manager's goal moves. Real web, worker, beat, broker, mail and browser."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from booking.models import Booking
from booking.states import BookingState
from tests import mailbox, patience, projects
from tests.browser import sites, steps, tabs, town
from tests.browser.tabs import DESK, PHONE
from workshops.models import Session

BOOKER = "anne.holm@example.org"


@pytest.fixture
def letters():
    with mailbox.serving(mailbox.Sink()) as sink:
        yield sink


@pytest.fixture(params=["postgres", "sqlite"])
def running(request, django_db_blocker, shared_folder, tmp_path, letters):
    """The site with worker and beat: on PostgreSQL and Redis, and as `./dev up` runs it."""
    more = {"EMAIL_URL": f"smtp://127.0.0.1:{letters.port}"}
    with contextlib.ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        if request.param == "postgres":
            server = os.environ["DATABASE_URL"]
            site = stack.enter_context(sites.on_postgres(server, shared_folder, tmp_path, **more))
        else:
            file = projects.fresh_sqlite(tmp_path, shared_folder)
            site = stack.enter_context(sites.on_sqlite(file, tmp_path / "var", **more))
        with site.database():
            site.town = town.filled()
        site.start_worker()
        yield site


def until(answer, what):
    """Waits for something the worker does; what it was."""
    return patience.until(answer, f"{what} did not come", pause=0.2)


def letter_to(sink, address, pattern, *, but=()):
    """The text of the letter to that address with that in it, once it has arrived."""

    def look():
        texts = [
            letter.get_body(("plain",)).get_content()
            for letter, to in zip(sink.letters, sink.recipients, strict=True)
            if address in to
        ]
        return next((text for text in texts if re.search(pattern, text) and text not in but), None)

    return until(look, f"A letter to {address} with {pattern}")


def link_in(text, site, ending):
    return re.search(rf"{re.escape(site.url)}(/my/\S+{ending})", text).group(1)


def test_class_is_booked_counted_approved_and_moves_the_goal(running, browser, letters, figure):
    site = running
    session = steps.offer(site, title="Samtalens kraft")
    before = goal(browser, site)
    began = time.monotonic()

    with tabs.opened(browser, site, at=PHONE) as phone:
        reference = book_from_the_catalogue(phone, session)
        booked = time.monotonic()
        first = letter_to(letters, BOOKER, r"/confirm/")
        kind = site.project.database_url.partition(":")[0]
        figure(f"from the receipt to the letter, {kind}, s", round(time.monotonic() - booked, 1))
        phone.visit(link_in(first, site, "confirm/"))
        phone.send(phone.page.locator("main form button.button-primary").click, status=200)
        second = letter_to(letters, BOOKER, r"/my/", but=[first])
        phone.visit(link_in(second, site, "/"))
        steps.sees(phone, reference)
    assert state(site, reference) == BookingState.CONFIRMED

    the_day_comes(site, session)
    with tabs.opened(browser, site, whom="facilitator", at=PHONE) as phone:
        count(phone, session)
    with tabs.opened(browser, site, whom="coordinator", at=DESK) as desk:
        approve(desk, session)
    until(lambda: goal(browser, site) == before + 23, "The goal's move")
    figure(f"from the catalogue to the goal, {kind}, s", round(time.monotonic() - began, 1))


def book_from_the_catalogue(phone, session):
    """As somebody who has never been here; the number of the booking."""
    phone.visit("/")
    phone.page.locator("#q").fill("samtalens")
    phone.page.locator("#q").press("Enter")
    expect(phone.page).to_have_url(re.compile("q=samtalens"))
    link = phone.page.locator("main").get_by_role("link", name=session.workshop.title).first
    phone.send(link.click, status=200)
    form = steps.form_of(phone, session)
    form.locator("input[name=seats]").fill("24")
    phone.send(form.locator("button[type=submit]").click, status=200)
    steps.answer_for_a_class(phone, email=BOOKER)
    steps.book(phone)
    steps.sees(phone, BOOKER)
    with phone.site.database():
        return Booking.objects.get(session=session).reference


def state(site, reference):
    with site.database():
        return Booking.objects.get(reference=reference).state


def the_day_comes(site, session):
    """The session begins now, and Line leads it."""
    with site.database():
        now = timezone.now()
        Session.objects.filter(pk=session.pk).update(
            starts=now - datetime.timedelta(hours=1), ends=now - datetime.timedelta(minutes=5)
        )
        session.facilitators.add(site.town.people["facilitator"])


def count(phone, session):
    """23 came; handed over."""
    phone.visit("/facilitate/")
    link = phone.page.locator(f"main a[href='/facilitate/sessions/{session.pk}/']").first
    phone.send(link.click, status=200)
    phone.page.locator("main form input[inputmode=numeric]").first.fill("23")
    adults = phone.page.locator("main form input[inputmode=numeric]").nth(1)
    if adults.count():
        adults.fill("2")
    phone.page.locator("main form input[type=radio][value=yes]").check(force=True)
    steps.go_on(phone)
    steps.sees(phone, "23")


def approve(desk, session):
    """Found among what waits, and approved."""
    desk.visit("/manage/sessions/?show=approval")
    link = desk.page.locator(f"main a[href='/manage/sessions/{session.pk}/']").first
    desk.send(link.click, status=200)
    steps.sees(desk, "23")
    approve = desk.page.locator("main form[action='/manage/sessions/approve/'] .button-primary")
    desk.send(approve.click, status=200)


def goal(browser, site):
    """How many pupils the manager's goal page says have been counted."""
    with tabs.opened(browser, site, whom="manager", at=DESK) as desk:
        desk.visit(f"/manage/goals/{site.town.version.pk}/")
        figure = desk.page.locator(".fm-figure .fm-big").first.inner_text()
        return int(re.sub(r"\D", "", figure))
