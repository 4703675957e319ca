"""The rules of the catalogue and of every page, by their numbers in docs/ux-rules.md."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import looks, pages, steps
from tests.browser.tabs import DESK, PHONE
from tests.services import ROOT

DOCUMENT = ROOT / "docs" / "ux-rules.md"
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)


def test_rule_19_lost_link_page_says_the_same_to_all(site, open_tab):
    with site.database():
        known = site.town.bookings["confirmed"].contact.email
    said = []
    for address in (known, "nobody-at-all@example.org"):
        tab = open_tab(at=PHONE)
        tab.visit("/my/lost/")
        steps.fill(tab, email=address)
        steps.go_on(tab, status=200)
        said.append(tab.page.locator("main").inner_text().replace(address, ""))

    assert said[0] == said[1]
    assert len(said[0]) > 40


def test_rule_20_cards_say_everything_and_filters_stand_in_the_address(site, open_tab):
    with site.database():
        full = steps.offer(site, capacity=1, title=f"Udsolgt {site.port}")
        full.take_seats(1)
        workshop = full.workshop
        workshop.grade_from, workshop.grade_to = 7, 9
        workshop.save()
    tab = open_tab(at=DESK)
    tab.visit(f"/?q={workshop.title}")
    card = tab.page.locator(".fm-card").filter(has_text=workshop.title)

    text = card.inner_text()
    for said in (r"7\.", r"kl\. 9\.00", "Gratis|gratis", "Udsolgt|Ingen ledige|Fuldt"):
        assert re.search(said, text), f"{said} is not in: {text}"
    assert card.locator("time").count() == 1
    tab.visit("/")
    tab.page.locator("#free").check()
    expect(tab.page).to_have_url(re.compile(r"free=1"))
    tab.page.reload()
    assert tab.page.locator("#free").is_checked()
    tab.visit("/?q=intetsteds")
    expect(tab.page.locator(".fm-empty a.button")).to_have_attribute("href", "/")


DATES = {
    "da": r"(man|tirs|ons|tors|fre|lør|søn)dag (den )?\d{1,2}\. \w+ \d{4}.* kl\. \d{1,2}\.\d{2}",
    "en": r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? \d{1,2} \w+ \d{4}.*\d{1,2}[:.]\d{2}",
}


@pytest.mark.parametrize("language", DATES)
def test_rule_21_dates_are_whole_and_in_the_language_of_the_page(site, open_tab, language):
    session = steps.offer(site)
    tab = open_tab(language=language)
    tab.visit(steps.workshop_page(session))
    time = tab.page.locator(f"id={session.reference}").locator("time").first

    said = " ".join(time.inner_text().split())
    assert re.search(DATES[language], said, re.IGNORECASE), said
    assert not re.search(r"\d ?[ap]\.?m\.?\b", tab.page.locator("body").inner_text())
    assert re.match(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", time.get_attribute("datetime"))
    assert tab.page.locator("html").get_attribute("lang") == language
    switch = tab.page.locator("[lang]:not(html)").filter(has_text=re.compile("English|Dansk"))
    assert switch.first.get_attribute("lang") == ({"da", "en"} - {language}).pop()


def test_rule_24_focus_stays_when_the_list_is_filtered(site, open_tab):
    tab = open_tab()
    tab.visit("/")
    box = tab.page.locator("#free")
    box.focus()
    tab.page.keyboard.press("Space")
    expect(tab.page).to_have_url(re.compile("free=1"))

    expect(box).to_be_focused()
    expect(tab.page.locator("[role=status]")).to_have_count(1)
    tab.page.go_back()
    expect(tab.page.locator("#free")).not_to_be_checked()


def test_forced_colours_and_print_lose_nothing(site, open_tab):
    tab = open_tab(forced_colors="active", whom="manager")
    tab.visit("/manage/")
    assert looks.focus(tab.page) == []
    receipt = open_tab()
    reach = next(kind for kind in pages.KINDS if kind.name == "public:booking-receipt")
    reach.states["filled"].reach(receipt)
    assert sheets(receipt.page) == 1, "the receipt is to fit one sheet of A4"
    receipt.page.evaluate("document.querySelector('main').append('Om dagen. '.repeat(2000))")
    assert sheets(receipt.page) > 1


def sheets(page) -> int:
    """How many sheets of A4 the page is printed on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


# --- the list itself ---------------------------------------------------------------------------


def numbered() -> set[int]:
    """The numbers that tests are named by."""
    sources = (ROOT / "tests" / "browser").glob("test_*.py")
    names = [name for one in sources for name in re.findall(r"def (test_\w+)", one.read_text())]
    return {int(number) for name in names for number in re.findall(r"rule_(\d+)_", name)}


def test_every_rule_has_a_test_or_a_reason_to_wait():
    rows = {int(number): how for number, how in ROW.findall(DOCUMENT.read_text(encoding="utf-8"))}
    waiting = {number for number, how in rows.items() if how.startswith("waits")}

    assert set(rows) == set(range(1, 26))
    assert numbered() | waiting == set(range(1, 26))
    assert numbered() & waiting == set()
    for number in waiting:
        assert len(rows[number]) > 30, f"rule {number} waits for what?"
