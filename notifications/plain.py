"""The words of a letter without its markup: what its HTML says, for whoever reads mail as text."""

import re
from html.parser import HTMLParser

_SPACE = re.compile(r"\s+")
_GAPS = re.compile(r"\n{3,}")
_SILENT = frozenset({"style", "script"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "dl", "ul", "main", "footer", "body"})
_LINES = frozenset({"br", "dd", "li"})


def read(html: str) -> tuple[str, str]:
    """Return the title of a page, as one line, and its text.

    A paragraph ends with an empty line, a fact is "When: Monday 9.00", a link is its words and its
    address on a line of its own. Broken markup is read as far as it goes; nothing is raised.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.said).split("\n"))
    return _SPACE.sub(" ", "".join(reader.title)).strip(), _GAPS.sub(
        "\n\n", "\n".join(lines).strip() + "\n"
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.title: list[str] = []
        self.said: list[str] = []
        self.inside: list[str] = []
        self.link = ("", 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PARAGRAPHS:
            self.said.append("\n\n")
        elif tag == "br":
            self.said.append("\n")
        elif tag == "li":
            self.said.append("- ")
        elif tag == "a":
            self.link = (dict(attrs).get("href") or "", len(self.said))
        elif tag in {"title", *_SILENT}:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.said.append("\n\n")
        elif tag in _LINES:
            self.said.append("\n")
        elif tag == "dt":
            self.said.append(": ")
        elif tag == "a":
            self._end_link()
        elif self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(_SPACE.sub(" ", data))
        elif self.inside[-1] == "title":
            self.title.append(data)

    def _end_link(self) -> None:
        address, start = self.link
        words = "".join(self.said[start:]).strip()
        if address and not address.startswith("mailto:") and words != address:
            self.said.append(f":\n{address}\n")
        self.link = ("", len(self.said))
