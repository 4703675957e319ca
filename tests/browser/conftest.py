"""A site and a browser for each process that runs browser tests; a tab for each test."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser import sites, steps, tabs, town
from tests.browser.markup import Papers
from tests.browser.sites import Site
from tests.browser.tabs import Tab

BROWSER = {"site", "empty_site", "browser", "open_tab", "tab"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Once, in the run on PostgreSQL; what has no short form, in `./dev prove` alone."""
    for item in items:
        if BROWSER & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.postgres)
    if os.environ.get("FREMMOEDE_PROVE") != "1":
        long = [item for item in items if _is_only_long(item)]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def _is_only_long(item: pytest.Item) -> bool:
    proof = item.get_closest_marker("prove")
    return proof is not None and bool(proof.kwargs.get("only_long"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Its loop runs in this thread; the guard of Django against loops would stop every query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=tabs.PATIENCE)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser; each tab of it has cookies of its own."""
    browser = tabs.launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def site(django_db_blocker, shared_folder: Path, tmp_path_factory) -> Iterator[Site]:
    """The filled town. Tests that change it make what they change themselves."""
    with _serve(django_db_blocker, shared_folder, tmp_path_factory, town.filled) as site:
        yield site


@pytest.fixture(scope="session")
def empty_site(django_db_blocker, shared_folder: Path, tmp_path_factory) -> Iterator[Site]:
    """The town before anything has happened."""
    with _serve(django_db_blocker, shared_folder, tmp_path_factory, town.empty) as site:
        yield site


@contextlib.contextmanager
def _serve(blocker, shared: Path, folders, fill: Callable[[], town.Town]) -> Iterator[Site]:
    server = os.environ.get("FREMMOEDE_POSTGRES_URL") or os.environ.get("DATABASE_URL", "")
    assert server.startswith("postgres"), "No PostgreSQL: run the tests by ./dev test"
    with blocker.unblock(), sites.on_postgres(server, shared, folders.mktemp("site")) as site:
        with site.database():
            site.town = fill()
        yield site


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Papers]:
    """Where tests lay down the pages they have reached; each process looks through its own."""
    laid = Papers(tmp_path_factory.mktemp("papers"))
    yield laid
    assert (found := laid.faults()) == [], "\n".join(found)


@pytest.fixture
def open_tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[..., Tab]]:
    """`open_tab(whom="manager", at=PHONE)`; at the end every console must have been silent."""
    with contextlib.ExitStack() as stack:

        def open_one(*, empty: bool = False, **options) -> Tab:
            site = request.getfixturevalue("empty_site" if empty else "site")
            return stack.enter_context(tabs.opened(browser, site, **options))

        yield open_one


@pytest.fixture
def tab(open_tab: Callable[..., Tab]) -> Tab:
    """Nobody's tab, on a phone."""
    return open_tab(at=tabs.PHONE)


@pytest.fixture
def known(site: Site, request: pytest.FixtureRequest) -> str:
    """An e-mail address that was confirmed before."""
    word = re.sub(r"\W|_", "-", request.node.name)[:40].strip("-")
    address = f"{word}@example.org"
    steps.is_known(site, address)
    return address
