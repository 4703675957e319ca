"""Every kind of page, looked at in a real browser: axe, layout, targets, keyboard, HTML, policy."""

from __future__ import annotations

import os

import pytest

from tests import test_house
from tests.browser import looks, markup, pages
from tests.browser.pages import Kind
from tests.browser.tabs import DESK, PHONE

PROVING = os.environ.get("FREMMOEDE_PROVE") == "1"  # then every state, else each kind once
FILLED = [pytest.param(kind, "filled", id=kind.name) for kind in pages.KINDS]
WITH_ERRORS = [pytest.param(kind, id=kind.name) for kind in pages.KINDS if "errors" in kind.states]
STATES = [pytest.param(kind, state, id=f"{kind.name}-{state}") for kind, state in pages.every_state()]  # fmt: skip


def reach(open_tab, kind: Kind, state: str, **options):
    """A tab with the page in that state."""
    wanted = kind.states[state]
    tab = open_tab(whom=kind.whom, empty=wanted.empty, **options)
    wanted.reach(tab)
    return tab


def test_every_address_is_a_page_kind_or_says_why_not():
    addresses = {name for name, _ in test_house.every_address() if not name.startswith("admin:")}
    kinds = {kind.name for kind in pages.KINDS}

    assert addresses - kinds - set(pages.NO_PAGES) == set(), "no page kind in pages.py"
    assert (kinds | set(pages.NO_PAGES)) - addresses == set(), "gone from the URL configuration"
    assert kinds & set(pages.NO_PAGES) == set()
    assert all(pages.NO_PAGES.values())


@pytest.mark.prove("axe")
@pytest.mark.parametrize(("kind", "state"), STATES if PROVING else FILLED)
def test_axe_rule_22_and_rule_24_find_nothing(open_tab, papers, kind, state):
    """One reach for all, since reaching a page takes longer than looking at it."""
    tab = reach(open_tab, kind, state, at=PHONE)
    papers.lay_down(tab, f"{kind.name}-{state}")

    found = {
        "heading": looks.headings(tab.page),
        "axe on a phone": looks.axe(tab.page),
        "rule 24: focus": looks.focus(tab.page),
        f"rule 22: targets of {kind.least} px": looks.targets(tab.page, least=kind.least),
        "rule 22: 320 px": looks.narrow(tab.page),
        "rule 22: text spacing": looks.spaced_text(tab.page),
        "rule 22: 200 % text": looks.large_text(tab.page),
        "axe at a desk": _axe_at_a_desk(tab),
    }

    assert {check: faults for check, faults in found.items() if faults} == {}


def _axe_at_a_desk(tab) -> list[str]:
    looks.resize(tab.page, *DESK)
    return looks.axe(tab.page)


@pytest.mark.parametrize("kind", WITH_ERRORS)
def test_page_with_errors_is_laid_among_the_papers(open_tab, papers, kind):
    """The browser looks at these in `./dev prove axe`; html-validate at the end of every run."""
    papers.lay_down(reach(open_tab, kind, "errors"), f"{kind.name}-errors")


# --- the checks see what they are for ------------------------------------------------------------


def spoil(tab, old: str, new: str) -> None:
    """The log-in page, as if somebody had written it otherwise; its headers stay."""

    def answer(route):
        sent = route.fetch()
        body = sent.text()
        assert old in body
        route.fulfill(response=sent, body=body.replace(old, new, 1))

    tab.page.route("**/accounts/login/", answer)
    tab.visit("/accounts/login/")


def test_missing_label_is_seen(open_tab):
    tab = open_tab()
    spoil(tab, "</h1>", '</h1><input type="text" name="mystery">')

    assert [fault.partition(":")[0] for fault in looks.axe(tab.page)] == ["label"]


def test_inline_style_is_seen(open_tab):
    tab = open_tab()
    spoil(tab, "<h1", '<h1 style="color: red"')

    with pytest.raises(AssertionError, match="Content Security Policy"):
        tab.check_console()
    tab.complaints.clear()


def test_hidden_focus_wide_page_and_small_target_are_seen(open_tab):
    tab = open_tab()
    spoil(tab, "</h1>", '</h1><p><a href="#a">a</a></p><p><a href="#b">b</a></p>')
    tab.page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync(`main a { outline: none !important; box-shadow: none !important; display: block !important; width: 9px; height: 9px; margin: 0 }
          main p { margin: 0 !important } h1 { width: 900px }`);
        document.adoptedStyleSheets = [sheet]; }"""
    )

    assert any("does not show that it has focus" in fault for fault in looks.focus(tab.page))
    assert any("«a» is 9 × 9" in fault for fault in looks.targets(tab.page, least=24))
    assert any("wide on 320" in fault for fault in looks.narrow(tab.page))


def test_invalid_html_is_seen(open_tab, tmp_path):
    tab, papers = open_tab(), markup.Papers(tmp_path)
    tab.visit("/accounts/login/")
    papers.lay_down(tab, "good")
    (tmp_path / "bad.html").write_text(tab.source().replace("<h1>", "<h1><p>", 1))

    assert {fault.partition(":")[0] for fault in papers.faults()} == {"bad.html"}
