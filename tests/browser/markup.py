"""html-validate over a folder of pages."""

from __future__ import annotations

import json
from pathlib import Path

from tests import browsers

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


def faults(folder: Path) -> list[str]:
    """What is wrong in the pages of the folder, by file and line."""
    (folder / ".htmlvalidate.json").write_text(json.dumps(RULES))
    script = browsers.install("pages") / "html-validate" / "bin" / "html-validate.mjs"
    # Into a file: it ends before a pipe has taken everything.
    done = browsers.run(script, "--formatter=json=found.json", "*.html", cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(file['filePath']).name}:{message['line']}: {message['ruleId']}: {message['message']}"
        for file in json.loads((folder / "found.json").read_text())
        for message in file["messages"]
        if message["severity"] == 2
    ]
