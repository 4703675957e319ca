"""The pages as the server sent them, laid in a folder, and html-validate over all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests import browsers
from tests.browser.tabs import Tab

RULES = {
    "root": True,
    "extends": ["html-validate:recommended", "html-validate:a11y"],
    "rules": {
        "no-trailing-whitespace": "off",  # templates leave it; nobody sees it
        "void-style": "off",  # Django writes <input>, we may write <input />
        "prefer-native-element": [
            "error",
            {"exclude": ["region"]},
        ],  # a box that scrolls is no chapter
        "doctype-style": "off",  # either case is HTML
        "long-title": "off",  # a title says what the page is, at its own length
        "form-dup-name": "off",  # check boxes of one question share a name
    },
}


@dataclass(frozen=True)
class Papers:
    """A folder of pages. One start of html-validate looks through hundreds of them."""

    folder: Path

    def lay_down(self, tab: Tab, name: str) -> None:
        """Keep the page that a tab shows, as the server sent it."""
        self.folder.joinpath(f"{name.replace(':', '-')}.html").write_text(tab.source(), "utf-8")

    def faults(self) -> list[str]:
        """What is wrong in the pages, by file and line."""
        (self.folder / ".htmlvalidate.json").write_text(json.dumps(RULES))
        script = browsers.install("pages") / "html-validate" / "bin" / "html-validate.mjs"
        # Into a file: it ends before a pipe has taken everything.
        done = browsers.run(script, "--formatter=json=found.json", "*.html", cwd=self.folder)
        assert done.returncode in (0, 1), done.stderr
        return [
            f"{Path(file['filePath']).name}:{message['line']}: {message['ruleId']}: {message['message']}"
            for file in json.loads((self.folder / "found.json").read_text())
            for message in file["messages"]
            if message["severity"] == 2
        ]
