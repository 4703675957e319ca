"""What a first visit weighs as production serves it, and Lighthouse's opinion of four pages."""

from __future__ import annotations

import json
import tempfile
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from tests import browsers, projects
from tests.browser import sites, steps, tabs, town
from tests.browser.tabs import PHONE

HEAVIEST = 150_000
AIMS = {"performance": 90, "accessibility": 100, "best-practices": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir={}"


@pytest.fixture
def production(django_db_blocker, tmp_path, shared_folder):
    """The site with production's static files: hashed, compressed, cached for ever."""
    with django_db_blocker.unblock():
        file = projects.fresh_sqlite(tmp_path, shared_folder)
        more = {
            "ENVIRONMENT": "production",
            "SECRET_KEY": settings.SECRET_KEY,  # the town's sessions are signed with it
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "ALLOWED_HOSTS": "localhost",
            "SECURE_SSL_REDIRECT": "0",
        }
        with projects.Project.at(f"sqlite:///{file}", tmp_path / "var", **more) as project:
            project.env |= {"SITE_URL": "http://localhost"}
            project.manage("collectstatic", "--noinput", "--verbosity", "0")
            with sites.served(project, lambda: sites.looking_into(file)) as site:
                with site.database():
                    site.town = town.filled()
                yield site


def test_rule_23_first_visit_is_light_and_asks_nobody_else(production, browser, figure):
    with tabs.opened(browser, production, at=PHONE) as tab:
        protocol = tab.context.new_cdp_session(tab.page)
        protocol.send("Network.enable")
        weights, hosts = [], set()
        protocol.on("Network.loadingFinished", lambda one: weights.append(one["encodedDataLength"]))
        tab.page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        tab.visit("/")
        tab.page.wait_for_load_state("networkidle")

    figure("bytes of the first visit", int(sum(weights)))
    figure("requests of the first visit", len(weights))
    assert hosts <= {"localhost", None}
    assert len(weights) >= 4
    assert sum(weights) <= HEAVIEST


@pytest.mark.prove("lighthouse", only_long=True)
def test_lighthouse_likes_the_pages(production, browser, figure):
    """A quarter of a minute a page; there is no short form, what is short is `test_pages.py`."""
    site = production
    pages = {"catalogue": "/", "workshop": "/workshops/words/", "goals": reverse("manage:goal-page", args=[site.town.version.pk])}  # fmt: skip
    with tabs.opened(browser, site) as tab:
        session = site.town.sessions["open"]
        steps.pick(tab, session, seats=20)
        pages["form"] = steps.path(tab)
        cookies = {"form": _cookies(tab)}
    cookies["goals"] = f"__Host-session={site.town.keys['manager']}"
    low = {}
    for name, path in pages.items():
        found = lighthouse(f"{site.url}{path}", cookies.get(name, ""))
        for kind, aim in AIMS.items():
            figure(f"Lighthouse, {name}, {kind}", found[kind])
            if found[kind] < aim:
                low[f"{name} {kind}"] = found[kind]
    assert low == {}


def _cookies(tab) -> str:
    return "; ".join(f"{one['name']}={one['value']}" for one in tab.context.cookies())


def lighthouse(url: str, cookies: str) -> dict[str, int]:
    """The scores of a page, of 100."""
    script = browsers.install("lighthouse") / "lighthouse" / "cli" / "index.js"
    with tempfile.TemporaryDirectory() as folder:
        options = [
            "--quiet",
            "--output=json",
            f"--output-path={folder}/found.json",
            f"--only-categories={','.join(AIMS)}",
            f"--chrome-flags={FLAGS.format(folder)}",
        ]
        if cookies:
            options.append(f"--extra-headers={json.dumps({'Cookie': cookies})}")
        done = browsers.run(script, url, *options, CHROME_PATH=str(browsers.find()))
        if "Please run Lighthouse again" in done.stderr:  # it lost its own trace, on a busy machine
            done = browsers.run(script, url, *options, CHROME_PATH=str(browsers.find()))
        assert done.returncode == 0, done.stderr[-2000:]
        with open(f"{folder}/found.json", encoding="utf-8") as file:  # noqa: PTH123
            report = json.load(file)
    assert report["finalDisplayedUrl"] == url, "it was led elsewhere"
    return {kind: round(100 * report["categories"][kind]["score"]) for kind in AIMS}
