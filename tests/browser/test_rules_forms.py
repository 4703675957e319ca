"""The rules of the forms, by their numbers in docs/ux-rules.md."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from booking.models import Booking
from tests.browser import pages, steps
from tests.browser.tabs import PHONE
from workshops.models import Audience

FORMS = [kind for kind in pages.KINDS if "errors" in kind.states]
EACH_FORM = pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in FORMS])
EMPTY_WORDS = ("ugyldig", "invalid", "forkert værdi", "error")
VISIBLE = "input:not([type=hidden]), select, textarea"


def details(site, open_tab, *, audience=Audience.PUPILS, seats=2, **options):
    tab = open_tab(at=PHONE, **options)
    session = steps.offer(site, audience=audience)
    steps.pick(tab, session, seats=seats)
    return tab, session


def test_rule_01_booking_takes_three_pages_after_the_date(site, open_tab, known):
    tab, _ = details(site, open_tab)
    before = len(tab.documents)
    steps.answer_for_a_class(tab, email=known)
    steps.book(tab)

    seen = {answer.url for answer in tab.documents[before - 1 :] if answer.status == 200}
    assert len(seen) <= 3
    assert "bekræftet" in steps.heading(tab)
    assert not [url for url in seen if "login" in url]


@EACH_FORM
def test_rule_03_each_step_has_one_main_button_that_is_a_verb(open_tab, kind):
    tab = open_tab(whom=kind.whom)
    kind.states["filled"].reach(tab)
    form = tab.page.locator("main form.fm-form").last
    main = form.locator("button:is(.button-primary, .button-warning)")

    assert main.count() == 1
    assert len(main.inner_text().split()) >= 2, "a verb and what it is done to"
    assert tab.page.locator("main button[disabled], main button[aria-disabled=true]").count() == 0


@EACH_FORM
def test_rule_04_errors_are_listed_linked_and_focused(open_tab, kind):
    tab = open_tab(whom=kind.whom)
    kind.states["errors"].reach(tab)
    summary = tab.page.locator("main .alert, main .fm-errors, main [role=alert]").first
    links = summary.locator("a[href^='#']")

    assert tab.page.title().startswith("Fejl:")
    assert summary.evaluate("one => one.contains(document.activeElement) || one === document.activeElement")  # fmt: skip
    texts = [text.strip() for text in links.all_inner_texts()]
    assert texts
    shown = [text.strip() for text in tab.page.locator(".form-error-message").all_inner_texts()]
    bare = [re.sub(r"^Fejl:\s*", "", text) for text in shown]
    assert sorted(texts) == sorted(bare)
    for link in links.all():
        target = tab.page.locator(f"id={link.get_attribute('href').removeprefix('#')}")
        link.click()
        inside = "one => one === document.activeElement || one.contains(document.activeElement)"
        assert target.evaluate(inside), link.inner_text()


@EACH_FORM
def test_rule_05_errors_say_how_to_mend_it(open_tab, kind):
    tab = open_tab(whom=kind.whom)
    kind.states["errors"].reach(tab)
    texts = tab.page.locator(".form-error-message").all_inner_texts()

    assert texts
    for text in texts:
        words = re.sub(r"^Fejl:\s*", "", text.strip())
        assert not any(empty in words.lower() for empty in EMPTY_WORDS), words
        assert re.search(r"[.:!?,] \w", words), f"no cure beside the fault: {words}"


def test_rule_06_what_was_typed_stays(site, open_tab, known):
    tab, _ = details(site, open_tab)
    steps.fill(tab, **{**steps.CLASS, "email": "not an address"})
    steps.go_on(tab, status=422)
    assert typed(tab, "name", "school") == ["Anne Holm", "101201"]

    steps.fill(tab, email=known)
    if tab.page.locator("[name=meeting_place]").count():
        steps.fill(tab, meeting_place="Lokale 14")
    steps.go_on(tab)
    tab.page.go_back()
    assert tab.page.locator("[name=name]").input_value() == "Anne Holm"
    tab.page.go_forward()
    tab.send(tab.page.locator(".fm-summary-action a").first.click, status=200)
    assert tab.page.locator("[name=name]").input_value() == "Anne Holm"
    assert tab.page.locator("[name=email]").input_value() == known
    steps.fill(tab, name="Bo Holm")
    tab.press("English")
    assert tab.page.get_by_role("heading", name="Your details").count() == 1
    assert typed(tab, "name", "school") == ["Bo Holm", "Skolen ved Søerne (101201)"]


def typed(tab, *names):
    return [tab.page.locator(f"[name={name}]").input_value() for name in names]


def test_rule_07_nothing_is_judged_while_typing(site, open_tab):
    tab, _ = details(site, open_tab)
    for name, value in {"email": "not an address", "mobile": "12", "adults": "many"}.items():
        tab.page.locator(f"[name={name}]").fill(value)
        tab.page.locator(f"[name={name}]").blur()

    expect(tab.page.locator(".form-error-message")).to_have_count(0)
    expect(tab.page.locator("[aria-invalid=true]")).to_have_count(0)


# A class is asked eight questions; one of them, the class, has two boxes.
MOST = {Audience.PUPILS: 9, Audience.PARENTS: 9, Audience.PROFESSIONALS: 9}


@pytest.mark.parametrize("audience", Audience.values)
def test_rule_08_optional_fields_say_so_and_few_are_asked(site, open_tab, audience):
    tab, _ = details(site, open_tab, audience=audience)
    form = tab.page.locator("main form.fm-form").last
    labels = form.locator("label, legend").all_inner_texts()

    assert not [label for label in labels if "*" in label]
    boxes = [box for box in form.locator(VISIBLE).all() if box.is_visible()]
    asked = {box.get_attribute("name") for box in boxes}
    assert 2 <= len(asked) <= MOST[audience], asked
    for box in boxes:
        if box.get_attribute("type") in {"text", "email", "tel"}:
            box.fill("")
    steps.go_on(tab, status=422)

    form = tab.page.locator("main form.fm-form").last
    for box in form.locator("input:is([type=text], [type=email], [type=tel])").all():
        label = form.locator(f"label[for={box.get_attribute('id')}]").inner_text()
        is_asked = box.get_attribute("aria-invalid") == "true"
        assert is_asked != ("(frivilligt)" in label), label


EXPECTED = {
    Audience.PUPILS: {"name": "name", "email": "email", "mobile": "tel", "school": "off", "pupils_1": "numeric", "adults": "numeric"},
    Audience.PARENTS: {"name": "name", "email": "email", "seats": "numeric"},
    Audience.PROFESSIONALS: {"name_1": "name", "email_1": "email", "workplace": "organization"},
}  # fmt: skip


@pytest.mark.parametrize("audience", Audience.values)
def test_rule_09_fields_tell_the_browser_what_they_are(site, open_tab, audience):
    tab, _ = details(site, open_tab, audience=audience, seats=1)
    found = {}
    for name in EXPECTED[audience]:
        box = tab.page.locator(f"[name={name}]").first
        number = box.get_attribute("inputmode") == "numeric"
        found[name] = "numeric" if number else box.get_attribute("autocomplete").split()[-1]

    assert found == EXPECTED[audience]
    assert tab.page.locator("main input[type=number]").count() == 0


def test_rule_10_numbers_are_taken_as_people_write_them(site, open_tab, known):
    tab, session = details(site, open_tab)
    steps.answer_for_a_class(
        tab, email=f" {known.upper()} ", mobile="+45 20.40 60-80", adults=" 2 "
    )
    steps.book(tab)

    with site.database():
        booking = Booking.objects.get(session=session)
        assert re.sub(r"\D", "", booking.contact.mobile)[-8:] == "20406080"
        assert booking.parties.get().adults == 2


def test_rule_11_double_click_books_once(site, open_tab, known):
    tab, session = details(site, open_tab)
    steps.answer_for_a_class(tab, email=known)
    where, form = tab.page.url, tab.page.locator(f"main form[action='{steps.path(tab)}']")
    fields = {box.get_attribute("name"): box.get_attribute("value") for box in form.locator("input").all()}  # fmt: skip
    with tab.page.expect_navigation(url=re.compile("receipt")):
        form.locator(".button-primary").dblclick()
    again = tab.context.request.post(where, form=fields, headers={"Referer": where})

    assert again.ok
    assert "/receipt/" in again.url
    with site.database():
        assert Booking.objects.filter(session=session).count() == 1


def test_rule_12_reload_and_back_never_book_again(site, open_tab, known):
    tab, session = details(site, open_tab)
    steps.answer_for_a_class(tab, email=known)
    steps.book(tab)
    tab.page.reload()
    tab.page.go_back()
    tab.page.go_forward()
    tab.page.go_back()
    tab.page.reload()

    with site.database():
        assert Booking.objects.filter(session=session).count() == 1
    assert tab.documents[-1].status == 200


def test_rule_14_hold_is_a_clock_time_and_is_extended_once(site, open_tab):
    tab, session = details(site, open_tab)
    aside = tab.page.locator(".fm-aside")
    assert re.search(r"kl\. \d{1,2}\.\d{2}", aside.inner_text())
    with site.database():
        [first] = session.holds.all()
        assert (first.expires_at - first.created_at).total_seconds() >= 20 * 60 - 5
    more = tab.page.locator("form[action$='/extend/'] button")

    tab.send(more.click, status=200)

    with site.database():
        [hold] = session.holds.all()
        assert hold.expires_at > first.expires_at
    expect(more).to_have_count(0)


def test_rule_15_every_answer_can_be_changed_from_the_check_page(site, open_tab, known):
    tab, _ = details(site, open_tab)
    steps.answer_for_a_class(tab, email=known)
    rows = tab.page.locator(".fm-summary > div")
    assert rows.count() >= 6
    assert rows.locator(".fm-summary-action a").count() == rows.count()

    tab.send(rows.filter(has_text="Anne Holm").locator("a").click, status=200)
    steps.fill(tab, name="Anne Lund")
    steps.go_on(tab)

    assert steps.path(tab).endswith("/check/")
    steps.sees(tab, "Anne Lund")


def test_rule_16_receipt_tells_everything(site, open_tab, known):
    tab, session = details(site, open_tab, seats=24)
    steps.answer_for_a_class(tab, email=known)
    steps.book(tab)
    with site.database():
        booking = Booking.objects.get(session=session)

    assert "bekræftet" in steps.heading(tab)
    for text in (booking.reference, known, session.workshop.title, "7.B", "24", "kl. 9.00", "Hvad sker der nu?"):  # fmt: skip
        steps.sees(tab, text)
    calendar = tab.page.locator("main a[href$='.ics']")
    answer = tab.context.request.get(f"{site.url}{calendar.get_attribute('href')}")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in answer.text()
