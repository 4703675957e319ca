"""What a browser makes of the addresses it tries by itself."""

from __future__ import annotations

import json


def test_browser_takes_the_manifest_that_pages_name(open_tab):
    """The policy of the pages would keep it out without a word that a test of answers sees."""
    tab = open_tab()
    tab.visit("/")
    protocol = tab.context.new_cdp_session(tab.page)

    found = protocol.send("Page.getAppManifest")

    assert found["url"] == f"{tab.site.url}/manifest.webmanifest"
    assert found["errors"] == []
    assert json.loads(found["data"])["start_url"] == "/"
