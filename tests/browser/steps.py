"""What people do on the pages, step by step, as a browser does it."""

from __future__ import annotations

import datetime
import itertools

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, expect

from booking.actions import parties
from booking.models import Mailbox
from tests import factories
from tests.browser.sites import Site
from tests.browser.tabs import Tab
from workshops.models import Audience, Session

_numbers = itertools.count(1)
CLASS = {"school": "101201", "label_1": "7.B", "adults": "2", "name": "Anne Holm", "mobile": "20 40 60 80"}  # fmt: skip


def offer(
    site: Site,
    *,
    audience: str = Audience.PUPILS,
    capacity: int = 30,
    days: int = 14,
    title: str = "",
) -> Session:
    """A session of its own for one story, so that stories do not meet."""
    number = next(_numbers)
    with site.database():
        workshop = factories.create_workshop(
            title=title or f"Fortælling {site.port} {number}", audience=audience
        )
        workshop.slug = f"story-{site.port}-{number}"
        workshop.save()
        return another(site, workshop, capacity=capacity, days=days)


def another(site: Site, workshop, *, capacity: int = 30, days: int = 21) -> Session:
    """One more date of a workshop; call with the site's database open."""
    day = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    return factories.create_session(
        workshop=workshop,
        plan=site.town.others["plan"],
        starts=day + datetime.timedelta(days=days),
        capacity=capacity,
    )


def is_known(site: Site, email: str) -> None:
    """The owner of this address has confirmed it before."""
    with site.database():
        Mailbox.objects.create(key=parties.person_key(email), confirmed_at=timezone.now())


def workshop_page(session: Session) -> str:
    """Where its dates are."""
    return reverse("public:workshop", args=[session.workshop.slug])


def pick(tab: Tab, session: Session, *, seats: int, status: int = 200) -> None:
    """Chooses a date on the workshop's page, says how many, and presses the button."""
    tab.visit(workshop_page(session))
    form = form_of(tab, session)
    form.locator("input[name=seats]").fill(str(seats))
    tab.send(form.locator("button[type=submit]").click, status=status)


def form_of(tab: Tab, session: Session) -> Locator:
    """The form of a date, unfolded; waits for the page it stands on."""
    date = tab.page.locator(f"id={session.reference}")
    if date.locator("details").get_attribute("open") is None:
        date.locator("summary").click()
    return date.locator("form")


def fill(tab: Tab, **answers: str) -> None:
    """Writes into the fields of these names."""
    for name, value in answers.items():
        box = tab.page.locator(f"main form.fm-form [name={name}]").first
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        elif box.get_attribute("type") == "checkbox":
            box.check()
        else:
            box.fill(value)


def answer_for_a_class(tab: Tab, *, email: str, **more: str) -> None:
    """Fills in the details of a class and goes on to the check page."""
    fill(tab, **{**CLASS, "email": email, **more})
    if tab.page.locator("[name=meeting_place]").count():
        fill(tab, meeting_place="Lokale 14", equipment_confirmed="on")
    go_on(tab)


def go_on(tab: Tab, *, status: int = 200) -> None:
    """The one primary button of the step."""
    tab.submit(status=status)


def book(tab: Tab, *, status: int = 200) -> None:
    """The button of the check page."""
    button = tab.page.locator(f"main form[action='{path(tab)}'] button.button-primary")
    tab.send(button.click, status=status)


def path(tab: Tab) -> str:
    """Where the tab is."""
    return tab.page.url.removeprefix(tab.site.url).partition("?")[0].partition("#")[0]


def sees(tab: Tab, text: str) -> None:
    """The text is there to read."""
    expect(tab.page.locator("body")).to_contain_text(text)


def heading(tab: Tab) -> str:
    """The heading of the page."""
    return tab.page.locator("h1").inner_text()
