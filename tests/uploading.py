"""Uploading files as a browser does, and what the pages then say."""

from __future__ import annotations

import io
import re
from html import unescape

from django.contrib.messages import get_messages


def named(name: str, content: bytes | str) -> io.BytesIO:
    """A file as a form sends it."""
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    return file


def text_of(answer) -> str:
    """The words of a page."""
    body = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def sent(browser, address: str, *files, **options):
    """The answer to an upload: a redirect to the page that shows what it changes."""
    return browser.post(address, {"file": files if len(files) > 1 else files[0], **options})


def looked_at(browser, address: str, *files, **options):
    """The page that shows what an upload changes."""
    answer = sent(browser, address, *files, **options)
    assert answer.status_code == 302, text_of(answer)
    page = browser.get(answer.url)
    page.address = answer.url
    return page


def confirmed(browser, page):
    """The answer to the button of that page; where it asks for a tick, it is given."""
    sure = {"sure": "on"} if page.context.get("form") else {}
    return browser.post(page.address, {"shown": page.context["outcome"].fingerprint, **sure})


def lines_of(page) -> dict[str, list[str]]:
    """What a page says would change, by kind."""
    return {str(section["title"]): section["lines"] for section in page.context["sections"]}
