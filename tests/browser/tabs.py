"""A tab of a real browser that notices everything the console says."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Response

from tests import browsers
from tests.browser.sites import Site

# Milliseconds, on the wall: a browser knows no other clock. So long that slow is not yet hung.
PATIENCE = float(os.environ.get("FREMMOEDE_PATIENCE", "90000"))
PHONE, DESK = (390, 844), (1280, 900)
FAILED = re.compile(r"status of (\d{3})")


def launch(playwright: Playwright) -> Browser:
    """The browser that `./dev test` has found or fetched."""
    program = browsers.find()
    assert program, "No browser: run the tests by ./dev test"
    return playwright.chromium.launch(executable_path=str(program), args=[*browsers.ARGUMENTS])


@dataclass
class Tab:
    """A page, the site it looks at, and what its console has said so far."""

    page: Page
    site: Site
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    documents: list[Response] = field(default_factory=list)

    def visit(self, path: str, *, status: int = 200) -> Response:
        """Goes to a path of the site, or to a whole address, and waits until it stands."""
        self.expect(status)
        address = path if "://" in path else f"{self.site.url}{path}"
        answer = self.page.goto(address, wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}, not {status}"
        assert urlsplit(answer.url).path == urlsplit(address).path, f"{path} led to {answer.url}"
        return answer

    def press(self, name: str, *, status: int = 200) -> None:
        """Presses the button or follows the link of that name, and waits for the next page."""
        self.expect(status)
        target = self.page.get_by_role("button", name=name, exact=True)
        target = target.or_(self.page.get_by_role("link", name=name, exact=True)).first
        self.send(target.click, status=status)

    def submit(self, *, status: int = 422) -> None:
        """Presses the main button of the page's main form."""
        self.expect(status)
        buttons = "main form.fm-form button:is(.button-primary, .button-warning)"
        self.send(self.page.locator(buttons).last.click, status=status)

    def send(self, act: Any, *, status: int) -> None:
        """Does something that makes a new page come, of that status."""
        self.expect(status)
        with self.page.expect_navigation(wait_until="load"):
            act()
        found = self.documents[-1]
        assert found.status == status, f"{found.url}: {found.status}, not {status}"

    def expect(self, status: int) -> None:
        """The browser complains of every 4xx; of this one it may."""
        if status >= 400:
            self.statuses.append(status)

    def source(self) -> str:
        """The page as the server sent it."""
        return self.documents[-1].text()

    def check_console(self) -> None:
        """Nothing was said but what was expected; a violated policy is always said."""
        allowed = {str(status) for status in self.statuses}
        found = [text for text in self.complaints if _status_in(text) not in allowed]
        assert found == [], found

    def set_language(self, language: str) -> None:
        """As the switch in the footer remembers it."""
        name = settings.LANGUAGE_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": language, "url": self.site.url}])


def _status_in(text: str) -> str:
    found = FAILED.search(text)
    return found.group(1) if found else ""


def shape(size: tuple[int, int]) -> dict[str, Any]:
    """The options of a context that make a phone or a desk.

    Not `is_mobile`: that shrinks a page that is too wide, and hides the fault.
    """
    width, height = size
    return {"viewport": {"width": width, "height": height}, "has_touch": width < 600}


@contextlib.contextmanager
def opened(
    browser: Browser,
    site: Site,
    *,
    whom: str = "anonymous",
    at: tuple[int, int] = DESK,
    language: str = "",
    **options: Any,
) -> Iterator[Tab]:
    """A tab of a browser of its own; signed in as *whom*; its console is checked at the end."""
    headers = {"X-Forwarded-For": site.new_client()}
    context = browser.new_context(
        locale="da-DK",
        timezone_id="Europe/Copenhagen",
        extra_http_headers=headers,
        **{"reduced_motion": "reduce", **shape(at), **options},  # what moves is not yet there
    )
    context.set_default_timeout(PATIENCE)
    if whom != "anonymous":
        keys: Mapping[str, str] = site.town.keys
        cookie = {"name": "sessionid", "value": keys[whom], "url": site.url}
        context.add_cookies([cookie])
    page = context.new_page()
    tab = Tab(page, site, context)
    page.on("console", lambda message: _hear(tab, message))
    page.on("pageerror", lambda error: tab.complaints.append(f"error: {error}"))
    page.on("response", lambda response: _note(tab, response))
    if language:
        tab.set_language(language)
    try:
        yield tab
        tab.check_console()
    finally:
        context.close()


def _hear(tab: Tab, message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        tab.complaints.append(f"{message.type}: {message.text}")


def _note(tab: Tab, response: Response) -> None:
    request = response.request
    if request.is_navigation_request() and request.frame == tab.page.main_frame:
        tab.documents.append(response)
