"""Booking as people meet it: without JavaScript, by keyboard alone, in English, too late, together."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from booking import links
from booking.models import Booking, Hold
from booking.states import BookingState
from tests.browser import steps
from tests.browser.tabs import PHONE
from workshops.models import Audience, Session


def bookings(site, session) -> list[Booking]:
    with site.database():
        return list(Booking.objects.filter(session=session).order_by("pk"))


def test_rule_02_class_is_booked_without_javascript(site, open_tab, known):
    session = steps.offer(site)
    tab = open_tab(at=PHONE, java_script_enabled=False)
    tab.visit("/")
    tab.page.locator("main").get_by_role("link", name=session.workshop.title).first.click()
    form = steps.form_of(tab, session)
    form.locator("input[name=seats]").fill("24")
    tab.send(form.locator("button[type=submit]").click, status=200)
    steps.answer_for_a_class(tab, email=known)
    steps.sees(tab, "7.B")
    steps.book(tab)

    assert "bekræftet" in steps.heading(tab)
    [booking] = bookings(site, session)
    assert (booking.state, booking.seats) == (BookingState.CONFIRMED, 24)
    steps.sees(tab, booking.reference)
    steps.sees(tab, known)


def test_class_is_booked_by_keyboard_alone(site, open_tab, known):
    session = steps.offer(site)
    tab = open_tab()
    keys = tab.page.keyboard
    tab.visit(steps.workshop_page(session))
    keys.press("Tab")
    keys.press("Enter")  # the skip link
    expect(tab.page.locator("main")).to_be_focused()
    reach(tab, f"id=seats-{session.reference}")
    keys.type("24")
    tab.send(lambda: keys.press("Enter"), status=200)

    for name, value in {**steps.CLASS, "email": known}.items():
        reach(tab, f"main form.fm-form [name={name}]")
        keys.type(value)
    if tab.page.locator("[name=meeting_place]").count():
        reach(tab, "[name=meeting_place]", backwards=True)
        keys.type("Lokale 14")
    reach(tab, "main form.fm-form .button-primary")
    tab.send(lambda: keys.press("Enter"), status=200)
    reach(tab, f"main form[action='{steps.path(tab)}'] .button-primary")
    tab.send(lambda: keys.press("Space"), status=200)

    assert "bekræftet" in steps.heading(tab)
    assert [booking.seats for booking in bookings(site, session)] == [24]


def reach(tab, selector, *, backwards=False):
    """Tab, until the wanted element has focus."""
    wanted = tab.page.locator(selector).first
    keys = ["Shift+Tab", "Tab"] if backwards else ["Tab", "Shift+Tab"]
    for key in keys:
        for _ in range(80):
            if wanted.evaluate("element => element === document.activeElement"):
                tab.page.keyboard.press("Control+A")
                return
            tab.page.keyboard.press(key)
    pytest.fail(f"{selector} is not reached by keyboard")


def test_english_is_kept_to_the_receipt(site, open_tab, known):
    session = steps.offer(site)
    tab = open_tab(at=PHONE)
    tab.visit(steps.workshop_page(session))
    tab.send(tab.page.locator("[lang=en]").first.click, status=200)

    assert steps.path(tab) == steps.workshop_page(session)
    steps.pick(tab, session, seats=24)
    steps.answer_for_a_class(tab, email=known)
    steps.book(tab)

    assert re.fullmatch("Your booking (is|has been) confirmed", steps.heading(tab))
    assert tab.page.locator("html").get_attribute("lang") == "en"
    [cookie] = [one for one in tab.context.cookies() if one["value"] == "en"]
    assert cookie["expires"] > 0
    with site.database():
        [booking] = Booking.objects.filter(session=session)
        assert booking.language == "en"


def test_rule_13_loser_of_the_last_seats_keeps_the_form(site, open_tab, known):
    session = steps.offer(site, capacity=25)
    with site.database():
        later = steps.another(site, session.workshop, capacity=30)
    tab = open_tab(at=PHONE)
    steps.pick(tab, session, seats=20)
    steps.answer_for_a_class(tab, email=known)
    take_all(site, session)

    steps.book(tab, status=409)

    assert bookings(site, session) == []
    move = tab.page.locator("form[action$='/session/']").first
    tab.send(move.locator("button").click, status=200)
    if "/check/" not in tab.page.url:
        assert tab.page.locator("[name=name]").input_value() == "Anne Holm"
        steps.go_on(tab)
    steps.sees(tab, "Anne Holm")
    steps.book(tab)
    assert "bekræftet" in steps.heading(tab)
    assert [booking.seats for booking in bookings(site, later)] == [20]


def take_all(site, session) -> None:
    """The form has been open for long: its hold has run out, and others have taken the seats."""
    with site.database():
        Hold.objects.filter(session=session).delete()
        Session.objects.filter(pk=session.pk).update(seats_taken=session.capacity)


def test_parent_signs_up_and_confirms_the_address(site, open_tab):
    session = steps.offer(site, audience=Audience.PARENTS)
    tab = open_tab(at=PHONE)
    steps.pick(tab, session, seats=2)
    steps.fill(tab, name="Nadia Khan", email="nadia@example.org")
    steps.go_on(tab)
    steps.book(tab)

    [booking] = bookings(site, session)
    assert (booking.state, booking.seats) == (BookingState.PENDING, 2)
    steps.sees(tab, "nadia@example.org")
    with site.database():
        address = links.path(Booking.objects.get(pk=booking.pk), "confirm/")
    tab.visit(address)
    assert bookings(site, session)[0].state == BookingState.PENDING
    tab.send(tab.page.locator("main form button.button-primary").click, status=200)
    assert bookings(site, session)[0].state == BookingState.CONFIRMED


def test_colleagues_get_a_booking_each(site, open_tab):
    session = steps.offer(site, audience=Audience.PROFESSIONALS)
    names = {"Bo Lund": "bo@example.org", "Eva Dam": "eva@example.org", "Ib Krag": "ib@example.org"}
    for address in names.values():
        steps.is_known(site, address)
    tab = open_tab(at=PHONE)
    steps.pick(tab, session, seats=3)
    steps.fill(tab, workplace="Ungehuset", job_group="teacher")
    for number, (name, address) in enumerate(names.items(), 1):
        steps.fill(tab, **{f"name_{number}": name, f"email_{number}": address})
    steps.go_on(tab)
    steps.book(tab)

    for address in names.values():
        steps.sees(tab, address)
    with site.database():
        found = Booking.objects.filter(session=session).select_related("contact")
        assert {(one.contact.name, one.contact.email) for one in found} == set(names.items())
        assert {one.state for one in found} == {BookingState.CONFIRMED}


def test_rule_18_booking_is_cancelled_by_its_link(site, open_tab, known):
    session = steps.offer(site, capacity=24)
    tab = open_tab(at=PHONE)
    steps.pick(tab, session, seats=24)
    steps.answer_for_a_class(tab, email=known)
    steps.book(tab)
    mine = tab.page.locator("main a[href^='/my/']:not([href$='.ics'])").first.get_attribute("href")
    tab.visit(mine)
    tab.send(tab.page.locator("main a[href$='/cancel/']").click, status=200)
    assert bookings(site, session)[0].state == BookingState.CONFIRMED

    tab.send(tab.page.locator("main form button.button-primary, main form .button-warning").first.click, status=200)  # fmt: skip

    assert bookings(site, session)[0].state == BookingState.CANCELLED
    tab.visit(steps.workshop_page(session))
    assert re.search(r"\b24\b", tab.page.locator(f"id={session.reference}").inner_text())
